"""Plans found from what they must do: two points of the operating characteristic, or no nonconforming unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from banyan.science import arguments
from banyan.science.acceptance.curves import MODELS
from banyan.science.arguments import Floats

LARGEST = 10_000_000


@dataclass(frozen=True)
class FoundPlan:
    """A single plan by attributes, or arrays of them, with the risks it really has at the two points.

    Attributes
    ----------
    n, accept, reject : int or ndarray
        Where several were asked for and one cannot be: n 0 and accept -1.
    producer_risk, consumer_risk : float or ndarray
    reason : str or ndarray of str
        Why there is no plan, in words; empty where there is one.
    """

    n: Any
    accept: Any
    reject: Any
    producer_risk: Any
    consumer_risk: Any
    reason: Any = ""


def find_plan(
    *,
    producer: tuple[ArrayLike, ArrayLike],
    consumer: tuple[ArrayLike, ArrayLike],
    model: str = "binomial",
    lot_size: ArrayLike | None = None,
) -> FoundPlan:
    """Smallest single plan that accepts good lots and refuses bad ones as often as asked.

    Parameters
    ----------
    producer : (quality, probability)
        Lots of this quality are accepted with at least this probability; numbers or arrays that fit together.
    consumer : (quality, probability)
        Lots of this (worse) quality are accepted with at most this probability.
    model : str
        "binomial", "poisson" or "hypergeometric" (with `lot_size`).
    lot_size : int or array_like of int, optional

    Returns
    -------
    FoundPlan
        With the smallest acceptance number that can meet both points and the smallest sample for it, as
        R `AcceptanceSampling::find.plan`.

    Raises
    ------
    ValueError
        Points that are not probabilities or contradict each other. A single question that no plan can answer is
        refused too; among several it has a `reason`.

    Examples
    --------
    >>> plan = find_plan(producer=(0.01, 0.95), consumer=(0.08, 0.10))
    >>> plan.n, plan.accept
    (65, 2)
    >>> find_plan(producer=([0.01, 0.02], 0.95), consumer=(0.08, 0.10)).n
    array([65, 98])
    """
    arguments.choice(model, name="model", among=MODELS)
    (good, kept, bad, taken), lots = _questions(producer, consumer, lot_size)
    finite = model == "hypergeometric"
    if finite and lots is None:
        raise ValueError("lot_size is None: the hypergeometric model needs the number of units in the lot")
    shape = good.shape
    largest: NDArray = np.full(good.size, LARGEST) if lots is None or not finite else lots.ravel()
    good, kept, bad, taken = good.ravel(), kept.ravel(), bad.ravel(), taken.ravel()

    def accepted(n: NDArray, accept: int, quality: Floats, which: NDArray) -> Floats:
        if model == "binomial":
            return np.asarray(stats.binom.cdf(accept, n, quality))
        if model == "poisson":
            return np.asarray(special.pdtr(accept, n * quality))
        return np.asarray(stats.hypergeom.cdf(accept, largest[which], np.rint(quality * largest[which]), n))

    if finite:
        for name, quality in (("producer", good), ("consumer", bad)):
            broken = np.abs(quality * largest - np.rint(quality * largest)) > 1e-6 * largest
            fault = "not a whole number of units in the lot"
            arguments.refuse_where(broken.reshape(shape), name=name, fault=fault, values=quality.reshape(shape))
    n, accept = np.zeros(good.size, np.int64), np.full(good.size, -1)
    risks = np.full((2, good.size), np.nan)
    # Questions still open, and the acceptance number tried for them. Where the normal approximation needs many times
    # the largest sample there is nothing to try.
    needed = ((special.ndtri(kept) - special.ndtri(taken)) / (bad - good)) ** 2 * good * (1 - np.minimum(good, 0.5))
    left, tried = np.flatnonzero(needed < 4.0 * largest) if not finite else np.arange(good.size), 0
    while left.size:
        # With the largest sample even a bad lot must be accepted rarely enough, or no larger number will do.
        possible = (tried < largest[left]) & (accepted(largest[left], tried, bad[left], left) <= taken[left] + 1e-15)
        left = left[possible]

        def rare(size: NDArray, which: NDArray = left, number: int = tried) -> NDArray:
            return accepted(size, number, bad[which], which) <= taken[which] + 1e-15

        smallest = first_where(rare, np.full(left.size, tried), largest[left])
        share = accepted(smallest, tried, good[left], left)
        met = share >= kept[left] - 1e-15
        done = left[met]
        n[done], accept[done] = smallest[met], tried
        risks[0, done], risks[1, done] = 1 - share[met], accepted(smallest[met], tried, bad[done], done)
        left, tried = left[~met], tried + 1
    reasons = np.where(n > 0, "", "no plan of so many units as there are separates the two points: inspect all")
    if not shape and not n[0]:
        raise ValueError(
            f"no plan of up to {largest[0]} units separates {good[0], kept[0]} from {bad[0], taken[0]}; "
            "widen the points or inspect all"
        )
    held = (n, accept, accept + 1, *risks, reasons)
    return FoundPlan(*(arguments.plain(part.reshape(shape)) for part in held))


def first_where(holds: Callable[[NDArray], NDArray], low: NDArray, high: NDArray) -> NDArray:
    """Smallest whole number above `low`, and `high` at most, for which `holds`, which it does from some number on."""
    low, step = low.astype(np.int64), 1
    reach = np.minimum(low + step, high)
    while np.any(short := ~holds(reach) & (reach < high)):
        low, step = np.where(short, reach, low), step * 2
        reach = np.where(short, np.minimum(low + step, high), reach)
    while np.any(reach - low > 1):
        middle = (low + reach) // 2
        there = holds(middle) | (reach - low <= 1)
        low, reach = np.where(there, low, middle), np.where(there & (reach - low > 1), middle, reach)
    return reach


def points(
    producer: tuple[ArrayLike, ArrayLike], consumer: tuple[ArrayLike, ArrayLike]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Quality and probability of the producer's and of the consumer's point, broadcast and checked."""
    parts = {}
    for name, pair in (("producer", producer), ("consumer", consumer)):
        try:
            quality, chance = pair
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name} is {pair!r}: a pair (quality, probability of acceptance) is needed") from error
        parts[f"{name}[0]"] = arguments.probability(quality, name=f"{name}[0]", open_ends=True)
        parts[f"{name}[1]"] = arguments.probability(chance, name=f"{name}[1]", open_ends=True)
    good, kept, bad, taken = arguments.fitting(**parts)
    crossed = (good >= bad) | (kept <= taken)
    if np.any(crossed):
        place = tuple(int(i) for i in np.argwhere(crossed)[0])
        raise ValueError(
            f"producer{arguments.place(place)} {good[place], kept[place]} must be the better quality with the higher "
            f"probability than consumer{arguments.place(place)} {bad[place], taken[place]}"
        )
    return good, kept, bad, taken


def _questions(
    producer: tuple[ArrayLike, ArrayLike], consumer: tuple[ArrayLike, ArrayLike], lot_size: ArrayLike | None
) -> tuple[tuple[Floats, Floats, Floats, Floats], NDArray | None]:
    """The two points and the lots, of one shape."""
    asked = points(producer, consumer)
    if lot_size is None:
        return asked, None
    lots = arguments.counts(lot_size, name="lot_size").astype(np.int64)
    arguments.some(lot_size=lots)
    arguments.refuse_where(lots < 1, name="lot_size", fault="a lot has at least one unit", values=lots)
    good, lots = arguments.fitting(producer=asked[0], lot_size=lots)
    kept, bad, taken = (np.broadcast_to(part, good.shape) for part in asked[1:])
    return (good, kept, bad, taken), lots


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
    arguments.refuse_where(lots < 1, name="lot_size", fault="a lot has at least one unit", values=lots)
    bad = arguments.probability(quality, name="quality", open_ends=True)
    lots, bad, risk = arguments.fitting(
        lot_size=lots, quality=bad, risk=arguments.probability(risk, name="risk", open_ends=True)
    )
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
