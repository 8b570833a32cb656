"""Facts are what the versions say: collected once, as known on any day, whole after a crash."""

from __future__ import annotations

import random
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.base.facts.conftest import FIRST_DAY, World

from banyan.base.facts import actions, queries
from banyan.base.facts.actions import collecting, segments
from banyan.base.facts.facts import kinds
from banyan.base.facts.models import Segment, Watermark

KIND = ["inspection.sample_judged"]


def told(day: date | None = None, years: range | None = None) -> dict[str, dict[str, Any]]:
    rows = queries.facts(KIND, known_on=day, years=years).to_pyarrow().to_pylist()
    assert len({row["key"] for row in rows}) == len(rows), "a record has two standing facts"
    return {row["key"]: row for row in rows}


def assert_as_replayed(world: World, day: date) -> None:
    found, replayed = told(day), world.known_on(day)
    assert set(found) == set(replayed)
    for key, state in replayed.items():
        assert found[key]["passed"] == (state["conclusion"] == "passed")
        assert found[key]["county"] == state["county_id"]
        assert found[key]["happened_on"] == state["sampled_on"]


def test_facts_as_known_on_any_day_equal_a_replay_of_the_history(world: World) -> None:
    world.live(30, seed=3)

    actions.collect()

    for step in random.Random(1).sample(range(31), 8):
        assert_as_replayed(world, FIRST_DAY + timedelta(days=step))


def test_collecting_day_by_day_gives_the_same_as_collecting_at_once(world: World) -> None:
    chance = random.Random(8)
    for step in range(15):
        day = FIRST_DAY + timedelta(days=step)
        world.on(day, world.enter, [world._sample(f"s-{step}-{i}", day, chance) for i in range(3)])
        world.on(day, world.change, [world._changed(f"s-{step}-0", day, chance)], fields=("conclusion", "county_id"))
        actions.collect()
    piecemeal = {step: told(FIRST_DAY + timedelta(days=step)) for step in range(15)}

    actions.rebuild()

    for step, before in piecemeal.items():
        after = told(FIRST_DAY + timedelta(days=step))
        assert {key: {**row, "supersedes": None} for key, row in after.items()} == {
            key: {**row, "supersedes": None} for key, row in before.items()
        }


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_what_a_kind_yields_can_be_told_of_the_versions_it_reads(kind: str) -> None:
    told = collecting.mapping(kind)

    assert all(name in told for name in kinds()[kind].own)


def test_collecting_again_changes_nothing(world: World) -> None:
    world.live(6, seed=1)
    first = actions.collect()

    again = actions.collect()

    assert sum(first["facts"].values()) > 0
    assert sum(again["facts"].values()) == 0


def test_a_cut_leaves_later_events_for_the_next_collection(world: World) -> None:
    world.live(4, seed=5)

    actions.collect(cut=1)

    assert told() == {}
    assert Watermark.objects.get(kind=KIND[0]).event == 1


def test_compaction_changes_no_answer_and_leaves_fewer_segments(world: World) -> None:
    chance = random.Random(2)
    for step in range(12):
        day = FIRST_DAY + timedelta(days=step)
        world.on(day, world.enter, [world._sample(f"s-{step}", day, chance)])
        if step:
            world.on(day, world.change, [world._changed(f"s-{step - 1}", day, chance)], fields=("conclusion",))
        actions.collect()
    days = [FIRST_DAY + timedelta(days=step) for step in (0, 5, 11)]
    before, files = [told(day) for day in days], Segment.objects.filter(retired_at=None).count()

    actions.compact()

    assert [told(day) for day in days] == before
    assert Segment.objects.filter(retired_at=None).count() < files


def test_a_file_that_no_catalogue_row_names_is_swept(world: World) -> None:
    world.live(3, seed=4)
    actions.collect()
    orphan = Path(queries.store().place) / KIND[0] / "2024" / "1-2a.parquet"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left by a crash")
    before = told()

    actions.collect()

    assert not orphan.exists()
    assert told() == before


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-9] + b"corrupted"), "its content is not what was written"),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), "its content is not what was written"),
        (lambda path: path.write_bytes(b""), "its content is not what was written"),
        (lambda path: path.unlink(), "it cannot be read: No such file or directory"),
    ],
    ids=["flipped bytes", "cut off", "empty", "missing"],
)
def test_a_damaged_segment_is_named_and_rebuilt(world: World, damage: Any, what: str) -> None:
    world.live(5, seed=6)
    actions.collect()
    before = told()
    victim = Segment.objects.filter(kind=KIND[0]).first()
    assert victim is not None
    path = Path(settings.BANYAN_DATA_DIR) / "facts" / victim.path
    damage(path)

    faulty = queries.faulty_segments()
    actions.rebuild(kind=KIND[0])

    assert [(segment.path, said) for segment, said in faulty] == [(victim.path, what)]
    assert queries.faulty_segments() == []
    assert told() == before


def test_a_crash_between_file_and_catalogue_leaves_nothing_half_visible(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.live(3, seed=9)

    def crash(_written: Any) -> None:
        raise OSError("power lost")

    with monkeypatch.context() as broken:
        broken.setattr(segments, "enter", crash)
        with pytest.raises(OSError, match="power lost"):
            actions.collect()
    half_way = told()
    actions.collect()

    assert half_way == {}
    assert_as_replayed(world, FIRST_DAY + timedelta(days=3))


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no room declares the kind inspection\.nothing; there are .*sample_judged"):
        queries.facts(["inspection.nothing"])


def test_a_collection_that_another_has_overtaken_enters_nothing(world: World, monkeypatch: Any) -> None:
    world.live(4, seed=5)
    whole = segments.write

    def overtaken(sql: Any, kind: Any, table: str) -> Any:
        Watermark.objects.update_or_create(kind=kind.name, defaults={"event": 2})
        return whole(sql, kind, table)

    monkeypatch.setattr(segments, "write", overtaken)
    with pytest.raises(RuntimeError, match="was collected to event 2 by another process, not to 0"):
        actions.collect()
    monkeypatch.undo()

    assert not Segment.objects.exists()
    Watermark.objects.all().delete()
    actions.collect()
    assert sum(Segment.objects.values_list("rows", flat=True)) > 0


def test_one_writer_waits_for_the_other(world: World) -> None:
    order: list[str] = []

    def second() -> None:
        with segments.one_writer():
            order.append("second")

    with segments.one_writer():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join(5)

    assert order == ["first", "second"]


def test_facts_that_were_taken_back_and_have_no_day_are_of_no_first_year(world: World) -> None:
    world.live(2, seed=1)
    actions.collect()
    before = queries.first_year(), queries.first_year(KIND)
    taken_back = Segment.objects.filter(kind=KIND[0]).first()
    taken_back.pk, taken_back.year, taken_back.path = None, 0, f"{taken_back.path}-0"
    taken_back.save()

    assert (queries.first_year(), queries.first_year(KIND)) == before
    assert all(before)
