"""Upper bounds and p-values of a predicted count: delta method and negative binomial quantiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science.arguments import Floats

POWERS = {"2/3": 2.0 / 3.0, "1/2": 0.5, "none": 1.0}
LARGE_MEAN = 1e12
"""Above this mean a count is treated as continuous; the discrete quantile would differ by less than one
part in a billion, and the cumulative distribution is no longer exact there."""


def transformed_spread(mean: Floats, variance: Floats, power: str) -> Floats:
    """Standard deviation of (count ** power) by the delta method, from the variance of the count."""
    exponent = POWERS[power]
    return exponent * mean ** (exponent - 1.0) * np.sqrt(variance)


def delta_bound(mean: Floats, variance: Floats, *, normal_quantile: float, power: str) -> Floats:
    """Bound mean + quantile × spread on the transformed scale, brought back; a negative bound becomes
    zero."""
    exponent = POWERS[power]
    edge = mean**exponent + normal_quantile * transformed_spread(mean, variance, power)
    return np.maximum(edge, 0.0) ** (1.0 / exponent)


def delta_p_value(counts: Floats, mean: Floats, variance: Floats, *, power: str) -> Floats:
    """Probability of a count this high or higher, normal on the transformed scale."""
    exponent = POWERS[power]
    return special.ndtr(-(counts**exponent - mean**exponent) / transformed_spread(mean, variance, power))


def count_tail(counts: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """P(Y >= counts) for a negative binomial with this mean and variance dispersion × mean; Poisson if that
    is 1."""
    counts, mean, dispersion = np.broadcast_arrays(np.asarray(counts, float), mean, dispersion)
    tail = np.where(counts <= 0, 1.0, np.nan)
    usable = (counts > 0) & np.isfinite(mean) & (mean >= 0) & (dispersion >= 1)
    below = np.maximum(np.ceil(counts) - 1.0, 0.0)
    poisson = usable & (dispersion == 1)
    tail[poisson] = special.gammainc(below[poisson] + 1.0, mean[poisson])
    spread = usable & ~poisson
    size = mean[spread] / (dispersion[spread] - 1.0)
    share = (dispersion[spread] - 1.0) / dispersion[spread]
    tail[spread] = np.where(size > 0, special.betainc(below[spread] + 1.0, np.maximum(size, 1e-300), share), 0.0)
    return tail


def count_quantile(mean: ArrayLike, dispersion: ArrayLike, probability: float) -> Floats:
    """Smallest whole number whose cumulative probability reaches `probability`; NaN where the mean is not
    finite.

    Vectorised search of our own: library quantiles loop without end for the very large means that all-zero
    reference weeks can give.
    """
    mean, dispersion = (np.array(part, dtype=float) for part in np.broadcast_arrays(mean, dispersion))
    result = np.full(mean.shape, np.nan)
    usable = np.isfinite(mean) & (mean >= 0) & np.isfinite(dispersion) & (dispersion >= 1)
    result[usable & (mean == 0)] = 0.0
    large = usable & (mean > LARGE_MEAN)
    shape = mean[large] / dispersion[large]
    result[large] = special.gammaincinv(shape, probability) * dispersion[large]
    small = usable & ~large & (mean > 0)
    result[small] = _search(mean[small], dispersion[small], 1.0 - probability)
    return result


def _search(mean: Floats, dispersion: Floats, above: float) -> Floats:
    """Bracket and bisect the smallest x with P(Y > x) <= above, from a normal guess with its skewness."""
    normal = -special.ndtri(above)
    spread = np.sqrt(mean * dispersion)
    skew = (2.0 * dispersion - 1.0) / spread
    guess = np.floor(np.maximum(mean + spread * (normal + skew * (normal * normal - 1.0) / 6.0), 0.0))
    # A tail a hair above the target is the target: the quantile must not jump by one for a rounding error.
    target = above * (1.0 + 64.0 * np.finfo(float).eps)

    def reached(x: Floats, rows: Floats) -> Floats:
        return (x >= 0) & (count_tail(x + 1.0, mean[rows], dispersion[rows]) <= target)

    rows = np.arange(mean.size)
    good = reached(guess, rows)
    low, high = np.where(good, -1.0, guess), np.where(good, guess, np.inf)
    step = np.maximum(1.0, np.ceil(0.02 * spread))
    rows = rows[high - low > 1.0]
    while rows.size:
        missing, unknown = np.isinf(high[rows]), low[rows] < 0
        middle = np.floor(0.5 * (low[rows] + np.where(missing, 0.0, high[rows])))
        middle = np.where(missing, low[rows] + step[rows], middle)
        middle = np.where(unknown & ~missing, np.maximum(high[rows] - step[rows], 0.0), middle)
        hit = reached(middle, rows)
        high[rows] = np.where(hit, middle, high[rows])
        low[rows] = np.where(hit, low[rows], middle)
        bottom = rows[hit & (middle == 0)]
        low[bottom] = high[bottom] - 1.0
        step[rows] *= 2.0
        rows = rows[high[rows] - low[rows] > 1.0]
    return high
