"""From counts to verdicts: what the interval says of the target, how likely it is met, what is too small to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any

import numpy as np

from banyan.base.facts.queries import Cut
from banyan.insight.indicators.models import ReferenceFigure
from banyan.insight.indicators.queries.measuring import Counts, measure
from banyan.policy import Book
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.target import Comparison, Part, Target
from banyan.science import rates

SMALLEST_COUNT = "disclosure.smallest_count"
SMALLEST_GROWTH = "disclosure.smallest_growth"
LIES_WITHIN = {
    "park": ("county", "origin_county"), "product": ("industry",),
    "organisation": ("county", "origin_county", "industry", "park", "size"),
}  # fmt: skip
"""Dimensions whose groups may each lie in one group of a larger one; whether they do, the facts tell."""


@dataclass(frozen=True)
class Shown:
    """What readers know of a breakdown by earlier publications: counts by cell.

    `before` are those of each publication of anything of the same span, hidden or not, the last at the end; `shown`
    those that were last shown; `parts` those of stretches of days that spans of other beginnings would tell. `within`
    has, for each larger dimension that this one may lie in, `before` and `parts` of both together.
    """

    before: Sequence[Mapping[tuple[Any, ...], float]]
    shown: Mapping[tuple[Any, ...], float]
    parts: Sequence[Mapping[tuple[Any, ...], float]] = ()
    within: Mapping[str, Shown] = field(default_factory=dict)

    def earlier(self, n: np.ndarray, cells: Sequence[tuple[Any, ...]]) -> np.ndarray:
        """What some cells counted at each moment from which growth is judged; a part grew by all that it holds."""
        before, parts = (
            np.array([[one.get(cell, 0) for cell in cells] for one in some], dtype=float).reshape(-1, len(cells))
            for some in (self.before, self.parts)
        )
        return np.concatenate([before, n + parts])


@dataclass(frozen=True)
class Goal:
    """What an indicator is judged by on a day: the target's comparison and the number it comes to, if known."""

    target: Target
    part: Part
    threshold: float | None
    reference: float | None
    source: str


def goals(indicator: Indicator, *, book: Book, on: date, known_on: date | Cut) -> tuple[Goal, ...]:
    """Every comparison of a target, as set on the day, with this indicator, and its reference figure as known."""
    found = []
    for entry in book.entries("target"):
        target = entry.on(on) if entry.holds(on) else entry
        for part in target.parts:  # type: ignore[attr-defined]
            if part.indicator == indicator.key:
                reference, source = _reference(part, book=book, on=on, known_on=known_on)
                threshold = part.threshold(reference=reference)
                found.append(
                    Goal(target, part, None if threshold is None else float(threshold), reference, source)  # type: ignore[arg-type]
                )
    return tuple(found)


def verdicts(counts: Counts, goal: Goal | None) -> list[str | None]:
    """One verdict per group, from the interval alone; None where no target speaks of the indicator."""
    if goal is None:
        return [None] * len(counts.n)
    return [
        goal.part.verdict(low=_number(low), high=_number(high), reference=goal.reference)
        for low, high in zip(counts.low, counts.high, strict=True)
    ]


def probabilities(counts: Counts, goal: Goal | None, *, is_rate: bool) -> list[float | None]:
    """The probability that each group's true figure meets the target; None where it cannot be told."""
    if goal is None or goal.threshold is None or not len(counts.n):
        return [None] * len(counts.n)
    if not is_rate or goal.part.op == "=":
        return [None if verdict is None else float(verdict == "met") for verdict in verdicts(counts, goal)]
    passed, n = counts.effective
    known = ~np.isnan(n) & (n > 0)
    found: list[float | None] = [None] * len(n)
    if known.any():
        values = rates.probability_target_met(passed[known], n[known], target=goal.threshold, op=goal.part.op)
        # A sample makes nothing certain, so rounding must not either.
        told = np.atleast_1d(values).clip(1e-6, 1 - 1e-6).round(6)
        for place, value in zip(np.flatnonzero(known), told, strict=True):
            found[int(place)] = float(value)
    return found


