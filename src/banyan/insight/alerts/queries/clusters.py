"""Detector of failing clusters: a product, or one item of it, in neighbouring counties against the same elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from scipy import special

from banyan.insight.alerts.queries.findings import Finding
from banyan.insight.alerts.queries.known import Known
from banyan.science import early_warning, rates

FACTORS = (("scheme", "level"), ("drawn",), ("county",))


def zones(place: Mapping[str, tuple[int, int]], counties: Sequence[str], largest: int) -> list[tuple[int, ...]]:
    """Groups of counties: each with its nearest in the tile grid, up to `largest` together."""
    found: dict[tuple[int, ...], None] = {}
    placed = [number for number, key in enumerate(counties) if key in place]
    for centre in placed:
        (column, row) = place[counties[centre]]
        nearest = sorted(
            placed,
            key=lambda one: (
                (place[counties[one]][0] - column) ** 2 + (place[counties[one]][1] - row) ** 2,
                counties[one],
            ),
        )
        for size in range(1, min(largest, len(nearest)) + 1):
            found[tuple(sorted(nearest[:size]))] = None
    return list(found)


def clusters(
    facts: Known, *, on: date, of: Sequence[str] = ("product",), place: Mapping[str, tuple[int, int]],
    windows: Sequence[int], largest: int, prior: float, season_weight: float, least: int, rate: float,
    elsewhere: float, loose: float = 0.0,
) -> list[Finding]:  # fmt: skip
    """Products that fail more often in a group of neighbouring counties than they did elsewhere and in past years.

    `of` says what is watched: products, or the items of products. What has one cause breaks one limit, so that few
    failures of one item tell more than as many of any item.

    A season or a worse batch of the whole country raises the product everywhere, and with it what is expected
    here; more samples raise what is expected as they come. Where the product failed elsewhere in the same weeks,
    the group's share of all its failures must be too large as well, at the level `elsewhere`.
    """
    rows = np.flatnonzero(facts.on(on))
    days = facts.happened[rows]

    def older(weeks: int) -> int:
        """How many of the rows, which lie in the order of their days, are so many whole weeks old."""
        return int(np.searchsorted(days, on.toordinal() - 7 * weeks, side="right"))

    past, recent = np.split(rows, [older(max(windows))])
    if past.size < least:
        return []
    failing = recent[facts.numbers["passed"][recent] == 0]
    subject = facts.crossed(*of)
    lately = np.bincount(subject[failing])
    if lately.max(initial=0) < least:  # whatever was expected, nothing failed often enough
        return []
    chance = chance_of(facts, past, of)
    shape = (len(facts.examples(*of)), len(facts.words["county"]))
    known = np.all([facts.codes[name][facts.examples(*of)] > 0 for name in of], axis=0)
    if not (groups := zones(place, facts.words["county"], largest)):  # no county has its place in the grid
        return []
    member = np.zeros((len(groups), shape[1]))
    for number, group in enumerate(groups):
        member[number, list(group)] = 1.0
    best: dict[int, tuple[float, int, int, Any]] = {}
    for window in windows:
        seen, awaited = _sums(facts, rows[older(window) :], subject, chance, shape)
        before = np.zeros((2, shape[0]))
        for year in (52, 104, 156):
            season = rows[older(year + window) : older(year)]
            before += [part.sum(axis=1) for part in _sums(facts, season, subject, chance, shape)]
        inside, mean = seen @ member.T, awaited @ member.T
        outside, outside_mean = seen.sum(1)[:, None] - inside, awaited.sum(1)[:, None] - mean
        p_values, told_mean = np.ones(inside.shape), np.zeros(inside.shape)
        many = np.nonzero(inside >= least)  # few groups have so many failures: nothing is asked of the others
        season_seen, season_mean = (season_weight * part[many[0]] for part in before)
        told = early_warning.against_elsewhere(
            inside[many], mean[many], prior=prior, loose=loose,
            elsewhere=np.maximum(outside[many], 0) + season_seen,
            expected_elsewhere=np.maximum(outside_mean[many], 0) + season_mean,
        )  # fmt: skip
        apart = _share_is_too_large(inside[many], mean[many], outside[many], outside_mean[many], level=elsewhere)
        p_values[many], told_mean[many] = np.where(apart, told.p_value, 1.0), told.mean
        chosen = p_values.argmin(axis=1)
        for one in np.flatnonzero(p_values.min(axis=1) < rate).tolist():
            zone = int(chosen[one])
            if known[one] and p_values[one, zone] < best.get(one, (1.0,))[0]:
                numbers = (float(inside[one, zone]), float(told_mean[one, zone]))
                best[one] = (float(p_values[one, zone]), zone, window, numbers)
    p_values = np.full(shape[0], 1.0)
    looked_at = np.count_nonzero(np.bincount(facts.codes["county"][rows])) * len(windows)
    for one, what in best.items():
        p_values[one] = min(1.0, what[0] * looked_at)
    # A subject with fewer failures in all counties together cannot alarm, so it is no member of the family (Tarone).
    p_values[np.pad(lately, (0, shape[0] - lately.size)) < least] = np.nan
    p_values[~known] = np.nan
    control = rates.benjamini_hochberg(p_values, level=rate)
    return [
        _finding(facts, rows[subject[rows] == one], on, of, best[one], groups, float(control.adjusted[one]))
        for one in np.flatnonzero(control.rejected).tolist()
    ]


def chance_of(facts: Known, past: Any, of: Sequence[str]) -> Callable[[Any], Any]:
    """How likely facts in some rows are to fail, by what failed in the past; alike facts are counted together."""
    subjects = [(name,) for name in of] + ([tuple(of)] if len(of) > 1 else [])
    alike = [*of, *(name for names in FACTORS for name in names)]
    cell, example = facts.crossed(*alike), facts.examples(*alike)
    failing = past[facts.numbers["passed"][past] == 0]
    units, events = (np.bincount(cell[some], minlength=len(example)) for some in (past, failing))
    seen = np.flatnonzero(units)
    factors = [facts.crossed(*names) for names in (*subjects, *FACTORS)]
    alone = [codes[example[seen]] for codes in factors]
    model = rates.standardised(events[seen], alone, units=units[seen])
    return lambda some: model.of([codes[some] for codes in factors])


def _share_is_too_large(inside: Any, mean: Any, outside: Any, outside_mean: Any, *, level: float) -> Any:
    """Whether too many of a product's failures fall to a group, given their number and what was expected where."""
    outside, outside_mean = np.maximum(outside, 0.0), np.maximum(outside_mean, 0.0)
    share = mean / np.maximum(mean + outside_mean, 1e-12)
    tail = special.betainc(np.maximum(inside, 1e-9), outside + 1.0, np.minimum(share, 1.0))
    return (tail < level) | (outside_mean < 1e-9)


