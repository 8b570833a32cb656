"""What is no event of EPCIS is refused with the path of what is wrong."""

import copy
import json
from typing import Any

import pytest

from banyan import epcis

from .conftest import MIXED, OBSERVED, PACKED

READING = {"type": "Temperature", "value": 4.5, "uom": "CEL"}

# Which event, what is set (None takes it away), the path that is named, and words of the reason.
KNOWN_BAD: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    (OBSERVED, {"type": "QuantityEvent"}, "/type", "none of the five"),
    (OBSERVED, {"type": None}, "/type", "none of the five"),
    (OBSERVED, {"type": ["ObjectEvent"]}, "/type", "none of the five"),
    (OBSERVED, {"eventTime": None}, "/eventTime", "is missing"),
    (OBSERVED, {"eventTime": "2026-04-03T20:33:31"}, "/eventTime", "no instant with its zone"),
    (OBSERVED, {"eventTime": "2026-02-30T20:33:31Z"}, "/eventTime", "no day of the calendar"),
    (OBSERVED, {"eventTime": "0001-01-01T00:00:00+08:00"}, "/eventTime", "years 1900 to 2200"),
    (OBSERVED, {"eventTime": "9999-12-31T23:59:59-08:00"}, "/eventTime", "years 1900 to 2200"),
    (OBSERVED, {"eventID": "urn:" + "x" * 300}, "/eventID", "at most 300"),
    (OBSERVED, {"bizStep": "https://ns.example.com/" + "x" * 300}, "/bizStep", "at most 300"),
    (OBSERVED, {"epcList": ["urn:a:" + "x" * 300]}, "/epcList/0", "at most 300"),
    (OBSERVED, {"readPoint": {"id": "urn:a:" + "x" * 300}}, "/readPoint/id", "at most 300"),
    (
        OBSERVED,
        {"quantityList": [{"epcClass": "urn:a:b", "quantity": 10**14}]},
        "/quantityList/0/quantity",
        "14 digits",
    ),
    (
        OBSERVED,
        {"quantityList": [{"epcClass": "urn:a:b", "quantity": 1e300}]},
        "/quantityList/0/quantity",
        "14 digits",
    ),
    (
        OBSERVED,
        {"quantityList": [{"epcClass": "urn:a:b", "quantity": 0.00001}]},
        "/quantityList/0/quantity",
        "more than 4 decimals",
    ),
    (OBSERVED, {"{urn:x:}note": {"{urn:x:}text": ["fine", "a\u0001b"]}}, "/{urn:x:}note/{urn:x:}text/1", "as XML"),
    (OBSERVED, {"{urn:x:}1st grade": "A"}, "", "as XML"),
    (OBSERVED, {"eventTime": 1775219611}, "/eventTime", "string"),
    (OBSERVED, {"recordTime": "yesterday"}, "/recordTime", "no instant"),
    (OBSERVED, {"eventTimeZoneOffset": None}, "/eventTimeZoneOffset", "is missing"),
    (OBSERVED, {"eventTimeZoneOffset": "+8"}, "/eventTimeZoneOffset", "no offset"),
    (OBSERVED, {"eventTimeZoneOffset": "+14:30"}, "/eventTimeZoneOffset", "no offset"),
    (OBSERVED, {"action": None}, "/action", "is missing"),
    (OBSERVED, {"action": "MOVE"}, "/action", "OBSERVE"),
    (OBSERVED, {"eventID": "event 7"}, "/eventID", "no URI"),
    (OBSERVED, {"epcList": "urn:epc:id:sgtin:6901234.012345.1"}, "/epcList", "list"),
    (OBSERVED, {"epcList": ["6901234012345"]}, "/epcList/0", "no URI"),
    (OBSERVED, {"epcList": ["urn:a:b", "urn:epc:id:sgtin:6901234.12345.1"]}, "/epcList/1", "13 digits"),
    (OBSERVED, {"epcList": ["https://id.gs1.org/01/06901234123455/21/1"]}, "/epcList/0", "check digit"),
    (OBSERVED, {"epcList": ["urn:a:b", "urn:a:b"]}, "/epcList/1", "same thing as number 0"),
    (
        OBSERVED,
        {"epcList": ["urn:epc:id:sscc:4012345.3111111111", "https://id.gs1.org/00/340123451111111111"]},
        "/epcList/1",
        "same thing as number 0",
    ),
    (OBSERVED, {"epcList": []}, "/epcList", "names nothing"),
    (OBSERVED, {"epcList": None}, "/epcList", "names nothing"),
    (OBSERVED, {"quantityList": [{"quantity": 3}]}, "/quantityList/0/epcClass", "is missing"),
    (OBSERVED, {"quantityList": [{"epcClass": "urn:a:b", "quantity": "3"}]}, "/quantityList/0/quantity", "number"),
    (OBSERVED, {"quantityList": [{"epcClass": "urn:a:b", "quantity": -3}]}, "/quantityList/0/quantity", "less than"),
    (
        OBSERVED,
        {"quantityList": [{"epcClass": "urn:a:b", "uom": "KGM"}]},
        "/quantityList/0/uom",
        "without a quantity",
    ),
    (
        OBSERVED,
        {"quantityList": [{"epcClass": "urn:a:b", "quantity": 3, "uom": "kilogram"}]},
        "/quantityList/0/uom",
        "unit code",
    ),
    (OBSERVED, {"quantityList": [{"epcClass": "urn:a:b", "lot": "7"}]}, "/quantityList/0/lot", "not a field"),
    (OBSERVED, {"bizStep": "shiping"}, "/bizStep", "word of the standard"),
    (OBSERVED, {"bizStep": "urn:epcglobal:cbv:bizstep:dreaming"}, "/bizStep", "word of the standard"),
    (OBSERVED, {"disposition": "lost at sea"}, "/disposition", "no URI"),
    (OBSERVED, {"readPoint": "urn:epc:id:sgln:6901234.00001.0"}, "/readPoint", "dict"),
    (OBSERVED, {"readPoint": {}}, "/readPoint/id", "is missing"),
    (OBSERVED, {"bizLocation": {"id": "https://id.gs1.org/414/6901234000017"}}, "/bizLocation/id", "check digit"),
    (OBSERVED, {"ilmd": {"{urn:x:}lot": "7"}}, "/ilmd", "ADD"),
    (OBSERVED, {"action": "ADD", "ilmd": {"lot": "7"}}, "/ilmd/lot", "no field here"),
    (OBSERVED, {"colour": "red"}, "/colour", "no field here"),
    (OBSERVED, {"childEPCs": ["urn:a:b"]}, "/childEPCs", "no field here"),
    (OBSERVED, {"sourceList": [{"source": "urn:a:b"}]}, "/sourceList/0/type", "is missing"),
    (OBSERVED, {"sourceList": [{"type": "seller", "source": "urn:a:b"}]}, "/sourceList/0/type", "word of the"),
    (OBSERVED, {"bizTransactionList": [{"type": "po"}]}, "/bizTransactionList/0/bizTransaction", "is missing"),
    (OBSERVED, {"persistentDisposition": {}}, "/persistentDisposition", "set or unset"),
    (OBSERVED, {"persistentDisposition": {"set": []}}, "/persistentDisposition/set", "at least 1"),
    (
        OBSERVED,
        {"persistentDisposition": {"set": ["damaged"], "unset": ["damaged"]}},
        "/persistentDisposition/unset",
        "both set and unset",
    ),
    (OBSERVED, {"errorDeclaration": {}}, "/errorDeclaration/declarationTime", "is missing"),
    (
        OBSERVED,
        {"errorDeclaration": {"declarationTime": "2026-04-04T00:00:00Z", "reason": "regret"}},
        "/errorDeclaration/reason",
        "word of the",
    ),
    (
        OBSERVED,
        {
            "eventID": "urn:uuid:1",
            "errorDeclaration": {"declarationTime": "2026-04-04T00:00:00Z", "correctiveEventIDs": ["urn:uuid:1"]},
        },
        "/errorDeclaration/correctiveEventIDs/0",
        "not corrected by itself",
    ),
    (OBSERVED, {"sensorElementList": [{}]}, "/sensorElementList/0/sensorReport", "is missing"),
    (OBSERVED, {"sensorElementList": [{"sensorReport": []}]}, "/sensorElementList/0/sensorReport", "at least 1"),
    (
        OBSERVED,
        {"sensorElementList": [{"sensorReport": [{"value": 4}]}]},
        "/sensorElementList/0/sensorReport/0/type",
        "is missing",
    ),
    (
        OBSERVED,
        {"sensorElementList": [{"sensorReport": [{**READING, "value": "warm"}]}]},
        "/sensorElementList/0/sensorReport/0/value",
        "number",
    ),
    (
        OBSERVED,
        {"sensorElementList": [{"sensorReport": [{**READING, "hexBinaryValue": "xyz"}]}]},
        "/sensorElementList/0/sensorReport/0/hexBinaryValue",
        "hexadecimal",
    ),
    (
        OBSERVED,
        {
            "sensorElementList": [
                {
                    "sensorMetadata": {"startTime": "2026-04-03T12:00:00Z", "endTime": "2026-04-03T18:00:00+08:00"},
                    "sensorReport": [READING],
                }
            ]
        },
        "/sensorElementList/0/sensorMetadata/endTime",
        "is before",
    ),
    (PACKED, {"parentID": None}, "/parentID", "is missing"),
    (PACKED, {"parentID": None, "action": "DELETE"}, "/parentID", "is missing"),
    (PACKED, {"childEPCs": None}, "/childEPCs", "is missing"),
    (PACKED, {"childEPCs": [], "action": "OBSERVE"}, "/childEPCs", "is missing"),
    (PACKED, {"childEPCs": ["https://id.gs1.org/00/069012340000000016"]}, "/childEPCs/0", "within itself"),
    (PACKED, {"type": "AssociationEvent", "action": "OBSERVE", "parentID": None}, "/parentID", "is missing"),
    (PACKED, {"type": "TransactionEvent", "childEPCs": None}, "/bizTransactionList", "is missing"),
    (MIXED, {"inputQuantityList": None, "outputEPCList": None}, "", "neither"),
    (MIXED, {"inputQuantityList": None}, "/inputEPCList", "no transformationID"),
    (MIXED, {"outputEPCList": []}, "/outputEPCList", "no transformationID"),
    (MIXED, {"action": "ADD"}, "/action", "no field here"),
]


