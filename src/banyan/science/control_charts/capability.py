"""Process capability and performance: Cp, Cpk, Cpm, Pp, Ppk with intervals, also for values that are not normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.measurements import individuals_chart, xbar_chart


@dataclass(frozen=True)
class Index:
    """One capability index with its confidence interval, arrays for many processes; NaN where it is not defined."""

    value: float | NDArray
    low: float | NDArray
    high: float | NDArray


@dataclass(frozen=True)
class Capability:
    """Capability (spread within subgroups) and performance (overall spread) of one process or of many.

    Every number is an array, one element per process, where the values hold many processes.

    Attributes
    ----------
    cp, cpl, cpu, cpk, cpm : Index
        By `sigma_within`; `cpm` only with a target.
    pp, ppl, ppu, ppk : Index
        By `sigma_overall`.
    mean, sigma_within, sigma_overall : float
    n : int
        Single values used.
    expected_below, expected_above : float
        Shares outside the limits that a normal process of this mean and `sigma_within` has.
    observed_below, observed_above : float
        Shares seen.
    method : str
        How the spread was estimated: it changes the indices, so it is always named.
    warnings : tuple of str
    """

    cp: Index
    cpl: Index
    cpu: Index
    cpk: Index
    cpm: Index
    pp: Index
    ppl: Index
    ppu: Index
    ppk: Index
    mean: float | NDArray
    sigma_within: float | NDArray
    sigma_overall: float | NDArray
    n: int | NDArray
    expected_below: float | NDArray
    expected_above: float | NDArray
    observed_below: float | NDArray
    observed_above: float | NDArray
    method: str
    warnings: tuple[str, ...]


def capability(
    values: ArrayLike,
    *,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    target: ArrayLike | None = None,
    estimator: str | None = None,
    level: float = 0.95,
    intervals: str = "two-sided",
) -> Capability:
    """Capability indices of a process whose charts show no special cause.

    Parameters
    ----------
    values : array_like, shape (subgroups, units), (time,) or (..., subgroups, units)
        Subgroups (NaN where units are missing), or single values in order of time. With three axes or more, many
        processes at once; subgroups of one unit are single values.
    lower, upper : float or array_like
        Specification limits, for all processes or one for each; with one of them only the indices of that side exist.
    target : float or array_like, optional
        Needed for Cpm; it is never guessed from the limits.
    estimator : str, optional
        As in `xbar_chart` ("UWAVE-R" by default) or `individuals_chart` ("MR").
    level : float
        Confidence level of the two-sided intervals: chi-square for Cp, Pp and Cpm, Bissell's normal
        approximation for the others.
    intervals : str
        "two-sided", or "qcc" for the intervals of R `qcc` 2.7, which takes one-sided quantiles for Cpl and Cpu
        (its 95 % are 90 %) and leaves out a square in Boyles' degrees of freedom of Cpm.

    Notes
    -----
    Indices equal to R `qcc::process.capability` 2.7, intervals with `intervals="qcc"`.

    References
    ----------
    Bissell (1990), Applied Statistics 39, 331-340; Boyles (1991), Journal of Quality Technology 23, 17-26.

    Examples
    --------
    >>> import numpy as np
    >>> found = capability(np.random.default_rng(7).normal(10, 1, (25, 4)), lower=6, upper=14)
    >>> round(found.cp.value, 2), round(found.cpk.low, 2), round(found.cpk.high, 2)
    (1.55, 1.27, 1.7)
    """
    confidence = arguments.confidence(level)
    peer = arguments.choice(intervals, name="intervals", among=("two-sided", "qcc")) == "qcc"
    low_limit, high_limit, aim = specification(lower, upper, target)
    data = arguments.real(values, name="values", finite=False)
    if data.ndim < 1:
        raise ValueError(f"values has the shape {data.shape}: (subgroups, units) or (time,) is needed")
    single_values = data.ndim == 1 or data.shape[-1] == 1
    if single_values:
        estimator = estimator or "MR"
        data = data if data.ndim == 1 else data[..., 0]
        chart = individuals_chart(data, estimator=estimator)
    else:
        estimator = estimator or "UWAVE-R"
        chart = xbar_chart(data, estimator=estimator)
        data = data.reshape(*data.shape[:-2], -1)
    within, mean = np.asarray(chart.sigma), chart.center[..., 0]
    fault = "the values do not vary within subgroups: capability has no meaning"
    arguments.refuse_where(~(within > 0), name="sigma within", fault=fault, values=within)
    n = np.asarray((~np.isnan(data)).sum(axis=-1))
    overall = np.nanstd(data, axis=-1, ddof=1)
    warnings = []
    if chart.beyond.any():
        out = int(chart.beyond.sum())
        warnings.append(f"{out} points beyond the limits: a process out of control has no capability")
    for name, limit in (("lower", low_limit), ("upper", high_limit), ("target", aim)):
        arguments.fitting(values=mean, **{name: np.asarray(0.0 if limit is None else limit)})
    below = np.broadcast_to(-np.inf if low_limit is None else low_limit, mean.shape)
    above = np.broadcast_to(np.inf if high_limit is None else high_limit, mean.shape)
    c = _indices(mean, within, n, low_limit, high_limit, confidence, peer)
    p = _indices(mean, overall, n, low_limit, high_limit, confidence, peer)
    return Capability(
        *c,
        _cpm(mean, within, n, low_limit, high_limit, aim, confidence, peer),
        *p,
        mean=arguments.plain(mean),
        sigma_within=arguments.plain(within),
        sigma_overall=arguments.plain(np.asarray(overall)),
        n=int(n) if n.ndim == 0 else arguments.sealed(n),
        expected_below=arguments.plain(np.asarray(special.ndtr((below - mean) / within))),
        expected_above=arguments.plain(np.asarray(special.ndtr((mean - above) / within))),
        observed_below=arguments.plain(np.asarray((data < below[..., None]).sum(axis=-1) / n)),
        observed_above=arguments.plain(np.asarray((data > above[..., None]).sum(axis=-1) / n)),
        method=f"sigma within by {estimator}, overall by the standard deviation of all values",
        warnings=tuple(warnings),
    )


def specification(
    lower: ArrayLike | None, upper: ArrayLike | None, target: ArrayLike | None = None
) -> tuple[Floats | None, Floats | None, Floats | None]:
    """Specification limits and target as arrays; at least one limit is needed."""
    if lower is None and upper is None:
        raise ValueError("lower and upper are both missing: capability is about a specification limit")
    low, high, aim = (
        None if given is None else arguments.real(given, name=name)
        for name, given in (("lower", lower), ("upper", upper), ("target", target))
    )
    if low is not None and high is not None:
        left, right = arguments.fitting(lower=low, upper=high)
        arguments.refuse_where(left >= right, name="lower", fault="not below upper", values=left)
    return low, high, aim


def _indices(
    mean: Floats, sigma: Floats, n: NDArray, lower: Floats | None, upper: Floats | None, level: float, peer: bool
) -> tuple[Index, Index, Index, Index]:
    """Two-sided index, one for each side, and the smaller of these."""
    both = left = right = _undefined(sigma)
    if lower is not None and upper is not None:
        value = (upper - lower) / (6 * sigma)
        both = _index(value, *(value * np.sqrt(stats.chi2.ppf(q, n - 1) / (n - 1)) for q in _tails(level)))
    one_side = 2 * level - 1 if peer else level
    if lower is not None:
        left = _bissell((mean - lower) / (3 * sigma), n, one_side)
    if upper is not None:
        right = _bissell((upper - mean) / (3 * sigma), n, one_side)
    return both, left, right, _bissell(np.fmin(left.value, right.value), n, level)


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2


def _index(value: Floats, low: Floats, high: Floats) -> Index:
    return Index(*(arguments.plain(np.asarray(x, dtype=float)) for x in (value, low, high)))


def _undefined(like: Floats) -> Index:
    nothing = np.full(np.shape(like), np.nan)
    return _index(nothing, nothing, nothing)


def _bissell(value: Floats, n: NDArray, level: float) -> Index:
    half = float(special.ndtri((1 + level) / 2)) * np.sqrt(1 / (9 * n) + value**2 / (2 * (n - 1)))
    return _index(value, value - half, value + half)


def _cpm(
    mean: Floats,
    sigma: Floats,
    n: NDArray,
    lower: Floats | None,
    upper: Floats | None,
    target: Floats | None,
    level: float,
    peer: bool,
) -> Index:
    """Capability about the target, with Boyles' interval."""
    if target is None or lower is None or upper is None:
        return _undefined(sigma)
    away = (mean - target) / sigma
    value = (upper - lower) / (6 * sigma * np.sqrt(1 + away**2))
    degrees = n * (1 + away**2) ** (1 if peer else 2) / (1 + 2 * away**2)
    return _index(value, *(value * np.sqrt(stats.chi2.ppf(q, degrees) / degrees) for q in _tails(level)))
