"""A day's run that is killed in any of its steps and started again ends as one that was never killed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World
from tests.base.facts.conftest import world as world

from banyan.base.facts import queries as facts
from banyan.base.facts.facts import kinds
from banyan.base.facts.models import Segment, Watermark
from banyan.base.registry.models import Organisation
from banyan.config import daily
from banyan.insight.alerts.models import Alert, WatchedUpTo
from banyan.insight.indicators.models import Computation
from banyan.kit import clock, runs
from banyan.kit.models import Event, Run, SubjectKey

DAY = FIRST_DAY + timedelta(days=20)


class KilledHere(BaseException):
    """The process ends; nothing may catch it."""


@pytest.fixture
def lived(world: World) -> World:
    """Samples, corrections, and a firm that closed so long ago that its personal data end today."""
    world.live(20, seed=12)
    with clock.fixed_at(FIRST_DAY):
        closed = Organisation(key="closed", name="closed", representative="Lin", closed_on=date(2015, 1, 1))
        world.enter(records=[closed], by=OFFICE, on=FIRST_DAY)
    return world


def outcome() -> dict[str, Any]:
    """All that a day's run leaves behind."""
    told = facts.facts(list(kinds())).drop("supersedes").to_pyarrow().to_pylist()
    return {
        "facts": sorted(told, key=lambda fact: (fact["kind"], fact["key"])),
        "watermarks": list(Watermark.objects.order_by("kind").values()),
        "figures": [
            (one.indicator, one.by, one.figures["rows"]) for one in Computation.objects.order_by("indicator", "by")
        ],
        "alerts": list(Alert.objects.order_by("key").values("key", "rule", "state")),
        "watched": list(WatchedUpTo.objects.order_by("rule").values()),
        "personal data": list(SubjectKey.objects.order_by("subject").values("subject", "destroyed_at")),
        "events": Event.objects.count(),
        "faulty": facts.faulty_segments(),
    }


def run_day() -> list[runs.Outcome]:
    with clock.fixed_at(DAY):
        return list(daily.daily(on=DAY))


@pytest.mark.slow  # four runs of a day for each step
@pytest.mark.parametrize("step", [step.name for step in daily.STEPS])
@pytest.mark.parametrize("when", ["before it begins", "after its deed"])
def test_a_run_killed_in_a_step_and_started_again_ends_as_if_nothing_had_been(
    lived: World, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    def killed(one: runs.Step) -> runs.Step:
        def do(**given: Any) -> dict[str, Any]:
            if when == "after its deed":
                one.do(**given)
            raise KilledHere

        return replace(one, do=do) if one.name == step else one

    with monkeypatch.context() as broken:
        broken.setattr(daily, "STEPS", tuple(killed(one) for one in daily.STEPS))
        with pytest.raises(KilledHere):
            run_day()

    again = run_day()
    ended = outcome()
    repeated = run_day()

    assert [one.error for one in again] == [""] * len(daily.STEPS)
    assert [one.result for one in repeated] == [one.result for one in again]
    assert outcome() == ended
    assert ended["facts"]
    assert ended["figures"]
    assert ended["faulty"] == []
    assert [one["destroyed_at"] is not None for one in ended["personal data"]] == [True]
    # The same day from the beginning, with nothing derived left, and no kill.
    Run.objects.all().delete()
    for derived in (Computation, Segment, Watermark):
        derived.objects.all().delete()
    assert [one.error for one in run_day()] == [""] * len(daily.STEPS)
    assert {**outcome(), "watermarks": []} == {**ended, "watermarks": []}
