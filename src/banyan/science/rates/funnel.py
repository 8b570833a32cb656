"""Funnel limits: between which rates groups of each size would fall if they all shared one rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    lower, upper : ndarray, shape (levels, sizes)
        Limits in 0..1.
    levels, target, method
        Levels, the common rate, name of the method.
    """

    lower: Floats
    upper: Floats
    levels: tuple[float, ...]
    target: float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """Groups set against the limits of their size.

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
    target, dispersion, between, levels, n, method, warnings
        Common rate; factor on the variance; variance between groups; levels; tests per group; name of
        the method; sentences on the whole.
    """

    value: Floats
    lower: Floats
    upper: Floats
    outside: NDArray[np.int64]
    z: Floats
    target: float
    dispersion: float
    between: float
    levels: tuple[float, ...]
    n: Floats
    method: str
    warnings: tuple[str, ...]


def funnel_limits(
    tested: ArrayLike,
    *,
    target: float,
    levels: Sequence[float] = LEVELS,
    dispersion: float = 1.0,
    between: float = 0.0,
) -> FunnelLimits:
    """Return exact binomial limits for groups of the given sizes, for the curves of a funnel plot.

    Parameters
    ----------
    tested : array_like, shape (sizes,)
        Whole numbers, at least 1.
    target : float
        Common rate, strictly between 0 and 1.
    levels : sequence of float
        Levels of the limits, two-sided.
    dispersion : float
        Factor on the binomial variance, at least 1 (`Funnel.dispersion`).
    between : float
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
    if n.ndim != 1 or not n.size:
        raise ValueError(f"tested has shape {n.shape}: one number per size is needed, and at least one")
    arguments.refuse_where(n < 1, name="tested", fault="at least one test is needed for limits", values=n)
    rate = arguments.number(target, name="target", needs=A_RATE, least=0, most=1, strictly=True)
    dispersion = arguments.number(dispersion, name="dispersion", needs="a factor of at least 1", least=1)
    between = arguments.number(between, name="between", needs="a variance of at least 0", least=0)
    asked = tuple(arguments.confidence(level) for level in levels)
    wider = np.sqrt(dispersion + between * n / (rate * (1 - rate)))
    bounds = [(_quantile((1 - q) / 2, n, rate), _quantile((1 + q) / 2, n, rate)) for q in asked]
    lower = np.array([rate + (low - rate) * wider for low, _ in bounds])
    upper = np.array([rate + (high - rate) * wider for _, high in bounds])
    return FunnelLimits(
        lower=arguments.sealed(np.clip(lower, 0, 1)),
        upper=arguments.sealed(np.clip(upper, 0, 1)),
        levels=asked,
        target=rate,
        method="exact binomial",
    )


def _quantile(p: float, n: Floats, rate: float) -> Floats:
    """Return the binomial quantile over n, interpolated between the whole numbers around it."""
    from scipy.stats import binom  # heavy: loaded where it is used, so that every command starts quickly

    r = binom.ppf(p, n, rate)
    at, before = binom.cdf(r, n, rate), binom.cdf(r - 1, n, rate)
    return (r - (at - p) / (at - before)) / n


def funnel(
    passed: ArrayLike,
    tested: ArrayLike,
    *,
    target: float | None = None,
    levels: Sequence[float] = LEVELS,
    overdispersion: str = "none",
    winsorise: float = 0.1,
) -> Funnel:
    """Return each group's place in the funnel around the common rate.

    Parameters
    ----------
    passed, tested : array_like, shape (groups,)
        Counts; groups without tests keep NaN.
    target : float, optional
        Common rate; default: all passed over all tested.
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

    Examples
    --------
    >>> f = funnel([18, 95, 150, 480], [20, 100, 200, 500], target=0.95)
    >>> f.outside.tolist()
    [[0, 0, -1, 0], [0, 0, -1, 0]]
    """
    arguments.choice(overdispersion, name="overdispersion", among=OVERDISPERSION)
    x, n = arguments.passed_and_tested(passed, tested, whole=True)
    if x.ndim != 1:
        raise ValueError(f"passed {x.shape} and tested {n.shape}: one number each per group is needed")
    if not n.sum() > 0:
        raise ValueError("tested is 0 throughout: nothing was tested in any group")
    winsorise = arguments.number(
        winsorise, name="winsorise", needs="a share from 0 to below 0.5", least=0, most=0.4999
    )
    rate = float(x.sum() / n.sum())
    if target is not None:
        rate = arguments.number(target, name="target", needs=A_RATE, least=0, most=1, strictly=True)
    if target is None and rate in (0.0, 1.0):
        raise ValueError("passed: none or all passed in every group, so there is no spread; give a target")
    known = n > 0
    z, value = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    value[known] = x[known] / n[known]
    z[known] = (value[known] - rate) / np.sqrt(rate * (1 - rate) / n[known])
    dispersion, between, warnings = _spread(z[known], n[known], rate, overdispersion, winsorise)
    z[known] /= np.sqrt(dispersion + between * n[known] / (rate * (1 - rate)))
    limits = funnel_limits(n[known], target=rate, levels=levels, dispersion=dispersion, between=between)
    lower = np.full((len(limits.levels), len(n)), np.nan)
    upper = lower.copy()
    lower[:, known], upper[:, known] = limits.lower, limits.upper
    # A limit between the last two counts is an interpolation: to pass all (or none) cannot lie outside it.
    last = np.where(known, 1 / np.where(known, n, 1), np.nan)
    above = (value > upper) & ~((value >= 1) & (upper > 1 - last))
    below = (value < lower) & ~((value <= 0) & (lower < last))
    outside = above.astype(np.int64) - below
    return Funnel(
        value=arguments.sealed(value), lower=arguments.sealed(lower), upper=arguments.sealed(upper),
        outside=arguments.sealed(outside), z=arguments.sealed(z), target=rate, dispersion=dispersion,
        between=between, levels=limits.levels, n=arguments.sealed(n.copy()),
        method=f"exact binomial, overdispersion {overdispersion}", warnings=warnings,
    )  # fmt: skip


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
