"""Plans found from what they must do: two points of the operating characteristic, or no nonconforming unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.acceptance.curves import MODELS, oc_curve

LARGEST = 10_000_000


@dataclass(frozen=True)
class FoundPlan:
    """A single plan by attributes, with the risks it really has at the two points."""

    n: int
    accept: int
    reject: int
    producer_risk: float
    consumer_risk: float


def find_plan(
    *,
    producer: tuple[float, float],
    consumer: tuple[float, float],
    model: str = "binomial",
    lot_size: int | None = None,
) -> FoundPlan:
    """Smallest single plan that accepts good lots and refuses bad ones as often as asked.

    Parameters
    ----------
    producer : (quality, probability)
        Lots of this quality are accepted with at least this probability.
    consumer : (quality, probability)
        Lots of this (worse) quality are accepted with at most this probability.
    model : str
        "binomial", "poisson" or "hypergeometric" (with `lot_size`).
    lot_size : int, optional

    Returns
    -------
    FoundPlan
        With the smallest acceptance number that can meet both points and the smallest sample for it, as
        R `AcceptanceSampling::find.plan`.

    Raises
    ------
    ValueError
        Points that no plan can separate, or that are not probabilities.

    Examples
    --------
    >>> plan = find_plan(producer=(0.01, 0.95), consumer=(0.08, 0.10))
    >>> plan.n, plan.accept
    (65, 2)
    """
    arguments.choice(model, name="model", among=MODELS)
    good, bad = points(producer, consumer)
    if model == "hypergeometric" and not (lot_size and lot_size >= 1):
        raise ValueError(f"lot_size is {lot_size}: the hypergeometric model needs the number of units in the lot")
    largest = LARGEST if model != "hypergeometric" else int(lot_size or 0)
    accept = 0
    while accept <= largest:
        if model == "hypergeometric" and accept >= round(bad[0] * largest):
            break
        n = _smallest_sample(accept, bad, model, lot_size, largest)
        if n is None:
            break
        kept = float(oc_curve((n, accept), good[0], model=model, lot_size=lot_size))
        if kept >= good[1] - 1e-15:
            taken = float(oc_curve((n, accept), bad[0], model=model, lot_size=lot_size))
            return FoundPlan(n, accept, accept + 1, 1 - kept, taken)
        accept += 1
    raise ValueError(f"no plan of up to {largest} units separates {good} from {bad}; widen the points or inspect all")


def _smallest_sample(
    accept: int, bad: tuple[float, float], model: str, lot_size: int | None, largest: int
) -> int | None:
    """Smallest n that accepts the bad quality rarely enough; the probability falls as n grows."""
    low, high = accept, accept + 1

    def rare(n: int) -> bool:
        return float(oc_curve((n, accept), bad[0], model=model, lot_size=lot_size)) <= bad[1] + 1e-15

    while not rare(min(high, largest)):
        if high >= largest:
            return None
        low, high = high, high * 2
    high = min(high, largest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if rare(middle) else (middle, high)
    return high


def points(producer: ArrayLike, consumer: ArrayLike) -> tuple[tuple[float, float], tuple[float, float]]:
    pairs = []
    for name, pair in (("producer", producer), ("consumer", consumer)):
        values = arguments.probability(pair, name=name, open_ends=True)
        if values.shape != (2,):
            raise ValueError(f"{name} is {pair!r}: a pair (quality, probability of acceptance) is needed")
        pairs.append((float(values[0]), float(values[1])))
    good, bad = pairs
    if good[0] >= bad[0] or good[1] <= bad[1]:
        raise ValueError(
            f"producer {good} must be the better quality with the higher probability than consumer {bad}"
        )
    return good, bad


def zero_acceptance_sample(
    lot_size: ArrayLike, *, quality: ArrayLike, risk: ArrayLike = 0.10, model: str = "hypergeometric"
) -> NDArray | int:
    """Smallest sample that, with no nonconforming unit allowed, accepts bad lots no more often than `risk`.

    Parameters
    ----------
    lot_size : int or array_like of int
    quality : float or array_like
        Share nonconforming to be caught; in a lot at least one unit, and any further part of a unit counts
        as a whole one.
    risk : float or array_like
        Largest probability of acceptance at that quality.
    model : str
        "hypergeometric" (from the lot), "binomial" (from a process; the sample does not depend on the lot,
        which caps it) or "poisson".

    Returns
    -------
    int or ndarray
        At most the lot itself.

    Examples
    --------
    >>> zero_acceptance_sample([50, 500, 5000], quality=0.02)
    array([ 45, 102, 113])
    """
    arguments.choice(model, name="model", among=MODELS)
    lots = arguments.counts(lot_size, name="lot_size")
    bad = arguments.probability(quality, name="quality", open_ends=True)
    risk = arguments.probability(risk, name="risk", open_ends=True)
    lots, bad, risk = np.broadcast_arrays(lots, bad, risk)
    if model == "binomial":
        n = np.minimum(np.ceil(np.log(risk) / np.log1p(-bad) - 1e-9), lots)
    elif model == "poisson":
        n = np.minimum(np.ceil(-np.log(risk) / bad - 1e-9), lots)
    else:
        units = np.maximum(np.ceil(bad * lots - 1e-9), 1)
        low, high = np.zeros(lots.shape), lots.astype(float)
        for _ in range(64):
            middle = np.floor((low + high) / 2)
            rare = _none_found(lots, units, middle) <= risk + 1e-12
            low, high = np.where(rare, low, middle), np.where(rare, middle, high)
        n = high
    n = n.astype(np.int64)
    return int(n) if n.ndim == 0 else n


def _none_found(lots: NDArray, units: NDArray, n: NDArray) -> NDArray:
    """Probability that none of `units` bad ones is among `n` of the lot."""
    left = lots - units - n
    logs = special.gammaln(lots - units + 1) - special.gammaln(np.maximum(left, 0) + 1)
    logs += special.gammaln(lots - n + 1) - special.gammaln(lots + 1)
    return np.where(left < 0, 0.0, np.exp(logs))


@dataclass(frozen=True)
class DeclaredQualityPlan:
    """Plan to check a declared quality level: contradicted when more than `limit` nonconforming are found.

    Attributes
    ----------
    n, limit : int
        Sample size and limiting number of nonconforming units (L).
    limiting_ratio : float
        How many times worse than declared the quality must be to be contradicted with probability
        1 - beta (LQR); NaN where even the worst quality is not.
    risk : float
        Real probability of contradicting a declaration that is true.
    """

    n: int
    limit: int
    limiting_ratio: float
    risk: float


@dataclass(frozen=True)
class DeclaredQualityVerdict:
    """What samples say about a declared level (arrays for many); it never says that the declaration is true."""

    verdict: str | NDArray
    found: int | NDArray
    plan: DeclaredQualityPlan
    p_value: float | NDArray


def declared_quality_plan(
    declared: float, *, limit: int, alpha: float = 0.05, beta: float = 0.10, population: int | None = None
) -> DeclaredQualityPlan:
    """Sampling plan for a declared quality level (GB/T 2828.4, GB/T 2828.11).

    Parameters
    ----------
    declared : float
        Declared quality level (DQL) as a share nonconforming, 0 .. 1.
    limit : int
        Limiting number L (0, 1, 2, 3: the discriminating levels of the standard).
    alpha : float
        Largest probability of contradicting a true declaration.
    beta : float
        Probability of not contradicting at the limiting quality.
    population : int, optional
        Units sampled from (hypergeometric, for small populations); without it binomial.

    Notes
    -----
    n is the largest sample with P(X > L | declared) <= alpha. For small shares n * declared approaches
    0.0513, 0.3554, 0.8177, 1.3663 for L = 0 .. 3, and the limiting ratio 44.9, 10.9, 6.5, 4.9.

    References
    ----------
    GB/T 2828.4-2008 (MOD ISO 2859-4:2002).

    Examples
    --------
    >>> plan = declared_quality_plan(0.01, limit=1)
    >>> plan.n, round(plan.limiting_ratio, 1)
    (35, 10.7)
    """
    share = float(arguments.probability(declared, name="declared", open_ends=True))
    arguments.probability([alpha, beta], name="alpha, beta", open_ends=True)
    if not (np.isfinite(limit) and limit >= 0 and int(limit) == limit):
        raise ValueError(f"limit is {limit}: a whole number of at least 0 is needed")
    if population is None:
        above = _bisect(lambda n: stats.binom.sf(limit, n, share) > alpha, limit, LARGEST * 100)
        n = above - 1
        ratio = float(special.betaincinv(limit + 1, n - limit, 1 - beta)) / share if n > limit else np.nan
        return DeclaredQualityPlan(n, int(limit), ratio, float(stats.binom.sf(limit, n, share)))
    if not (np.isfinite(population) and population >= 1 and int(population) == population):
        raise ValueError(f"population is {population}: a whole number of units, at least 1, is needed")
    population = int(population)
    units = int(np.floor(share * population + 1e-9))
    top = population + 1
    n = _bisect(lambda n: n > population or stats.hypergeom.sf(limit, population, units, n) > alpha, limit, top) - 1
    worst = np.arange(units, population + 1)
    taken = stats.hypergeom.cdf(limit, population, worst, n)
    enough = np.flatnonzero(taken <= beta)
    ratio = float(worst[enough[0]] / population / share) if enough.size else np.nan
    return DeclaredQualityPlan(n, int(limit), ratio, float(stats.hypergeom.sf(limit, population, units, n)))


def check_declared_quality(
    found: ArrayLike, *, n: int, declared: float, limit: int, population: int | None = None, alpha: float = 0.05
) -> DeclaredQualityVerdict:
    """Verdict on a declared quality level: "contradicted" or "not contradicted".

    Parameters
    ----------
    found : int or array_like of int
        Nonconforming units among the `n` inspected, of one sample or of many under the same plan.
    n, limit, declared, population, alpha
        The plan; see `declared_quality_plan`. A sample larger than the plan allows is refused, since it
        would contradict true declarations too often.

    Returns
    -------
    DeclaredQualityVerdict
        `.p_value` is the probability of so many or more if the declaration were just true.

    Examples
    --------
    >>> check_declared_quality(3, n=35, declared=0.01, limit=1).verdict
    'contradicted'
    """
    if not (np.isfinite(n) and n >= 1 and int(n) == n):
        raise ValueError(f"n is {n}: a whole number of at least 1 is needed")
    seen = arguments.counts(found, name="found")
    arguments.refuse_where(seen > n, name="found", fault=f"more than the {n} inspected", values=seen)
    plan = declared_quality_plan(declared, limit=limit, alpha=alpha, population=population)
    if n > plan.n:
        raise ValueError(
            f"n is {n}: with limit {limit} and a declared level of {declared} at most {plan.n} units may be drawn; "
            "a larger sample contradicts true declarations more often than agreed"
        )
    if population is None:
        p_value = stats.binom.sf(seen - 1, n, declared)
    else:
        p_value = stats.hypergeom.sf(seen - 1, population, int(np.floor(declared * population + 1e-9)), n)
    verdict = np.where(seen > limit, "contradicted", "not contradicted")
    if seen.ndim == 0:
        return DeclaredQualityVerdict(verdict.item(), int(seen), plan, float(p_value))
    return DeclaredQualityVerdict(
        arguments.sealed(verdict), arguments.sealed(seen.astype(np.int64)), plan, arguments.sealed(p_value)
    )


def _bisect(too_many: Callable[[int], bool], low: int, high: int) -> int:
    """Smallest n in low+1 .. high for which `too_many` holds, which it does from some n on."""
    step = 1
    while low + step < high and not too_many(low + step):
        low, step = low + step, step * 2
    high = min(low + step, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if too_many(middle) else (middle, high)
    return high
