"""Funnel limits: between which rates groups of each size would fall if they all shared one rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from banyan.science import arguments
from banyan.science.arguments import Floats

OVERDISPERSION = ("none", "multiplicative", "additive")
LEVELS = (0.95, 0.998)
A_RATE = "a rate strictly between 0 and 1"


@dataclass(frozen=True, slots=True, eq=False)
class FunnelLimits:
    """Limits per level and size; rows follow `levels`, columns the sizes.

    Attributes
    ----------
    lower, upper : ndarray, shape (levels, sizes) or (levels, funnels, sizes)
        Limits in 0..1.
    levels, target, method
        Levels, the common rate (of many funnels one each), name of the method.
    """

    lower: Floats
    upper: Floats
    levels: tuple[float, ...]
    target: Floats | float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """Groups set against the limits of their size; of many funnels, arrays have an axis for them before the groups.

    Attributes
    ----------
    value : ndarray, shape (groups,)
        passed / tested; NaN where nothing was tested.
    lower, upper : ndarray, shape (levels, groups)
        Limits at the size of each group, widened for overdispersion where asked.
    outside : ndarray of int, shape (levels, groups)
        -1 below, 1 above, 0 within the limits.
    z : ndarray, shape (groups,)
        Distance from the target in standard errors (overdispersion included).
    ratio, p_value
        How many times the variance of chance alone the groups differ (chi-square of homogeneity over its degrees
        of freedom, no group pulled in), and the probability of so much or more by chance alone.
    target, dispersion, between, levels, n, method, warnings
        Common rate; factor on the variance; variance between groups; levels; tests per group; name of
        the method; sentences on the whole.
    """

    value: Floats
    lower: Floats
    upper: Floats
    outside: NDArray[np.int64]
    z: Floats
    ratio: Floats | float
    p_value: Floats | float
    target: Floats | float
    dispersion: Floats | float
    between: Floats | float
    levels: tuple[float, ...]
    n: Floats
    method: str
    warnings: tuple[str, ...]


def funnel_limits(
    tested: ArrayLike,
    *,
    target: ArrayLike,
    levels: Sequence[float] = LEVELS,
    dispersion: ArrayLike = 1.0,
    between: ArrayLike = 0.0,
) -> FunnelLimits:
    """Return exact binomial limits for groups of the given sizes, for the curves of a funnel plot.

    Parameters
    ----------
    tested : array_like, shape (sizes,) or (funnels, sizes)
        Whole numbers, at least 1.
    target : float or array_like, shape (funnels,)
        Common rate, strictly between 0 and 1.
    levels : sequence of float
        Levels of the limits, two-sided.
    dispersion : float or array_like, shape (funnels,)
        Factor on the binomial variance, at least 1 (`Funnel.dispersion`).
    between : float or array_like, shape (funnels,)
        Variance between groups added to the binomial variance (`Funnel.between`).

    Returns
    -------
    FunnelLimits

    Notes
    -----
    The binomial quantile is interpolated between whole numbers. For overdispersion the distance of the
    exact limit from the target grows with the standard error.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24,
    1185-1202.

    Examples
    --------
    >>> limits = funnel_limits([20, 200], target=0.9)
    >>> limits.lower.round(3).tolist()
    [[0.722, 0.854], [0.615, 0.826]]
    """
    n = arguments.counts(tested, name="tested")
    if n.ndim not in (1, 2) or not n.size:
        raise ValueError(f"tested has shape {n.shape}: one number per size is needed, and at least one")
    arguments.refuse_where(n < 1, name="tested", fault="at least one test is needed for limits", values=n)
    rate = arguments.probability(target, name="target", open_ends=True)
    factor, added = arguments.real(dispersion, name="dispersion"), arguments.real(between, name="between")
    arguments.refuse_where(factor < 1, name="dispersion", fault="a factor of at least 1 is needed", values=factor)
    arguments.refuse_where(added < 0, name="between", fault="a variance of at least 0 is needed", values=added)
    for name, given in (("target", rate), ("dispersion", factor), ("between", added)):
        if given.shape not in {(), n.shape[:-1]}:
            raise ValueError(f"{name} has shape {given.shape}: one number, or {n.shape[:-1]}, is expected")
    asked = tuple(arguments.confidence(level) for level in levels)
    lower, upper = _limits(n, rate[..., None], asked, factor[..., None], added[..., None])
    return FunnelLimits(
        lower=arguments.sealed(lower), upper=arguments.sealed(upper), levels=asked, target=arguments.plain(rate),
        method="exact binomial",
    )  # fmt: skip


def _limits(
    n: Floats, rate: Floats, levels: tuple[float, ...], dispersion: Floats, between: Floats
) -> tuple[Floats, Floats]:
    wider = np.sqrt(dispersion + between * n / (rate * (1 - rate)))
    lower = np.stack([rate + (_quantile((1 - q) / 2, n, rate) - rate) * wider for q in levels])
    upper = np.stack([rate + (_quantile((1 + q) / 2, n, rate) - rate) * wider for q in levels])
    return np.clip(lower, 0, 1), np.clip(upper, 0, 1)


def _quantile(p: float, n: Floats, rate: Floats) -> Floats:
    """Return the binomial quantile over n, interpolated between the whole numbers around it."""
    from scipy.stats import binom  # heavy: loaded where it is used, so that every command starts quickly

    r = binom.ppf(p, n, rate)
    at, before = binom.cdf(r, n, rate), binom.cdf(r - 1, n, rate)
    return (r - (at - p) / (at - before)) / n


def funnel(
    passed: ArrayLike,
    tested: ArrayLike,
    *,
    target: ArrayLike | None = None,
    levels: Sequence[float] = LEVELS,
    overdispersion: str = "none",
    winsorise: float = 0.1,
) -> Funnel:
    """Return each group's place in the funnel around the common rate.

    Parameters
    ----------
    passed, tested : array_like, shape (groups,) or (funnels, groups)
        Counts; groups without tests keep NaN. Each row is a funnel of its own.
    target : float or array_like, shape (funnels,), optional
        Common rate; default: all passed over all tested, per funnel.
    levels : sequence of float
        Levels of the limits, two-sided.
    overdispersion : {"none", "multiplicative", "additive"}
        Whether groups differ by more than chance and how: by a factor on the variance, or by a variance
        between groups. Both are estimated from the groups.
    winsorise : float
        Share of groups at each end whose distance is pulled in before overdispersion is estimated, so
        that those to be found do not hide themselves.

    Returns
    -------
    Funnel

    Notes
    -----
    Groups that all lie within widened limits may still differ by much more than chance: with few groups, or with
    several that stand out, `dispersion` is large. `ratio` and `p_value` tell whether chance alone would do.

    References
    ----------
    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24,
    1185-1202: overdispersion, with the outer 10 % of distances at each end pulled in (winsorised).

    Examples
    --------
    >>> f = funnel([18, 95, 150, 480], [20, 100, 200, 500], target=0.95)
    >>> f.outside.tolist()
    [[0, 0, -1, 0], [0, 0, -1, 0]]
    """
    arguments.choice(overdispersion, name="overdispersion", among=OVERDISPERSION)
    x, n = arguments.passed_and_tested(passed, tested, whole=True)
    if x.ndim not in (1, 2):
        raise ValueError(f"passed {x.shape} and tested {n.shape}: one number each per group is needed")
    none = ~(n.sum(axis=-1) > 0)
    if none.any():
        which = f" of funnel {int(np.flatnonzero(none)[0])}" if x.ndim == 2 else ""
        raise ValueError(f"tested{which} is 0 throughout: nothing was tested in any group")
    winsorise = arguments.number(
        winsorise, name="winsorise", needs="a share from 0 to below 0.5", least=0, most=0.4999
    )
    asked = tuple(arguments.confidence(level) for level in levels)
    rate = _targets(x, n, target)
    known = n > 0
    size = np.where(known, n, 1.0)
    value, per_one = x / size, rate * (1 - rate)
    z = (value - rate) / np.sqrt(per_one / size)
    ratio, p_value = _of_chance(z, known, freedom=known.sum(axis=-1) - (target is None))
    spreads = [
        _spread(z_row[k], n_row[k], float(p), overdispersion, winsorise)
        for z_row, n_row, k, p in zip(*(np.atleast_2d(part) for part in (z, n, known)), rate.ravel(), strict=True)
    ]
    dispersion, between = (np.array([one[i] for one in spreads]).reshape(rate.shape) for i in (0, 1))
    z = np.where(known, z / np.sqrt(dispersion + between * size / per_one), np.nan)
    gap = np.where(known, 0.0, np.nan)
    value = value + gap
    lower, upper = (limit + gap for limit in _limits(size, rate, asked, dispersion, between))
    # A limit between the last two counts is an interpolation: to pass all (or none) cannot lie outside it.
    last = 1 / size
    above = (value > upper) & ~((value >= 1) & (upper > 1 - last))
    below = (value < lower) & ~((value <= 0) & (lower < last))
    outside = above.astype(np.int64) - below
    said = [one[2] for one in spreads]
    warnings = said[0] if x.ndim == 1 else tuple(f"funnel {i}: {text}" for i, of in enumerate(said) for text in of)
    return Funnel(
        value=arguments.sealed(value), lower=arguments.sealed(lower), upper=arguments.sealed(upper),
        outside=arguments.sealed(outside), z=arguments.sealed(z), ratio=arguments.plain(ratio),
        p_value=arguments.plain(p_value), target=arguments.plain(rate[..., 0]),
        dispersion=arguments.plain(dispersion[..., 0]), between=arguments.plain(between[..., 0]), levels=asked,
        n=arguments.sealed(n.copy()), method=_method(overdispersion, winsorise), warnings=warnings,
    )  # fmt: skip


def _method(overdispersion: str, winsorise: float) -> str:
    if overdispersion == "none":
        return "exact binomial, overdispersion none"
    return f"exact binomial, overdispersion {overdispersion}, winsorised {winsorise:g} (Spiegelhalter 2005)"


def _of_chance(z: Floats, known: NDArray[np.bool_], *, freedom: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return chi-square per degree of freedom and its upper tail; NaN and 1 where one group has nothing beside it."""
    square = np.where(known, z**2, 0.0).sum(axis=-1)
    some = freedom > 0
    ratio = np.divide(square, freedom, out=np.full(square.shape, np.nan), where=some)
    return ratio, np.where(some, chdtrc(np.maximum(freedom, 1), square), 1.0)


