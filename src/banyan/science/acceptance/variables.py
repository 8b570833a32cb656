"""Plans by variables: normal measurements judged by mean and standard deviation, s method and sigma method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.acceptance.curves import limiting_quality
from banyan.science.acceptance.design import LARGEST, first_where, points
from banyan.science.acceptance.plans import single_plan
from banyan.science.arguments import Floats

METHODS = ("s", "sigma")


@dataclass(frozen=True)
class VariablesPlan:
    """Sample size and acceptability constant: accept when (limit - mean) / deviation >= k; or arrays of them.

    Attributes
    ----------
    n : int or ndarray
    k : float or ndarray
    method : str
        "s" (deviation from the sample) or "sigma" (known).
    reason : str or ndarray of str
        Where several were asked for and one cannot be (n 0, k NaN): why, in words.
    """

    n: Any
    k: Any
    method: str
    reason: Any = ""


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
    *, producer: tuple[ArrayLike, ArrayLike], consumer: tuple[ArrayLike, ArrayLike], method: str = "s"
) -> VariablesPlan:
    """Smallest plan by variables for one limit that meets two points, as R `find.plan(type="normal")`.

    Parameters
    ----------
    producer, consumer : (share nonconforming, probability of acceptance)
        Numbers, or arrays that fit together.
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
    >>> find_variables_plan(producer=([0.01, 0.02], 0.95), consumer=(0.06, 0.10)).n
    array([42, 90])
    """
    arguments.choice(method, name="method", among=METHODS)
    good, kept, bad, taken = points(producer, consumer)
    z_good, z_bad = -special.ndtri(good), -special.ndtri(bad)
    ideal = ((special.ndtri(kept) - special.ndtri(taken)) / (z_good - z_bad)) ** 2
    if method == "sigma":
        n = np.maximum(np.ceil(ideal - 1e-9), 1).astype(np.int64)
        return VariablesPlan(arguments.plain(n), arguments.plain(z_good - special.ndtri(kept) / np.sqrt(n)), "sigma")

    def rare(n: NDArray) -> NDArray:
        return _accepted(n, _k_of(n, good, kept), bad, "s") <= taken

    # Never smaller than with a known deviation; at 2 units the s method begins.
    n = first_where(rare, np.maximum(np.floor(ideal) - 1, 1), np.full(good.shape, LARGEST))
    return VariablesPlan(arguments.plain(n), arguments.plain(_k_of(n, good, kept)), "s")


def _k_of(n: NDArray, good: Floats, kept: Floats) -> Floats:
    """Acceptability constant with which n units meet the producer's point exactly (s method)."""
    return np.asarray(stats.nct.ppf(1 - kept, n - 1, -special.ndtri(good) * np.sqrt(n)) / np.sqrt(n))


def variables_oc(plan: VariablesPlan | tuple[ArrayLike, ArrayLike], p: ArrayLike, *, method: str = "s") -> NDArray:
    """Probability of accepting a normal lot with share `p` beyond one limit.

    Parameters
    ----------
    plan : VariablesPlan or (n, k)
        One or many; with a tuple the method is the argument `method`.
    p : array_like of float, 0 .. 1

    Returns
    -------
    ndarray
        Shape of the plans followed by the shape of `p`.

    Examples
    --------
    >>> variables_oc((15, 1.9016), [0.01, 0.06], method="sigma").round(3)
    array([0.95, 0.09])
    """
    if not isinstance(plan, VariablesPlan) and not (isinstance(plan, tuple | list) and len(plan) == 2):
        raise ValueError(f"plan is {plan!r:.60}: a VariablesPlan or (n, k) is needed")
    n, k, method = (plan.n, plan.k, plan.method) if isinstance(plan, VariablesPlan) else (*plan, method)
    arguments.choice(method, name="method", among=METHODS)
    share = arguments.probability(p, name="p")
    arguments.some(p=share)
    sizes, bounds = arguments.fitting(n=arguments.counts(n, name="n"), k=arguments.real(k, name="k"))
    least = 1 if method == "sigma" else 2
    fault = f"the {method} method needs at least {least}"
    arguments.refuse_where(sizes < least, name="n", fault=fault, values=sizes)
    beside = sizes.shape + (1,) * share.ndim
    accepted = _accepted(sizes.reshape(beside), bounds.reshape(beside), np.clip(share, 1e-300, 1 - 1e-16), method)
    return np.where(share == 0, 1.0, np.where(share == 1, 0.0, accepted))


