"""Is a count too high or too low, once it is seen how the same thing went elsewhere and before?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats

SIDES = ("high", "low")


@dataclass(frozen=True, slots=True, eq=False)
class AgainstElsewhere:
    """Counts set against what is known from elsewhere; all arrays have the shape of the counts.

    Attributes
    ----------
    p_value : ndarray
        Probability of a count as extreme on the side asked for.
    mean : ndarray
        The count expected once what was seen elsewhere is taken in.
    side, method
        The side asked for, name of the method.
    """

    p_value: Floats
    mean: Floats
    side: str
    method: str


def against_elsewhere(
    observed: ArrayLike, expected: ArrayLike, *, elsewhere: ArrayLike = 0.0, expected_elsewhere: ArrayLike = 0.0,
    prior: float, loose: float = 0.0, side: str = "high",
) -> AgainstElsewhere:  # fmt: skip
    """Compare counts with their expectation, corrected by how the same expectation did elsewhere.

    Parameters
    ----------
    observed, expected : array_like
        Count, and what a model expects of it.
    elsewhere, expected_elsewhere : array_like
        The same of comparable units: the same product in other counties in the same weeks, say.
    prior : float
        How firmly the model is believed: the common factor on its expectations is gamma distributed with mean 1
        and variance 1 / prior before anything is seen elsewhere.
    loose : float
        Share of the cases in which the common factor may be anything (gamma distributed with mean 1 and variance 1),
        such as a season that past years did not have. What was seen elsewhere says how likely that is.
    side : {"high", "low"}
        Whether a count that is too high or one that is too low is looked for.

    Returns
    -------
    AgainstElsewhere

    Notes
    -----
    The common factor given what was seen elsewhere is Gamma(prior + elsewhere, prior + expected elsewhere), so the
    count is negative binomial. A rise that all share (a season) raises what is expected here; with nothing
    elsewhere, `prior` alone says how much units differ by themselves. With `loose`, the two distributions are weighed
    by how well each tells what was seen elsewhere.

    References
    ----------
    Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., 2.6: the Poisson model with gamma prior.

    Examples
    --------
    >>> alone = against_elsewhere(9, 3.0, prior=50)
    >>> shared = against_elsewhere(9, 3.0, elsewhere=30, expected_elsewhere=10.0, prior=5)
    >>> round(float(alone.p_value), 4), round(float(shared.p_value), 4), round(float(shared.mean), 2)
    (0.0051, 0.2819, 7.0)
    """
    arguments.choice(side, name="side", among=SIDES)
    prior = arguments.number(prior, name="prior", needs="a number above 0", least=0, strictly=True)
    if arguments.number(loose, name="loose", needs="a share from 0 to below 1", least=0, most=1) == 1:
        raise ValueError(f"loose is {loose}: a share from 0 to below 1 is needed")
    names = {"observed": observed, "expected": expected, "elsewhere": elsewhere}
    count, mean, other = (arguments.counts(part, name=name, whole=False) for name, part in names.items())
    other_mean = arguments.counts(expected_elsewhere, name="expected_elsewhere", whole=False)
    count, mean, other, other_mean = arguments.fitting(
        observed=count, expected=mean, elsewhere=other, expected_elsewhere=other_mean
    )
    weights, tails, means = [], [], []
    for share, shape in ((1.0 - loose, prior), (loose, 1.0)):
        if share > 0:
            weights.append(np.log(share) + _log_probability(other, other_mean, shape))
            tails.append(_tail(count, mean, shape + other, shape + other_mean, side))
            means.append(mean * (shape + other) / (shape + other_mean))
    chance = special.softmax(np.array(weights), axis=0)
    return AgainstElsewhere(
        arguments.sealed((chance * np.array(tails)).sum(axis=0)),
        arguments.sealed((chance * np.array(means)).sum(axis=0)), side,
        "negative binomial, gamma factor shared with elsewhere",
    )  # fmt: skip


def _tail(count: Floats, mean: Floats, shape: Floats, rate: Floats, side: str) -> Floats:
    """The probability of a count as extreme, where the common factor is Gamma(shape, rate)."""
    share = mean / (mean + rate)
    if side == "high":
        return np.where(count > 0, special.betainc(np.maximum(count, 1e-9), shape, share), 1.0)
    found: Floats = special.betainc(shape, count + 1.0, 1.0 - share)
    return found


def _log_probability(count: Floats, mean: Floats, shape: float) -> Floats:
    """The logarithm of the probability of what was seen elsewhere, apart from terms that no shape changes."""
    found: Floats = (
        special.gammaln(shape + count) - special.gammaln(shape)
        + special.xlogy(shape, shape / (shape + mean)) - count * np.log(shape + mean)
    )  # fmt: skip
    return found
