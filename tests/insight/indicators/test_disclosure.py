"""Attacks on what is published: again, of other spans, of dimensions within each other; and what it costs."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World
from tests.insight.indicators.test_figures import KEY, sample

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation, Park, Region
from banyan.insight.indicators import actions, queries
from banyan.insight.indicators.queries import comparisons, judging, published
from banyan.insight.indicators.queries.measuring import Counts
from banyan.kit import Refused, clock
from banyan.policy import amending, periods
from banyan.records.inspection.models import Task

T = 5


@pytest.fixture
def city(world: World) -> Any:
    """A world in which samples come by county and size, and tables are published."""
    Region.objects.create(key="north", level="county", path="/north", name="north", name_en="north")
    Organisation.objects.create(key="firm", name="firm", county_id="east")

    class City:
        def enter(self, day: date, counts: Mapping[tuple[str, str], int], **fields: Any) -> None:
            records = []
            for (county, size), n in counts.items():
                for place in range(n):
                    one = sample(world, f"{county}{size}{day}{place}", county)
                    one.size, one.sampled_on = size, day
                    for name, value in fields.items():
                        setattr(one, name, value)
                    records.append(one)
            world.on(day, world.enter, records)
            facts.collect()

        def visit(self, day: date, counts: Mapping[str, int], state: str = "not_sampled") -> None:
            visits = [
                Task(
                    key=f"{state}{county}{day}{place}", planned_on=day, visited_on=day, state=state, county_id=county,
                    organisation_id="firm", scheme="product_supervision", level="province", drawn="random",
                )
                for county, n in counts.items() for place in range(n)
            ]  # fmt: skip
            with clock.fixed_at(day):
                world.enter(records=visits, by=OFFICE, on=day)
            facts.collect()

        def publish(self, day: date, *bys: tuple[str, ...]) -> list[dict[tuple[str | None, ...], int]]:
            with clock.fixed_at(day):
                found = actions.publish(indicator=KEY, figures_on=day, title="t", breakdowns=bys, by=OFFICE, on=day)
            return [
                {tuple(row[name] for name in one.by): row["n"] for row in one.figures["rows"] if row["n"] is not None}
                for one in found
            ]

    made = City()
    made.world = world  # type: ignore[attr-defined]
    return made


def test_a_table_is_not_published_again_when_few_came_before_something_else_was(city: Any) -> None:
    days = [FIRST_DAY + timedelta(days=10 * turn) for turn in range(3)]
    table = ("county", "size")
    city.enter(days[0], {(county, size): 20 for county in ("east", "west") for size in ("small", "micro")})
    (first,) = city.publish(days[0], table)
    city.enter(days[1], {("east", "micro"): 2})
    city.publish(days[1], ())

    assert first["east", "micro"] == 20
    with pytest.raises(Refused, match="so few records came"):
        city.publish(days[2], table)  # nothing came since the whole was published, and two since the table was
    city.enter(days[2], {(county, size): 9 for county in ("east", "west") for size in ("small", "micro")})
    (third,) = city.publish(days[2], table)
    assert third["east", "micro"] == 31


def test_spans_that_begin_before_the_first_record_tell_as_much_as_those_of_one_beginning(city: Any) -> None:
    book = policy.load()
    fields = amending.definition(book.entry(KEY), FIRST_DAY) | {"window": "last_12_months"}
    city.enter(FIRST_DAY, {("east", "small"): 20, ("west", "small"): 30, ("north", "small"): 40})
    later = FIRST_DAY + timedelta(days=30)
    city.enter(later, {("east", "small"): 2, ("west", "small"): 9, ("north", "small"): 15})

    with policy.trying(amending.as_if(book, KEY, amending.written(fields))):
        (first,) = city.publish(FIRST_DAY, ("county",))
        (second,) = city.publish(later, ("county",))

    assert first == {("east",): 20, ("west",): 30, ("north",): 40}
    assert second == {("north",): 55}


def test_spans_of_a_year_back_give_no_quarter_away_through_those_from_the_beginning(city: Any) -> None:
    """Twelve months to a day, less what the spans from the beginning say, is what came since one of them."""
    book = policy.load()
    fields = amending.definition(book.entry(KEY), FIRST_DAY) | {"window": "last_12_months"}
    days = [FIRST_DAY, FIRST_DAY + timedelta(days=100), date(2024, 12, 31), date(2025, 1, 1)]
    counties = ("east", "west", "north")
    city.enter(days[0], {(county, "small"): 20 for county in counties})
    city.enter(days[1], {(county, "small"): 20 for county in counties})
    city.enter(days[3], {("east", "small"): 2, ("west", "small"): 9, ("north", "small"): 15})

    with policy.trying(amending.as_if(book, KEY, amending.written(fields))):
        city.publish(days[0], ("county",))  # what came on the first day
        city.publish(days[2], ("county",))  # that, and what came until the end of the year
        (last,) = city.publish(days[3], ("county",))  # all but the first day, and one more

    assert last == {("north",): 35}


SPANS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)).filter(lambda one: one[0] < one[1]), max_size=7)


@settings(max_examples=300)
@given(came=st.lists(st.sampled_from([0, 0, 1, 2, 4, 5, 7, 30]), min_size=6, max_size=6), spans=SPANS)
def test_no_stretch_of_few_records_can_be_worked_out_from_spans_by_linear_algebra(
    came: list[int], spans: list[tuple[int, int]]
) -> None:
    """The attacker knows how many came in each span that was published; a span that tells too little is not."""

    def day(end: int) -> date:
        return FIRST_DAY + timedelta(days=end)

    def few(first: int, last: int) -> bool:
        return 0 < sum(came[first:last]) < T

    told: list[tuple[int, int]] = []
    for span in spans:
        parts = periods.new_parts({(day(x), day(y)) for x, y in told}, (day(span[0]), day(span[1])))
        if not few(*span) and not any(few((x - FIRST_DAY).days, (y - FIRST_DAY).days) for x, y in parts):
            told.append(span)
    rows = np.array([[first <= place < last for place in range(6)] for first, last in told], dtype=float)
    rank = np.linalg.matrix_rank(rows) if told else 0

    for first in range(6):
        for last in range(first + 1, 7):
            secret = np.array([first <= place < last for place in range(6)], dtype=float)
            if few(first, last) and told:
                assert np.linalg.matrix_rank(np.vstack((rows, secret))) == rank + 1, (first, last, told)


def test_a_county_less_its_parks_does_not_tell_the_few_outside(city: Any) -> None:
    """The attacker knows the published counties and parks, and which park lies in which county."""
    parks = {"east": "spring", "west": "brook", "north": "hill"}
    rows = [Park(key=park, name=park, county_id=county) for county, park in parks.items()]
    with clock.fixed_at(FIRST_DAY):
        city.world.enter(records=rows, by=OFFICE, on=FIRST_DAY)
    people = {("east", "spring"): 38, ("east", None): 2, ("west", "brook"): 20, ("west", None): 30,
              ("north", "hill"): 11, ("north", None): 25}  # fmt: skip
    for (county, park), n in people.items():
        size = park or "micro"
        city.enter(FIRST_DAY, {(county, size): n}, park_id=park, origin_county_id=county)

    counties, in_parks = city.publish(FIRST_DAY, ("county",), ("park",))

    cells = list(people)
    equations = [[float(cell[0] == county) for cell in cells] for (county,) in counties]
    equations += [[float(cell[1] == park) for cell in cells] for (park,) in in_parks]
    sides = [float(n) for n in (*counties.values(), *in_parks.values())]
    secret = np.array([float(cell == ("east", None)) for cell in cells])
    ends = [
        sign * linprog(sign * secret, A_eq=equations, b_eq=sides, bounds=(0, None), method="highs").fun
        for sign in (1, -1)
    ]
    assert counties["east",] == 40
    assert in_parks["brook",] == 20
    assert ends[0] == 0
    assert ends[1] >= T


def test_what_a_county_grew_by_less_its_parks_does_not_tell_the_few_that_came_outside(city: Any) -> None:
    """The attacker subtracts two publications of counties and of parks, and counts what is left."""
    parks = {"east": "spring", "west": "brook", "north": "hill"}
    rows = [Park(key=park, name=park, county_id=county) for county, park in parks.items()]
    with clock.fixed_at(FIRST_DAY):
        city.world.enter(records=rows, by=OFFICE, on=FIRST_DAY)

    def came(day: date, people: Mapping[tuple[str, str | None], int]) -> None:
        for (county, park), n in people.items():
            city.enter(day, {(county, park or "micro"): n}, park_id=park, origin_county_id=county)

    cells = [(county, park) for county, its in parks.items() for park in (its, None)]
    later = FIRST_DAY + timedelta(days=30)
    came(FIRST_DAY, dict.fromkeys(cells, 30))
    first = city.publish(FIRST_DAY, ("county",), ("park",))
    growth = {("east", "spring"): 18, ("east", None): 2, ("west", "brook"): 25, ("west", None): 31,
              ("north", "hill"): 11, ("north", None): 40}  # fmt: skip
    came(later, growth)
    second = city.publish(later, ("county",), ("park",))

    grown = [{cell: n - before[cell] for cell, n in now.items() if cell in before}
             for before, now in zip(first, second, strict=True)]  # fmt: skip
    equations = [[float(cell[0] == county) for cell in cells] for (county,) in grown[0]]
    equations += [[float(cell[1] == park) for cell in cells] for (park,) in grown[1]]
    sides = [float(n) for one in grown for n in one.values()]
    secret = np.array([float(cell == ("east", None)) for cell in cells])
    ends = [
        sign * linprog(sign * secret, A_eq=equations, b_eq=sides, bounds=(0, None), method="highs").fun
        for sign in (1, -1)
    ]
    assert [len(one) for one in first] == [3, 4]
    assert grown[0]["east",] == 20
    assert grown[1]["brook",] == 25
    assert ends[0] == 0
    assert ends[1] >= T


def test_what_was_published_before_is_measured_once_for_each_moment(city: Any, monkeypatch: Any) -> None:
    counts = {(county, size): 20 for county in ("east", "west") for size in ("small", "micro")}
    bys = ((), ("county",), ("size",), ("county", "size"))
    days = [FIRST_DAY + timedelta(days=10 * turn) for turn in range(4)]
    for day in days[:3]:
        city.enter(day, counts)
        city.publish(day, *bys)
        city.publish(day, ("stage",))
    asked = []

    def counting(*given: Any, **named: Any) -> Any:
        asked.append(named["on"])
        return measure_many(*given, **named)

    measure_many = published.measure_many
    monkeypatch.setattr(published, "measure_many", counting)
    city.enter(days[3], counts)
    (_whole, by_county, _by_size, _both) = city.publish(days[3], *bys)

    assert by_county == {("east",): 160, ("west",): 160}
    assert asked == days[:3]


def test_what_the_whole_office_sees_hides_the_same(city: Any) -> None:
    """Nobody needs a publication for the attack: the office's own pages show both lines."""
    with clock.fixed_at(FIRST_DAY):
        city.world.enter(records=[Park(key="spring", name="spring", county_id="east")], by=OFFICE, on=FIRST_DAY)
    city.enter(FIRST_DAY, {("east", "small"): 38}, park_id="spring")
    city.enter(FIRST_DAY, {("east", "micro"): 2, ("west", "small"): 30})

    with clock.fixed_at(FIRST_DAY):
        rows = queries.show(key=KEY, on=FIRST_DAY, by=("park",)).rows

    assert {row["park"]: row["suppressed"] for row in rows} == {"spring": True, None: True}