def _accepted(n: NDArray, k: Floats, share: Floats, method: str) -> Floats:
    if method == "sigma":
        return np.asarray(special.ndtr((-special.ndtri(share) - k) * np.sqrt(n)))
    return np.asarray(stats.nct.sf(k * np.sqrt(n), n - 1, -special.ndtri(share) * np.sqrt(n)))


def matched_variables_plan(
    lot_size: ArrayLike, *, level: str = "II", aql: ArrayLike, severity: str = "normal", method: str = "s"
) -> VariablesPlan:
    """Plan by variables with the same protection as the attributes plan of GB/T 2828.1 for each lot.

    It accepts lots at the attributes plan's 95 % quality at least as often and those at its 10 % quality at
    most as often. This is the principle by which GB/T 6378.1 (ISO 3951-1) is matched with GB/T 2828.1; the
    printed tables round further, so cite this as a matched plan, not as a cell of that table.

    Parameters
    ----------
    lot_size, level, aql, severity
        As in `single_plan`.
    method : str
        "s" or "sigma".

    Raises
    ------
    ValueError
        As `single_plan`, and for a single lot that has to be inspected as a whole; among several lots such a one has
        n 0 and a `reason`.

    Examples
    --------
    >>> plan = matched_variables_plan(1000, aql=1.0)
    >>> plan.n < single_plan(1000, aql=1.0).n, round(plan.k, 2)
    (True, 1.88)
    """
    arguments.choice(method, name="method", among=METHODS)
    attributes = single_plan(lot_size, level=level, aql=aql, severity=severity)
    whole = np.asarray(attributes.inspect_all)
    good, bad = (np.asarray(limiting_quality(attributes, probability=chance)) for chance in (0.95, 0.10))
    none = whole | (bad >= 1)
    if not none.ndim and none:
        raise ValueError(
            f"the attributes plan inspects n {attributes.n} with Ac {attributes.accept}: there is no plan by "
            "variables to match; inspect by attributes"
        )
    n, k = np.zeros(none.shape, np.int64), np.full(none.shape, np.nan)
    if not none.all():
        found = find_variables_plan(producer=(good[~none], 0.95), consumer=(bad[~none], 0.10), method=method)
        n[~none], k[~none] = found.n, found.k
    words = np.where(none, "there is no plan by variables to match: inspect by attributes", "")
    held = (arguments.plain(n), arguments.plain(k), method, arguments.plain(words))
    return VariablesPlan(*held)


