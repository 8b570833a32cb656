"""Facts are rebuilt and compacted under readers at work: nobody sees a fact missing, twice, or half of a change."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World

from banyan.base.facts import actions, queries
from banyan.base.facts.actions import collecting, segments
from banyan.base.facts.facts import kinds
from banyan.base.facts.models import Segment, Watermark
from banyan.kit import clock
from banyan.kit.models import Version

KIND = "inspection.sample_judged"


def rows(table: Any) -> dict[str, dict[str, Any]]:
    """What facts say, by key. Which fact one names as replaced depends on how often it was collected."""
    found = table.drop("supersedes").to_pyarrow().to_pylist()
    assert len({row["key"] for row in found}) == len(found), "a record has two standing facts"
    return {row["key"]: row for row in found}


def told(day: date | None = None) -> dict[str, dict[str, Any]]:
    return rows(queries.facts([KIND], known_on=day))


def files() -> set[Path]:
    return set(Path(settings.BANYAN_DATA_DIR).rglob("*.parquet"))


def let_live(world: World, *, days: int = 30, seed: int = 4) -> None:
    """A random life that is collected every few days, so that it lies in many segments."""
    chance = random.Random(seed)
    for step in range(days):
        day = FIRST_DAY + timedelta(days=step)
        world.on(day, world.enter, [world._sample(f"s-{step}-{i}", day, chance) for i in range(2)])
        old = chance.sample(sorted(world.samples), k=2)
        changed = ("conclusion", "county_id", "sampled_on", "withdrawn_on")
        world.on(day, world.change, [world._changed(key, day, chance) for key in old], fields=changed)
        if step % 3 == 0:
            actions.collect()
    actions.collect()


def at_each_step(monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]) -> list[object]:
    """Look before and after files are written: what follows is one transaction."""
    seen: list[object] = []
    whole = segments.write

    def write(*given: Any) -> Any:
        seen.append(look())
        written = whole(*given)
        seen.append(look())
        return written

    monkeypatch.setattr(segments, "write", write)
    return seen


def test_a_rebuild_changes_no_answer_on_fifty_random_days(world: World) -> None:
    let_live(world)
    chance = random.Random(50)
    days = [FIRST_DAY + timedelta(days=chance.randrange(-2, 35)) for _ in range(50)]
    before = [told(day) for day in days]

    actions.rebuild()

    assert [told(day) for day in days] == before
    assert any(before)


@pytest.mark.parametrize("meet", [actions.collect, actions.fit], ids=["collection", "start of the server"])
def test_a_kind_that_has_other_columns_than_before_is_told_anew(
    world: World, monkeypatch: pytest.MonkeyPatch, meet: Any
) -> None:
    whole = kinds()[KIND]

    def fewer(versions: Any) -> dict[str, Any]:
        return {name: value for name, value in whole.yields(versions).items() if name != "judged_on"}

    collecting.mapping.cache_clear()
    with monkeypatch.context() as earlier:
        earlier.setattr(collecting, "kinds", lambda: {KIND: replace(whole, own={"grade": "string"}, yields=fewer)})
        let_live(world, days=6)
    collecting.mapping.cache_clear()
    without = told()

    meet()

    found = told()
    assert found.keys() == without.keys()
    assert all(row["judged_on"] for row in found.values())
    actions.rebuild(kind=KIND)
    assert told() == found


@pytest.mark.parametrize("change", [actions.rebuild, actions.compact], ids=["rebuild", "compaction"])
def test_readers_see_all_facts_at_every_step(world: World, monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    let_live(world)
    before = told()
    seen = at_each_step(monkeypatch, told)

    change()

    assert len(seen) >= 2
    assert all(one == before for one in seen)
    assert told() == before


@pytest.mark.parametrize("change", [actions.rebuild, actions.compact], ids=["rebuild", "compaction"])
def test_who_began_before_finishes_and_the_files_go_only_later(world: World, change: Any) -> None:
    let_live(world)
    last = FIRST_DAY + timedelta(days=40)
    opened, answer, old_files = queries.facts([KIND]), told(), files()

    with clock.fixed_at(last):
        change()
        swept_at_once = actions.sweep()

    assert rows(opened) == answer
    assert swept_at_once == 0
    assert old_files <= files()
    with clock.fixed_at(last + timedelta(days=1)):
        assert actions.sweep() > 0
    assert {Path(queries.store().place) / path for path in Segment.objects.values_list("path", flat=True)} == files()
    assert told() == answer


def test_who_opens_after_a_rebuild_sees_what_it_found(world: World) -> None:
    let_live(world, days=6)
    opened, before = queries.facts([KIND]), told()
    # Versions never change; here they do, so that the old answer can be told from the new one.
    for version in Version.objects.filter(noun="inspection.sample"):
        Version.objects.filter(pk=version.pk).update(state=version.state.replace('"west"', '"east"'))

    actions.rebuild(kind=KIND)

    assert rows(opened) == before
    assert {row["county"] for row in before.values()} == {"east", "west"}
    assert {row["county"] for row in told().values()} == {"east"}


def test_a_rebuild_that_dies_leaves_the_old_facts_and_no_files(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    let_live(world, days=9)
    before, old_files, reached = told(), files(), Watermark.objects.get(kind=KIND).event

    def die(_written: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(segments, "enter", die)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            actions.rebuild()
    died = told()
    actions.collect()

    assert died == told() == before
    assert files() == old_files
    assert Watermark.objects.get(kind=KIND).event == reached


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="needs PostgreSQL: SQLite lets one transaction write at a time"
)
@pytest.mark.django_db(transaction=True)
def test_transactions_that_overlap_are_neither_lost_nor_told_twice(world: World) -> None:
    """The one that began first commits last, with lower numbers of rows, and changes what the other entered."""
    chance = random.Random(6)
    begun, may_commit = threading.Event(), threading.Event()
    early, late = world._sample("early", FIRST_DAY, chance), world._sample("late", FIRST_DAY, chance)
    early.conclusion = late.conclusion = "passed"

    def slow() -> None:
        try:
            with transaction.atomic():
                assert Version.objects.filter(key="late").count() == 0
                begun.set()
                assert may_commit.wait(20)
                next_version(500)
                world.enter(records=[early], by=OFFICE, on=FIRST_DAY)
                late.conclusion = "failed"
                world.change(records=[late], fields=("conclusion",), by=OFFICE, on=FIRST_DAY)
        finally:
            connections.close_all()

    other = threading.Thread(target=slow)
    other.start()
    assert begun.wait(20)
    next_version(1000)
    with clock.fixed_at(FIRST_DAY):
        world.enter(records=[late], by=OFFICE, on=FIRST_DAY)
    actions.collect()
    between = {key: row["passed"] for key, row in told().items()}
    may_commit.set()
    other.join(20)
    actions.collect()
    after = {key: row["passed"] for key, row in told().items()}
    actions.rebuild()

    assert between == {"late": True}
    assert after == {"early": True, "late": False}
    assert {key: row["passed"] for key, row in told().items()} == after


def next_version(number: int) -> None:
    """Let the database give this number to the next version."""
    with connection.cursor() as sql:
        sql.execute("SELECT setval(pg_get_serial_sequence('kit_version', 'id'), %s, false)", [number])