def test_what_stands_beside_a_hidden_figure_is_hidden_in_office_and_publication(city: Any) -> None:
    city.enter(FIRST_DAY, {("east", "small"): 30, ("west", "small"): 20, ("north", "small"): 1})
    city.visit(FIRST_DAY, {"east": 8, "west": 9, "north": 7})
    with clock.fixed_at(FIRST_DAY):
        office = queries.show(key=KEY, on=FIRST_DAY, by=("county",)).as_json()
        (public,) = actions.publish(
            indicator=KEY, figures_on=FIRST_DAY, title="t", breakdowns=(("county",),), by=OFFICE, on=FIRST_DAY
        )
        whole = queries.show(key=KEY, on=FIRST_DAY).rows[0]
        part = queries.show(key=KEY, on=FIRST_DAY, where={"county": ("north",)}).rows[0]

    for figures in (office, public.figures):
        told = {row["county"]: (row["refused"], row["not_sampled"]) for row in figures["rows"]}
        assert told == {"east": (0, 8), "west": (None, None), "north": (None, None)}
    assert whole["not_sampled"] == 24
    assert (part["refused"], part["not_sampled"]) == (None, None)


def test_few_visits_without_a_sample_are_hidden_where_the_figure_is_shown_and_nobody_works_them_out(
    city: Any,
) -> None:
    """The attacker knows the city's number, those that are shown, and that none is negative."""
    visits = {"east": 12, "west": 1, "north": 9}
    city.enter(FIRST_DAY, {("east", "small"): 30, ("west", "small"): 20, ("north", "small"): 40})
    city.visit(FIRST_DAY, visits, state="refused")
    with clock.fixed_at(FIRST_DAY):
        whole, by_county = queries.show_many(key=KEY, on=FIRST_DAY, bys=((), ("county",)))
        part = queries.show(key=KEY, on=FIRST_DAY, where={"county": ("west",)}).rows[0]

    told = {row["county"]: row["refused"] for row in by_county.rows}
    hidden = [county for county, n in told.items() if n is None]
    assert whole.rows[0]["refused"] == 22
    assert all(row["n"] for row in by_county.rows)
    assert part["n"] == 20
    assert part["refused"] is None
    assert sorted(hidden) == ["north", "west"]
    left = whole.rows[0]["refused"] - sum(n for n in told.values() if n is not None)
    most = -linprog([-1.0, 0.0], A_eq=[[1.0, 1.0]], b_eq=[left], bounds=(0, None), method="highs").fun
    assert most >= T


