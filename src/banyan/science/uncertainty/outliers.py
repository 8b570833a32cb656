"""Outlying values by three methods that fail in different ways: median and MAD, Tukey's fences, generalised ESD."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats

FEWEST = 10
"""Fewer values tell nothing of their tails."""


@dataclass(frozen=True, slots=True, eq=False)
class Outliers:
    """Which values lie apart, by each method, and how many methods agree; one element per value.

    Attributes
    ----------
    by_score, by_fence, by_esd : ndarray of bool
        Modified z-score beyond `z`; outside Tukey's fences; among the outliers of the generalised ESD test.
    agree : ndarray of int
        How many of the three say so.
    score : ndarray
        Modified z-scores, with their sign.
    median : float
    fences : tuple of float
        The lower and the upper one.
    n : int
    method : str
    warnings : tuple of str
    """

    by_score: NDArray[np.bool_]
    by_fence: NDArray[np.bool_]
    by_esd: NDArray[np.bool_]
    agree: NDArray[np.int64]
    score: Floats
    median: float
    fences: tuple[float, float]
    n: int
    method: str
    warnings: tuple[str, ...]


def outliers(
    values: ArrayLike, *, z: float = 3.5, fence: float = 3.0, level: float = 0.05, most: float = 0.1
) -> Outliers:
    """Judge each value of one group by three methods.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least ten. All three suppose a symmetric middle: give logarithms of what is skewed.
    z : float
        A modified z-score beyond it is an outlier.
    fence : float
        How many interquartile ranges beyond the quartiles the fences stand: 1.5 for what is to be looked at, 3 for
        what lies far out.
    level : float
        Probability that the ESD test finds an outlier among normal values that have none.
    most : float
        The largest share of the values that the ESD test may call outliers.

    Returns
    -------
    Outliers

    Raises
    ------
    ValueError
        Fewer than ten values, or an argument outside of its range.

    Notes
    -----
    The modified z-score is 0.6745 (x - median) / MAD. Where more than half of the values are equal the MAD is 0, and
    the mean absolute deviation, divided by 0.7979, stands in; a warning says so. Quartiles are interpolated linearly.
    The ESD test takes the value farthest from the mean away, one after the other, and calls those outliers up to
    the last one that passed its bound, so that several cannot hide each other.

    References
    ----------
    Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993); Tukey, Exploratory Data Analysis (1977), 2D;
    Rosner, Percentage points for a generalized ESD many-outlier procedure, Technometrics 25 (1983) 165-172.

    Examples
    --------
    >>> found = outliers([9.9, 10.1, 10.0, 10.2, 9.8, 10.1, 9.9, 10.0, 10.3, 9.7, 10.0, 100.0])
    >>> found.agree.tolist(), found.score[-1].round(1).item()
    ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], 607.1)
    """
    data = arguments.real(values, name="values", ndim=1)
    if data.size < FEWEST:
        raise ValueError(f"values has {data.size}: at least {FEWEST} are needed to say which lie apart")
    z = arguments.number(z, name="z", needs="a number above 0", least=0, strictly=True)
    fence = arguments.number(fence, name="fence", needs="a number above 0", least=0, strictly=True)
    level = arguments.confidence(level)
    most = arguments.number(most, name="most", needs="a share up to a half", least=0, most=0.5, strictly=True)
    middle = float(np.median(data))
    away = data - middle
    warnings: tuple[str, ...] = ()
    spread = float(np.median(np.abs(away))) / 0.6745
    if spread == 0:
        spread = float(np.mean(np.abs(away))) / np.sqrt(2 / np.pi)
        warnings = ("more than half of the values are equal: the mean absolute deviation stands in for the MAD",)
    score = away / spread if spread > 0 else np.zeros_like(data)
    low, high = np.quantile(data, (0.25, 0.75))
    fences = (float(low - fence * (high - low)), float(high + fence * (high - low)))
    by_score, by_fence = np.abs(score) > z, (data < fences[0]) | (data > fences[1])
    by_esd = _generalised_esd(score, level=level, most=most)
    agree = by_score.astype(np.int64) + by_fence + by_esd
    method = "modified z-score, Tukey's fences, generalised ESD"
    return Outliers(by_score, by_fence, by_esd, agree, score, middle, fences, data.size, method, warnings)


def _generalised_esd(values: Floats, *, level: float, most: float) -> NDArray[np.bool_]:
    """Rosner's test. The farthest value is always an end of the sorted rest, so sums run along with it."""
    order = np.argsort(values, kind="stable")
    ordered = values[order] / max(1.0, float(np.abs(values).max()))
    n, steps = values.size, max(1, int(most * values.size))
    left = n - np.arange(steps)
    t = special.stdtrit(left - 2, 1 - level / (2 * left))
    bounds = (left - 1) * t / np.sqrt((left - 2 + t**2) * left)
    first, last, cut, taken = 0, n - 1, 0, []
    for place in range(steps):
        rest = ordered[first : last + 1]
        mean, deviation = rest.mean(), rest.std(ddof=1)
        if deviation == 0:
            break
        is_low = mean - rest[0] > rest[-1] - mean
        farthest = mean - rest[0] if is_low else rest[-1] - mean
        taken.append(order[first] if is_low else order[last])
        first, last = first + is_low, last - (not is_low)
        if farthest / deviation > bounds[place]:
            cut = place + 1
    found = np.zeros(n, dtype=bool)
    found[taken[:cut]] = True
    return found
