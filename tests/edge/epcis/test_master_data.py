"""Partners' systems send master data beside events and read them back, so and by the standard's own query."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from tests.edge.epcis.test_interface import ROOT, partners
from tests.epcis.conftest import shared_folder
from tests.records.masterdata.test_telling import CLASSES, FARM, MDA, PLACES, RICE, SHELF, YARD, entry, told
from tests.records.traceability.conftest import event, lot

from banyan import epcis

__all__ = ["partners", "shared_folder"]
pytestmark = pytest.mark.django_db
QUERY = f"{ROOT}/queries/SimpleMasterDataQuery/events"
SHIPPED = event(
    action="OBSERVE", bizStep="shipping", quantityList=[{"epcClass": lot(7), "quantity": 3, "uom": "KGM"}]
)


@pytest.fixture
def firm(partners):
    """The first firm's client, after it told of two places and a class of goods beside one event."""
    client = partners.gulou_firm
    body = told(
        (PLACES, [entry(FARM, YARD, city="福州"), entry(YARD, SHELF, city="长乐")]),
        (CLASSES, [entry(RICE, descriptionShort="大米")]),
        events=(SHIPPED,),
    )
    sent = client.post(f"{ROOT}/capture", body, content_type="application/json")
    assert client.get(sent.headers["Location"]).json()["success"] is True
    return client


def listed(answer) -> dict[str, list[dict]]:
    assert answer.status_code == 200, answer.content
    found = answer.json()["epcisBody"]["queryResults"]["resultsBody"].get("vocabularyList", [])
    return {one["type"]: one["vocabularyElementList"] for one in found}


def asked(client, **parameters: str) -> set[str]:
    answer = client.get(f"{QUERY}?{urlencode(parameters)}", headers={"GS1-EPC-Format": "Never_Translates"})
    return {one["id"] for entries in listed(answer).values() for one in entries}


def test_events_come_with_what_is_known_of_what_they_name(firm):
    as_sent = firm.get(f"{ROOT}/events", headers={"GS1-EPC-Format": "Never_Translates"})
    in_links = firm.get(f"{ROOT}/events")

    assert listed(as_sent) == {
        PLACES: [entry(FARM, YARD, city="福州")], CLASSES: [entry(RICE, descriptionShort="大米")],
    }  # fmt: skip
    (farm,) = listed(in_links)[PLACES]
    assert (farm["id"], farm["children"]) == (epcis.canonical(FARM), [epcis.canonical(YARD)])


def test_in_xml_master_data_stand_in_the_header_beside_events_and_alone_in_the_results(firm):
    headers = {"accept": "application/xml", "GS1-EPC-Format": "Never_Translates"}

    beside = epcis.read(firm.get(f"{ROOT}/events", headers=headers).content, "application/xml")
    alone = epcis.read(firm.get(f"{QUERY}?EQ_name={FARM}", headers=headers).content, "application/xml")

    assert (len(list(beside.events)), len(list(alone.events))) == (1, 0)
    assert {one["type"] for one in beside.header["epcisMasterData"]["vocabularyList"]} == {PLACES, CLASSES}
    assert alone.header["epcisMasterData"]["vocabularyList"] == [
        {"type": PLACES, "vocabularyElementList": [entry(FARM, YARD, city="福州")]}
    ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {FARM, YARD, RICE}),
        ({"vocabularyName": CLASSES}, {RICE}),
        ({"vocabularyName": "BusinessLocation"}, {FARM, YARD}),
        ({"EQ_name": f"{FARM}|{RICE}"}, {FARM, RICE}),
        ({"WD_name": FARM}, {FARM, YARD}),
        ({"HASATTR": f"{MDA}:descriptionShort"}, {RICE}),
        ({f"EQATTR_{MDA}:city": "长乐"}, {YARD}),
        ({f"EQATTR_{MDA}:city": "长乐", "vocabularyName": CLASSES}, set()),
        ({"maxElementCount": "3"}, {FARM, YARD, RICE}),
    ],
)
def test_master_data_are_found_by_the_parameters_of_the_standard(firm, parameters, expected):
    assert asked(firm, **parameters) == expected