def too_small(
    indicator: Indicator,
    counts: Counts,
    *,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]],
    book: Book,
    on: date,
    table_of: Callable[[Sequence[str]], Counts],
    shown: Shown | None = None,
) -> np.ndarray:
    """Which cells count too little to be shown: those of a breakdown, or a part that was asked for by itself.

    The whole city's figure is never hidden.

    What counts a public register tells nothing that is not public: its pack says so (`shows_small_counts`).

    Enough others are hidden with the small ones that no published table gives them away, by its total or by another
    table that shares a margin: one dimension by `rates.hide_line`, two by `rates.hide_block`. Where a dimension lies
    within another, as parks do within counties, that holds within each of the larger ones too. A part of a table (the
    products of one county) hides what the whole table hides, so that no question is answered by asking in parts; a
    sum of parts is hidden if one of them is. A table of more dimensions that counts any part too small is hidden
    whole. `table_of` counts a breakdown without `where`.

    What is to be published again hides too what grew by few records since it was last `shown`: the difference of two
    publications would tell them; so does what a county grew by, less what its parks did. A table of two dimensions in
    which any cell did is hidden whole.
    """
    hidden = np.zeros(len(counts.n), dtype=bool)
    if not (by or where) or indicator.shows_small_counts:
        return hidden
    least = smallest_count(book, on=on)
    dimensions = tuple(dict.fromkeys((*where, *by)))
    if not where:
        hidden = _hidden(counts.n, counts.groups, tuple(by), least=least)
        for inner in by if len(by) == 2 else ():
            if {*by} & {*LIES_WITHIN.get(inner, ())}:  # who knows in which county a park lies, knows its row
                line = table_of((inner,))
                shut = too_small(indicator, line, by=(inner,), where={}, book=book, on=on, table_of=table_of)
                told = {group[inner] for group, one in zip(line.groups, shut, strict=True) if one}
                hidden |= np.array([group[inner] in told for group in counts.groups], dtype=bool)
        for over in LIES_WITHIN.get(by[0], ()) if len(by) == 1 else ():
            if over in indicator.by:
                grown = (shown.within[over], smallest_growth(book, on=on)) if shown else None
                told = _given_away_within(table_of((over, by[0])), over, by[0], least=least, grown=grown)
                hidden |= np.array([group[by[0]] in told for group in counts.groups], dtype=bool)
        return hidden | _grown(counts, tuple(by), shown, book=book, on=on) if shown else hidden
    if len(dimensions) > 2:
        return np.full(len(counts.n), bool(((counts.n > 0) & (counts.n < least)).any()))
    table = table_of(dimensions)
    shut = too_small(indicator, table, by=dimensions, where={}, book=book, on=on, table_of=table_of)
    closed = {tuple(group[name] for name in dimensions) for group, one in zip(table.groups, shut, strict=True) if one}
    asked = [[(group[name],) if name in group else where[name] for name in dimensions] for group in counts.groups]
    return np.array([any(cell in closed for cell in product(*values)) for values in asked], dtype=bool)


def beside_shown(
    indicator: Indicator, counts: Counts, hidden: np.ndarray, *, table_of: Callable[[Sequence[str]], Counts],
    **about: Any,
) -> dict[str, np.ndarray]:  # fmt: skip
    """What stands beside the figures: NaN where they are hidden, and where it is itself too small to be shown."""

    def judged(counts: Counts, name: str) -> Counts:
        return replace(counts, n=np.nan_to_num(counts.beside.get(name, np.zeros(len(counts.n)))))

    def judged_tables(name: str) -> Callable[[Sequence[str]], Counts]:
        return lambda names: judged(table_of(names), name)

    return {
        name: np.where(hidden | too_small(
            indicator, judged(counts, name), table_of=judged_tables(name), **about
        ), np.nan, column)
        for name, column in counts.beside.items()
    }  # fmt: skip


def hides_part(
    indicator: Indicator, counts: Counts, *, where: Mapping[str, Sequence[str]], book: Book, **days: Any
) -> bool:
    """Whether the figure of a part that stands by itself is hidden; the days are those of `measure`."""

    def table_of(names: Sequence[str]) -> Counts:
        return measure(indicator, by=names, **days)

    return bool(too_small(indicator, counts, by=(), where=where, book=book, on=days["on"], table_of=table_of).any())


def _hidden(n: np.ndarray, groups: Sequence[Mapping[str, Any]], by: tuple[str, ...], *, least: float) -> np.ndarray:
    """Which cells of a whole breakdown are hidden."""
    cells = [tuple(one[name] for name in by) for one in groups]
    return rates.hide_cells(np.nan_to_num(n), cells, threshold=least)


