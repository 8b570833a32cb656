"""EARS C1, C2 and C3: short-baseline warning for series without a history of years."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs, reasons
from banyan.science.early_warning.inputs import Indices
from banyan.science.early_warning.result import Surveillance

METHODS = ("C1", "C2", "C3")
FORMULAS = ("surveillance", "published")
LAG = {"C1": 0, "C2": 2, "C3": 2}
"""Values between the baseline and the evaluated one."""
MEMORY = 2
"""Earlier values whose excess C3 carries over."""
CELLS_TOGETHER = 32_768
"""Cells worked on at once, so that the working arrays stay in the processor's cache."""


def ears(
    counts: ArrayLike,
    *,
    method: str = "C1",
    baseline: int = 7,
    min_sigma: float = 0.0,
    alpha: float = 0.001,
    at: ArrayLike | None = None,
    formula: str = "surveillance",
) -> Surveillance:
    """Compare each count with the mean and spread of the few counts before it.

    Parameters
    ----------
    counts : (series, time) array
        Counts per period; any period will do, days and weeks are usual.
    method : {"C1", "C2", "C3"}
        C1 uses the `baseline` values just before; C2 leaves two values between, so that an outbreak that
        begins slowly does not raise its own bound; C3 adds to C2 the excess over one standard deviation of
        the two values before.
    baseline : int
        Number of baseline values, at least 3.
    min_sigma : float
        Least standard deviation. With 0, after a run of equal counts any higher count is an alarm.
    alpha : float
        One-sided probability of a false alarm per cell for normal counts. Usual is 0.001 for C1 and C2, 0.025
        for C3.
    at : (times,) ints, optional
        Time indices to evaluate, counted from 0; all of them when left out.
    formula : {"surveillance", "published"}
        For C3 only: the bound of R `surveillance`, in which the count itself takes the place of the mean,
        so that only the excess carried over can raise an alarm; or the published statistic, which counts
        today's excess.

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is the baseline mean, `upper` the bound, `score` =
        (count - expected) / (upper - expected), for C3 the statistic over its limit; `p_value` the normal
        probability of a statistic this high. The first values have the reason "too short"; C3 has no bound
        where baseline values are all equal.

    Raises
    ------
    ValueError
        If an argument is out of its range or a count is NaN, infinite or negative; the place is named.

    Notes
    -----
    With mean m and standard deviation s of the baseline and z the normal quantile of 1 - alpha the bound is
    m + z s. With e the sum over the two values before of max(0, C2 - 1), the bound of C3 is y + s (z - e)
    in R `surveillance` and m + s (1 + z - e) as published, neither below zero.

    References
    ----------
    Fricker, Hegler, Dunfee (2008). Comparing syndromic surveillance detection methods: EARS' versus a
    CUSUM-based methodology. Statistics in Medicine 27, 3407-3429.
    Salmon, Schumacher, Höhle (2016). Monitoring count time series in R. Journal of Statistical Software
    70(10).

    Examples
    --------
    >>> import numpy as np
    >>> weekly = np.array([[2, 3, 1, 2, 4, 2, 3, 2, 9]])
    >>> verdict = ears(weekly, method="C1")
    >>> verdict.upper[0, -1].round(2), bool(verdict.alarm[0, -1])
    (np.float64(5.44), True)
    """
    arguments.choice(method, name="method", among=METHODS)
    matrix = inputs.count_matrix(counts)
    baseline = inputs.whole(baseline, name="baseline", least=3)
    least = inputs.positive(min_sigma, name="min_sigma", or_zero=True)
    published = arguments.choice(formula, name="formula", among=FORMULAS) == "published"
    quantile = -special.ndtri(inputs.share(alpha, name="alpha"))
    length = matrix.shape[1]
    indices = np.arange(length) if at is None else inputs.time_indices(at, length=length)
    start = baseline + LAG[method] + (MEMORY if method == "C3" else 0)
    result = Surveillance.empty(matrix.shape[0], indices, f"EARS {method}")
    ready = indices >= start
    result.reason_code[:, ~ready] = reasons.TOO_SHORT
    if not ready.any():
        return result.sealed()
    columns: Indices | slice = np.flatnonzero(ready)
    chosen: Indices | slice = indices[ready] - start
    if ready.sum() == length - start and np.array_equal(indices[ready], np.arange(start, length)):
        columns, chosen = slice(int(ready.argmax()), indices.size), slice(None)
    together = max(1, CELLS_TOGETHER // length)
    with np.errstate(divide="ignore", invalid="ignore"):
        for first in range(0, matrix.shape[0], together):
            rows = slice(first, first + together)
            mean, spread, carried = _baseline(matrix[rows], baseline, LAG[method], method == "C3", least)
            values = _judge(matrix[rows, start:], mean, spread, carried, quantile, published)
            for name, value in values.items():
                getattr(result, name)[rows, columns] = value[:, chosen]
    return result.sealed()


def _baseline(
    counts: Floats, length: int, lag: int, carries: bool, least: float
) -> tuple[Floats, Floats, Floats | None]:
    """Mean and spread before every time that has its full past, and the excess carried over (None unless
    C3)."""
    size = counts.shape[1] - length - lag
    mean = counts[:, :size].copy()
    for place in range(1, length):
        mean += counts[:, place : place + size]
    mean /= length
    spread = np.zeros_like(mean)
    for place in range(length):
        away = counts[:, place : place + size] - mean
        away *= away
        spread += away
    spread /= length - 1
    np.sqrt(spread, out=spread)
    np.maximum(spread, least, out=spread)
    if not carries:
        return mean, spread, None
    excess = np.maximum((counts[:, length + lag :] - mean) / spread - 1.0, 0.0)
    carried = excess[:, MEMORY - 1 : -1].copy()
    for place in range(MEMORY - 1):
        carried += excess[:, place : place - MEMORY]
    return mean[:, MEMORY:], spread[:, MEMORY:], carried


def _judge(
    counts: Floats, mean: Floats, spread: Floats, carried: Floats | None, quantile: float, published: bool
) -> dict[str, Floats]:
    statistic = (counts - mean) / spread
    if carried is None:
        upper = mean + quantile * spread
        score = (counts - mean) / (upper - mean)
    elif published:
        upper = np.maximum(mean + spread * (1.0 + quantile - carried), 0.0)
        statistic = np.maximum(statistic - 1.0, 0.0) + carried
        score = statistic / quantile
    else:
        upper = np.maximum(counts + spread * (quantile - carried), 0.0)
        statistic, score = carried, carried / quantile
    code = np.where(np.isnan(upper), np.int8(reasons.NO_VARIATION), np.int8(reasons.EVALUATED))
    return {"expected": mean, "upper": upper, "score": score, "p_value": special.ndtr(-statistic),
            "alarm": counts > upper, "reason_code": code}  # fmt: skip
