"""Detector of counties that report late: days from sampling until known, against their own past and all others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from scipy import special

from banyan.insight.alerts.queries.findings import Finding
from banyan.insight.alerts.queries.known import Known
from banyan.science import rates


def late_counties(
    facts: Known, *, on: date, windows: Sequence[int], past: int, least: int, ratio: float, rate: float
) -> list[Finding]:
    """Counties whose samples became known later of late than they used to, while those of others did not.

    A delay counts in the week in which the sample became known: then it is whole. Only a sample's first
    appearance counts, never a correction. A finding began on the day on which the first result became known that is
    later than usual by `ratio` at least.
    """
    at = on.toordinal()
    rows = np.flatnonzero(facts.first & (facts.known <= at) & (facts.known > at - 7 * (past + max(windows))))
    if not rows.size:
        return []
    days = np.maximum(facts.known[rows] - facts.happened[rows], 0)
    kind = facts.crossed("scheme", "level", "county")[rows]
    county = facts.codes["county"][rows]
    size = len(facts.words["county"])
    log = np.log1p(days)
    best: dict[int, tuple[float, int, float, float, Any, int]] = {}
    for window in windows:
        recent = facts.known[rows] > at - 7 * window
        usual = _means(kind[~recent], log[~recent], kind.max() + 1)
        left = log - usual[kind]
        told = np.isfinite(left)
        new, old = recent & told, ~recent & told
        n_new, n_old = (np.bincount(county[part], minlength=size) for part in (new, old))
        with np.errstate(all="ignore"):
            shift = np.bincount(county[new], left[new], size) / n_new
            spread = np.sqrt(np.bincount(county[old], left[old] ** 2, size) / n_old)
        usable = (n_new >= least) & (n_old >= least) & (np.arange(size) > 0)
        if usable.sum() < 3:
            continue
        common = float(np.median(shift[usable]))
        between = float(np.median(np.abs(shift[usable] - common))) * 1.4826
        with np.errstate(all="ignore"):
            z = (shift - common) / np.sqrt(spread**2 * (1 / n_new + 1 / n_old) + between**2)
        for one in np.flatnonzero(usable).tolist():
            p_value = float(special.ndtr(-z[one]))
            if shift[one] - common >= np.log(ratio) and p_value < best.get(one, (1.0,))[0]:
                mine = new & (county == one)
                seen = float(np.mean(days[mine]))
                awaited = float(np.mean(np.expm1(usual[kind[mine]])) * np.exp(common))
                late = mine & (left - common >= min(np.log(ratio), left[mine].max() - common))
                best[one] = (p_value, window, seen, awaited, rows[mine], int(facts.known[rows[late]].min()))
    family = np.full(size, np.nan)
    family[np.unique(county)] = 1.0
    family[0] = np.nan
    for one, what in best.items():
        family[one] = min(1.0, what[0] * len(windows))
    control = rates.benjamini_hochberg(family, level=rate)
    found = []
    for one in np.flatnonzero(control.rejected).tolist():
        _p, window, seen, awaited, behind, late_from = best[one]
        start = on - timedelta(weeks=window) + timedelta(days=1)
        found.append(
            Finding(
                noticed_on=on, from_on=start, observed=round(seen, 1), expected=round(awaited, 1),
                bound=round(awaited * ratio, 1), n=len(behind), p_value=float(control.adjusted[one]),
                counties=(facts.words["county"][one],), facts=facts.numbers_of(behind),
                begun_on=date.fromordinal(late_from),
            )
        )  # fmt: skip
    return found


def _means(codes: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.bincount(codes, values, size) / np.bincount(codes, minlength=size)
