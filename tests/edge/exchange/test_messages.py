"""SDMX messages: every indicator has its structure, hidden cells stay hidden, each receipt leads back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from lxml import etree
from tests.edge.conftest import KEY, TODAY

from banyan.edge.exchange import queries
from banyan.insight.indicators import queries as indicators

DATA = f"/api/v1/sdmx/data/dataflow/FUZHOU/{KEY.upper()}"
STRUCTURE = "/api/v1/sdmx/structure"
WHOLE_YEAR = "A" + "._T" * 8
BY_COUNTY = "A.*" + "._T" * 7


@pytest.fixture
def leader(browse: Any, judged: Any) -> Any:
    return browse(judged.people.leader)


def rows(answer: Any) -> list[dict[str, str]]:
    """The rows of an SDMX-CSV message."""
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_every_indicator_in_force_has_a_dataflow_a_structure_and_all_its_code_lists(leader: Any) -> None:
    data = leader.get(f"{STRUCTURE}/dataflow?references=all&format=json").json()["data"]
    flows = {one["id"] for one in data["dataflows"]}
    lists = {one["id"] for one in data["codelists"]}
    (concepts,) = data["conceptSchemes"]
    known = {one["id"] for one in concepts["concepts"]}

    assert flows == {flow.id for flow in queries.flows()}
    assert len(flows) > 20
    for one in data["dataStructures"]:
        parts = one["dataStructureComponents"]
        components = [*parts["dimensionList"]["dimensions"], *parts["attributeList"]["attributes"]]
        for component in components:
            assert component["id"] in known
            enumeration = component["localRepresentation"].get("enumeration")
            assert enumeration is None or enumeration.partition(":CL_")[2].partition("(")[0] in {
                name.removeprefix("CL_") for name in lists
            }


def test_a_figure_stands_with_its_interval_and_a_receipt_that_resolves(leader: Any) -> None:
    (line,) = rows(leader.get(f"{DATA}/~/{WHOLE_YEAR}?format=csv"))
    (whole,) = indicators.show(key=KEY, on=TODAY).rows

    assert line["TIME_PERIOD"] == "2024"
    assert (float(line["OBS_VALUE"]), float(line["LOWER_BOUND"]), float(line["UPPER_BOUND"])) == (
        whole["value"], whole["low"], whole["high"],
    )  # fmt: skip
    assert (line["N"], line["PASSED"]) == (str(whole["n"]), str(whole["passed"]))
    assert line["OBS_STATUS"] == "P"  # the year is not over
    found = leader.get(f"/api/v1/receipts/{line['RECEIPT']}").json()
    assert found["figures"]["rows"][0]["n"] == whole["n"]
    assert found["total"] == whole["n"]


def test_a_hidden_cell_has_no_value_and_says_that_it_is_confidential(leader: Any) -> None:
    by_county = {line["COUNTY"]: line for line in rows(leader.get(f"{DATA}/~/{BY_COUNTY}?format=csv"))}

    assert by_county["east"]["OBS_STATUS"] == "P"
    assert by_county["east"]["CONF_STATUS"] == "F"
    for county in ("north", "south"):
        told = {name for name, value in by_county[county].items() if value}
        assert (by_county[county]["OBS_STATUS"], by_county[county]["CONF_STATUS"]) == ("Q", "C")
        assert not told & {"OBS_VALUE", "N", "PASSED", "LOWER_BOUND", "UPPER_BOUND", "VERDICT", "PROBABILITY_MET"}


def test_a_quarter_counts_its_own_days_and_does_not_stand_in_for_the_year(leader: Any) -> None:
    quarters = {
        line["TIME_PERIOD"]: line["N"]
        for line in rows(leader.get(f"{DATA}/~/{WHOLE_YEAR.replace('A', 'Q', 1)}?format=csv"))
    }

    assert quarters == {"2024-Q1": "80", "2024-Q2": "126"}
    assert indicators.computed(key=KEY, on=TODAY, known_on=TODAY).rows[0]["n"] == 206


def test_periods_and_days_of_knowledge_narrow_what_is_asked(leader: Any) -> None:
    quarterly = f"{DATA}/~/{WHOLE_YEAR.replace('A', 'Q', 1)}?format=csv"

    assert [line["TIME_PERIOD"] for line in rows(leader.get(f"{quarterly}&c[TIME_PERIOD]=2024-Q1"))] == ["2024-Q1"]
    assert [line["N"] for line in rows(leader.get(f"{quarterly}&c[TIME_PERIOD]=ge:2024-Q2%2Ble:2024"))] == ["126"]
    assert rows(leader.get(f"{quarterly}&asOf=2023-12-31")) == []
    early = rows(leader.get(f"{quarterly}&asOf=2024-04-01"))
    assert [(line["TIME_PERIOD"], line["KNOWN_ON"]) for line in early] == [("2024-Q1", "2024-04-01")]


def test_a_county_officer_reads_the_own_county_and_the_whole_city(browse: Any, judged: Any) -> None:
    officer = browse(judged.people.officer_gulou)

    found = rows(officer.get(f"{DATA}?format=csv"))
    assert {line["COUNTY"] for line in found} == {"_T", "east"}
    by_other = [line for line in found if line["COUNTY"] == "_T" and "_X" in line.values()]
    assert {line["N"] for line in by_other} <= {"60", "80", "140"}


def test_json_and_xml_say_the_same_as_csv(leader: Any) -> None:
    lines = rows(leader.get(f"{DATA}/~/{BY_COUNTY}?format=csv"))
    data = leader.get(f"{DATA}/~/{BY_COUNTY}?format=json").json()["data"]
    (structure,) = data["structures"]
    places = [[value["id"] for value in one["values"]] for one in structure["dimensions"]["observation"]]
    of_json = {
        tuple(names[int(place)] for names, place in zip(places, key.split(":"), strict=True)): value[0]
        for key, value in data["dataSets"][0]["observations"].items()
    }
    tree = etree.fromstring(leader.get(f"{DATA}/~/{BY_COUNTY}?format=xml").content)
    of_xml = {
        (*series.attrib.values(), one.get("TIME_PERIOD")): one.get("OBS_VALUE")
        for series in tree.iter("Series") for one in series.iter("Obs")
    }  # fmt: skip
    ids = [one["id"] for one in structure["dimensions"]["observation"]]
    of_csv = {tuple(line[id] for id in ids): line["OBS_VALUE"] for line in lines}

    assert of_csv == {key: "" if value is None else repr(value) for key, value in of_json.items()}
    assert of_csv == {key: value or "" for key, value in of_xml.items()}


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        (f"{DATA}/~/A.x", 400, "dimensions"),
        (f"{DATA}?c[TIME_PERIOD]=2024-Q7", 400, "period"),
        (f"{DATA}?c[TIME_PERIOD]=about:2024", 400, "operator"),
        (f"{DATA}?asOf=2031-01-01", 400, "still to come"),
        (f"{DATA}?format=pdf", 400, "format"),
        (f"{DATA}?startPeriod=2024", 400, "startPeriod"),
        (DATA.replace("FUZHOU", "ELSEWHERE"), 404, ""),
        (f"{STRUCTURE}/dataflow/FUZHOU/NOTHING", 404, ""),
        (f"{STRUCTURE}/metadataflow", 400, "metadataflow"),
        (f"{STRUCTURE}/dataflow?references=everything", 400, "everything"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(leader: Any, address: str, status: int, says: str) -> None:
    answer = leader.get(address)

    assert answer.status_code == status
    assert says in answer.json()["detail"]


def test_the_accept_header_chooses_the_form(leader: Any) -> None:
    for asked, begins in (("data+csv;version=2.0.0", b"STRUCTURE,"), ("data+xml;version=3.0.0", b"<?xml")):
        answer = leader.get(DATA, headers={"accept": f"application/vnd.sdmx.{asked}"})
        assert answer.content.startswith(begins)
        assert answer.headers["Content-Type"] == f"application/vnd.sdmx.{asked}"
