"""Master data beside events are read, checked and written in each language, and mean the same in all of them."""

import json
from io import BytesIO

import pytest
from lxml import etree

from banyan import epcis

PLACE, SHELF = "urn:epc:id:sgln:690123.456789.0", "urn:epc:id:sgln:690123.456789.17"
MDA = "urn:epcglobal:cbv:mda"
PLACES = [
    {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [
            {
                "id": PLACE,
                "attributes": [
                    {"id": f"{MDA}:city", "attribute": "福州"},
                    {"id": "https://firm.example/mda/size", "attribute": {"{https://firm.example/mda/}area": "120"}},
                ],
                "children": [SHELF],
            },
            {"id": SHELF, "attributes": [{"id": f"{MDA}:sst", "attribute": "201"}]},
        ],
    }
]
EVENT = {
    "type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2025-05-01T08:00:00Z", "eventTimeZoneOffset": "+08:00",
    "epcList": ["urn:epc:id:sgtin:690123.4000001.1"], "bizLocation": {"id": PLACE},
}  # fmt: skip
WRITERS = {"application/json": epcis.write_json, "application/xml": epcis.write_xml}


def json_document(vocabularies: list, **context: str) -> bytes:
    contexts = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", *([context] if context else [])]
    return json.dumps(
        {
            "@context": contexts, "type": "EPCISDocument", "schemaVersion": "2.0",
            "creationDate": "2025-05-01T00:00:00Z", "epcisBody": {"eventList": []},
            "epcisHeader": {"epcisMasterData": {"vocabularyList": vocabularies}},
        }
    ).encode()  # fmt: skip


def problems(vocabularies: list) -> list[epcis.Problem]:
    document = epcis.read(json_document(vocabularies), "application/json")
    assert list(document.events) == []
    return epcis.around(document)


@pytest.mark.parametrize("media_type", WRITERS)
@pytest.mark.parametrize("events", [[EVENT], []])
def test_a_query_document_tells_master_data_beside_its_events_and_alone(media_type, events):
    body = b"".join(
        WRITERS[media_type](
            events, created="2025-05-02T00:00:00Z", query={"queryName": "shipped"}, vocabularies=PLACES
        )
    )

    document = epcis.read(body, media_type)

    assert list(document.events) == events
    assert document.header == {"epcisMasterData": {"vocabularyList": PLACES}}
    assert epcis.around(document) == []


@pytest.mark.shared
def test_xml_with_master_data_holds_before_the_standards_own_schemas(shared_folder):
    folder = shared_folder("gs1-epcis-2.0") / "XSD"
    of_documents = etree.XMLSchema(etree.parse(folder / "EPCglobal-epcis-2_0.xsd"))
    of_queries = etree.XMLSchema(etree.parse(folder / "EPCglobal-epcis-query-2_0.xsd"))
    created, query = "2025-05-02T00:00:00Z", {"queryName": "shipped"}
    header = {"epcisMasterData": {"vocabularyList": PLACES}}

    sent = b"".join(epcis.write_xml([EVENT], created=created, header=header))
    answered = b"".join(epcis.write_xml([EVENT], created=created, query=query, vocabularies=PLACES))
    alone = b"".join(epcis.write_xml([], created=created, query=query, vocabularies=PLACES))

    assert of_documents.validate(etree.parse(BytesIO(sent))), of_documents.error_log.last_error
    assert of_queries.validate(etree.parse(BytesIO(answered))), of_queries.error_log.last_error
    assert of_queries.validate(etree.parse(BytesIO(alone))), of_queries.error_log.last_error


def test_what_a_prefix_shortened_is_told_in_full():
    vocabularies = [
        {
            "type": "firm:Places",
            "vocabularyElementList": [
                {"id": "firm:a", "children": ["firm:b"], "attributes": [{"id": "firm:size", "attribute": 4}]}
            ],
        }
    ]

    document = epcis.read(json_document(vocabularies, firm="https://firm.example/"), "application/json")

    assert list(document.events) == []
    (vocabulary,) = document.header["epcisMasterData"]["vocabularyList"]
    assert vocabulary == {
        "type": "https://firm.example/Places",
        "vocabularyElementList": [
            {
                "id": "https://firm.example/a", "children": ["https://firm.example/b"],
                "attributes": [{"id": "https://firm.example/size", "attribute": 4}],
            }
        ],
    }  # fmt: skip


WRONG_GLN = "https://id.gs1.org/414/6901234567890"


@pytest.mark.parametrize(
    ("entries", "path"),
    [
        ([{"id": WRONG_GLN}], "0/id"),
        ([{"id": PLACE, "children": [SHELF, WRONG_GLN]}], "0/children/1"),
        ([{"id": "urn:x:" + "a" * 300}], "0/id"),
        ([{"id": PLACE, "attributes": [{"id": "urn:x:" + "a" * 300, "attribute": "1"}]}], "0/attributes/0/id"),
        ([{"id": PLACE}, {"id": PLACE, "children": [SHELF]}], "1/id"),
        ([{"id": "no address"}], "0/id"),
    ],
)
def test_wrong_entries_are_refused_by_their_path(entries, path):
    found = problems([{"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": entries}])

    assert [one.path for one in found] == [
        f"/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/{path}"
    ]


def test_a_character_that_no_database_keeps_is_refused():
    entry = {"id": PLACE, "attributes": [{"id": f"{MDA}:city", "attribute": "a\0b"}]}

    found = problems([{"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": [entry]}])

    assert [one.path for one in found] == ["/epcisHeader/epcisMasterData"]
