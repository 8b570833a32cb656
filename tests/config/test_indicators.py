"""`banyan indicators` prints what the pages show, as a table for eyes and as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.base.facts.conftest import world
from tests.edge.conftest import KEY, TODAY, batches, browse, judged
from typer.testing import CliRunner, Result

from banyan.config.commands.indicators import indicators
from banyan.kit.refusals import NotFound

__all__ = ["browse", "judged", "world"]

ROW = {"county", "n", "passed", "value", "low", "high", "verdict", "probability_met", "suppressed", "refused",
       "not_sampled"}  # fmt: skip
RECEIPT = {"rule", "rule_from", "reference", "pack", "method", "version", "facts", "engine"}


def run(*words: str) -> Result:
    return CliRunner().invoke(indicators, ["show", *words], env={"COLUMNS": "80"})


@pytest.fixture(autouse=True)
def recorded(judged: Any) -> Any:
    return judged


def test_the_table_fits_a_narrow_window_and_names_places() -> None:
    printed = run(KEY, "--on", str(TODAY), "--by", "county").stdout

    lines = {line.split()[0]: line.split() for line in printed.splitlines() if line.strip()}
    assert lines["west"] == ["west", "60", "50.0%", "37.7%", "–", "62.3%", "not", "met", "<1%"]
    assert "hidden" in lines["north"]
    assert "%" not in "".join(lines["north"])
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_json_has_the_promised_shape() -> None:
    answer = json.loads(run(KEY, "--on", str(TODAY), "--by", "county", "--json").stdout)

    assert set(answer) >= {"key", "on", "known_at", "rows", "receipt"}
    assert all(set(row) >= ROW for row in answer["rows"])
    assert set(answer["receipt"]) >= RECEIPT
    hidden = {row["county"] for row in answer["rows"] if row["suppressed"]}
    assert hidden == {"north", "south"}


def test_what_nobody_recorded_is_said() -> None:
    assert "No record answers" in run("export_pass_rate", "--on", str(TODAY)).stdout


def test_what_was_recorded_after_the_daily_flow_is_counted(recorded: Any) -> None:
    recorded.world.on(TODAY, recorded.world.enter, batches("east", 5, 1))

    answer = json.loads(run(KEY, "--on", str(TODAY), "--json").stdout)

    assert answer["rows"][0]["n"] == 80 + 126 + 5
    assert answer["receipt"]["facts"]["count"] == 80 + 126 + 5


def test_before_its_time_and_mistyped_it_is_refused_by_command_and_by_api_in_the_same_sentences(
    recorded: Any, browse: Any
) -> None:
    leader = browse(recorded.people.leader)
    for key, word in ((KEY, "It holds from "), (KEY[:-1], f"Nearest to it are: {KEY}, ")):
        by_command = run(key, "--on", "2010-12-31").exception
        by_api = leader.get(f"/api/v1/indicators/{key}?on=2010-12-31", headers={"accept-language": "en"})

        assert isinstance(by_command, NotFound)
        assert word in str(by_command)
        assert by_api.status_code == 404
        assert {by_command.asked, by_command.prevents, by_command.instead} <= set(map(str, by_api.json().values()))
