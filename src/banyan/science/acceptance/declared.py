"""Declared quality levels checked after GB/T 2828.4: plans, and verdicts that never say a declaration is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.acceptance.design import LARGEST, first_where


@dataclass(frozen=True)
class DeclaredQualityPlan:
    """Plan to check a declared quality level: contradicted when more than `limit` nonconforming are found.

    Attributes
    ----------
    n, limit : int or ndarray
        Sample size and limiting number of nonconforming units (L); n is 0 where even one unit would contradict a true
        declaration more often than agreed.
    limiting_ratio : float or ndarray
        How many times worse than declared the quality must be to be contradicted with probability
        1 - beta (LQR); NaN where even the worst quality is not.
    risk : float or ndarray
        Real probability of contradicting a declaration that is true.
    """

    n: Any
    limit: Any
    limiting_ratio: Any
    risk: Any


@dataclass(frozen=True)
class DeclaredQualityVerdict:
    """What samples say about a declared level (arrays for many); it never says that the declaration is true."""

    verdict: str | NDArray
    found: int | NDArray
    plan: DeclaredQualityPlan
    p_value: float | NDArray


def declared_quality_plan(
    declared: ArrayLike,
    *,
    limit: ArrayLike,
    alpha: ArrayLike = 0.05,
    beta: ArrayLike = 0.10,
    population: ArrayLike | None = None,
) -> DeclaredQualityPlan:
    """Sampling plan for a declared quality level (GB/T 2828.4, GB/T 2828.11), or for many.

    Parameters
    ----------
    declared : float or array_like
        Declared quality level (DQL) as a share nonconforming, 0 .. 1. All arguments broadcast.
    limit : int or array_like
        Limiting number L (0, 1, 2, 3: the discriminating levels of the standard).
    alpha : float or array_like
        Largest probability of contradicting a true declaration.
    beta : float or array_like
        Probability of not contradicting at the limiting quality.
    population : int or array_like, optional
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
    >>> declared_quality_plan([0.01, 0.02], limit=[[0], [1]]).n
    array([[ 5,  2],
           [35, 18]])
    """
    parts = {
        "declared": arguments.probability(declared, name="declared", open_ends=True),
        "limit": arguments.counts(limit, name="limit"),
        "alpha": arguments.probability(alpha, name="alpha", open_ends=True),
        "beta": arguments.probability(beta, name="beta", open_ends=True),
    }
    if population is not None:
        parts["population"] = arguments.counts(population, name="population")
        fault = "a population has at least one unit"
        arguments.refuse_where(parts["population"] < 1, name="population", fault=fault, values=parts["population"])
    share, most, alpha, beta, *units = arguments.fitting(**parts)
    top = units[0] + 1 if units else np.full(share.shape, LARGEST * 100)
    declared_units = np.floor(share * units[0] + 1e-9) if units else np.zeros(share.shape)

    def contradicted(n: NDArray) -> NDArray:
        if not units:
            return np.asarray(stats.binom.sf(most, n, share))
        there = np.minimum(n, units[0])
        return np.where(n > units[0], 2.0, stats.hypergeom.sf(most, units[0], declared_units, there))

    n = first_where(lambda size: contradicted(size) > alpha, most, top) - 1
    if units:
        ratio = _ratio_in_population(n, most, beta, units[0], declared_units) / share
    else:
        ratio = np.where(n > most, special.betaincinv(most + 1, np.maximum(n - most, 1), 1 - beta) / share, np.nan)
    held = (n, most.astype(np.int64), ratio, contradicted(n))
    return DeclaredQualityPlan(*(arguments.plain(np.array(part)) for part in held))


def _ratio_in_population(n: NDArray, most: NDArray, beta: NDArray, units: NDArray, declared: NDArray) -> NDArray:
    """Share of the population from which on a declaration is contradicted with probability 1 - beta."""

    def caught(worst: NDArray) -> NDArray:
        return np.asarray(stats.hypergeom.cdf(most, units, np.maximum(worst, 0), n) <= beta)

    worst = first_where(caught, declared - 1, units)
    return np.where(caught(worst), worst / units, np.nan)


def check_declared_quality(
    found: ArrayLike,
    *,
    n: ArrayLike,
    declared: ArrayLike,
    limit: ArrayLike,
    population: ArrayLike | None = None,
    alpha: ArrayLike = 0.05,
) -> DeclaredQualityVerdict:
    """Verdict on a declared quality level: "contradicted" or "not contradicted".

    Parameters
    ----------
    found : int or array_like of int
        Nonconforming units among the `n` inspected, of one sample or of many.
    n, limit, declared, population, alpha
        The plan, or one for each sample; see `declared_quality_plan`. A sample larger than the plan allows is
        refused, since it would contradict true declarations too often.

    Returns
    -------
    DeclaredQualityVerdict
        `.p_value` is the probability of so many or more if the declaration were just true.

    Examples
    --------
    >>> check_declared_quality(3, n=35, declared=0.01, limit=1).verdict
    'contradicted'
    """
    sizes = arguments.counts(n, name="n")
    arguments.refuse_where(sizes < 1, name="n", fault="a whole number of at least 1 is needed", values=sizes)
    plan = declared_quality_plan(declared, limit=limit, alpha=alpha, population=population)
    parts = {
        "found": arguments.counts(found, name="found"),
        "n": sizes,
        "plan": np.asarray(plan.n),
        "limit": np.asarray(plan.limit),
        "declared": np.asarray(declared, dtype=float),
    }
    if population is not None:
        parts["population"] = np.asarray(population, dtype=float)
    seen, drawn, allowed, most, share, *units = arguments.fitting(**parts)
    arguments.refuse_where(seen > drawn, name="found", fault="more than the n inspected at this place", values=seen)
    if np.any(drawn > allowed):
        place = tuple(int(i) for i in np.argwhere(drawn > allowed)[0])
        raise ValueError(
            f"n{arguments.place(place)} is {drawn[place]:g}: with limit {most[place]} and a declared level of "
            f"{share[place]} at most {allowed[place]} units may be drawn; a larger sample contradicts true "
            "declarations more often than agreed"
        )
    if units:
        p_value = stats.hypergeom.sf(seen - 1, units[0], np.floor(share * units[0] + 1e-9), drawn)
    else:
        p_value = stats.binom.sf(seen - 1, drawn, share)
    verdict = np.where(seen > most, "contradicted", "not contradicted")
    told = (verdict, seen.astype(np.int64), np.asarray(p_value))
    words, counted, chance = (arguments.plain(part) for part in told)
    return DeclaredQualityVerdict(words, counted, plan, chance)
