"""The commands of risk refuse what the pages refuse, and say how many places of a draw stay random."""

import json

import pytest
from tests.insight.risk.conftest import makers
from tests.insight.risk.test_order import past
from typer.testing import CliRunner

from banyan.config.commands.risk import risk
from banyan.insight.risk.queries import placing
from banyan.kit import Refused

__all__ = ["makers"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def learnt(makers, monkeypatch):
    monkeypatch.setattr(placing, "past_of", lambda **_asked: past())


def test_the_order_says_how_many_places_stay_random_and_lists_the_others_only(learnt):
    asked = ["order", "--scheme", "food_supervision", "--places", "2"]

    told = CliRunner().invoke(risk, asked)
    as_json = json.loads(CliRunner().invoke(risk, [*asked, "--json"]).stdout)

    assert told.exit_code == 0
    head, *lines = told.stdout.splitlines()
    assert "2 places: 1 by risk, of 2 firms; 1 stay random (at least 30%" in head
    assert len(lines) == 1
    assert "firm-g" in lines[0]
    assert (as_json["places"], as_json["at_random"], as_json["random_share"]) == (2, 1, 0.3)
    assert [one["firm"] for one in as_json["by_risk"]] == ["firm-g"]


@pytest.mark.parametrize(
    "asked",
    [["order", "--scheme", "nonsense"], ["order", "--places", "-3"], ["order", "--places", "many"],
     ["order", "--places", "501"], ["backtest", "--scheme", "nonsense"]],
)  # fmt: skip
def test_nonsense_is_refused_and_nothing_is_printed(learnt, asked):
    told = CliRunner().invoke(risk, asked)

    assert isinstance(told.exception, Refused)
    assert not told.stdout


def test_a_file_that_is_not_there_is_refused_by_its_name(learnt, tmp_path):
    told = CliRunner().invoke(risk, ["backtest", "--file", str(tmp_path / "visits.csv")])

    assert told.exit_code == 2
    assert "does not exist" in told.output
