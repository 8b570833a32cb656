"""Comparisons: a place with a larger one, this year with last, a trend by quarter, a funnel of like units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from django.conf import settings

from banyan import policy
from banyan.insight.indicators.queries import judging
from banyan.insight.indicators.queries.figures import Figures, show
from banyan.insight.indicators.queries.measuring import Counts, confidence_level, measure, measure_by_quarter
from banyan.kit import clock
from banyan.policy import periods
from banyan.science import rates


@dataclass(frozen=True)
class Difference:
    """Two rates side by side: each with n, the difference (ours less theirs) with interval, and what it says."""

    ours: tuple[int, int]
    theirs: tuple[int, int] | None
    their_value: float | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    says: str


HIDDEN = Difference((0, 0), None, None, None, None, None, None, "hidden")
"""Two rates of which one counts too little to be shown."""


def compare(
    *,
    key: str,
    on: date,
    where: Mapping[str, Sequence[str]],
    with_where: Mapping[str, Sequence[str]] | None = None,
    within: Mapping[str, Sequence[str]] | None = None,
    known_on: date | None = None,
) -> Difference:
    """One part of the city with another (default: with all the rest of what the indicator counts).

    `within` compares with the rest of a larger part that holds the first one: a park with the rest of its county.
    Nothing is shown where a table would hide one of these parts, be it for the sake of another, or where the rest is
    small.
    """
    book = policy.load(settings.BANYAN_PACKS)
    indicator = book.indicator(key, on=on)
    days: dict[str, Any] = {"on": on, "known_on": known_on or clock.today()}
    parts = [where, (within or {}) if with_where is None else with_where]
    found = [measure(indicator, where=part, **days) for part in parts]
    hidden = [
        judging.hides_part(indicator, counts, where=part, book=book, **days)
        for part, counts in zip(parts, found, strict=True)
    ]
    ours, theirs = map(_total, found)
    if with_where is None:
        theirs = (theirs[0] - ours[0], theirs[1] - ours[1])
    is_small = not indicator.shows_small_counts and 0 < theirs[1] < judging.smallest_count(book, on=on)
    return HIDDEN if any(hidden) or is_small else difference_of(ours, theirs, on=on)


def against_last_year(
    *,
    key: str,
    on: date,
    by: Sequence[str] = (),
    known_on: date | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    since: date | None = None,
) -> list[dict[str, Any]]:
    """Each group of this window beside the same window a year earlier, with what the difference says.

    The p-values of one table are judged together (Benjamini-Hochberg), so a long table finds nothing by chance.
    """
    now = show(key=key, on=on, known_on=known_on, by=by, where=where, since=since)
    earlier = None if since is None else year_earlier(since)
    then = show(key=key, on=year_earlier(on), known_on=known_on, by=by, where=where, since=earlier)
    return beside_earlier(now, then)


def beside_earlier(now: Figures, then: Figures) -> list[dict[str, Any]]:
    """The groups of one table that another shows too, beside each other."""
    by = now.by
    past = {tuple(row[name] for name in by): row for row in then.rows if _is_shown(row)}
    pairs = [
        (row, past[group])
        for row in now.rows
        if _is_shown(row) and (group := tuple(row[name] for name in by)) in past
    ]
    if not pairs:
        return []
    ours, theirs = ([(row["passed"], row["n"]) for row in side] for side in zip(*pairs, strict=True))
    found = differences_of(ours, theirs, on=now.on)
    judged = rates.benjamini_hochberg([one.p_value for one in found], level=1 - confidence_level(now.on))
    return [
        {
            **{name: row[name] for name in by},
            "now": row,
            "then": before,
            "difference": one,
            "is_significant": bool(said),
        }
        for (row, before), one, said in zip(pairs, found, judged.rejected, strict=True)
    ]


def with_reference(*, figures: Figures, figure: str) -> Difference | None:
    """The whole city's rate beside a published figure of province or nation; None where none was published."""
    published = judging.reference_figure(figure, period=figures.on.year, known_on=figures.known_on)
    row = figures.rows[0] if figures.rows else None
    if row is not None and row["suppressed"]:
        return HIDDEN
    if published is None or row is None or row["n"] is None:
        return None
    value = float(published.value)
    if published.n:
        return difference_of((row["passed"], row["n"]), (round(value * published.n), published.n), on=figures.on)
    gap = row["value"] - value
    low, high = row["low"] - value, row["high"] - value
    return Difference((row["passed"], row["n"]), None, value, gap, low, high, None, _says(low, high))


