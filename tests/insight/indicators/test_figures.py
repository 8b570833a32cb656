"""Figures equal a second, slow version; receipts name what was asked; the past does not move."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.insight.indicators import actions, queries
from banyan.insight.indicators.models import Computation
from banyan.kit import clock
from banyan.kit.refusals import BadRequest, NotFound
from banyan.science import rates

KEY = "provincial_pass_rate"
LAST_DAY = FIRST_DAY + timedelta(days=30)


def slow_counts(world: World, *, on: date, known_on: date, by: tuple[str, ...] = ()) -> dict[tuple, list[int]]:
    """n and passed by group, one record at a time, from the history alone."""
    found: dict[tuple, list[int]] = {}
    for state in world.known_on(known_on).values():
        if state["level"] != "province" or state["drawn"] not in ("random", "targeted", "unknown"):
            continue
        if not date(on.year, 1, 1) <= state["sampled_on"] <= on:
            continue
        counts = found.setdefault(tuple(state[{"county": "county_id"}[name]] for name in by), [0, 0])
        counts[0] += 1
        counts[1] += state["conclusion"] == "passed"
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("by", [(), ("county",)])
def test_an_indicator_equals_its_slow_version_on_random_facts(world: World, seed: int, by: tuple[str, ...]) -> None:
    world.live(30, seed=seed)
    facts.collect()
    with clock.fixed_at(LAST_DAY):
        for known_on in (FIRST_DAY + timedelta(days=15), LAST_DAY):
            figures = queries.show(key=KEY, on=known_on, known_on=known_on, by=by)

            expected = slow_counts(world, on=known_on, known_on=known_on, by=by)
            shown = {tuple(row[name] for name in by): row for row in figures.rows if row["n"] != 0}
            assert set(shown) == set(expected)
            for group, (n, passed) in expected.items():
                row = shown[group]
                if row["suppressed"]:
                    assert by
                    continue
                low, high = rates.binomial_interval(passed, n, method="wilson")
                assert (row["n"], row["passed"]) == (n, passed)
                assert row["value"] == pytest.approx(passed / n, abs=1e-9)
                assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)


def test_breakdowns_asked_together_equal_each_asked_alone(world: World) -> None:
    world.live(30, seed=4)
    facts.collect()
    book = policy.load(settings.BANYAN_PACKS)
    compared = 0

    with clock.fixed_at(LAST_DAY):
        for entry in book.entries("indicator"):
            if not entry.holds(LAST_DAY) or not queries.is_recorded(entry):
                continue
            bys = [(), *((name,) for name in entry.by)]
            together = queries.show_many(key=entry.key, on=LAST_DAY, known_on=LAST_DAY, bys=bys)
            for by, figures in zip(bys, together, strict=True):
                assert figures == queries.show(key=entry.key, on=LAST_DAY, known_on=LAST_DAY, by=by)
                compared += any(row["n"] for row in figures.rows)

    assert compared >= 6


def test_levels_and_ways_of_drawing_are_never_pooled(world: World) -> None:
    world.live(25, seed=11)
    facts.collect()
    with clock.fixed_at(LAST_DAY):
        figures = queries.show(key=KEY, on=LAST_DAY)

        behind = queries.records_behind(figures, limit=1000)

    assert behind["total"] == figures.rows[0]["n"] == len(behind["records"])
    used = [world.samples[line["key"]] for line in behind["records"]]
    assert Counter(sample.level for sample in used) == {"province": len(used)}
    assert not {sample.drawn for sample in used} & {"follow_up", "complaint"}


def test_a_small_cell_is_hidden_and_so_is_the_next_one_that_would_give_it_away(world: World) -> None:
    day = FIRST_DAY
    records = [sample(world, f"e{i}", "east") for i in range(30)] + [sample(world, f"w{i}", "west") for i in range(3)]
    world.on(day, world.enter, records)
    facts.collect()

    with clock.fixed_at(day):
        rows = queries.show(key=KEY, on=day, by=("county",)).rows

    assert [row["suppressed"] for row in rows] == [True, True]
    assert all(row[name] is None for row in rows for name in ("n", "passed", "value", "low", "high", "verdict"))


def test_the_verdict_follows_the_interval_and_not_the_point(world: World) -> None:
    records = [sample(world, f"s{i}", "east", passed=i >= 3) for i in range(60)]
    world.on(FIRST_DAY, world.enter, records)
    facts.collect()

    with clock.fixed_at(FIRST_DAY):
        (row,) = queries.show(key=KEY, on=FIRST_DAY).rows

    assert row["value"] == pytest.approx(0.95)
    assert row["low"] < 0.93 < row["high"]
    assert row["verdict"] == "cannot be told"
    assert 0.5 < row["probability_met"] < 0.9


def test_a_publication_keeps_its_digits_when_the_records_are_corrected(world: World) -> None:
    records = [sample(world, f"s{i}", "east") for i in range(40)]
    world.on(FIRST_DAY, world.enter, records)
    facts.collect()
    with clock.fixed_at(FIRST_DAY):
        actions.publish(indicator=KEY, figures_on=FIRST_DAY, title="First quarter", by=OFFICE, on=FIRST_DAY)
    for record in records[:20]:
        record.conclusion = "failed"
    later = FIRST_DAY + timedelta(days=20)
    world.on(later, world.change, records[:20], fields=("conclusion",))
    facts.collect()

    with clock.fixed_at(later):
        published = queries.as_published(key=KEY, published_by=later)
        today = queries.show(key=KEY, on=FIRST_DAY)
        as_then = queries.show(key=KEY, on=FIRST_DAY, known_on=FIRST_DAY)

    assert published is not None
    assert published.rows[0]["passed"] == as_then.rows[0]["passed"] == 40
    assert today.rows[0]["passed"] == 20
    assert published.receipt_key == as_then.receipt_key != today.receipt_key


def test_publicity_that_has_ended_is_gone_whatever_day_is_asked_about(world: World) -> None:
    world.on(FIRST_DAY, world.enter, [sample(world, f"s{i}", "east") for i in range(9)])
    facts.collect()
    end = FIRST_DAY + timedelta(days=10)
    with clock.fixed_at(FIRST_DAY):
        actions.publish(indicator=KEY, figures_on=FIRST_DAY, title="t", until_on=end, by=OFFICE, on=FIRST_DAY)

    with clock.fixed_at(end):
        assert queries.as_published(key=KEY, published_by=FIRST_DAY) is not None
    with clock.fixed_at(end + timedelta(days=1)):
        assert queries.as_published(key=KEY, published_by=FIRST_DAY) is None


@pytest.mark.slow  # every indicator by each of its dimensions
def test_computing_a_day_twice_stores_the_same_figures_once(world: World) -> None:
    world.live(10, seed=7)
    facts.collect()
    with clock.fixed_at(LAST_DAY):
        first = actions.compute(on=LAST_DAY)
        stored = Computation.objects.count()

        again = actions.compute(on=LAST_DAY)

    assert first == again
    assert Computation.objects.count() == stored == first["figures"]


@pytest.mark.slow  # every indicator by each of its dimensions
def test_a_receipt_leads_back_to_the_figures(world: World) -> None:
    world.live(10, seed=7)
    facts.collect()
    with clock.fixed_at(LAST_DAY):
        actions.compute(on=LAST_DAY)
        figures = queries.computed(key=KEY, on=LAST_DAY)

        resolved = actions.resolve(key=figures.receipt_key)

    assert resolved == figures
    assert resolved.receipt["rule"] == KEY
    assert len(resolved.receipt["pack"]) == 64
    with pytest.raises(NotFound, match="No publication, report, daily run or answer gave it"):
        actions.resolve(key="0" * 20)


def test_what_cannot_be_answered_is_refused_in_words(world: World) -> None:
    with clock.fixed_at(FIRST_DAY):
        with pytest.raises(BadRequest, match="has no such dimension"):
            queries.show(key=KEY, on=FIRST_DAY, by=("colour",))
        with pytest.raises(BadRequest, match="still to come"):
            queries.show(key=KEY, on=FIRST_DAY + timedelta(days=1))
        with pytest.raises(NotFound, match="provincial_pass_rate"):
            queries.show(key="no_such_rate", on=FIRST_DAY)


def test_figures_survive_being_stored(world: World) -> None:
    world.live(10, seed=12)
    facts.collect()
    with clock.fixed_at(LAST_DAY):
        figures = queries.show(key=KEY, on=LAST_DAY, by=("county",))

    assert queries.from_json(figures.as_json()) == figures


def sample(world: World, key: str, county: str, *, passed: bool = True) -> Any:
    from banyan.records.inspection.models import Sample

    return Sample(
        key=key, number=key, scheme="product_supervision", level="province", drawn="random", county_id=county,
        product_name="Kettle", sampled_on=FIRST_DAY, conclusion="passed" if passed else "failed", judged_on=FIRST_DAY,
    )  # fmt: skip
