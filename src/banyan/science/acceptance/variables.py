"""Plans by variables: normal measurements judged by mean and standard deviation, s method and sigma method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.acceptance.curves import limiting_quality
from banyan.science.acceptance.design import points
from banyan.science.acceptance.plans import single_plan

METHODS = ("s", "sigma")


@dataclass(frozen=True)
class VariablesPlan:
    """Sample size and acceptability constant: accept when (limit - mean) / deviation >= k.

    Attributes
    ----------
    n : int
    k : float
    method : str
        "s" (deviation from the sample) or "sigma" (known).
    """

    n: int
    k: float
    method: str


@dataclass(frozen=True)
class VariablesVerdict:
    """Outcome of a plan by variables; arrays where many lots were judged.

    Attributes
    ----------
    accepted : bool
    quality_lower, quality_upper : float
        Quality statistics (mean - lower) / deviation and (upper - mean) / deviation; NaN without the limit.
    estimated_share : float
        Unbiased estimate of the share outside the limits.
    criterion : str
    """

    accepted: bool | NDArray
    quality_lower: float | NDArray
    quality_upper: float | NDArray
    estimated_share: float | NDArray
    criterion: str


def find_variables_plan(
    *, producer: tuple[float, float], consumer: tuple[float, float], method: str = "s"
) -> VariablesPlan:
    """Smallest plan by variables for one limit that meets two points, as R `find.plan(type="normal")`.

    Parameters
    ----------
    producer, consumer : (share nonconforming, probability of acceptance)
    method : str
        "s" (noncentral t) or "sigma" (normal).

    Notes
    -----
    k is set so that the producer's point is met exactly.

    Examples
    --------
    >>> plan = find_variables_plan(producer=(0.01, 0.95), consumer=(0.06, 0.10), method="sigma")
    >>> plan.n, round(plan.k, 4)
    (15, 1.9016)
    """
    arguments.choice(method, name="method", among=METHODS)
    good, bad = points(producer, consumer)
    z_good, z_bad = -special.ndtri(good[0]), -special.ndtri(bad[0])
    ideal = ((special.ndtri(good[1]) - special.ndtri(bad[1])) / (z_good - z_bad)) ** 2
    if method == "sigma":
        n = max(int(np.ceil(ideal - 1e-9)), 1)
        return VariablesPlan(n, float(z_good - special.ndtri(good[1]) / np.sqrt(n)), "sigma")
    n = max(2, int(ideal))
    while float(variables_oc((n, _k_of(n, good)), bad[0])) > bad[1]:
        n += 1
    while n > 2 and float(variables_oc((n - 1, _k_of(n - 1, good)), bad[0])) <= bad[1]:
        n -= 1
    return VariablesPlan(n, _k_of(n, good), "s")


def _k_of(n: int, good: tuple[float, float]) -> float:
    """Acceptability constant with which n units meet the producer's point exactly (s method)."""
    shift = -special.ndtri(good[0]) * np.sqrt(n)
    return float(stats.nct.ppf(1 - good[1], n - 1, shift) / np.sqrt(n))


def variables_oc(plan: VariablesPlan | tuple[float, float], p: ArrayLike, *, method: str = "s") -> NDArray:
    """Probability of accepting a normal lot with share `p` beyond one limit.

    Parameters
    ----------
    plan : VariablesPlan or (n, k)
        With a tuple the method is the argument `method`.
    p : array_like of float, 0 .. 1

    Examples
    --------
    >>> variables_oc((15, 1.9016), [0.01, 0.06], method="sigma").round(3)
    array([0.95, 0.09])
    """
    n, k, method = (plan.n, plan.k, plan.method) if isinstance(plan, VariablesPlan) else (*plan, method)
    arguments.choice(method, name="method", among=METHODS)
    share = arguments.probability(p, name="p")
    inside = np.clip(share, 1e-300, 1 - 1e-16)
    if method == "sigma":
        accepted = special.ndtr((-special.ndtri(inside) - k) * np.sqrt(n))
    else:
        accepted = stats.nct.sf(k * np.sqrt(n), n - 1, -special.ndtri(inside) * np.sqrt(n))
    return np.where(share == 0, 1.0, np.where(share == 1, 0.0, accepted))