def _given_away_within(
    table: Counts, over: str, inner: str, *, least: float, grown: tuple[Shown, float] | None
) -> set[Any]:  # fmt: skip
    """The groups of a dimension that its larger one would tell: a county's total less its parks is the rest of it.

    Only a county that shares no park with another tells anything so. What each was before, and how little it may have
    grown by since, says `grown`.
    """
    homes: dict[Any, set[Any]] = {}
    cells: dict[Any, list[tuple[Any, float]]] = {}
    for group, n in zip(table.groups, np.nan_to_num(table.n), strict=True):
        homes.setdefault(group[inner], set()).add(group[over])
        cells.setdefault(group[over], []).append((group[inner], n))
    found = _of_hidden(homes, cells, least=least)
    for group, line in cells.items():
        names, n = [name for name, _n in line], np.array([n for _name, n in line])
        if len(line) > 1 and all(name is None or len(homes[name]) == 1 for name in names):
            shut = rates.hide_line(n, threshold=least)
            if grown:
                before = grown[0].earlier(n, [(group, name) for name in names])
                shut |= rates.hide_growth(n, before=before, shown=np.full(len(n), np.nan), threshold=grown[1])
            found |= {name for name, one in zip(names, shut, strict=True) if one}
    return found


def _of_hidden(
    homes: Mapping[Any, set[Any]], cells: Mapping[Any, Sequence[tuple[Any, float]]], *, least: float
) -> set[Any]:
    """The groups that lie in hidden larger ones, and one that does not.

    What is shown of a park is the least that its county holds: of a hidden county it would tell the others.
    """
    totals = [sum(n for _name, n in line) for line in cells.values()]
    shut = rates.hide_line(totals, threshold=least) if totals else np.zeros(0, dtype=bool)
    hidden = {group for group, one in zip(cells, shut, strict=True) if one}
    found = {name for name, at in homes.items() if name is not None and len(at) == 1 and at <= hidden}
    sums = Counter[Any]()
    for line in cells.values():
        sums.update({name: n for name, n in line if name not in found})
    others = [name for name, n in sums.items() if n]
    return found | {min(others, key=lambda name: (sums[name], str(name)))} if found and others else found


def _grown(counts: Counts, by: tuple[str, ...], shown: Shown, *, book: Book, on: date) -> np.ndarray:
    """Which cells are hidden because few records came since earlier publications showed them."""
    least, n = smallest_growth(book, on=on), np.nan_to_num(counts.n)
    cells = [tuple(one[name] for name in by) for one in counts.groups]
    before = shown.earlier(n, cells)
    last = np.array([shown.shown.get(cell, np.nan) for cell in cells], dtype=float)
    if len(by) == 1:
        return rates.hide_growth(n, before=before, shown=last, threshold=least)
    growth = np.abs(n - np.vstack((before, last)))
    return np.full(len(n), bool(((growth > 0) & (growth < least)).any()))


def smallest_count(book: Book, *, on: date) -> float:
    """The smallest count that is shown on a day."""
    return float(book.value(SMALLEST_COUNT, on=on).value)


def smallest_growth(book: Book, *, on: date) -> float:
    """The smallest growth between two publications that is shown on a day."""
    return float(book.value(SMALLEST_GROWTH, on=on).value)


def reference_figure(figure: str, *, period: int, known_on: date) -> ReferenceFigure | None:
    """The newest edition of a published figure of a year, as published by a day."""
    return (
        ReferenceFigure.objects.filter(
            figure=figure, period=period, published_on__lte=known_on, withdrawn_on__isnull=True
        )
        .order_by("-published_on", "-edition")
        .first()
    )


def reference_state() -> tuple[int, int]:
    """What the reference figures are now, in short: changes whenever one is entered or withdrawn."""
    stands = ReferenceFigure.objects.filter(withdrawn_on__isnull=True).count()
    return stands, ReferenceFigure.objects.count()


def _reference(part: Part, *, book: Book, on: date, known_on: date | Cut) -> tuple[float | None, str]:
    """The figure that a comparison needs, and where it comes from."""
    if not isinstance(part.value, Comparison):
        return None, ""
    about = part.value.indicator or part.indicator
    if part.value.reference == "city_average":
        whole = measure(book.indicator(about, on=on), on=on, known_on=known_on)
        return (_number(whole.value[0]) if len(whole.value) else None), about
    year = 2010 if part.value.reference == "base_year_2010" else on.year
    day = known_on.day if isinstance(known_on, Cut) else known_on
    figure = reference_figure(f"{part.value.reference}.{about}", period=year, known_on=day)
    return (float(figure.value), f"{figure.source}, {figure.published_on}") if figure else (None, "")


def _number(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
