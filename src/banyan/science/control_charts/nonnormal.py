"""Performance of processes that are not normal, and factors of tolerance intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.capability import specification

NOT_REACHED = "the Box-Cox power does not reach the percentiles of these values; use method 'percentile'"


@dataclass(frozen=True)
class NonnormalCapability:
    """Performance of values that are not normal, from percentiles 0.135 %, 50 % and 99.865 %; arrays for many.

    `reason` says in words why one process among several has no percentiles; it is empty where it has.
    """

    pp: float | NDArray
    ppk: float | NDArray
    low: float | NDArray
    middle: float | NDArray
    high: float | NDArray
    n: int
    method: str
    warnings: tuple[str, ...]
    reason: str | NDArray = ""


def nonnormal_capability(
    values: ArrayLike, *, lower: ArrayLike | None = None, upper: ArrayLike | None = None, method: str = "percentile"
) -> NonnormalCapability:
    """Performance indices of values that are not normal (ISO 22514-4): limits against percentiles.

    Parameters
    ----------
    values : array_like, shape (n,) or (..., n)
        One process or many.
    lower, upper : float or array_like
        Specification limits, at least one; for all processes or one for each.
    method : str
        "percentile" (empirical percentiles; honest only with a thousand values or more), "box-cox" (positive
        values made normal by a power), "lognormal", "weibull" (fitted by maximum likelihood).

    Returns
    -------
    NonnormalCapability
        Pp = (upper - lower) / (P99.865 - P0.135); Ppk by the side nearer to its limit.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.random.default_rng(3).lognormal(0, 0.3, 5000)
    >>> round(nonnormal_capability(values, upper=3.0, method="lognormal").ppk, 2)
    1.36
    """
    arguments.choice(method, name="method", among=("percentile", "box-cox", "lognormal", "weibull"))
    low_limit, high_limit, _ = specification(lower, upper)
    data = arguments.real(values, name="values")
    if data.ndim < 1 or data.shape[-1] < 10:
        held = data.shape[-1] if data.ndim else 1
        raise ValueError(f"values holds {held} numbers: the shape of a distribution needs at least 10")
    if method != "percentile":
        arguments.refuse_where(data <= 0, name="values", fault=f"{method} needs values above 0", values=data)
    spread = np.ptp(data, axis=-1)
    fault = "the values do not vary: capability has no meaning"
    arguments.refuse_where(spread == 0, name="range of values", fault=fault, values=spread)
    processes, n = data.shape[:-1], data.shape[-1]
    warnings = []
    if method == "percentile" and n < 1000:
        warnings.append(f"{n} values say little about the percentiles 0.135 % and 99.865 %")
    found = np.array([_percentiles(row, method) for row in data.reshape(-1, n)]).reshape(*processes, 3)
    low, middle, high = np.moveaxis(found, -1, 0)
    lost = np.isnan(found).any(axis=-1)
    if not processes and lost:
        raise ValueError(NOT_REACHED)
    left, right = np.full(processes, np.inf), np.full(processes, np.inf)
    for name, limit in (("lower", low_limit), ("upper", high_limit)):
        arguments.fitting(values=left, **{name: np.asarray(0.0 if limit is None else limit)})
    if low_limit is not None:
        left = (middle - low_limit) / (middle - low)
    if high_limit is not None:
        right = (high_limit - middle) / (high - middle)
    both = np.full(processes, np.nan)
    if low_limit is not None and high_limit is not None:
        both = (high_limit - low_limit) / (high - low)
    held = (both, np.minimum(left, right), low, middle, high)
    pp, ppk, low, middle, high = (arguments.plain(np.asarray(part)) for part in held)
    reason = arguments.plain(np.where(lost, NOT_REACHED, ""))
    return NonnormalCapability(pp, ppk, low, middle, high, n, method, tuple(warnings), reason)


def _percentiles(data: Floats, method: str) -> Floats:
    """Percentiles 0.135 %, 50 % and 99.865 % of one process; NaN where the method does not reach them."""
    shares = special.ndtr([-3.0, 0.0, 3.0])
    if method == "percentile":
        found = np.quantile(data, shares, method="median_unbiased")
    elif method == "lognormal":
        logs = np.log(data)
        found = np.exp(logs.mean() + np.array([-3, 0, 3]) * logs.std(ddof=1))
    elif method == "weibull":
        found = _weibull(data, shares)
    else:
        power = stats.boxcox_normmax(data, method="mle")
        moved = special.boxcox(data, power)
        found = special.inv_boxcox(moved.mean() + np.array([-3, 0, 3]) * moved.std(ddof=1), power)
    return np.asarray(found)


def _weibull(data: Floats, shares: Floats) -> Floats:
    """Percentiles of the Weibull distribution with the largest likelihood."""
    scaled, logs = data / data.max(), np.log(data / data.max())

    def gap(shape: float) -> float:
        powers = scaled**shape
        return float((powers @ logs) / powers.sum() - 1 / shape - logs.mean())

    shape = optimize.brentq(gap, 1e-3, 1e4)
    scale = data.max() * float(np.mean(scaled**shape)) ** (1 / shape)
    return np.asarray(scale * (-np.log1p(-shares)) ** (1 / shape))


def tolerance_factor(
    n: ArrayLike, *, coverage: ArrayLike, confidence: ArrayLike, method: str = "wald-wolfowitz"
) -> Floats | float:
    """Factor k such that mean ± k s covers a share of a normal population with the given confidence.

    Parameters
    ----------
    n : int or array_like
        Sample size, at least 2. All arguments broadcast.
    coverage, confidence : float or array_like
        Between 0 and 1.
    method : {"wald-wolfowitz", "exact"}
        The usual approximation (good from about 10 values on), or the exact factor of ISO 16269-6.

    Notes
    -----
    As R ``spc::tol.lim.fac`` with mode "WW" and "exact", whose third argument is 1 - confidence. The exact factor
    averages over where the mean of the sample may lie.

    References
    ----------
    Wald, Wolfowitz (1946), Annals of Mathematical Statistics 17, 208-215; ISO 16269-6:2014.

    Examples
    --------
    >>> round(tolerance_factor(20, coverage=0.95, confidence=0.95), 3)
    2.752
    >>> tolerance_factor([5, 10, 20], coverage=0.95, confidence=0.95, method="exact").round(3)
    array([5.077, 3.393, 2.76 ])
    """
    arguments.choice(method, name="method", among=("wald-wolfowitz", "exact"))
    sizes = arguments.counts(n, name="n")
    arguments.refuse_where(sizes < 2, name="n", fault="a standard deviation needs at least 2 values", values=sizes)
    sizes, share, sure = arguments.fitting(
        n=sizes,
        coverage=arguments.probability(coverage, name="coverage", open_ends=True),
        confidence=arguments.probability(confidence, name="confidence", open_ends=True),
    )
    reach = _reach(1 / np.sqrt(sizes), share)
    approximate = reach * np.sqrt((sizes - 1) / special.chdtri(sizes - 1, sure))
    if method == "wald-wolfowitz":
        return arguments.plain(np.asarray(approximate))
    node, weight = np.polynomial.legendre.leggauss(80)
    mean = (node + 1) * 4.5  # of the sample, in its standard errors; both sides are alike
    chance = weight * 4.5 * 2 * np.exp(-(mean**2) / 2) / np.sqrt(2 * np.pi)
    squares = _reach(mean / np.sqrt(sizes)[..., None], share[..., None]) ** 2 * (sizes - 1)[..., None]
    low, high = approximate / 4, approximate * 4
    for _ in range(60):
        factor = (low + high) / 2
        covers = (special.chdtrc((sizes - 1)[..., None], squares / factor[..., None] ** 2) * chance).sum(axis=-1)
        low, high = np.where(covers < sure, factor, low), np.where(covers < sure, high, factor)
    return arguments.plain(np.asarray((low + high) / 2))


def _reach(shift: Floats, share: Floats) -> Floats:
    """Half width of the interval around `shift` that holds a share of the standard normal distribution."""
    high = shift + 40.0 + 0 * share
    low = np.zeros_like(high)
    for _ in range(60):
        reach = (low + high) / 2
        short = special.ndtr(shift + reach) - special.ndtr(shift - reach) < share
        low, high = np.where(short, reach, low), np.where(short, high, reach)
    return high
