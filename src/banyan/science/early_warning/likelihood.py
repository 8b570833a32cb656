"""Likelihood ratio methods: a lasting change of the mean, and the start of an outbreak of unknown shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs, reasons
from banyan.science.early_warning.cusum import baseline_means
from banyan.science.early_warning.result import RUNNING, Surveillance

CELLS_TOGETHER = 2_000_000
NEWTON_STEPS = 50


def glr(
    counts: ArrayLike,
    *,
    at: ArrayLike,
    decision: float = 5.0,
    baseline: ArrayLike | str | None = "glm",
    dispersion: float = 0.0,
    period: int = 52,
    trend: bool = False,
    window: int | None = None,
) -> Surveillance:
    """Test at each time whether the mean has risen by some factor since some earlier time.

    Parameters
    ----------
    counts : (series, time) array
    at : (times,) ints
        Time indices to evaluate, counted from 0; the search for a change starts at the first of them and, after
        each alarm, anew.
    decision : float
        The generalised log likelihood ratio that is an alarm.
    baseline : "glm", None, float or (series,) array
        Mean before a change, as for `cusum`.
    dispersion : float
        The variance is m + dispersion m²; 0 is Poisson.
    period : int
        Values a year, for "glm".
    trend : bool
        Whether the regression of "glm" has a log-linear trend beside the harmonic.
    window : int, optional
        Longest time since the change that is considered; bounds the work on long series.

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is the mean before a change, `statistic` the largest log likelihood ratio
        over all start times and factors above 1, `score` the statistic over the decision value (an alarm from 1 on).
        There is no `upper` and no `p_value`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a count is NaN, infinite or negative; the place is named.

    References
    ----------
    Höhle, Paul (2008). Count data regression charts for the monitoring of surveillance time series. Computational
    Statistics and Data Analysis 52, 4357-4368. Equal to `algo.glrpois` and `algo.glrnb` of R `surveillance` for a
    change of the intercept.

    Examples
    --------
    >>> verdict = glr([[4, 5, 3, 4, 4, 5, 3, 4, 7, 8, 9]], at=[8, 9, 10], baseline=None)
    >>> verdict.statistic.round(3).tolist(), verdict.alarm.tolist()
    ([[0.917, 2.429, 4.636]], [[False, False, False]])
    """
    matrix = inputs.count_matrix(counts)
    indices = inputs.time_indices(at, length=matrix.shape[1])
    decision = inputs.positive(decision, name="decision")
    spread = inputs.positive(dispersion, name="dispersion", or_zero=True)
    first, last = int(indices.min()), int(indices.max())
    length = last - first + 1
    longest = length if window is None else min(inputs.whole(window, name="window", least=1), length)
    result = Surveillance.empty(matrix.shape[0], indices, "generalised likelihood ratio", gives=RUNNING)
    mean, codes = baseline_means(matrix, np.arange(first, last + 1), baseline, period, spread, trend=trend)
    result.reason_code[:] = codes[:, None]
    good = np.flatnonzero(codes == reasons.EVALUATED)
    together = max(1, CELLS_TOGETHER // (longest * (longest if spread else 1)))
    for begin in range(0, good.size, together):
        rows = good[begin : begin + together]
        expected = np.ascontiguousarray(np.broadcast_to(mean[rows], (rows.size, length)))
        ratios = _largest_ratios(matrix[rows, first : last + 1], expected, spread, decision, longest)
        result.expected[rows] = expected[:, indices - first]
        result.statistic[rows] = ratios[:, indices - first]
    with np.errstate(invalid="ignore"):
        result.score[:] = result.statistic / decision
        result.alarm[:] = result.statistic >= decision
    return result.sealed()


def _largest_ratios(counts: Floats, mean: Floats, spread: float, decision: float, longest: int) -> Floats:
    """The statistic at every time, starting anew after each alarm."""
    ratios = np.zeros_like(counts)
    begin = np.zeros(counts.shape[0], np.int64)
    for now in range(counts.shape[1]):
        oldest = max(0, now - longest + 1)
        y, m = counts[:, oldest : now + 1], mean[:, oldest : now + 1]
        since = _poisson_ratios(y, m) if not spread else _dispersed_ratios(y, m, spread)
        allowed = np.arange(oldest, now + 1) >= begin[:, None]
        ratios[:, now] = np.where(allowed, since, 0.0).max(axis=1)
        begin[ratios[:, now] >= decision] = now + 1
    return ratios


def _since(values: Floats) -> Floats:
    """Sums from each time up to the last."""
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]


def _poisson_ratios(counts: Floats, mean: Floats) -> Floats:
    seen, awaited = _since(counts), _since(mean)
    risen = seen > awaited
    growth = np.log(np.where(risen, seen / awaited, 1.0))
    return seen * growth - np.where(risen, seen - awaited, 0.0)


def _dispersed_ratios(counts: Floats, mean: Floats, spread: float) -> Floats:
    """Largest negative binomial log likelihood ratio since each time, over factors above 1 (Newton's method)."""
    size = counts.shape[1]
    inside = np.arange(size) >= np.arange(size)[:, None]  # (start, time)
    seen, m = _since(counts), mean[:, None, :]
    growth = np.zeros_like(seen)
    for _ in range(NEWTON_STEPS):
        raised = m * np.exp(growth)[:, :, None]
        shrink = np.where(inside, 1.0 / (1.0 + spread * raised), 0.0)
        weight = (counts[:, None, :] * spread + 1.0) * raised * shrink
        slope = seen - weight.sum(axis=2)
        curve = (weight * shrink).sum(axis=2)
        step = np.clip(slope / np.maximum(curve, 1e-300), -1.0, 1.0)
        growth = np.maximum(growth + step, 0.0)
        if np.abs(np.where((growth == 0.0) & (step < 0.0), 0.0, step)).max() < 1e-12:
            break
    odds = np.log1p(spread * m * np.exp(growth)[:, :, None]) - np.log1p(spread * m)
    lost = np.where(inside, (counts[:, None, :] + 1.0 / spread) * odds, 0.0).sum(axis=2)
    return np.maximum(seen * growth - lost, 0.0)


def outbreak_p(counts: ArrayLike, *, at: ArrayLike, decision: float = 100.0) -> Surveillance:
    """Test whether counts have begun to rise, without assuming anything of the rise but that it does not fall.

    Parameters
    ----------
    counts : (series, time) array
        Poisson counts without season.
    at : (times,) ints
        Time indices to evaluate, counted from 0; the series counts from its first value.
    decision : float
        The likelihood ratio that is an alarm.

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is the mean so far, `statistic` the likelihood ratio of the best
        non-decreasing means against one constant mean, `score` its logarithm over that of the decision value (alarm
        from 1 on).

    Raises
    ------
    ValueError
        If an argument is out of its range, or a count is NaN, infinite or negative; the place is named.

    References
    ----------
    Frisén, Andersson (2009). Semiparametric surveillance of monotonic changes. Sequential Analysis 28, 434-454. Equal
    to `algo.outbreakP` of R `surveillance`.

    Examples
    --------
    >>> verdict = outbreak_p([[2, 3, 1, 2, 2, 6, 9, 12]], at=[4, 5, 6, 7])
    >>> verdict.statistic.round(1).tolist()
    [[1.0, 7.3, 279.5, 40591.1]]
    """
    matrix = inputs.count_matrix(counts)
    indices = inputs.time_indices(at, length=matrix.shape[1])
    decision = inputs.positive(decision, name="decision")
    result = Surveillance.empty(matrix.shape[0], indices, "OutbreakP", gives=RUNNING)
    last = int(indices.max())
    logarithms = _rise_ratios(matrix[:, : last + 1])[:, indices]
    result.expected[:] = (np.cumsum(matrix, axis=1) / np.arange(1, matrix.shape[1] + 1))[:, indices]
    with np.errstate(over="ignore", divide="ignore"):
        result.statistic[:] = np.exp(logarithms)
        result.score[:] = logarithms / np.log(decision)
    result.alarm[:] = result.statistic >= decision
    return result.sealed()


def _rise_ratios(counts: Floats) -> Floats:
    """Log likelihood ratio of non-decreasing against constant means at every time, pooling adjacent violators.

    Each series keeps a stack of blocks of equal mean: their sums, sizes, and the sum of s log(s / n) below each.
    """
    series, length = counts.shape
    sums, sizes, below = (np.zeros((series, length + 1)) for _ in range(3))
    top = np.zeros(series, np.int64)
    every = np.arange(series)
    ratios = np.zeros_like(counts)
    for now in range(length):
        top += 1
        sums[every, top], sizes[every, top] = counts[:, now], 1.0
        pooled = every
        while pooled.size:
            at = top[pooled]
            falls = (at > 1) & (sums[pooled, at - 1] * sizes[pooled, at] > sums[pooled, at] * sizes[pooled, at - 1])
            pooled, at = pooled[falls], at[falls]
            sums[pooled, at - 1] += sums[pooled, at]
            sizes[pooled, at - 1] += sizes[pooled, at]
            top[pooled] -= 1
        below[every, top] = below[every, top - 1] + _own(sums[every, top], sizes[every, top])
        ratios[:, now] = below[every, top] - _own(counts[:, : now + 1].sum(axis=1), np.full(series, now + 1.0))
    return ratios


def _own(total: Floats, size: Floats) -> Floats:
    return total * np.log(np.where(total > 0, total / size, 1.0))
