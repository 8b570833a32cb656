"""`banyan daily` says in words when it shows what was done before, and what came since."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.base.facts.conftest import world
from tests.edge.conftest import TODAY, batches, judged
from typer import Typer
from typer.testing import CliRunner

from banyan.config import daily
from banyan.config.commands import daily as command
from banyan.kit import clock, runs
from banyan.kit.models import Run

__all__ = ["judged", "world"]
MORNING = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=12, minutes=7)


def run(*words: str) -> str:
    app = Typer()
    command.register(app)
    with clock.fixed_at(MORNING.replace(tzinfo=clock.zone())):
        return CliRunner().invoke(app, list(words)).stdout


@pytest.fixture(autouse=True)
def steps(judged: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The flow with two steps of its own; gives the cuts of those that were done."""
    done: list[int] = []
    monkeypatch.setattr(daily, "STEPS", (
        runs.Step("facts", lambda *, on, cut: done.append(cut) or {"upto": cut}),
        runs.Step("pages", lambda *, on, cut: {}, follows_packs=True),
    ))  # fmt: skip
    return done


def test_a_first_run_prints_its_steps_alone() -> None:
    assert [line.split()[0] for line in run().splitlines()] == ["facts", "pages"]


def test_a_repeat_says_when_it_was_done_and_that_nothing_came_since(steps: list[int]) -> None:
    first = run()

    again = run()

    assert again == (
        f"The run of {TODAY} was done at 12:07; nothing came since.\nThis is what was done then:\n{first}"
    )
    assert run("--newer") == again
    assert len(steps) == 1


def test_a_repeat_counts_what_came_and_names_the_command_that_takes_it_in(judged: Any, steps: list[int]) -> None:
    run()
    judged.world.on(TODAY, judged.world.enter, batches("east", 3, 1))

    several = run().splitlines()[0]
    newer = run("--newer").splitlines()
    judged.world.on(TODAY, judged.world.enter, batches("west", 1, 1))
    one = run().splitlines()[0]

    assert several == (
        f"The run of {TODAY} was done at 12:07; 3 records came since: `banyan daily --newer` takes them in."
    )
    assert [line.split()[0] for line in newer] == ["facts", "pages"]
    assert one.endswith("1 record came since: `banyan daily --newer` takes it in.")
    assert len(steps) == 2


def test_of_another_day_the_command_names_the_day_and_the_time_its_date() -> None:
    yesterday = TODAY - timedelta(days=1)
    run("--on", str(yesterday))

    Run.objects.update(cut=0)
    said = run("--on", str(yesterday)).splitlines()[0]

    assert said.startswith(f"The run of {yesterday} was done at {TODAY} 12:07; ")
    assert said.endswith(f"`banyan daily --on {yesterday} --newer` takes them in.")


def test_steps_that_were_left_out_or_follow_other_packs_are_named_as_done_now(steps: list[int]) -> None:
    with clock.fixed_at(MORNING.replace(tzinfo=clock.zone())):
        list(daily.daily(on=TODAY, without=("pages",)))

    left = run().splitlines()[1]
    Run.objects.update(packs="others")
    other_packs = run().splitlines()[1]

    assert left == other_packs == "Done now: pages. The other lines are of then."
    assert run().splitlines()[1] == "This is what was done then:"
    assert len(steps) == 1


def test_json_keeps_its_form() -> None:
    run()

    lines = [json.loads(line) for line in run("--json").splitlines()]

    assert [line["step"] for line in lines] == ["facts", "pages"]
    assert all(set(line) == {"step", "seconds", "result", "error"} for line in lines)