def _sums(
    facts: Known, rows: Any, subject: Any, chance: Callable[[Any], Any], shape: tuple[int, int]
) -> tuple[Any, Any]:
    """Failures in some rows, and those expected, by subject and county."""
    cell = subject[rows] * shape[1] + facts.codes["county"][rows]
    parts = (1.0 - facts.numbers["passed"][rows], chance(rows))
    return tuple(np.bincount(cell, part, shape[0] * shape[1]).reshape(shape) for part in parts)  # type: ignore[return-value]


def _finding(facts: Known, rows: Any, on: date, of: Sequence[str], best: Any, groups: Any, p_value: float) -> Finding:
    _p, zone, window, (observed, expected) = best
    start = on - timedelta(weeks=window) + timedelta(days=1)
    inside = rows[np.isin(facts.codes["county"][rows], groups[zone]) & (facts.happened[rows] >= start.toordinal())]
    failing = inside[facts.numbers["passed"][inside] == 0]
    return Finding(
        noticed_on=on, from_on=start, observed=observed, expected=round(expected, 3), n=len(inside), p_value=p_value,
        bound=bound(expected), **{name: facts.words[name][facts.codes[name][rows[0]]] for name in of},
        counties=tuple(facts.words["county"][one] for one in groups[zone]),
        facts=facts.numbers_of(failing), begun_on=facts.first_of(failing),
    )  # fmt: skip


def bound(expected: float, *, side: str = "high") -> float:
    """The count that chance alone passes in one case in a thousand."""
    level = 0.999 if side == "high" else 0.001
    count = max(math.ceil(special.pdtrik(level, expected)), 0)
    return float(count - 1 if count and special.pdtr(count - 1, expected) >= level else count)
