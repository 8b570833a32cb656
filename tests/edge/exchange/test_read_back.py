"""What we write as SDMX 3.0 is read back by a library that others wrote, equal to the figures."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sdmx
from sdmx.reader.csv import Reader as CsvReader
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import KEY, TODAY, correct

from banyan.edge.exchange import queries
from banyan.insight.indicators import actions
from banyan.insight.indicators import queries as indicators

API = "/api/v1/sdmx"


@pytest.fixture
def leader(browse: Any, judged: Any) -> Any:
    return browse(judged.people.leader)


def read(leader: Any, address: str, **more: Any) -> Any:
    answer = leader.get(f"{API}/{address}")
    assert answer.status_code == 200, answer.content
    return sdmx.read_sdmx(io.BytesIO(answer.content), **more)


def flow_of(leader: Any, flow: queries.Flow) -> Any:
    message = read(leader, f"structure/dataflow/*/{flow.id}?references=all&format=xml")
    (found,) = message.dataflow.values()
    return found


def test_the_structure_of_every_indicator_is_read_with_names_and_code_lists(leader: Any) -> None:
    message = read(leader, "structure/dataflow?references=all&format=xml")

    assert len(message.dataflow) == len(queries.flows())
    for flow in queries.flows():
        (dsd,) = [one for one in message.structure.values() if one.id == flow.structure_id]
        ids = [one.id for one in dsd.dimensions.components]
        assert ids == ["FREQ", *(name.upper() for name in flow.indicator.by), "TIME_PERIOD"]
        for dimension in dsd.dimensions.components[:-1]:
            assert dimension.local_representation.enumerated.id in message.codelist
        assert {"CONF_STATUS", "OBS_STATUS", "LOWER_BOUND", "UPPER_BOUND", "RECEIPT"} <= {
            one.id for one in dsd.attributes.components
        }
    names = message.dataflow[KEY.upper()].name.localizations
    assert names == {"en": "Provincial spot-check pass rate", "zh": "省级监督抽查合格率"}


def as_read(leader: Any, flow: queries.Flow, form: str, described: Any) -> dict[tuple[str, ...], Any]:
    """The observations of a message by their codes, as the library reads them, with or without their structure."""
    address = f"data/dataflow/{flow.agency}/{flow.id}?format={form}"
    if form == "csv":
        message = CsvReader().convert(io.BytesIO(leader.get(f"{API}/{address}").content), structure=described)
    else:
        message = read(leader, address, **({"structure": described.structure} if described else {}))
    return {
        (*(str(value.value) for value in one.key.values.values()),): one for data in message.data for one in data.obs
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "knows_structure"), [("xml", True), ("xml", False), ("csv", True), ("json1", True), ("json1", False)]
)
def test_the_data_of_every_indicator_are_read_back(leader: Any, form: str, knows_structure: bool) -> None:
    counted = 0
    described_all = read(leader, "structure/dataflow?references=all&format=xml").dataflow
    for flow in queries.flows():
        found = as_read(leader, flow, form, described_all[flow.id] if knows_structure else None)
        written, _used = queries.observations_of(
            flow, key=queries.Key.read("", flow), spans=queries.Spans.read(""), known_on=TODAY, own=None
        )
        assert set(found) == {(*one.key.values(), one.period) for one in written}
        for one in written:
            back = found[*one.key.values(), one.period]
            assert (float(back.value) if back.value not in (None, "") else None) == one.value
            said = {name: str(value.value) for name, value in back.attached_attribute.items()}
            assert {name: value for name, value in said.items() if value} == one.attributes
        counted += len(written)
    assert counted > 50


def test_a_flow_without_intervals_is_read_from_json_by_who_knows_its_structure(leader: Any) -> None:
    """It has attributes that no observation has: they are there all the same, and nothing refers to them."""
    flow = next(one for one in queries.flows() if one.indicator.measure == "count" and "county" in one.indicator.by)
    described = flow_of(leader, flow)
    raw = leader.get(f"{API}/data/dataflow/*/{flow.id}?format=json1").json()
    told = raw["structure"]["attributes"]["observation"]

    assert [one["id"] for one in told] == [one.id for one in described.structure.attributes.components]
    assert all(one["values"] for one in told)
    assert as_read(leader, flow, "json1", described).keys() == as_read(leader, flow, "json1", None).keys()
    for back in as_read(leader, flow, "json1", described).values():
        assert not {"LOWER_BOUND", "UPPER_BOUND", "VERDICT"} & back.attached_attribute.keys()


def test_a_suppressed_cell_is_read_as_suppressed(leader: Any) -> None:
    flow = queries.flow_of(KEY)
    assert flow is not None
    message = read(
        leader, f"data/dataflow/{flow.agency}/{flow.id}/~/A.*{'._T' * 7}?format=xml",
        structure=flow_of(leader, flow).structure,
    )  # fmt: skip
    by_county = {one.key.values["COUNTY"].value: one for one in message.data[0].obs}
    hidden = [row["county"] for row in indicators.show(key=KEY, on=TODAY, by=("county",)).rows if row["suppressed"]]

    assert sorted(hidden) == ["north", "south"]
    for county in hidden:
        assert by_county[county].value is None
        assert by_county[county].attached_attribute["CONF_STATUS"].value == "C"
        assert by_county[county].attached_attribute["OBS_STATUS"].value == "Q"


def test_the_accept_header_chooses_the_json_that_readers_of_sdmx_2_know(leader: Any) -> None:
    address = f"{API}/data/dataflow/*/{KEY}"

    old = leader.get(address, headers={"accept": "application/vnd.sdmx.data+json; version=1.0.0"})
    new = leader.get(address, headers={"accept": "application/vnd.sdmx.data+json;version=2.0.0"})

    assert old["content-type"] == "application/vnd.sdmx.data+json;version=1.0.0"
    assert new["content-type"] == "application/vnd.sdmx.data+json;version=2.0.0"
    assert len(sdmx.read_sdmx(io.BytesIO(old.content)).data[0].obs) == len(new.json()["data"]["dataSets"][0][
        "observations"])  # fmt: skip


def test_what_was_published_is_read_without_signing_in_and_nothing_else(browse: Any, judged: Any) -> None:
    anyone, address = browse(), f"/api/v1/public/sdmx/data/dataflow/*/{KEY}?format=json1"
    before = sdmx.read_sdmx(io.BytesIO(anyone.get(address).content))
    published = actions.publish(
        indicator=KEY, figures_on=TODAY, title="t", breakdowns=((), ("county",)), by=OFFICE, on=TODAY
    )
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=TODAY)

    message = sdmx.read_sdmx(io.BytesIO(anyone.get(address).content))
    structures = anyone.get("/api/v1/public/sdmx/structure/dataflow").json()

    told = {one.attached_attribute["RECEIPT"].value for data in message.data for one in data.obs}
    by_county = {one.key.values["COUNTY"].value: one.value for one in message.data[0].obs}
    assert [list(data.obs) for data in before.data] == [[]]
    assert told == {one.receipt for one in published}
    assert by_county["_T"] == published[0].figures["rows"][0]["value"]
    assert by_county["north"] is None
    assert [one["id"] for one in structures["data"]["dataflows"]] == [KEY.upper()]
    assert anyone.get(f"/api/v1/sdmx/data/dataflow/*/{KEY}").status_code == 401
