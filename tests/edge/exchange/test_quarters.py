"""Attacks on one SDMX message: what a year, its quarters and the city's totals tell of a quarter that is hidden."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from scipy.optimize import linprog
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import KEY, TODAY, batches

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation
from banyan.edge.exchange import queries
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.policy import periods
from banyan.records.inspection.models import Task

T = 5
DATA = "/api/v1/sdmx/data/dataflow/*"
DAYS = {1: date(2023, 2, 3), 2: date(2023, 5, 4), 3: date(2023, 8, 3), 4: date(2023, 11, 2)}
COUNTS = {  # of 2023, by quarter; in no other is a county's third quarter small
    "east": (20, 30, 1, 25), "west": (40, 20, 30, 30), "north": (9, 12, 11, 10), "south": (10, 10, 10, 10),
}  # fmt: skip
VISITS = {"east": (6, 7, 9, 8), "west": (6, 6, 6, 6), "north": (8, 8, 8, 8), "south": (7, 1, 7, 7)}


@pytest.fixture
def leader(browse: Any, judged: Any) -> Any:
    """The world of the last year: one quarter of one county is small, and one count of visits."""
    records: list[Any] = []
    for quarter, day in DAYS.items():
        for county, counts in COUNTS.items():
            records += batches(county, counts[quarter - 1], 1, on=day)
            records += [
                Task(
                    key=f"v-{county}-{day}-{place}", planned_on=day, visited_on=day, state="not_sampled",
                    county_id=county, organisation_id="firm", scheme="product_supervision", level="province",
                    drawn="random",
                )
                for place in range(VISITS[county][quarter - 1])
            ]  # fmt: skip
    firm = Organisation(key="firm", name="firm", county_id="east")
    with clock.fixed_at(TODAY):
        for some in ([firm], [one for one in records if isinstance(one, Task)],
                     [one for one in records if not isinstance(one, Task)]):  # fmt: skip
            judged.world.enter(records=some, by=OFFICE, on=TODAY)
        facts.collect()
    return browse(judged.people.leader)


def message(leader: Any, flow: Any, **more: str) -> list[dict[str, str]]:
    answer = leader.get(f"{DATA}/{flow.id}", {"format": "csv", **more})
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def by_quarter(flow: Any, dimension: str, column: str) -> dict[tuple[str, str], float]:
    """The truth: how many each group counts in each quarter of the year."""
    found = {}
    for quarter in DAYS:
        first, last = periods.first_last(f"2023-Q{quarter}")
        indicator = policy.load(settings.BANYAN_PACKS).indicator(flow.indicator.key, on=last)
        (counts,) = indicators.measure_many(indicator, on=last, known_on=TODAY, bys=((dimension,),), since=first)
        numbers = counts.n if column == "N" else counts.beside.get(column.lower(), np.zeros(len(counts.n)))
        for group, n in zip(counts.groups, np.nan_to_num(numbers), strict=True):
            found[queries.structures.code_of(group[dimension]), f"2023-Q{quarter}"] = float(n)
    return found


def recovered(lines: list[dict[str, str]], flow: Any, dimension: str, column: str) -> list[tuple[str, str, float]]:
    """The small cells that linear programmes bound below the smallest count, by all that the message tells."""
    truth = by_quarter(flow, dimension, column)
    runs = flow.indicator.measure == "growth"  # its quarters count from the beginning of the year
    cells = {cell: place for place, cell in enumerate(truth)}
    others = [name.upper() for name in flow.indicator.by if name != dimension]
    equations, sides = [], []
    for line in lines:
        if not line[column] or any(line[name] != "_T" for name in others):
            continue
        unit, period = line[dimension.upper()], line["TIME_PERIOD"]
        row = np.zeros(len(cells))
        for (group, quarter), place in cells.items():
            is_in = quarter <= period if runs and "Q" in period else quarter.startswith(period)
            row[place] = unit in (group, "_T") and is_in
        equations.append(row)
        sides.append(float(line[column]))
    found = []
    for cell, place in cells.items():
        whole = sum(n for (_group, quarter), n in truth.items() if quarter == cell[1])
        if 0 < truth[cell] < T <= whole:
            secret = np.eye(len(cells))[place]
            bounds = linprog(-secret, A_eq=equations, b_eq=sides, bounds=(0, None), method="highs")
            assert bounds.status == 0, "the attacker has understood the message"
            most = -bounds.fun
            if most < T - 1e-6:
                found.append((*cell, most))
    return found


@pytest.mark.slow
def test_no_small_quarter_of_any_flow_is_worked_out_from_its_whole_message(leader: Any) -> None:
    attacked = 0
    for flow in queries.flows():
        if (
            flow.indicator.window != "calendar_year"
            or flow.indicator.unit_column
            or flow.indicator.shows_small_counts
        ):
            continue
        lines = [line for line in message(leader, flow) if line["TIME_PERIOD"].startswith("2023")]
        for dimension in flow.indicator.by:
            for column in ("N", "REFUSED", "NOT_SAMPLED"):
                assert recovered(lines, flow, dimension, column) == [], (flow.id, dimension, column)
                attacked += any(0 < n < T for n in by_quarter(flow, dimension, column).values())
    assert attacked >= 4


def test_beside_a_hidden_quarter_others_are_hidden_and_the_year_and_most_else_are_shown(leader: Any) -> None:
    flow = queries.flow_of(KEY)
    lines = [line for line in message(leader, flow) if line["TIME_PERIOD"].startswith("2023")]
    told = {(line["COUNTY"], line["TIME_PERIOD"]): line["N"] for line in lines if line["COUNTY"] != "_T"}
    hidden = {cell for cell, n in told.items() if not n}

    assert {county for county, period in hidden if period == "2023-Q3"} > {"east"}
    assert {period for county, period in hidden if county == "east"} > {"2023-Q3"}
    assert told["east", "2023"] == "76"
    assert len(hidden) <= len(told) / 2
    for line in lines:
        if (line["COUNTY"], line["TIME_PERIOD"]) in hidden:
            assert (line["CONF_STATUS"], line["OBS_VALUE"], line["NOT_SAMPLED"]) == ("C", "", "")


def test_a_quarter_asked_for_by_itself_hides_the_same_and_so_does_its_receipt(leader: Any) -> None:
    flow = queries.flow_of(KEY)

    def cells(lines: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
        return {
            line["COUNTY"]: (line["N"], line["RECEIPT"]) for line in lines
            if line["TIME_PERIOD"] == "2023-Q3" and line["COUNTY"] != "_T"
        }  # fmt: skip

    alone = cells(message(leader, flow, **{"c[TIME_PERIOD]": "2023-Q3"}))
    (receipt,) = {receipt for _n, receipt in alone.values()}
    behind = leader.get(f"/api/v1/receipts/{receipt}").json()["figures"]["rows"]

    assert alone == cells(message(leader, flow))
    assert {row["county"]: str(row["n"] or "") for row in behind} == {county: n for county, (n, _r) in alone.items()}