@pytest.mark.parametrize(("good", "changed", "path", "words"), KNOWN_BAD)
def test_a_bad_event_is_refused_at_the_path_that_is_wrong(good, changed, path, words):
    assert not epcis.check(good)
    bad = {**copy.deepcopy(good), **changed}

    problems = epcis.check({name: value for name, value in bad.items() if value is not None})

    assert path in [problem.path for problem in problems]
    assert any(words in problem.says for problem in problems if problem.path == path), problems


def test_an_event_that_is_no_object_is_refused(document):
    (examined,) = epcis.examine(epcis.read(document("an event"), "application/json"))

    assert examined.problems == [epcis.Problem("/epcisBody/eventList/0", "An event is an object")]
    assert (examined.hash, examined.things) == ("", ())


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"@context": None}, "/@context"),
        ({"@context": 7}, "/@context"),
        ({"type": "Letter"}, "/type"),
        ({"schemaVersion": None}, "/schemaVersion"),
        ({"schemaVersion": "two"}, "/schemaVersion"),
        ({"creationDate": "2026-04-04"}, "/creationDate"),
        ({"epcisBody": {}}, "/epcisBody/eventList"),
        ({"epcisBody": []}, "/epcisBody"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList"),
        ({"colour": "red"}, "/colour"),
        ({"sender": 7}, "/sender"),
        ({"id": "document one"}, "/id"),
        ({"epcisHeader": {"mood": "glad"}}, "/epcisHeader/mood"),
        (
            {"epcisHeader": {"epcisMasterData": {"vocabularyList": [{"vocabularyElementList": []}]}}},
            "/epcisHeader/epcisMasterData/vocabularyList/0/type",
        ),
        ({"type": "EPCISQueryDocument"}, "/epcisBody/queryResults"),
    ],
)
def test_a_bad_document_is_refused_at_the_path_that_is_wrong(document, observed, changed, path):
    bad = epcis.read(document(observed, **changed), "application/json")
    list(bad.events)

    assert path in [problem.path for problem in epcis.around(bad)]