def test_figures_stored_before_what_stands_beside_was_hidden_tell_it_no_more(city: Any) -> None:
    city.enter(FIRST_DAY, {("east", "small"): 30, ("west", "small"): 20, ("north", "small"): 1})
    with clock.fixed_at(FIRST_DAY):
        stored = queries.show(key=KEY, on=FIRST_DAY, by=("county",)).as_json()
    for row in stored["rows"]:
        row["refused"] = 1

    told = {row["county"]: row["refused"] for row in queries.from_json(stored).rows}

    assert told == {"east": 1, "west": None, "north": None}


def bounds(secret: Any, cells: list[Any], sums: Mapping[tuple[Any, ...], float]) -> tuple[float, float]:
    """The least and the most that a cell may hold for who knows the sums of some others; none is below 0."""
    rows = [[float(cell in members) for cell in cells] for members in sums]
    aim = np.array([float(cell == secret) for cell in cells])
    ends = [
        sign * linprog(sign * aim, A_eq=rows, b_eq=list(sums.values()), bounds=(0, None), method="highs").fun
        for sign in (1, -1)
    ]
    return ends[0], ends[1]


def told_by(found: queries.Difference, part: set[Any], rest: set[Any]) -> dict[tuple[Any, ...], float]:
    """What a comparison of a part with a rest tells of both."""
    if found == comparisons.HIDDEN:
        return {}
    assert found.theirs is not None
    return {tuple(part): found.ours[1], tuple(rest): found.theirs[1]}


