"""Attacks by drafts: what somebody who may only draft learns of figures that the rule in force hides."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import openpyxl
import pytest
from scipy.optimize import linprog
from tests.edge.conftest import KEY, TODAY, batches
from tests.edge.rules.conftest import TARGET
from typer.testing import CliRunner

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.config.commands.policy import rules
from banyan.edge.rules import actions
from banyan.edge.rules.models import Preview
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.policy import amending

T = 5
SMALL = ("north", "south")  # three samples each; of north's one failed
NUMBERS = ("n", "value", "low", "high")
PUBLIC = {"zh": "登记信息", "en": "A public register"}


def among(**changed: Any) -> dict[str, Any]:
    return amending.definition(policy.load().indicator(KEY), TODAY)["among"] | changed


def enter_complaints(judged: Any, counts: dict[str, int]) -> None:
    """Samples after complaints, which the rate in force does not count."""
    day = TODAY - timedelta(days=3)
    for county, n in counts.items():
        records = batches(county, n, 1, on=day)
        for one in records:
            one.drawn = "complaint"
        judged.world.on(day, judged.world.enter, records)
    with clock.fixed_at(TODAY):
        facts.collect()


def numbers_of(one: dict[str, Any] | None) -> list[Any]:
    return [one[name] for name in NUMBERS if one and one[name] is not None]


def by_unit(result: dict[str, Any], sort: str = "figures", **wanted: str) -> dict[str, dict[str, Any]]:
    wanted = {"indicator": KEY, "by": "county", "on": TODAY.isoformat()} | wanted
    return {line["unit"]: line for line in result[sort] if all(line[name] == said for name, said in wanted.items())}


@pytest.mark.parametrize("least", [1, 2, 3])
def test_a_draft_of_the_smallest_count_says_which_cells_it_opens_and_opens_none(
    office: Any, browse: Any, least: int
) -> None:
    draft = office.draft("disclosure.smallest_count", value=least)
    result = office.preview(draft, first=date(2024, 1, 1), last=TODAY)
    figures, verdicts = by_unit(result), by_unit(result, "verdicts", target=TARGET)

    assert set(figures) == set(verdicts) == set(SMALL)
    for line in result["figures"]:
        assert line["hides"] == "would_become_visible"
        assert (line["before"]["suppressed"], line["after"]["suppressed"]) == (True, False)
        assert numbers_of(line["before"]) == numbers_of(line["after"]) == []
        assert line["change"] is None
    for line in result["verdicts"]:
        assert (line["before"], line["after"], numbers_of(line)) == ("hidden", "visible", [])
    for line in result["scores"]:
        assert line["hides"] == "withheld"
        assert set(line["after"].values()) == {None}
    assert result["whom"]["firms"] == 0
    assert result["counts"]["figures"]["would_become_visible"] == len(result["figures"])


def test_neither_page_nor_workbook_nor_api_nor_command_tells_what_a_draft_would_open(
    office: Any, browse: Any
) -> None:
    draft = office.draft("disclosure.smallest_count", value=1)
    office.preview(draft, first=TODAY, last=TODAY)
    leader, preview = browse(office.people.leader), Preview.objects.get()
    page = leader.get(f"/office/rules/previews/{preview.pk}/").content.decode()
    sheets = openpyxl.load_workbook(io.BytesIO(leader.get(f"/office/rules/previews/{preview.pk}/table.xlsx").content))
    api = leader.get(f"/api/v1/rules/previews/{preview.pk}").content.decode()
    command = CliRunner().invoke(rules, ["preview", draft.pk, "--from", str(TODAY), "--json"])
    spoken = CliRunner().invoke(rules, ["preview", draft.pk, "--from", str(TODAY)])
    cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]

    assert command.exit_code == spoken.exit_code == 0
    assert json.loads(command.stdout)["figures"]
    for told in (page, " ".join(cells), api, command.stdout, spoken.stdout):
        assert "66.6" not in told
        assert "0.66" not in told
    assert "would become visible" in page
    assert "would become visible" in cells
    assert "A preview shows no number" in page


def test_what_a_draft_counts_more_is_not_read_off_by_subtraction(office: Any, judged: Any) -> None:
    """The attacker subtracts, county by county and for the city, and knows that nothing falls away."""
    more = {"east": 9, "west": 2}
    enter_complaints(judged, more)
    result = office.preview(
        office.draft(KEY, among=among(drawn=["random", "targeted", "unknown", "complaint"])), first=TODAY, last=TODAY
    )
    figures, (city,) = by_unit(result), by_unit(result, by="").values()
    now = {row["county"]: row["n"] for row in indicators.show(key=KEY, on=TODAY, by=("county",)).rows}

    assert city["after"]["n"] - city["before"]["n"] == sum(more.values())
    assert {unit: line["hides"] for unit, line in figures.items()} == {"east": "withheld", "west": "withheld"}
    assert numbers_of(figures["west"]["after"]) == []
    assert figures["west"]["change"] is None
    equations, sides = [np.ones(len(now))], [float(sum(more.values()))]
    for place, county in enumerate(now):
        line = figures.get(county)
        if line is None and now[county] is not None:  # no line: nothing differs
            equations, sides = [*equations, np.eye(len(now))[place]], [*sides, 0.0]
        elif line is not None and line["after"]["n"] is not None:
            equations.append(np.eye(len(now))[place])
            sides.append(line["after"]["n"] - line["before"]["n"])
    secret = np.eye(len(now))[list(now).index("west")]
    most = -linprog(-secret, A_eq=equations, b_eq=sides, bounds=(0, None), method="highs").fun
    assert most >= T
    for line in by_unit(result, "scores", assessment="county_quality_score").values():
        assert line["after"]["score"] is None


def test_a_draft_that_counts_many_more_is_shown(office: Any, judged: Any) -> None:
    enter_complaints(judged, {"east": 9, "west": 12})
    result = office.preview(
        office.draft(KEY, among=among(drawn=["random", "targeted", "unknown", "complaint"])), first=TODAY, last=TODAY
    )

    assert {unit: line["after"]["n"] for unit, line in by_unit(result).items()} == {"east": 149, "west": 72}


@pytest.mark.parametrize("counties", [["north"], ["east", "west", "north"]])
def test_a_draft_that_counts_few_or_leaves_few_out_tells_the_city_s_figure_no_more(
    office: Any, counties: list[str]
) -> None:
    result = office.preview(office.draft(KEY, among=among(county=counties)), first=TODAY, last=TODAY)
    (city,) = by_unit(result, by="").values()

    assert city["before"]["n"] == 206
    assert city["hides"] == "withheld"
    assert numbers_of(city["after"]) == []
    for unit in SMALL:
        assert numbers_of(by_unit(result).get(unit, {}).get("after")) == []


def test_a_draft_that_calls_an_indicator_a_public_register_opens_no_hidden_cell(office: Any) -> None:
    result = office.preview(office.draft(KEY, shows_small_counts=PUBLIC), first=TODAY, last=TODAY)

    assert {unit: line["hides"] for unit, line in by_unit(result).items()} == dict.fromkeys(
        SMALL, "would_become_visible"
    )
    assert [numbers_of(line[side]) for line in by_unit(result).values() for side in ("before", "after")] == [[]] * 4


def test_what_a_public_register_shows_is_shown_of_its_own_records_only(office: Any) -> None:
    """An indicator whose small counts are public is drafted to count samples instead."""
    public = next(
        one.key for one in policy.load().entries("indicator")
        if one.shows_small_counts and "county" in one.by and indicators.is_recorded(one)
    )  # fmt: skip
    rate = amending.definition(policy.load().indicator(KEY), TODAY)
    mine = amending.definition(policy.load().indicator(public), TODAY)
    text = amending.written(rate | {"shows_small_counts": mine["shows_small_counts"]})
    draft = actions.draft_rule(rule=public, definition=text, by=office.people.planner, on=TODAY, reason="why")
    result = office.preview(draft, first=TODAY, last=TODAY)

    for unit in SMALL:
        line = by_unit(result, indicator=public).get(unit)
        assert line is None or numbers_of(line["after"]) == []
