"""Expected events by several factors at once: what each unit's mix would lead to, were it like the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats

HIGHEST = 0.95
MOST_LEVELS = 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """The probability of an event for each unit.

    Attributes
    ----------
    probability : ndarray, shape (units,)
    multipliers : tuple of ndarray
        Per factor the multiplier of each of its levels.
    overall, prior, method
        Share of all units with an event, strength of the shrinkage, name of the method.
    """

    probability: Floats
    multipliers: tuple[Floats, ...]
    overall: float
    prior: float
    method: str

    def of(self, factors: Sequence[ArrayLike]) -> Floats:
        """The probabilities of other units with these levels; a level never seen makes no difference."""
        found = np.full(np.asarray(factors[0]).shape, self.overall)
        for multiplier, factor in zip(self.multipliers, factors, strict=True):
            codes = np.asarray(factor)
            padded = np.ones(max(multiplier.size, int(codes.max(initial=0)) + 1))
            padded[: multiplier.size] = multiplier
            found *= padded[codes]
        return np.minimum(found, HIGHEST)

    def without(self, place: int, codes: ArrayLike) -> Floats:
        """The probabilities as they would be if the factor at `place`, with these codes, made no difference."""
        return np.minimum(self.probability / self.multipliers[place][np.asarray(codes)], HIGHEST)


def standardised(
    events: ArrayLike, factors: Sequence[ArrayLike], *, prior: float = 4.0, passes: int = 8,
    units: ArrayLike | None = None,
) -> Standardised:  # fmt: skip
    """Return each unit's probability of an event as a product of shrunk multipliers, one per factor.

    One model a call, of any number of units and factors.

    Parameters
    ----------
    events : array_like, shape (units,)
        1 where the event happened, else 0.
    factors : sequence of array_like of int, shape (units,)
        For each factor the level of each unit, numbered from 0.
    prior : float
        How many expected events a level needs until its own count weighs as much as "like the rest".
    passes : int
        Rounds over the factors.
    units : array_like, shape (units,), optional
        How many units each row stands for, where units of the same levels are counted together; `events` is then
        how many of them had the event. Without it each row is one unit.

    Returns
    -------
    Standardised

    Notes
    -----
    Indirect standardisation for crossed factors: a level's multiplier is (O + prior) / (E + prior), with O its
    events and E those expected from all other factors; the rounds are repeated until they agree. It is the mode of
    a Poisson model with gamma multipliers of mean 1.

    References
    ----------
    Clayton, Kaldor (1987). Empirical Bayes estimates of age-standardized relative risks for use in disease mapping.
    Biometrics 43, 671-681.

    Examples
    --------
    >>> events = [1, 1, 0, 0, 0, 0, 0, 0]
    >>> found = standardised(events, [[0, 0, 0, 0, 1, 1, 1, 1]], prior=1.0)
    >>> found.overall, found.multipliers[0].round(3).tolist(), found.probability.round(3).tolist()[3:5]
    (0.25, [1.5, 0.5], [0.375, 0.125])
    """
    happened = arguments.counts(arguments.real(events, name="events", ndim=1), name="events")
    if not happened.size:
        raise ValueError("events is empty: there is nothing to expect from")
    size = _sizes(units, happened)
    prior = arguments.number(prior, name="prior", needs="a number above 0", least=0, strictly=True)
    passes = arguments.whole(passes, name="passes", needs="a whole number of at least 1", least=1)
    codes = _levels(factors, happened.size)
    overall = float(happened.sum() / size.sum())
    multipliers = [np.ones(int(factor.max()) + 1) for factor in codes]
    counts = [np.bincount(factor, happened) for factor in codes]
    chance = overall * size
    for _round in range(passes):
        for place, factor in enumerate(codes):
            before = multipliers[place]  # one for all units of a level, so it can be taken out after the sum
            expected = np.bincount(factor, chance) / before
            multipliers[place] = (counts[place] + prior) / (expected + prior)
            chance *= (multipliers[place] / before)[factor]
    return Standardised(
        arguments.sealed(np.minimum(chance / size, HIGHEST)), tuple(multipliers), overall, float(prior),
        "indirect standardisation, gamma multipliers",
    )  # fmt: skip


def _sizes(units: ArrayLike | None, happened: Floats) -> Floats:
    """Return how many units each row stands for; refuse more events than units."""
    if units is None:
        arguments.refuse_where(happened > 1, name="events", fault="1 or 0 is needed", values=happened)
        return np.ones(happened.size)
    size = arguments.counts(arguments.real(units, name="units", ndim=1), name="units")
    arguments.same_length(happened.size, units=size)
    arguments.refuse_where(size < 1, name="units", fault="a row stands for one unit at least", values=size)
    arguments.refuse_where(happened > size, name="events", fault="more events than units", values=happened)
    return size


def _levels(factors: Sequence[ArrayLike], units: int) -> list[Codes]:
    """Return each factor's levels as whole numbers; refuse no factor, and levels not numbered from 0."""
    factors = arguments.listed(factors, name="factors", needs="a list with the levels of each factor")
    if not factors:
        raise ValueError("factors is empty: without a factor every unit has the same probability")
    codes: list[Codes] = []
    for place, factor in enumerate(factors):
        name = f"factors[{place}]"
        held = np.asarray(factor)
        if held.dtype != np.int64 or held.min(initial=0) < 0:  # whole numbers need no second look
            held = arguments.counts(factor, name=name)
        arguments.same_length(units, **{name: held})
        if held.max(initial=0) > MOST_LEVELS:
            arguments.refuse_where(held > MOST_LEVELS, name=name, fault="number the levels 0, 1, 2, …", values=held)
        codes.append(held.astype(np.int64, copy=False))
    return codes
