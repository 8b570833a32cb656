"""What firms tell of places and goods is kept as sent, found by attribute, and read by whom it concerns."""

import json

import pytest
from tests.records.traceability.conftest import BY, FARM, MILL, document, event, lot

from banyan.kit.models import Version
from banyan.kit.refusals import BadRequest, NotAllowed
from banyan.records.masterdata import queries
from banyan.records.masterdata.models import VocabularyElement
from banyan.records.traceability import actions
from banyan.records.traceability import queries as traceability

pytestmark = pytest.mark.django_db

SHELF, YARD = "urn:epc:id:sgln:690123.456789.17", "urn:epc:id:sgln:690123.000007.0"
RICE = "urn:epc:idpat:sgtin:690123.4000001.*"
MDA = "urn:epcglobal:cbv:mda"
PLACES, POINTS, CLASSES, STEPS = (
    f"urn:epcglobal:epcis:vtype:{word}" for word in ("BusinessLocation", "ReadPoint", "EPCClass", "BusinessStep")
)


def entry(identifier: str, *children: str, **attributes: object) -> dict:
    told = [{"id": f"{MDA}:{name}", "attribute": value} for name, value in attributes.items()]
    return {
        "id": identifier,
        **({"attributes": told} if told else {}),
        **({"children": list(children)} if children else {}),
    }


def told(*vocabularies: tuple[str, list[dict]], events: tuple[dict, ...] = ()) -> bytes:
    content = json.loads(document(*events))
    listed = [{"type": kind, "vocabularyElementList": entries} for kind, entries in vocabularies]
    return json.dumps({**content, "epcisHeader": {"epcisMasterData": {"vocabularyList": listed}}}).encode()


@pytest.fixture
def tell(trade):
    """Capture a document with master data for the first firm, or for the one that is named."""

    def captured(*vocabularies, events=(), firm=None, by=BY):
        return actions.capture(
            stream=told(*vocabularies, events=events), media_type="application/json", by=by,
            organisation=firm or trade.gulou_firm, on=trade.today,
        )  # fmt: skip

    return captured


EVENTS = (
    event(epcList=["urn:epc:id:sgtin:690123.4000001.1"], action="ADD", bizStep="commissioning"),
    event(quantityList=[{"epcClass": lot(7), "quantity": 3, "uom": "KGM"}], action="OBSERVE", bizStep="shipping",
          hour=9, place=YARD),
    event(epcList=["urn:epc:id:sgtin:690999.2000002.1"], action="OBSERVE", hour=10, place=MILL,
          readPoint={"id": SHELF}),
)  # fmt: skip


@pytest.fixture
def described(tell):
    job = tell(
        (PLACES, [entry(FARM, YARD, city="福州", countryCode="CN"), entry(YARD, SHELF, city="Changle")]),
        (POINTS, [entry(SHELF, sst="201")]),
        (CLASSES, [entry(RICE, descriptionShort="大米", netContent=25)]),
        (STEPS, [entry("urn:epcglobal:cbv:bizstep:shipping", comment="by lorry")]),
        events=EVENTS,
    )
    assert (job.success, job.stored, job.described) == (True, 3, 5), job.problems
    return job


def found(person=BY, **parameters) -> list[int]:
    return [one.pk for one in traceability.events(person, **parameters).events]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"HASATTR_bizLocation": f"{MDA}:city"}, [1, 2]),
        ({"HASATTR_bizLocation": f"{MDA}#countryCode"}, [1]),
        ({"HASATTR_bizLocation": "cbvmda:countryCode"}, [1]),
        ({"HASATTR_bizLocation": [f"{MDA}:countryCode", f"{MDA}:city"]}, [1, 2]),
        ({"HASATTR_readPoint": f"{MDA}:city"}, []),
        ({"HASATTR_readPoint": f"{MDA}:sst"}, [3]),
        ({f"EQATTR_bizLocation_{MDA}:city": "福州"}, [1]),
        ({f"EQATTR_bizLocation_{MDA}:city": "福州|Changle"}, [1, 2]),
        ({f"EQ_ATTR_bizLocation_{MDA}:city": "Changle"}, [2]),
        ({f"EQATTR_bizLocation_{MDA}:city": "CN"}, []),
        ({f"EQATTR_readPoint_{MDA}:sst": "201", "EQ_action": "OBSERVE"}, [3]),
        ({f"EQATTR_epcClass_{MDA}:descriptionShort": "大米"}, [2]),
        ({f"EQATTR_epcClass_{MDA}:netContent": "25"}, [2]),
        ({"HASATTR_bizStep": f"{MDA}:comment"}, [2]),
        ({"WD_bizLocation": FARM}, [1, 2]),
        ({"WD_bizLocation": YARD}, [2]),
        ({"WD_readPoint": YARD}, []),
    ],
)
def test_events_are_found_by_what_master_data_tell_of_their_fields(described, parameters, expected):
    assert found(**parameters) == expected