def _targets(x: Floats, n: Floats, target: ArrayLike | None) -> Floats:
    """Return the common rate of each funnel, with an axis of length 1 for the groups."""
    if target is not None:
        given = arguments.probability(target, name="target", open_ends=True)
        if given.shape not in {(), n.shape[:-1]}:
            raise ValueError(f"target has shape {given.shape}: one number, or {n.shape[:-1]}, is expected")
        return np.broadcast_to(given, n.shape[:-1])[..., None]
    rate = x.sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
    if ((rate == 0) | (rate == 1)).any():
        raise ValueError("passed: none or all passed in every group, so there is no spread; give a target")
    return rate


def _spread(
    z: Floats, n: Floats, rate: float, overdispersion: str, winsorise: float
) -> tuple[float, float, tuple[str, ...]]:
    """Return the factor on the variance, the variance between groups, and what there is to say."""
    if overdispersion == "none":
        return 1.0, 0.0, ()
    groups = len(z)
    if groups < 3:
        return 1.0, 0.0, (f"overdispersion was not estimated: {groups} tested groups are too few",)
    low, high = np.quantile(z, [winsorise, 1 - winsorise])
    factor = float(np.mean(np.clip(z, low, high) ** 2))
    if factor <= (groups - 1) / groups:
        return 1.0, 0.0, ("groups differ by no more than chance: limits are not widened",)
    if overdispersion == "multiplicative":
        return max(1.0, factor), 0.0, ()
    w = n / (rate * (1 - rate))
    between = (groups * factor - (groups - 1)) / (w.sum() - (w**2).sum() / w.sum())
    return 1.0, float(max(between, 0.0)), ()