def test_attributes_and_parts_come_as_far_as_they_are_asked_for(firm):
    def told_of_farm(**parameters: str) -> dict:
        (found,) = listed(firm.get(f"{QUERY}?{urlencode({'EQ_name': FARM, **parameters})}"))[PLACES]
        return {name: value for name, value in found.items() if name != "id"}

    assert set(told_of_farm()) == {"attributes", "children"}
    assert set(told_of_farm(includeAttributes="false")) == {"children"}
    assert set(told_of_farm(includeChildren="false")) == {"attributes"}
    assert told_of_farm(includeChildren="false", attributeNames=f"{MDA}:sst") == {"attributes": []}


@pytest.mark.parametrize(
    ("parameters", "status", "kind"),
    [
        ({"EQ_bizStep": "shipping"}, 400, "QueryParameterException"),
        ({"includeAttributes": "perhaps"}, 400, "QueryParameterException"),
        ({"EQ_name": "https://id.gs1.org/414/6901234567890"}, 400, ""),
        ({"maxElementCount": "2"}, 413, "QueryTooLargeException"),
    ],
)
def test_what_cannot_be_answered_is_refused(firm, parameters, status, kind):
    refused = firm.get(f"{QUERY}?{urlencode(parameters)}")

    assert refused.status_code == status, refused.content
    assert kind in refused.json()["type"]


def test_pages_of_master_data_follow_each_other_to_the_end(firm):
    first = firm.get(f"{QUERY}?perPage=2")
    second = firm.get(first.headers["Link"].partition("<")[2].partition(">")[0])

    count = [sum(map(len, listed(one).values())) for one in (first, second)]
    assert count == [2, 1]
    assert "Link" not in second.headers


def test_a_stranger_reads_none_and_the_authority_states_a_purpose_first(firm, partners):
    assert asked(partners.changle_firm) == set()
    assert partners.sampler.get(QUERY).status_code == 403
    assert partners.planner.get(QUERY).status_code == 403


def test_nobody_keeps_a_query_under_a_name_of_the_standard(firm):
    body = json.dumps({"name": "SimpleMasterDataQuery", "query": {}})

    refused = firm.post(f"{ROOT}/queries", body, content_type="application/json")

    assert (refused.status_code, refused.json()["type"]) == (400, "epcisException:QueryValidationException")


@pytest.mark.shared
def test_a_document_of_master_data_alone_is_captured_as_the_standard_publishes_it(partners, shared_folder):
    folder = shared_folder("gs1-epcis-2.0") / "XML"
    for name in ("Mimasu/Example-masterData.xml", "WithFullCombinationOfFields/masterdata_all_possible_fields.xml"):
        sent = partners.gulou_firm.post(
            f"{ROOT}/capture", (folder / name).read_bytes(), content_type="application/xml"
        )
        job = partners.gulou_firm.get(sent.headers["Location"]).json()
        assert job["success"] is True, job

        document = epcis.read((folder / name).read_bytes(), "application/xml")
        assert list(document.events) == []
        expected = document.header["epcisMasterData"]["vocabularyList"]
        for kind in ("application/xml", "application/json"):
            answer = partners.gulou_firm.get(
                f"{QUERY}?perPage=100", headers={"accept": kind, "GS1-EPC-Format": "Never_Translates"}
            )
            again = epcis.read(answer.content, kind)
            assert list(again.events) == []
            found = {
                (vocabulary["type"], one["id"]): one
                for vocabulary in again.header["epcisMasterData"]["vocabularyList"]
                for one in vocabulary["vocabularyElementList"]
            }
            for vocabulary in expected:
                for one in vocabulary["vocabularyElementList"]:
                    assert found[vocabulary["type"], one["id"]] == one