def test_an_attribute_of_what_is_no_vocabulary_is_refused_with_the_fields_that_are(described):
    with pytest.raises(BadRequest, match="readPoint, bizLocation"):
        found(HASATTR_eventTime="x")


def test_places_that_lie_in_each_other_end(tell):
    tell((PLACES, [entry(FARM, YARD), entry(YARD, FARM)]), events=EVENTS)

    assert found(WD_bizLocation=YARD) == [1, 2]


def test_what_is_told_again_changes_nothing_and_what_is_told_otherwise_replaces_it(described, tell):
    again = tell((PLACES, [entry(FARM, YARD, city="福州", countryCode="CN")]))
    other = tell((PLACES, [entry(FARM, YARD, city="Fuzhou")]))

    assert (again.described, other.described) == (0, 1)
    assert found(**{f"EQATTR_bizLocation_{MDA}:city": "福州"}) == []
    assert found(**{f"EQATTR_bizLocation_{MDA}:city": "Fuzhou"}) == [1]
    kept = VocabularyElement.objects.filter(content__id=FARM).order_by("key")
    assert [(one.capture, one.withdrawn_on is None) for one in kept] == [(described.pk, False), (other.pk, True)]
    versions = Version.objects.filter(noun=VocabularyElement.noun, key__in=[one.pk for one in kept])
    assert versions.count() == 3  # told, replaced, told anew


def test_of_a_refused_document_no_master_data_are_kept(tell):
    wrong = tell((PLACES, [entry(FARM, city="福州")]), events=(event(epcList=["urn:x:1"], action="MOVE"),))
    broken = tell((PLACES, [entry("https://id.gs1.org/414/6901234567890")]))

    assert (wrong.success, broken.success) == (False, False)
    assert broken.problems[0]["path"].endswith("/vocabularyElementList/0/id")
    assert not VocabularyElement.objects.exists()


def test_a_firm_reads_its_own_and_what_was_told_of_its_places_or_shared_with_it(described, tell, trade, people):
    tell((PLACES, [entry(MILL, city="长乐"), entry("urn:epc:id:sgln:690123.000008.0", city="福清")]))

    def read(person) -> list[str]:
        return [one.content["id"] for one in queries.elements(person).elements]

    assert read(people.changle_firm) == [MILL]
    assert len(read(people.gulou_firm)) == 7
    assert found(people.changle_firm, **{f"EQATTR_bizLocation_{MDA}:city": "福州"}) == []

    actions.share_events(organisation=trade.gulou_firm, partner=trade.changle_firm, by=BY, on=trade.today)
    tell((POINTS, [entry(YARD, sst="202")]))

    assert len(read(people.changle_firm)) == 8
    assert found(people.changle_firm, **{f"EQATTR_bizLocation_{MDA}:city": "福州"}) == [1]
    with pytest.raises(NotAllowed):
        found(people.sampler, HASATTR_bizLocation=f"{MDA}:city")


def test_documents_tell_what_is_known_of_all_that_their_events_name(described):
    contents = [one.content for one in traceability.events(BY).events]

    listed = queries.of_events(BY, contents)

    named = {kind["type"]: {one["id"] for one in kind["vocabularyElementList"]} for kind in listed}
    assert named == {
        PLACES: {YARD, FARM}, POINTS: {SHELF}, CLASSES: {RICE}, STEPS: {"urn:epcglobal:cbv:bizstep:shipping"},
    }  # fmt: skip
    farm = next(one for one in listed if one["type"] == PLACES)["vocabularyElementList"]
    assert entry(FARM, YARD, city="福州", countryCode="CN") in farm
