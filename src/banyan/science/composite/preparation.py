"""From raw figures to figures fit for an index: per-head figures, gaps filled, outliers pulled in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

IMPUTATIONS = ("mean", "median", "group_mean", "group_median")


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """What the columns of a data set are like; NaN where too few values are held.

    Attributes
    ----------
    available, distinct : ndarray of int, shape (indicators,)
        Values held, and how many of them differ.
    mean, deviation, skewness, kurtosis : ndarray, shape (indicators,)
        Sample mean, standard deviation, adjusted skewness and excess kurtosis.
    outlying : ndarray of bool, shape (indicators,)
        True where both |skewness| and kurtosis lie beyond their limits.
    """

    available: NDArray[np.int64]
    distinct: NDArray[np.int64]
    mean: Floats
    deviation: Floats
    skewness: Floats
    kurtosis: Floats
    outlying: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Treated:
    """Figures with outliers pulled in.

    Attributes
    ----------
    values : ndarray, shape (units, indicators)
    winsorised : ndarray of int, shape (indicators,)
        Steps of pulling in the outermost value.
    logged : ndarray of bool, shape (indicators,)
        True where pulling in was not enough and the logarithm was taken instead.
    """

    values: Floats
    winsorised: NDArray[np.int64]
    logged: NDArray[np.bool_]


def table(values: ArrayLike, *, name: str = "values") -> Floats:
    """Return (units, indicators) as floats with NaN for gaps; refuse infinity and empty columns."""
    x = arguments.real(values, name=name, ndim=2, finite=False)
    arguments.refuse_where(np.isinf(x), name=name, fault="a finite number or NaN is needed", values=x)
    if len(x) < 2:
        raise ValueError(f"{name} has {len(x)} units: at least 2 are needed to compare")
    empty = np.isnan(x).all(axis=0)
    if empty.any():
        raise ValueError(f"{name}[:, {int(np.flatnonzero(empty)[0])}] holds no value at all: leave the indicator out")
    return x


def denominate(values: ArrayLike, denominator: ArrayLike) -> Floats:
    """Return values over their denominators (per head, per unit of output).

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        NaN for gaps.
    denominator : array_like, shape (units, indicators) or (units, 1)
        Positive; NaN in a whole column leaves that indicator as it is.

    Examples
    --------
    >>> denominate([[10.0, 3.0], [40.0, 5.0]], [[2.0, float("nan")], [4.0, float("nan")]]).tolist()
    [[5.0, 3.0], [10.0, 5.0]]
    """
    x = table(values)
    d = arguments.real(denominator, name="denominator", ndim=2, finite=False)
    try:
        d = np.broadcast_to(d, x.shape)
    except ValueError as error:
        raise ValueError(f"denominator has shape {d.shape}: {x.shape} expected") from error
    fault = "it must be positive and finite"
    arguments.refuse_where((d <= 0) | np.isinf(d), name="denominator", fault=fault, values=d)
    kept = np.isnan(d).all(axis=0)
    if kept.all():
        raise ValueError("denominator holds no number at all: it would have no effect")
    return np.where(kept, x, x / d)


def describe(values: ArrayLike, *, skewness: float = 2.0, kurtosis: float = 3.5) -> Description:
    """Return counts, moments and outlier flags of each indicator.

    Examples
    --------
    >>> d = describe([[1.0], [2.0], [3.0], [40.0], [2.0]])
    >>> round(float(d.skewness[0]), 3), d.outlying.tolist()
    (2.226, [True])
    """
    x = table(values)
    skewness, kurtosis = _limits(skewness, kurtosis)
    g1, g2 = _moments(x)
    return Description(
        available=(~np.isnan(x)).sum(axis=0),
        distinct=np.array([len(np.unique(c[~np.isnan(c)])) for c in x.T]),
        mean=np.nanmean(x, axis=0),
        deviation=np.array([c.std(ddof=1) if len(c := col[~np.isnan(col)]) > 1 else np.nan for col in x.T]),
        skewness=g1,
        kurtosis=g2,
        outlying=(np.abs(g1) > skewness) & (g2 > kurtosis),
    )


def _limits(skewness: float, kurtosis: float) -> tuple[float, float]:
    """Return the two limits beyond which an indicator has outliers."""
    return (
        arguments.number(skewness, name="skewness", needs="a limit of at least 0", least=0),
        arguments.number(kurtosis, name="kurtosis", needs="a limit of at least 0", least=0),
    )


def _moments(x: Floats) -> tuple[Floats, Floats]:
    """Return adjusted skewness and excess kurtosis of each column, NaN where undefined."""
    n = (~np.isnan(x)).sum(axis=0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = x - np.nansum(x, axis=0) / n
        z = centred / np.sqrt(np.nansum(centred**2, axis=0) / (n - 1))
        g1 = np.where(n > 2, n / ((n - 1) * (n - 2)) * np.nansum(z**3, axis=0), np.nan)
        tail = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * np.nansum(z**4, axis=0)
        g2 = np.where(n > 3, tail - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)), np.nan)
    constant = np.nanmax(x, axis=0) == np.nanmin(x, axis=0)
    return np.where(constant, np.nan, g1), np.where(constant, np.nan, g2)


def screen(values: ArrayLike, *, share: float) -> NDArray[np.bool_]:
    """Return which units hold at least `share` of the indicators.

    Examples
    --------
    >>> screen([[1.0, 2.0], [float("nan"), 3.0]], share=0.6).tolist()
    [True, False]
    """
    x = table(values)
    share = arguments.number(share, name="share", needs="a share above 0 and at most 1", least=1e-12, most=1)
    return (~np.isnan(x)).mean(axis=1) >= share - 1e-12


def impute(values: ArrayLike, *, method: str, groups: ArrayLike | None = None) -> Floats:
    """Return values with gaps filled by the mean or median of the indicator, or of the unit's group.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
    method : {"mean", "median", "group_mean", "group_median"}
    groups : array_like, shape (units,)
        For the group methods: label of each unit's group.

    Returns
    -------
    ndarray, shape (units, indicators)

    Raises
    ------
    ValueError
        When a group holds no value from which a gap could be filled, or `groups` would have no effect.

    Examples
    --------
    >>> impute([[1.0], [float("nan")], [5.0]], method="mean").ravel().tolist()
    [1.0, 3.0, 5.0]
    """
    arguments.choice(method, name="method", among=IMPUTATIONS)
    x = table(values)
    average = np.nanmedian if method.endswith("median") else np.nanmean
    if not method.startswith("group"):
        if groups is not None:
            raise ValueError(f"groups has no effect on method {method!r}; leave it out")
        return np.where(np.isnan(x), average(x, axis=0), x)
    if groups is None:
        raise ValueError(f"groups is needed for method {method!r}")
    names, code = arguments.labels(groups, name="groups", length=len(x))
    filled = x.copy()
    for g, label in enumerate(names.tolist()):
        here = code == g
        gaps = np.isnan(x[here])
        none = gaps.all(axis=0)
        if none.any():
            column = int(np.flatnonzero(none)[0])
            raise ValueError(f"values[:, {column}] holds nothing for group {label!r}: no gap of it can be filled")
        filled[here] = np.where(gaps, average(x[here], axis=0), x[here])
    return filled


def treat(values: ArrayLike, *, most: int = 5, skewness: float = 2.0, kurtosis: float = 3.5) -> Treated:
    """Return values with the outliers of each indicator pulled in.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
    most : int
        Steps at most; each sets the outermost value to the next one.
    skewness, kurtosis : float
        An indicator is treated while |skewness| and kurtosis both lie beyond these limits. Where `most`
        steps are not enough, the logarithm of the untreated values is taken instead.

    Returns
    -------
    Treated

    Notes
    -----
    As COINr's `qTreat`: winsorising, then ``log(x - min + 0.01 (max - min))``, turned over for an indicator
    with a long lower tail.

    Examples
    --------
    >>> treat([[2.0], [5], [9], [1], [40], [7], [3.5], [6]]).values.ravel().tolist()
    [2.0, 5.0, 9.0, 1.0, 9.0, 7.0, 3.5, 6.0]
    """
    x = table(values).copy()
    most = arguments.whole(most, name="most", needs="at least one step", least=1)
    skewness, kurtosis = _limits(skewness, kurtosis)
    steps, logged = np.zeros(x.shape[1], np.int64), np.zeros(x.shape[1], bool)
    for j in range(x.shape[1]):
        held = ~np.isnan(x[:, j])
        column, steps[j], settled = _winsorised(x[held, j], most, skewness, kurtosis)
        if not settled:
            column, steps[j], logged[j] = _logged(x[held, j]), 0, True
        x[held, j] = column
    return Treated(arguments.sealed(x), arguments.sealed(steps), arguments.sealed(logged))


def _winsorised(column: Floats, most: int, skewness: float, kurtosis: float) -> tuple[Floats, int, bool]:
    column = column.copy()
    for step in range(most + 1):
        g1, g2 = (float(m[0]) for m in _moments(column[:, None]))
        if not (abs(g1) > skewness and g2 > kurtosis):
            return column, step, True
        if step == most:
            break
        outer = column == (column.max() if g1 > 0 else column.min())
        column[outer] = column[~outer].max() if g1 > 0 else column[~outer].min()
    return column, most, False


def _logged(column: Floats) -> Floats:
    low, high = column.min(), column.max()
    edge = 0.01 * (high - low)
    if float(_moments(column[:, None])[0][0]) < 0:
        return -np.log(high - column + edge)
    return np.log(column - low + edge)
