"""Two rates side by side: their difference or ratio with interval and p-value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.rates.intervals import limits

SCORE_STEPS = 64  # halvings of the search interval: the limits are then exact to rounding


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Difference or ratio of two rates; numbers for one pair, arrays for many.

    Attributes
    ----------
    value, low, high : ndarray or float
        Difference (first less second) or ratio (first over second) and its interval.
    p_value : ndarray or float
        Two-sided, of the hypothesis that the two rates are equal (score test).
    n, other_n : ndarray or float
        Units behind the two rates.
    level, method, warnings
        Confidence level, name of the method, sentences on the whole.
    """

    value: Floats | float
    low: Floats | float
    high: Floats | float
    p_value: Floats | float
    n: Floats | float
    other_n: Floats | float
    level: float
    method: str
    warnings: tuple[str, ...]


def difference(
    passed: ArrayLike,
    tested: ArrayLike,
    other_passed: ArrayLike,
    other_tested: ArrayLike,
    *,
    method: str = "score",
    level: float = 0.95,
) -> Comparison:
    """Return the first rate less the second.

    The two must be independent samples: compare a county with the *rest* of its city, not with the
    whole that contains it.

    Parameters
    ----------
    passed, tested, other_passed, other_tested : array_like
        Counts of the two samples; shapes that broadcast.
    method : {"score", "newcombe"}
        ``"score"``: Miettinen-Nurminen, interval and p-value from one test, so that they agree.
        ``"newcombe"``: from the two Wilson intervals (hybrid score, method 10).
    level : float
        Confidence level.

    Returns
    -------
    Comparison
        NaN with the interval (-1, 1) where one side was not tested.

    References
    ----------
    Miettinen, Nurminen (1985), Statistics in Medicine 4, 213-226. Newcombe (1998), Statistics in
    Medicine 17, 873-890.

    Examples
    --------
    >>> d = difference(56, 70, 48, 80, method="newcombe")
    >>> round(d.value, 4), round(d.low, 4), round(d.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    arguments.choice(method, name="method", among=("score", "newcombe"))
    level = arguments.confidence(level)
    x1, n1, x2, n2 = _pairs(passed, tested, other_passed, other_tested)
    p1, p2 = _rate(x1, n1), _rate(x2, n2)
    low, high = np.full(p1.shape, -1.0), np.ones(p1.shape)
    known = (n1 > 0) & (n2 > 0)
    a, b, c, d = x1[known], n1[known], x2[known], n2[known]
    if method == "newcombe":
        low[known], high[known] = _newcombe(a, b, c, d, level)
    else:
        low[known], high[known] = _score_limits(a, b, c, d, level)
    return _comparison(p1 - p2, low, high, x1, n1, x2, n2, level=level, method=f"difference, {method}")


def ratio(
    passed: ArrayLike,
    tested: ArrayLike,
    other_passed: ArrayLike,
    other_tested: ArrayLike,
    *,
    method: str = "score",
    level: float = 0.95,
) -> Comparison:
    """Return the first rate over the second.

    Parameters
    ----------
    passed, tested, other_passed, other_tested : array_like
        Counts of two independent samples; shapes that broadcast.
    method : {"score", "log"}
        ``"score"``: Miettinen-Nurminen. ``"log"``: Wald on the log scale with 1/2 added to each
        count (Walter).
    level : float
        Confidence level.

    Returns
    -------
    Comparison
        Where the second rate is 0 the value is infinite (NaN for 0 / 0) and so is `high`.

    References
    ----------
    Miettinen, Nurminen (1985), Statistics in Medicine 4, 213-226.

    Examples
    --------
    >>> r = ratio(18, 100, 9, 100)
    >>> round(r.value, 2), round(r.low, 3), round(r.high, 3)
    (2.0, 0.964, 4.2)
    """
    arguments.choice(method, name="method", among=("score", "log"))
    level = arguments.confidence(level)
    x1, n1, x2, n2 = _pairs(passed, tested, other_passed, other_tested)
    p1, p2 = _rate(x1, n1), _rate(x2, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = p1 / p2
    low, high = np.zeros(p1.shape), np.full(p1.shape, np.inf)
    known = (n1 > 0) & (n2 > 0)
    a, b, c, d = x1[known], n1[known], x2[known], n2[known]
    low[known], high[known] = (_log_limits if method == "log" else _score_ratio_limits)(a, b, c, d, level)
    return _comparison(value, low, high, x1, n1, x2, n2, level=level, method=f"ratio, {method}")


def _pairs(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    first = arguments.passed_and_tested(x1, n1)
    second = arguments.passed_and_tested(x2, n2, prefix="other_")
    try:
        x1, n1, x2, n2 = np.broadcast_arrays(*first, *second)
    except ValueError as error:
        raise ValueError(f"the two samples {first[0].shape} and {second[0].shape} do not fit together") from error
    return x1, n1, x2, n2


def _rate(x: Floats, n: Floats) -> Floats:
    return np.divide(x, n, out=np.full(x.shape, np.nan), where=n > 0)


def _comparison(
    value: Floats, low: Floats, high: Floats, x1: Floats, n1: Floats, x2: Floats, n2: Floats,
    *, level: float, method: str,
) -> Comparison:  # fmt: skip
    untested = int(np.count_nonzero((n1 == 0) | (n2 == 0)))
    warnings = (f"{untested} comparisons have a side that was not tested",) if untested else ()
    fields = {"value": value, "low": low, "high": high, "p_value": _p_value(x1, n1, x2, n2)}
    fields |= {"n": n1.copy(), "other_n": n2.copy()}
    return Comparison(
        **{name: arguments.plain(np.asarray(values)) for name, values in fields.items()},
        level=level, method=method, warnings=warnings,
    )  # fmt: skip


def _p_value(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Return the two-sided p-value of the Miettinen-Nurminen test of equal rates."""
    total = n1 + n2
    pooled = _rate(x1 + x2, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2) * total / (total - 1)
        z = (_rate(x1, n1) - _rate(x2, n2)) / np.sqrt(variance)
    same = (pooled == 0) | (pooled == 1)
    return np.where((n1 > 0) & (n2 > 0), np.where(same, 1.0, 2 * ndtr(-np.abs(z))), np.nan)