def test_one_event_id_for_two_events_is_refused_and_a_repetition_is_not(document, observed):
    named = {**observed, "eventID": "urn:uuid:1"}
    other = {**named, "bizStep": "receiving"}
    taken_back = {**named, "errorDeclaration": {"declarationTime": "2026-04-04T00:00:00Z"}}

    first, same, error, differs = epcis.examine(
        epcis.read(document(named, named, taken_back, other), "application/json")
    )

    assert not first.problems
    assert same.hash == first.hash == error.hash
    assert [problem.path for problem in differs.problems] == ["/epcisBody/eventList/3/eventID"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "end of the document"),
        (b"[]", "'{' was expected"),
        (b'{"type": "EPCISDocument", ', "in quotation marks"),
        (b'{"type": "EPCISDocument"} {}', "follows the end"),
        (b'{"type": "EPCISDocument", "type": "EPCISDocument"}', "stands here twice"),
        (b'{"type": "EPCISDocument", "creationDate": NaN}', "no number"),
        (b'{"type": "\xff"}', "not UTF-8"),
        (b'{"@context": [], "type": "ObjectEvent", "a:b": "\\ud800"}', "Half a character"),
        (b'{"@context": [], "type": "ObjectEvent", "a:b": 1e999}', "larger than any number"),
        (b'{"@context": [], "type": "ObjectEvent", "a:b": ' + b"9" * 5000 + b"}", "larger than any number"),
        (b'{"@context": [], "epcisBody": {"eventList": [{"type": "ObjectEvent"', "no JSON here"),
        (b'{"a:b": ' + b"[" * 100_000, "deeper than"),
        (b'{"@context": [], "type": "ObjectEvent", "a:b": ' + b"[" * 60 + b"]" * 60 + b"}", "deeper than"),
    ],
)
def test_what_is_no_json_of_epcis_is_refused_in_words(text, words):
    with pytest.raises(epcis.Unreadable, match=words):
        list(epcis.read(text, "application/json").events)


def test_another_language_is_refused():
    with pytest.raises(epcis.Unreadable, match="text/csv"):
        epcis.read(b"a;b", "text/csv")


def test_a_list_of_wrong_things_is_refused_by_its_first_one():
    event = {**OBSERVED, "epcList": ["no URI"] * 100_000}

    assert [problem.path for problem in epcis.check(event)] == ["/epcList/0"]


@pytest.mark.parametrize("kind", ["EPCISMasterDataDocument", [], {}, None, 7])
def test_a_document_of_no_kind_that_json_knows_is_refused(kind):
    document = epcis.read(json.dumps({"@context": [], "type": kind}).encode(), "application/json")

    assert list(epcis.examine(document)) == []
    assert "neither a document of EPCIS" in epcis.around(document)[0].says
