"""Detector of swapped samples: goods of different makers, taken at one seller, whose results agree like one lot's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from banyan.insight.alerts.queries.findings import Finding
from banyan.insight.alerts.queries.known import Known
from banyan.science import early_warning, rates

FEWEST_ELSEWHERE = 20
"""How many values from elsewhere are needed to say how seldom one comes near."""


@dataclass(frozen=True)
class Tests:
    """Tests of samples that have earlier tests of the same class at the same seller, of other makers' goods."""

    row: NDArray[Any]
    """A fact of each."""
    nearest: NDArray[Any]
    """A fact of the earlier test that comes nearest."""
    chance: NDArray[Any]
    """The chance that one of as many tests from elsewhere comes as near."""


def too_much_alike(
    facts: Known, *, on: date, windows: Sequence[int], items: int, band: float, compared: int, level: float,
    tests: int, rate: float, apart: int,
) -> list[Finding]:  # fmt: skip
    """Sellers whose samples repeat the results of an earlier sample more often than samples do at other sellers.

    Goods of one maker may well be alike and are not compared; nor are values from `band` of their limit on, which
    agree where a laboratory has them crowd there. For each measured value, at least `items`, the `compared` tests of
    the class that were known before, from other sellers, say how seldom one comes as near as the earlier test does;
    the chance of a pair is that of its worst value, to the power of their number. A test is a repetition where the
    chance that one of its partners comes as near is `level` at most. Sellers with fewer than `tests` tests that have
    partners are not judged. How small the chances of a seller's repetitions are alarms, not their number alone, so
    that a finding has no bound. Partners lie at most `apart` weeks from each other: the more of them, the nearer
    comes one by chance, and a lot is not kept for ever.
    """
    made = _tests(facts, items=items, band=band, compared=compared, weeks=apart)
    size = len(facts.words["counterparty"])
    there = facts.on(on)[made.row]
    seller, repeats = facts.codes["counterparty"][made.row], made.chance <= level
    p_values, seen, awaited, tried = (np.zeros((len(windows), size)) for _turn in range(4))
    for place, window in enumerate(windows):
        recent = np.flatnonzero(there & (facts.happened[made.row] > on.toordinal() - 7 * window))
        tried[place] = np.bincount(seller[recent], minlength=size)
        seen[place] = np.bincount(seller[recent], repeats[recent], minlength=size)
        elsewhere = (seen[place].sum() - seen[place]) / np.maximum(tried[place].sum() - tried[place], 1)
        usual = np.maximum(level, elsewhere)
        awaited[place] = tried[place] * usual
        p_values[place] = np.nan
        for one in np.flatnonzero((tried[place] >= tests) & (np.arange(size) > 0)).tolist():
            p_values[place, one] = early_warning.truncated_product(
                made.chance[recent[seller[recent] == one]], level=level, usual=usual[one]
            )
    tested = ~np.isnan(p_values).all(axis=0)
    if not tested.any():
        return []
    lowest = np.where(np.isnan(p_values), 2.0, p_values)
    family = np.where(tested, np.minimum(1.0, lowest.min(axis=0) * len(windows)), np.nan)
    control = rates.benjamini_hochberg(family, level=rate)
    found = []
    for one in np.flatnonzero(control.rejected).tolist():
        place = int(lowest[:, one].argmin())
        start = on - timedelta(weeks=windows[place]) + timedelta(days=1)
        hits = there & repeats & (seller == one) & (facts.happened[made.row] >= start.toordinal())
        behind = np.unique(np.concatenate([made.row[hits], made.nearest[hits]]))
        found.append(
            Finding(
                noticed_on=on, from_on=start, observed=float(seen[place, one]), bound=None,
                expected=round(float(awaited[place, one]), 3), n=int(tried[place, one]),
                p_value=float(control.adjusted[one]), counterparty=facts.words["counterparty"][one],
                facts=facts.numbers_of(behind), begun_on=facts.first_of(made.row[hits]),
            )
        )  # fmt: skip
    return found


def _tests(facts: Known, *, items: int, band: float, compared: int, weeks: int) -> Tests:
    """The tests behind facts of items, and how near each comes to an earlier one; a corrected test is another."""
    if (kept := f"tests {items} {band} {compared} {weeks}") in facts.cache:
        return facts.cache[kept]  # type: ignore[no-any-return]
    share = facts.numbers["share_of_limit"]
    rows = np.flatnonzero(np.isfinite(share) & (share > 0) & ((share < band) | (share > 1)))
    key = facts.codes["sample"][rows] * (int(facts.known.max(initial=0)) + 1) + facts.known[rows]
    _keys, first, number = np.unique(key, return_index=True, return_inverse=True)
    values = np.full((len(first), len(facts.words["item"])), np.nan, np.float32)
    values[number, facts.codes["item"][rows]] = np.log(share[rows])
    found: list[tuple[int, int, float]] = []
    for mine in _classes(facts, rows[first]):
        block = values[mine][:, np.isfinite(values[mine]).any(axis=0)]
        found += _nearest(facts, rows[first][mine], block, items=items, compared=compared, days=7 * weeks)
    told = np.array(found, dtype=float).reshape(-1, 3).T
    facts.cache[kept] = Tests(told[0].astype(np.int64), told[1].astype(np.int64), told[2])
    return facts.cache[kept]  # type: ignore[no-any-return]


def _classes(facts: Known, row: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The tests of each known class, in the order in which they became known."""
    product = facts.codes["product"][row]
    order = np.lexsort((facts.fact[row], facts.known[row], product))
    starts = np.flatnonzero(np.diff(product[order], prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        if product[order[start]]:
            yield order[start:end]


def _nearest(
    facts: Known, row: NDArray[Any], values: NDArray[Any], *, items: int, compared: int, days: int
) -> Iterator[tuple[int, int, float]]:
    """Each test of a class with an earlier one at its seller: itself, the nearest, and the chance of one so near."""
    seller, maker, sample = (facts.codes[name][row] for name in ("counterparty", "organisation", "sample"))
    happened = facts.happened[row]
    for one in np.flatnonzero((np.bincount(seller)[seller] > 1) & (seller > 0)).tolist():
        apart = ((maker[:one] != maker[one]) | (maker[:one] == 0)) & (np.abs(happened[:one] - happened[one]) <= days)
        here = np.flatnonzero(apart & (seller[:one] == seller[one]) & (sample[:one] != sample[one]))
        if not here.size:
            continue
        elsewhere = np.flatnonzero(apart & (seller[:one] != seller[one]))[-compared:]
        chances = _chances(np.abs(values[here] - values[one]), np.abs(values[elsewhere] - values[one]), items)
        partners = int(np.isfinite(chances).sum())
        if partners:
            nearest = int(np.nanargmin(chances))
            yield int(row[one]), int(row[here[nearest]]), float(1 - (1 - chances[nearest]) ** partners)


def _chances(here: NDArray[Any], elsewhere: NDArray[Any], items: int) -> NDArray[Any]:
    """For tests that differ by `here`, the chance that one from elsewhere comes as near in all values they share."""
    others = np.isfinite(elsewhere).sum(axis=0)
    nearer = (elsewhere[None, :, :] <= here[:, None, :]).sum(axis=1)
    share = np.where(np.isfinite(here) & (others >= FEWEST_ELSEWHERE), (1 + nearer) / (1 + others), np.nan)
    shared = np.isfinite(share).sum(axis=1)
    worst = np.where(np.isnan(share), 0.0, share).max(axis=1, initial=0.0)
    found: NDArray[Any] = np.where(shared >= items, worst**shared, np.nan)
    return found