def _newcombe(x1: Floats, n1: Floats, x2: Floats, n2: Floats, level: float) -> tuple[Floats, Floats]:
    p1, p2 = x1 / n1, x2 / n2
    low1, high1 = limits(x1, n1, "wilson", 1 - level)
    low2, high2 = limits(x2, n2, "wilson", 1 - level)
    below = np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    above = np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return np.maximum(p1 - p2 - below, -1), np.minimum(p1 - p2 + above, 1)


def _score_z(delta: Floats, x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Return the Miettinen-Nurminen statistic for the hypothesis that p1 - p2 = delta."""
    n = n1 + n2
    # Farrington and Manning's closed form: the constrained rate solves l3 r³ + l2 r² + l1 r + l0 = 0.
    l3 = n
    l2 = (n1 + 2 * n2) * delta - n - x1 - x2
    l1 = (n2 * delta - n - 2 * x2) * delta + x1 + x2
    l0 = x2 * delta * (1 - delta)
    third = l2 / (3 * l3)
    q = third**3 - l1 * l2 / (6 * l3**2) + l0 / (2 * l3)
    root = np.sqrt(np.maximum(third**2 - l1 / (3 * l3), 0.0))
    p = np.where(q >= 0, root, -root)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(p == 0, 0.0, np.clip(q / p**3, -1, 1))
    angle = (np.pi + np.arccos(cosine)) / 3
    r2 = np.clip(2 * p * np.cos(angle) - third, 0.0, 1.0)
    r1 = np.clip(r2 + delta, 0.0, 1.0)
    variance = (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) * n / (n - 1)
    gap = x1 / n1 - x2 / n2 - delta
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(gap) < 1e-15, 0.0, gap / np.sqrt(np.maximum(variance, 0.0)))


def _score_limits(x1: Floats, n1: Floats, x2: Floats, n2: Floats, level: float) -> tuple[Floats, Floats]:
    z = -ndtri((1 - level) / 2)
    value = x1 / n1 - x2 / n2

    def limit(outer: float) -> Floats:
        kept, out = value.copy(), np.broadcast_to(outer, value.shape).astype(float)
        for _ in range(SCORE_STEPS):
            middle = (kept + out) / 2
            inside = np.abs(_score_z(middle, x1, n1, x2, n2)) <= z
            kept, out = np.where(inside, middle, kept), np.where(inside, out, middle)
        return kept

    return limit(-1.0), limit(1.0)


def _score_ratio_z(r: Floats, x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    """Return the Miettinen-Nurminen statistic for the hypothesis that p1 = r * p2."""
    n = n1 + n2
    b = n1 * r + x1 + n2 + x2 * r
    root = np.sqrt(np.maximum(b**2 - 4 * n * r * (x1 + x2), 0.0))
    # This form of the smaller root loses no digits where r is large.
    r2 = np.clip(2 * (x1 + x2) / (b + root), 0.0, 1.0)
    r1 = np.clip(r * r2, 0.0, 1.0)
    variance = (r1 * (1 - r1) / n1 + r**2 * r2 * (1 - r2) / n2) * n / (n - 1)
    gap = x1 / n1 - r * x2 / n2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gap == 0, 0.0, gap / np.sqrt(np.maximum(variance, 0.0)))


def _score_ratio_limits(x1: Floats, n1: Floats, x2: Floats, n2: Floats, level: float) -> tuple[Floats, Floats]:
    z = -ndtri((1 - level) / 2)
    with np.errstate(divide="ignore"):
        centre = np.log(np.maximum(x1, 0.5) / n1) - np.log(np.maximum(x2, 0.5) / n2)

    def limit(sign: int) -> Floats:
        # Inside on the log scale out to a factor e^60, beyond which the limit is 0 or infinite.
        kept, out = centre.copy(), centre + 60.0 * sign
        for _ in range(SCORE_STEPS):
            middle = (kept + out) / 2
            inside = sign * -_score_ratio_z(np.exp(middle), x1, n1, x2, n2) <= z
            kept, out = np.where(inside, middle, kept), np.where(inside, out, middle)
        return np.exp(kept)

    low = np.where(x1 == 0, 0.0, limit(-1))
    high = np.where(x2 == 0, np.inf, limit(1))
    return low, high


def _log_limits(x1: Floats, n1: Floats, x2: Floats, n2: Floats, level: float) -> tuple[Floats, Floats]:
    centre = np.log((x1 + 0.5) / (n1 + 0.5)) - np.log((x2 + 0.5) / (n2 + 0.5))
    variance = 1 / (x1 + 0.5) - 1 / (n1 + 0.5) + 1 / (x2 + 0.5) - 1 / (n2 + 0.5)
    half = -ndtri((1 - level) / 2) * np.sqrt(variance)
    low, high = np.exp(centre - half), np.exp(centre + half)
    return np.where(x1 == 0, 0.0, low), np.where(x2 == 0, np.inf, high)