def judge_by_variables(
    values: ArrayLike,
    plan: VariablesPlan,
    *,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
) -> VariablesVerdict:
    """Judge lots by measured values.

    Parameters
    ----------
    values : array_like of float, shape (n,) or (..., n)
        As many per lot as the plan asks for, from a normal distribution.
    plan : VariablesPlan
    lower, upper : float or array_like
        At least one limit, for all lots or one for each. With both, the lot is accepted when the estimated share
        outside them is at most the share that the plan allows for one limit (combined control).
    sigma : float or array_like
        Known standard deviation, for all lots or one for each; needed for the sigma method.

    Examples
    --------
    >>> verdict = judge_by_variables([9.8, 10.1, 10.4, 9.9], VariablesPlan(4, 1.5, "s"), lower=9.0)
    >>> verdict.accepted, round(verdict.quality_lower, 2)
    (True, 3.97)
    """
    arguments.made(plan, VariablesPlan, name="plan", by="find_variables_plan() or VariablesPlan()")
    measured = arguments.real(values, name="values")
    if measured.ndim < 1 or measured.shape[-1] != plan.n:
        held = measured.shape[-1] if measured.ndim else 1
        raise ValueError(f"values holds {held} measurements: the plan asks for {plan.n}")
    if lower is None and upper is None:
        raise ValueError("lower and upper are both missing: a plan by variables needs a limit")
    lots = measured.shape[:-1]
    low, high, known = (
        None if given is None else _of_lots(given, lots, name)
        for name, given in (("lower", lower), ("upper", upper), ("sigma", sigma))
    )
    if low is not None and high is not None:
        arguments.refuse_where(low >= high, name="lower", fault="not below upper", values=low)
    if (known is None) != (plan.method == "s"):
        told = "must" if known is None else "must not"
        raise ValueError(f"the plan uses the {plan.method} method: sigma {told} be given")
    if known is not None:
        arguments.refuse_where(known <= 0, name="sigma", fault="a deviation above 0 is needed", values=known)
    spread = measured.std(axis=-1, ddof=1) if known is None else known
    fault = "the values do not vary: the standard deviation is 0 and nothing can be judged by it"
    arguments.refuse_where(~(spread > 0), name="deviation of lot", fault=fault, values=spread)
    mean = measured.mean(axis=-1)
    nothing = np.full(mean.shape, np.nan)
    q_lower = nothing if low is None else (mean - low) / spread
    q_upper = nothing if high is None else (high - mean) / spread
    shares = [_share(q, np.asarray(plan.n), plan.method) for q in (q_lower, q_upper)]
    outside = np.minimum(np.nansum(shares, axis=0), 1.0)
    if low is None or high is None:
        accepted = (q_upper if low is None else q_lower) >= plan.k
        criterion = f"quality statistic at least k = {plan.k:.4f}"
    else:
        allowed = float(_share(np.asarray(plan.k), np.asarray(plan.n), plan.method))
        accepted = outside <= allowed
        criterion = f"estimated share outside both limits at most {allowed:.4%}"
    verdict, below, above, share = (arguments.plain(np.asarray(x)) for x in (accepted, q_lower, q_upper, outside))
    return VariablesVerdict(verdict, below, above, share, criterion)


def _of_lots(given: ArrayLike, lots: tuple[int, ...], name: str) -> Floats:
    """A limit or deviation as one number per lot."""
    values = arguments.real(given, name=name)
    try:
        return np.broadcast_to(values, lots)
    except ValueError as error:
        raise ValueError(f"{name} has shape {values.shape}: one number, or one for each of {lots} lots") from error


def _share(quality: Floats, n: NDArray, method: str) -> Floats:
    """Unbiased estimates of shares beyond a limit."""
    if method == "sigma":
        return np.asarray(special.ndtr(-quality * np.where(n > 1, np.sqrt(n / np.maximum(n - 1, 1)), 1.0)))
    fault = "the s method needs at least 3 values to estimate a share"
    arguments.refuse_where(n < 3, name="n", fault=fault, values=n)
    position = np.clip(0.5 * (1 - quality * np.sqrt(n) / (n - 1)), 0.0, 1.0)
    return np.asarray(special.betainc(n / 2 - 1, n / 2 - 1, position))


def estimated_share(quality: ArrayLike, *, n: ArrayLike, method: str = "s") -> float | NDArray:
    """Unbiased estimate of the share beyond a limit from its quality statistic.

    Parameters
    ----------
    quality : float or array_like
        (mean - lower) / deviation or (upper - mean) / deviation.
    n : int or array_like
        Sample size, at least 3 for the s method; broadcast with `quality`.
    method : str
        "s" or "sigma".

    Examples
    --------
    >>> round(estimated_share(1.5, n=5), 4), round(estimated_share(1.5, n=5, method="sigma"), 4)
    (0.038, 0.0468)
    """
    arguments.choice(method, name="method", among=METHODS)
    q, sizes = arguments.fitting(quality=arguments.real(quality, name="quality"), n=arguments.counts(n, name="n"))
    arguments.refuse_where(sizes < 1, name="n", fault="a sample has at least one unit", values=sizes)
    return arguments.plain(_share(q, sizes, method))