def test_no_comparison_of_counties_tells_with_the_table_what_the_table_hides(city: Any) -> None:
    """The attacker sets every county beside the rest of the city and subtracts; south is hidden to protect north."""
    people = {"east": 60, "west": 60, "south": 8, "north": 3}
    with clock.fixed_at(FIRST_DAY):
        Region.objects.create(key="south", level="county", path="/south", name="south", name_en="south")
    city.enter(FIRST_DAY, {(county, "small"): n for county, n in people.items()})

    with clock.fixed_at(FIRST_DAY):
        rows = queries.show(key=KEY, on=FIRST_DAY, by=("county",)).rows
        beside = {one: queries.compare(key=KEY, on=FIRST_DAY, where={"county": (one,)}) for one in people}
        two = queries.compare(key=KEY, on=FIRST_DAY, where={"county": ("east",)}, with_where={"county": ("south",)})

    cells = list(people)
    sums: dict[tuple[Any, ...], float] = {tuple(cells): sum(people.values())}
    sums |= {(row["county"],): row["n"] for row in rows if row["n"] is not None}
    for county, found in beside.items():
        sums |= told_by(found, {county}, set(cells) - {county})
    sums |= told_by(two, {"east"}, {"south"})
    assert {row["county"] for row in rows if row["suppressed"]} == {"north", "south"}
    assert beside["east"].ours[1] == 60
    assert {county for county, found in beside.items() if found.says == "hidden"} == {"north", "south"}
    for county in ("north", "south"):
        low, high = bounds(county, cells, sums)
        assert low == 0
        assert high >= T


