"""A run of a day sees what events up to its cut said, however often and late it is repeated."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from tests.base.facts.conftest import FIRST_DAY, World
from tests.insight.indicators.test_figures import KEY, sample

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.config import checks
from banyan.insight.indicators import queries
from banyan.insight.indicators.models import Computation
from banyan.kit import clock, events, runs
from banyan.kit.runs import Step


def test_what_was_recorded_after_the_cut_does_not_change_a_repeated_run(world: World, monkeypatch: Any) -> None:
    only(monkeypatch, KEY)
    day = FIRST_DAY + timedelta(days=3)
    first = [sample(world, f"s{i}", "east") for i in range(40)]
    world.on(day, world.enter, first)
    with clock.fixed_at(day):
        interrupted = runs.start(name="daily", on=day)
        list(runs.go(interrupted, [Step("facts", facts.collect), Step("indicators", dies)]))
    for record in first[:20]:
        record.conclusion = "failed"
    world.on(day, world.change, first[:20], fields=("conclusion",))
    world.on(day, world.enter, [sample(world, f"t{i}", "east") for i in range(7)])
    facts.collect()  # another command has collected what the run must not see

    with clock.fixed_at(day):
        again = runs.start(name="daily", on=day)
        outcomes = list(
            runs.go(again, [Step("facts", facts.collect), Step("indicators", compute), Step("checks", check)])
        )
        live = queries.show(key=KEY, on=day)

    assert again.cut == interrupted.cut < events.last_number()
    assert [one.error for one in outcomes] == ["", "", ""]
    stored = Computation.objects.get(indicator=KEY, by="").figures
    assert (stored["rows"][0]["n"], stored["rows"][0]["passed"]) == (40, 40)
    assert stored["receipt"]["cut"] == interrupted.cut
    assert (live.rows[0]["n"], live.rows[0]["passed"]) == (47, 27)


def test_the_level_of_intervals_is_the_packs(world: World, monkeypatch: Any) -> None:
    world.on(FIRST_DAY, world.enter, [sample(world, f"s{i}", "east") for i in range(40)])
    facts.collect()
    with clock.fixed_at(FIRST_DAY):
        usual = queries.show(key=KEY, on=FIRST_DAY)
        monkeypatch.setattr("banyan.insight.indicators.queries.measuring.confidence_level", lambda on: 0.5)
        narrow = queries.show(key=KEY, on=FIRST_DAY)

    said = policy.load(settings.BANYAN_PACKS).value("indicators.confidence_level", on=FIRST_DAY)
    assert usual.receipt["level"] == float(said.value)
    assert usual.rows[0]["low"] < narrow.rows[0]["low"]


def only(monkeypatch: Any, key: str) -> None:
    """Let the daily step compute one indicator, so that the test takes seconds."""
    monkeypatch.setattr("banyan.insight.indicators.actions.is_recorded", lambda entry: entry.key == key)


def dies(**_given: Any) -> dict[str, Any]:
    raise RuntimeError("the machine was switched off")


def compute(**given: Any) -> dict[str, Any]:
    from banyan.insight.indicators import actions

    return actions.compute(**given)


def check(*, on: Any, cut: int) -> dict[str, Any]:
    return {"recomputed": checks.recompute(on=on)}


def test_other_packs_on_the_same_day_make_its_figures_again_and_nothing_else(world: World) -> None:
    day, done = date(2024, 6, 30), []
    steps = [
        Step("alerts", lambda on, cut: done.append(("alerts", cut)) or {}),
        Step("indicators", lambda on, cut: done.append(("indicators", cut)) or {}, follows_packs=True),
    ]

    def flow(packs: str) -> None:
        run = runs.start(name="daily", on=day, packs=packs)
        list(runs.go(run, steps, packs=packs))

    with clock.fixed_at(day):
        for packs in ("old", "old", "new", "new"):
            flow(packs)
    with clock.fixed_at(date(2024, 7, 1)):
        flow("newer still")

    assert [name for name, _cut in done] == ["alerts", "indicators", "indicators"]
    assert len({cut for _name, cut in done}) == 1