def matched_variables_plan(
    lot_size: int, *, level: str = "II", aql: float, severity: str = "normal", method: str = "s"
) -> VariablesPlan:
    """Plan by variables with the same protection as the attributes plan of GB/T 2828.1 for this lot.

    It accepts lots at the attributes plan's 95 % quality at least as often and those at its 10 % quality at
    most as often. This is the principle by which GB/T 6378.1 (ISO 3951-1) is matched with GB/T 2828.1; the
    printed tables round further, so cite this as a matched plan, not as a cell of that table.

    Parameters
    ----------
    lot_size, level, aql, severity
        As in `single_plan`.
    method : str
        "s" or "sigma".

    Examples
    --------
    >>> plan = matched_variables_plan(1000, aql=1.0)
    >>> plan.n < single_plan(1000, aql=1.0).n, round(plan.k, 2)
    (True, 1.88)
    """
    attributes = single_plan(int(lot_size), level=level, aql=float(aql), severity=severity)
    producer, consumer = (
        (float(limiting_quality(attributes, probability=chance)), chance) for chance in (0.95, 0.10)
    )
    if consumer[0] >= 1 or attributes.inspect_all:
        raise ValueError(
            f"the attributes plan inspects n {attributes.n} with Ac {attributes.accept}: there is no plan by "
            "variables to match; inspect by attributes"
        )
    return find_variables_plan(producer=producer, consumer=consumer, method=method)


def judge_by_variables(
    values: ArrayLike,
    plan: VariablesPlan,
    *,
    lower: float | None = None,
    upper: float | None = None,
    sigma: float | None = None,
) -> VariablesVerdict:
    """Judge lots by measured values.

    Parameters
    ----------
    values : array_like of float, shape (n,) or (..., n)
        As many per lot as the plan asks for, from a normal distribution.
    plan : VariablesPlan
    lower, upper : float
        At least one limit. With both, the lot is accepted when the estimated share outside them is at most
        the share that the plan allows for one limit (combined control).
    sigma : float
        Known standard deviation, needed for the sigma method.

    Examples
    --------
    >>> verdict = judge_by_variables([9.8, 10.1, 10.4, 9.9], VariablesPlan(4, 1.5, "s"), lower=9.0)
    >>> verdict.accepted, round(verdict.quality_lower, 2)
    (True, 3.97)
    """
    measured = arguments.real(values, name="values")
    if measured.ndim < 1 or measured.shape[-1] != plan.n:
        held = measured.shape[-1] if measured.ndim else 1
        raise ValueError(f"values holds {held} measurements: the plan asks for {plan.n}")
    if lower is None and upper is None:
        raise ValueError("lower and upper are both missing: a plan by variables needs a limit")
    if lower is not None and upper is not None and lower >= upper:
        raise ValueError(f"lower {lower} is not below upper {upper}")
    if (sigma is None) != (plan.method == "s"):
        raise ValueError(f"the plan uses the {plan.method} method: sigma {'must not' if sigma else 'must'} be given")
    spread = np.asarray(measured.std(axis=-1, ddof=1) if sigma is None else float(sigma))
    fault = "the values do not vary: the standard deviation is 0 and nothing can be judged by it"
    arguments.refuse_where(~(spread > 0), name="deviation of lot", fault=fault, values=spread)
    mean = measured.mean(axis=-1)
    nothing = np.full(mean.shape, np.nan)
    q_lower = nothing if lower is None else (mean - lower) / spread
    q_upper = nothing if upper is None else (upper - mean) / spread
    shares = [_share(q, plan.n, plan.method) for q in (q_lower, q_upper)]
    outside = np.minimum(np.nansum(shares, axis=0), 1.0)
    if lower is None or upper is None:
        accepted = (q_upper if lower is None else q_lower) >= plan.k
        criterion = f"quality statistic at least k = {plan.k:.4f}"
    else:
        allowed = estimated_share(plan.k, n=plan.n, method=plan.method)
        accepted = outside <= allowed
        criterion = f"estimated share outside both limits at most {allowed:.4%}"
    parts = [arguments.plain(np.asarray(each)) for each in (accepted, q_lower, q_upper, outside)]
    return VariablesVerdict(*parts, criterion)


def _share(quality: NDArray, n: int, method: str) -> NDArray:
    """Unbiased estimates of shares beyond a limit."""
    quality = np.asarray(quality, dtype=float)
    if method == "sigma":
        return np.asarray(special.ndtr(-quality * np.sqrt(n / (n - 1)) if n > 1 else -quality))
    if n < 3:
        raise ValueError(f"n is {n}: the s method needs at least 3 values to estimate a share")
    position = np.clip(0.5 * (1 - quality * np.sqrt(n) / (n - 1)), 0.0, 1.0)
    return np.asarray(special.betainc(n / 2 - 1, n / 2 - 1, position))


def estimated_share(quality: ArrayLike, *, n: int, method: str = "s") -> float | NDArray:
    """Unbiased estimate of the share beyond a limit from its quality statistic.

    Parameters
    ----------
    quality : float or array_like
        (mean - lower) / deviation or (upper - mean) / deviation.
    n : int
        Sample size, at least 3 for the s method.
    method : str
        "s" or "sigma".

    Examples
    --------
    >>> round(estimated_share(1.5, n=5), 4), round(estimated_share(1.5, n=5, method="sigma"), 4)
    (0.038, 0.0468)
    """
    arguments.choice(method, name="method", among=METHODS)
    return arguments.plain(_share(arguments.real(quality, name="quality"), n, method))