def test_no_comparison_of_a_park_with_its_county_tells_a_county_that_the_table_hides(city: Any) -> None:
    """The park and the rest of its county are both large enough; together they are the county."""
    with clock.fixed_at(FIRST_DAY):
        Region.objects.create(key="south", level="county", path="/south", name="south", name_en="south")
        city.world.enter(records=[Park(key="spring", name="spring", county_id="south")], by=OFFICE, on=FIRST_DAY)
    people = {("east", None): 60, ("west", None): 60, ("south", "spring"): 6, ("south", None): 7, ("north", None): 3}
    for (county, park), n in people.items():
        city.enter(FIRST_DAY, {(county, park or "micro"): n}, park_id=park, origin_county_id=county)

    with clock.fixed_at(FIRST_DAY):
        made = queries.show(key=KEY, on=FIRST_DAY, by=("origin_county",)).rows
        parks = queries.show(key=KEY, on=FIRST_DAY, by=("park",)).rows
        county = {"origin_county": ("south",)}
        inside = queries.compare(key=KEY, on=FIRST_DAY, where={"park": ("spring",), **county}, within=county)
        in_city = queries.compare(key=KEY, on=FIRST_DAY, where={"park": ("spring",)})

    cells = list(people)
    sums: dict[tuple[Any, ...], float] = {tuple(cells): sum(people.values())}
    for name, place, rows in (("origin_county", 0, made), ("park", 1, parks)):
        sums |= {tuple(one for one in cells if one[place] == row[name]): row["n"]
                 for row in rows if row["n"] is not None}  # fmt: skip
    in_park, outside = {("south", "spring")}, {("south", None)}
    sums |= told_by(inside, in_park, outside) | told_by(in_city, in_park, set(cells) - in_park)
    assert {row["origin_county"] for row in made if row["suppressed"]} == {"north", "south"}
    low, high = bounds(("north", None), cells, sums)
    assert low == 0
    assert high >= T


def test_a_funnel_leaves_out_what_the_table_hides_and_its_common_rate_is_of_the_others(city: Any) -> None:
    """South, hidden to protect north, is large enough for a funnel, and far worse than all the others."""
    people = {"east": 60, "west": 60, "centre": 60, "south": 14, "north": 3}
    with clock.fixed_at(FIRST_DAY):
        for key in ("south", "centre"):
            Region.objects.create(key=key, level="county", path=f"/{key}", name=key, name_en=key)
    for county, n in people.items():
        city.enter(FIRST_DAY, {(county, "small"): n - 1})
        city.enter(FIRST_DAY + timedelta(days=1), {(county, "micro"): 1}, conclusion="failed")
    day = FIRST_DAY + timedelta(days=1)

    with clock.fixed_at(day):
        shown = [row for row in queries.show(key=KEY, on=day, by=("county",)).rows if not row["suppressed"]]
        found = queries.funnel(key=KEY, on=day, by="county", min_n=10)

    assert {row["county"] for row in shown} == {"east", "west", "centre"} == {one["unit"] for one in found["units"]}
    assert found["target"] == pytest.approx(sum(row["passed"] for row in shown) / sum(row["n"] for row in shown))


def test_a_year_less_its_quarters_tells_no_quarter_of_a_trend(city: Any) -> None:
    """The attacker has the trend and the year of every county, and the city's quarters."""
    quarters = {
        "2023-Q1": (20, 30, 25), "2023-Q2": (20, 20, 30), "2023-Q3": (1, 25, 30), "2023-Q4": (20, 30, 20),
        "2024-Q1": (60, 70, 80),
    }  # fmt: skip
    counties, last = ("east", "west", "north"), date(2024, 3, 31)
    for quarter, counts in quarters.items():
        first, _last = periods.first_last(quarter)
        city.enter(first, {(county, "small"): n for county, n in zip(counties, counts, strict=True)})
    with clock.fixed_at(last):
        years = {row["county"]: row["n"] for row in queries.show(key=KEY, on=date(2023, 12, 31), by=("county",)).rows}
        told = {
            (county, row["quarter"]): row["n"]
            for county in counties for row in queries.trend(key=KEY, on=last, where={"county": (county,)})
        }  # fmt: skip

    cells = [(county, quarter) for county in counties for quarter in quarters if quarter < "2024"]
    rows = [[float(cell == known) for cell in cells] for known in told if known in cells]
    sides = [float(n) for known, n in told.items() if known in cells]
    rows += [[float(cell[0] == county) for cell in cells] for county in years]
    sides += [float(n) for n in years.values()]
    rows += [[float(cell[1] == quarter) for cell in cells] for quarter in quarters if quarter < "2024"]
    sides += [float(sum(counts)) for quarter, counts in quarters.items() if quarter < "2024"]
    secret = np.array([-float(cell == ("east", "2023-Q3")) for cell in cells])
    most = -linprog(secret, A_eq=rows, b_eq=sides, bounds=(0, None), method="highs").fun
    assert years == {"east": 61, "west": 105, "north": 105}
    assert told["east", "2024-Q1"] == 60
    assert ("west", "2023-Q2") in told or ("west", "2023-Q4") in told or ("west", "2023-Q1") in told
    assert most >= T


