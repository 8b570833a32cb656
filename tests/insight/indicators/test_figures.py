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
from banyan.base.registry.models import Region
from banyan.insight.indicators import actions, queries
from banyan.insight.indicators.models import Computation, Publication
from banyan.kit import clock
from banyan.kit.refusals import BadRequest, NotFound, Refused
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


@pytest.mark.slow
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

        behind = queries.records_behind(figures, person=OFFICE, limit=1000)

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


def test_a_part_and_a_sum_of_parts_hide_what_the_whole_table_hides(world: World) -> None:
    """Asked one by one or two together, counties and sizes give no more than their table does."""
    cells = {
        ("east", "small"): 20, ("east", "micro"): 2, ("west", "small"): 9, ("west", "micro"): 11,
        ("east", "medium"): 12, ("west", "medium"): 14,
    }  # fmt: skip
    records = []
    for (county, size), n in cells.items():
        for place in range(n):
            records.append(sample(world, f"{county}{size}{place}", county))
            records[-1].size = size
    world.on(FIRST_DAY, world.enter, records)
    facts.collect()

    def shown(by: tuple[str, ...], **where: tuple[str, ...]) -> dict[tuple[str | None, ...], int]:
        rows = queries.show(key=KEY, on=FIRST_DAY, by=by, where=where).rows
        return {tuple(row[name] for name in by): row["n"] for row in rows if not row["suppressed"]}

    with clock.fixed_at(FIRST_DAY):
        whole = shown(("county", "size"))
        parts = {
            (county, size): n for county in ("east", "west")
            for (size,), n in shown(("size",), county=(county,)).items()
        }  # fmt: skip

        assert ("east", "micro") not in whole
        assert ("west", "micro") not in whole  # else the total of micro firms would tell
        assert parts == whole == {("east", "medium"): 12, ("west", "medium"): 14}
        assert ("micro",) not in shown(("size",), county=("east", "west"))


def test_a_quarter_of_a_part_that_counts_too_little_is_left_out_and_so_is_what_would_tell_it(world: World) -> None:
    quarters = {"2024-Q1": date(2024, 2, 1), "2024-Q2": date(2024, 5, 1), "2024-Q3": date(2024, 8, 1)}
    counts = {("east", "2024-Q1"): 20, ("east", "2024-Q2"): 30, ("east", "2024-Q3"): 25,
              ("west", "2024-Q1"): 3, ("west", "2024-Q2"): 15, ("west", "2024-Q3"): 18}  # fmt: skip
    records = []
    for (county, quarter), n in counts.items():
        for place in range(n):
            records.append(sample(world, f"{county}{quarter}{place}", county))
            records[-1].sampled_on = records[-1].judged_on = quarters[quarter]
    on = date(2024, 9, 1)
    world.on(on, world.enter, records)
    facts.collect()

    def told(**where: tuple[str, ...]) -> dict[str, int]:
        return {row["quarter"]: row["n"] for row in queries.trend(key=KEY, on=on, where=where)}

    with clock.fixed_at(on):
        east, west, whole = told(county=("east",)), told(county=("west",)), told()

    assert whole == {"2024-Q1": 23, "2024-Q2": 45, "2024-Q3": 43}
    assert "2024-Q1" not in west
    assert "2024-Q1" not in east  # else the whole less the east would tell the west
    assert east == {quarter: counts["east", quarter] for quarter in east}
    assert west == {quarter: counts["west", quarter] for quarter in west}
    assert set(east) == set(west)


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


def test_a_mistyped_key_is_told_the_nearest_three_and_where_all_are_listed(world: World) -> None:
    with clock.fixed_at(FIRST_DAY):
        with pytest.raises(NotFound) as mistyped:
            queries.show(key="provincal_pass_rate", on=FIRST_DAY)
        with pytest.raises(NotFound) as strange:
            queries.show(key="zzzz", on=FIRST_DAY)

    near = str(mistyped.value.instead).partition("Nearest to it are: ")[2].partition(". ")[0].split(", ")
    assert near[0] == "provincial_pass_rate"
    assert len(near) == 3
    listed = "`banyan indicators list` and GET /api/v1/indicators list them all."
    assert str(mistyped.value.instead).endswith(listed)
    assert strange.value.instead == listed


def test_before_and_after_its_time_an_indicator_is_refused_with_the_day_that_bounds_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = policy.load(settings.BANYAN_PACKS).indicator(KEY)
    first, last = date(2012, 11, 5), date(2020, 12, 31)
    ended = entry.model_copy(update={"until": last})
    with clock.fixed_at(FIRST_DAY), pytest.raises(NotFound) as early:
        queries.show(key=entry.key, on=date(2010, 12, 31))
    monkeypatch.setattr(policy.Book, "_of_kind", lambda *_asked: ended)
    with clock.fixed_at(FIRST_DAY), pytest.raises(NotFound) as late:
        queries.show(key=entry.key, on=FIRST_DAY)
    drafted = entry.model_copy(update={"status": "draft"})
    monkeypatch.setattr(policy.Book, "_of_kind", lambda *_asked: drafted)
    with clock.fixed_at(FIRST_DAY), pytest.raises(NotFound) as draft:
        queries.show(key=entry.key, on=FIRST_DAY)

    assert (early.value.prevents, early.value.instead) == (
        f"It holds from {first}.", "Ask for that day or a later one.",
    )  # fmt: skip
    assert (late.value.prevents, late.value.instead) == (
        f"It held until {last}.", "Ask for that day or an earlier one.",
    )  # fmt: skip
    assert draft.value.prevents == "It is a draft, and a draft is never computed."


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


def test_a_table_published_again_hides_what_few_records_came_to_and_waits_where_they_would_be_told(
    world: World,
) -> None:
    def enter(day: Any, **counts: int) -> None:
        records = [sample(world, f"{place}{day}{i}", place) for place, n in counts.items() for i in range(n)]
        world.on(day, world.enter, records)
        facts.collect()

    def publish(day: Any) -> dict[str, int | None]:
        with clock.fixed_at(day):
            (found,) = actions.publish(
                indicator=KEY, figures_on=day, title="t", breakdowns=(("county",),), by=OFFICE, on=day
            )
        return {row["county"]: row["n"] for row in found.figures["rows"]}

    Region.objects.create(key="north", level="county", path="/north", name="north", name_en="north")
    days = [FIRST_DAY + timedelta(days=day) for day in range(0, 30, 10)]
    enter(days[0], east=20, west=30, north=40)
    first = publish(days[0])
    enter(days[1], east=2)
    with pytest.raises(Refused, match="so few records came"):
        publish(days[1])
    enter(days[2], west=9, north=15)
    third = publish(days[2])

    assert first == {"east": 20, "west": 30, "north": 40}
    assert third == {"east": None, "west": None, "north": 55}
    assert Publication.objects.count() == 2


def test_a_table_that_closes_a_circle_with_published_ones_is_refused(world: World) -> None:
    world.on(FIRST_DAY, world.enter, [sample(world, f"s{i}", "east") for i in range(9)])
    facts.collect()
    tables = (("county", "industry"), ("industry", "product"), ("county", "product"))

    with clock.fixed_at(FIRST_DAY), pytest.raises(Refused, match="it closes a circle"):
        actions.publish(indicator=KEY, figures_on=FIRST_DAY, title="t", breakdowns=tables, by=OFFICE, on=FIRST_DAY)

    assert not Publication.objects.exists()
