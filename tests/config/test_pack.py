"""`banyan pack`: keys, values on a day, refusals in words."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from banyan import policy
from banyan.config.commands.pack import pack
from banyan.kit import Refused


def run(*words):
    return CliRunner().invoke(pack, list(words), catch_exceptions=False)


def test_the_list_names_every_entry_and_the_hash():
    told = json.loads(run("list", "--kind", "target", "--json").stdout)

    assert len(told["entries"]) == 23
    assert told["hash"] == policy.load().hash
    assert {"key", "kind", "status", "pack", "title"} == set(told["entries"][0])


def test_an_unknown_kind_is_refused_with_the_kinds_there_are():
    answer = run("list", "--kind", "rumour")

    assert answer.exit_code == 2
    assert "kinds are" in answer.stderr


@pytest.mark.parametrize(
    ("on", "amount", "confidence"), [("2019-12-31", 30, "recalled"), ("2020-01-01", 60, "verified")]
)
def test_a_term_is_shown_by_the_rule_of_the_day(on, amount, confidence):
    told = json.loads(run("show", "spot_check.correct", "--on", on, "--json").stdout)

    assert (told["amount"], told["confidence"]) == (amount, confidence)
    assert told["says"]


@pytest.mark.parametrize("entry", [entry.key for entry in policy.load().entries()])
def test_every_entry_can_be_shown_once_it_is_in_force(entry):
    known = policy.load().entry(entry)
    day = date(2025, 12, 31) if known.holds(date(2025, 12, 31)) else known.changes()[0]
    answer = run("show", entry, "--on", str(day))

    assert answer.exit_code == 0
    assert entry in answer.stdout
    assert "written" in answer.stdout


def test_a_key_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(Refused, match=r"Did you mean spot_check\.correct"):
        run("show", "spot_check.corect")


def test_the_packs_of_the_house_have_nothing_to_mend():
    answer = run("check")

    assert answer.exit_code == 0
    assert "0 failed, 0 remarks" in answer.stdout