PARKS: Mapping[str, tuple[str, ...]] = {
    "east": ("spring", "brook"),
    "west": ("hill",),
    "north": ("lake",),
    "south": (),
}
PLACES = [(county, park) for county, parks in PARKS.items() for park in (*parks, None)]


def counting(cells: Mapping[tuple[str, str | None], int]) -> Any:
    """What `measure` finds where so many are made in each county, in each of its parks or in none."""

    def measure(_indicator: Any, *, by: Any = (), where: Any = None, **_days: Any) -> Counts:
        sums: Counter[tuple[Any, ...]] = Counter({} if by else {(): 0})
        for (county, park), n in cells.items():
            row = {"origin_county": county, "county": county, "park": park}
            if n and all(row[name] in values for name, values in (where or {}).items()):
                sums[tuple(row[name] for name in by)] += n
        n, groups = np.array(list(sums.values()), dtype=float), [dict(zip(by, one, strict=True)) for one in sums]
        return Counts(tuple(groups), n, n / 2, n * 0 + 0.5, n * 0, n * 0 + 1, (n, n), {}, {})

    return measure


@pytest.mark.parametrize("seed", [*range(1, 21), 30, 52, 234])
@pytest.mark.django_db
def test_tables_parts_and_comparisons_of_counties_and_parks_together_bound_no_small_cell(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacker asks for every table and part and sets each beside the rest, and knows where each park lies."""
    chance = random.Random(seed)
    cells = {place: chance.choice([0, 1, 2, 4, 5, 6, 8, 12, 20, 40]) for place in PLACES}
    measure, names, days = counting(cells), ("origin_county", "park"), {"on": FIRST_DAY, "known_on": FIRST_DAY}
    for module in (comparisons, judging):
        monkeypatch.setattr(module, "measure", measure)
    book = policy.load()
    indicator = book.indicator(KEY, on=FIRST_DAY)
    sums: dict[tuple[Any, ...], float] = {tuple(PLACES): sum(cells.values())}
    secrets = []

    def members(group: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(
            one for one in PLACES if all(dict(zip(names, one, strict=True))[k] == v for k, v in group.items())
        )

    def asked(by: tuple[str, ...], where: Mapping[str, tuple[str, ...]]) -> None:
        counts = measure(indicator, by=by, where=where)
        hidden = judging.too_small(
            indicator, counts, by=by, where=where, book=book, on=FIRST_DAY,
            table_of=lambda names: measure(indicator, by=names),
        )  # fmt: skip
        for group, n, one in zip(counts.groups, counts.n, hidden, strict=True):
            place = members({**{name: values[0] for name, values in where.items()}, **group})
            is_small = 0 < n < T
            assert one or not is_small, place
            if not one:
                sums[place] = n
            elif is_small:
                secrets.append(place)

    def compared(where: Mapping[str, tuple[str, ...]], within: Mapping[str, tuple[str, ...]] | None = None) -> None:
        found = queries.compare(key=KEY, where=where, within=within, **days)
        ours, whole = (members({k: v[0] for k, v in (one or {}).items()}) for one in (where, within))
        sums.update({place: n for place, n in told_by(found, set(ours), set(whole) - set(ours)).items() if place})

    for by in (("origin_county",), ("park",), names):
        asked(by, {})
    for county, parks in PARKS.items():
        inside = {"origin_county": (county,)}
        asked((), inside)
        asked(("park",), inside)
        compared(inside)
        for park in parks:
            asked((), {"park": (park,)})
            asked((), {"park": (park,), **inside})
            compared({"park": (park,)})
            compared({"park": (park,), **inside}, inside)

    assert secrets
    rows = [[float(place in some) for place in PLACES] for some in sums]
    for secret in secrets:
        aim = np.array([-float(place in secret) for place in PLACES])
        most = -linprog(aim, A_eq=rows, b_eq=list(sums.values()), bounds=(0, None), method="highs").fun
        assert most >= T, (secret, cells)