def difference_of(ours: tuple[int, int], theirs: tuple[int, int], *, on: date) -> Difference:
    """Two counts (passed, n) compared, with an interval at the level in force on a day."""
    if not ours[1] or not theirs[1]:
        return Difference(ours, theirs, None, None, None, None, None, "cannot be told")
    return differences_of([ours], [theirs], on=on)[0]


def differences_of(
    ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]], *, on: date
) -> list[Difference]:
    """Many pairs of counts (passed, n) compared at once; each n is at least 1."""
    (x, n), (y, m) = (np.array(side, dtype=float).T for side in (ours, theirs))
    found: Any = rates.difference(x, n, y, m, level=confidence_level(on))
    return [
        Difference(one, other, other[0] / other[1], float(gap), float(low), float(high), float(p), _says(low, high))
        for one, other, gap, low, high, p in zip(
            ours, theirs, found.value, found.low, found.high, found.p_value, strict=True
        )
    ]


def trend(
    *, key: str, on: date, quarters: int = 12, known_on: date | None = None,
    where: Mapping[str, Sequence[str]] | None = None, defined_on: date | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The figure of each of the last quarters, each for itself, with interval; the running one up to `on`.

    Each is counted by the definition that held at its end, whose `version` it names; quarters that are to be compared
    with each other by the one that held on `defined_on`. A quarter of a part of the city (`where`) that counts
    too little to be shown is left out, and enough others with it that neither its year nor other parts tell it.
    """
    book, known = policy.load(settings.BANYAN_PACKS), known_on or clock.today()
    held: dict[int, tuple[Any, list[tuple[date, date]]]] = {}
    for span in periods.quarters_until(on, quarters):
        if (entry := book.indicator(key)).holds(defined_on or span[1]):
            indicator = entry.on(defined_on or span[1])
            held.setdefault(indicator.version, (indicator, []))[1].append(span)
    return [
        line | {"version": version}
        for version, (indicator, spans) in held.items()
        for line in _quarters(indicator, spans, known_on=known, where=where)
    ]


def _quarters(
    indicator: Any, spans: Sequence[tuple[date, date]], *, known_on: date, where: Mapping[str, Sequence[str]] | None
) -> list[dict[str, Any]]:
    """Following quarters by one definition; none of a growth, which compares years.

    An estimate by a design and a ratio ask for a quarter at a time. Of a part of the city they have none: what is too
    small to be shown is not worked out for them.
    """
    by_design = indicator.measure == "rate" and indicator.method.endswith("_rate")
    if indicator.measure == "growth" or (where and not indicator.stands_by and (by_design or indicator.is_divided)):
        return []
    if indicator.stands_by or by_design or indicator.is_divided:
        lines = [_one_quarter(indicator, span, known_on=known_on, where=where) for span in spans]
        return [line for line in lines if line["n"] and line["value"] is not None]
    among: Any = {"first": spans[0][0], "last": spans[-1][1], "known_on": known_on}
    counts = measure_by_quarter(indicator, **among, where=where)
    hidden = np.zeros(len(counts.n), dtype=bool)
    book = policy.load(settings.BANYAN_PACKS)

    @cache
    def table_of(names: Sequence[str]) -> Counts:
        return measure_by_quarter(indicator, **among, by=[name for name in names if name != "quarter"])

    def table_in(year: int) -> Callable[[Sequence[str]], Counts]:
        return lambda names: _of_year(table_of(names), year)[1]

    for year in {first.year for first, _last in spans} if where else ():  # its sum is known: pages show the year too
        places, part = _of_year(counts, year)
        hidden[places] = judging.too_small(
            indicator, part, by=("quarter",), where=where or {}, book=book, on=spans[-1][1],
            table_of=table_in(year),
        )  # fmt: skip
    return [
        {
            **group, "n": int(counts.n[place]), "passed": int(counts.passed[place]),
            "value": float(counts.value[place]), "low": float(counts.low[place]), "high": float(counts.high[place]),
        }
        for place, group in enumerate(counts.groups)
        if counts.n[place] and not hidden[place]
    ]  # fmt: skip


def _of_year(counts: Counts, year: int) -> tuple[list[int], Counts]:
    """What is counted in the quarters of one year, and where it stands."""
    places = [place for place, group in enumerate(counts.groups) if str(group["quarter"]).startswith(str(year))]
    return places, replace(counts, groups=tuple(counts.groups[place] for place in places), n=counts.n[places])


def _one_quarter(
    indicator: Any, span: tuple[date, date], *, known_on: date, where: Mapping[str, Sequence[str]] | None
) -> dict[str, Any]:
    """The figure of one quarter for itself, or what stood at its end; None for what cannot be told."""
    first, last = span
    since = None if indicator.stands_by else first
    counts = measure(indicator, on=last, known_on=known_on, where=where, since=since)
    told = {name: getattr(counts, name)[:1].sum() for name in ("n", "passed")}  # no row where nothing was counted
    figures = {name: getattr(counts, name)[:1].tolist() for name in ("value", "low", "high")}
    return {
        "quarter": periods.name_of(first), **{name: int(number) for name, number in told.items()},
        **{name: None if not some or np.isnan(some[0]) else some[0] for name, some in figures.items()},
    }  # fmt: skip


def funnel(
    *, key: str, on: date, by: str, known_on: date | None = None,
    where: Mapping[str, Sequence[str]] | None = None, min_n: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Each unit's rate against its n, limits around the whole's rate, and shrunken rates.

    What the indicator's table of these units hides is left out.

    `outside` is -1 or 1 where it lies below or above the limits of chance, `apart` where the interval of its shrunken
    rate lies wholly below or above the common rate. The limits are widened by the spread that all units share
    (`dispersion`, a factor on the variance of chance). `is_by_chance` tells whether chance alone gives so large a
    spread (`ratio` times its variance) often enough to be believed at the level in force: widened limits that hold
    every unit do not tell it.
    """
    book = policy.load(settings.BANYAN_PACKS)
    indicator = book.indicator(key, on=on)
    days: dict[str, Any] = {"on": on, "known_on": known_on or clock.today()}
    counts = measure(indicator, by=(by,), where=where, **days)
    hidden = np.zeros(len(counts.n), dtype=bool)
    if by in indicator.by:
        hidden = judging.too_small(
            indicator, counts, by=(by,), where=where or {}, book=book, on=on,
            table_of=lambda names: measure(indicator, by=names, **days),
        )  # fmt: skip
    kept = [i for i, group in enumerate(counts.groups) if group[by] is not None and counts.n[i] >= min_n]
    kept = [i for i in kept if not hidden[i]]
    n, passed = counts.n[kept], counts.passed[kept]
    if len(kept) < 3 or passed.sum() in (0, n.sum()):  # without three units and both outcomes there is no spread
        return {"units": [], "limits": []} | dict.fromkeys(("target", "dispersion", "ratio", "is_by_chance"))
    found = rates.funnel(passed, n, overdispersion="multiplicative")
    shrunk = rates.beta_binomial(passed, n)
    units = [
        {
            "unit": counts.groups[i][by], "n": int(n[place]), "passed": int(passed[place]),
            "value": float(found.value[place]), "outside": int(found.outside[-1][place]),
            "z": float(found.z[place]), "shrunk": float(shrunk.value[place]),
            "shrunk_low": float(shrunk.low[place]), "shrunk_high": float(shrunk.high[place]),
            "apart": int(shrunk.low[place] > found.target) - int(shrunk.high[place] < found.target),
        }
        for place, i in enumerate(kept)
    ]  # fmt: skip
    sizes = np.unique(np.geomspace(max(n.min(), 1), n.max() + 1, 40).round())
    curves = rates.funnel_limits(sizes, target=found.target, dispersion=found.dispersion)
    names = ("n", "low95", "low998", "high95", "high998")
    columns = (sizes, *curves.lower, *curves.upper)
    limits = [dict(zip(names, map(float, row), strict=True)) for row in zip(*columns, strict=True)]
    return {
        "units": units, "limits": limits, "target": float(found.target), "dispersion": float(found.dispersion),
        "ratio": float(found.ratio), "is_by_chance": bool(found.p_value >= 1 - confidence_level(on)),
    }  # fmt: skip


def _total(counts: Any) -> tuple[int, int]:
    return (int(counts.passed[0]), int(counts.n[0])) if len(counts.n) else (0, 0)


def _is_shown(row: Mapping[str, Any]) -> bool:
    return not row["suppressed"] and bool(row["n"])


def _says(low: float, high: float) -> str:
    return "higher" if low > 0 else "lower" if high < 0 else "cannot be told"


def year_earlier(day: date) -> date:
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
