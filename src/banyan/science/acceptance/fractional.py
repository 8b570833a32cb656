"""Fractional acceptance numbers of GB/T 2828.1, clause 13: no change of sample size where an arrow stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from banyan.science import arguments
from banyan.science.acceptance import tables
from banyan.science.acceptance.plans import aql_column, letter_number, lot_sizes

FRACTIONS = {1 / 5: 2, 1 / 3: 3, 1 / 2: 5}  # acceptance number: what it adds to the acceptance score
WHOLE, ENOUGH = 7, 9  # what a whole number of 1 or more adds; the score from which one nonconforming is allowed
BEFORE_ONE = {"normal": (1 / 2, 1 / 3), "tightened": (1 / 2, 1 / 3), "reduced": (1 / 2, 1 / 3, 1 / 5)}


@dataclass(frozen=True)
class FractionalPlan:
    """Plan of tables 11, or arrays of plans; `accept` is 1/5, 1/3, 1/2 or a whole number.

    Attributes
    ----------
    n : int or ndarray
        Units to inspect; the whole lot where the table's sample is as large.
    accept : float or ndarray
    code_letter : str or ndarray of str
    inspect_all : bool or ndarray
    severity : str
    """

    n: Any
    accept: Any
    code_letter: Any
    inspect_all: Any
    severity: str


@dataclass(frozen=True, eq=False)
class ScoredLots:
    """Series of lots judged with fractional numbers; arrays (..., lots).

    Attributes
    ----------
    accepted : ndarray of bool
    applied : ndarray
        Acceptance number that was applied to each lot.
    score : ndarray
        Acceptance score after each lot.
    """

    accepted: NDArray[np.bool_]
    applied: NDArray
    score: NDArray


def fractional_plan(
    lot_size: ArrayLike, *, level: str = "II", aql: ArrayLike, severity: str = "normal"
) -> FractionalPlan:
    """Single plan with fractional acceptance numbers (tables 11-A to 11-C of GB/T 2828.1-2012).

    The arguments and refusals are those of `single_plan`. Where its table has arrows between the acceptance
    numbers 0 and 1, the sample of the lot's own code letter is kept and the number is 1/3 or 1/2 (on reduced
    inspection 1/5 too); an authority must have approved it. Tables as recalled: they follow from tables 2 cell by
    cell.

    Examples
    --------
    >>> plan = fractional_plan(1000, aql=0.25)
    >>> plan.n, round(plan.accept, 3), plan.code_letter
    (80, 0.333, 'J')
    >>> fractional_plan(1000, aql=[0.15, 0.25, 0.40, 0.65]).accept.round(3)
    array([0.   , 0.333, 0.5  , 1.   ])
    """
    arguments.choice(severity, name="severity", among=tables.SEVERITIES)
    lots = lot_sizes(lot_size)
    first, column = arguments.fitting(lot_size=letter_number(lots, level), aql=aql_column(aql))
    reached, numbers = _resolved(severity)
    letter, accept = reached[first, column], numbers[first, column]
    size = tables.sizes(severity)[letter]
    n = np.minimum(size, lots)
    held = [np.array(np.broadcast_to(each, n.shape)) for each in (n, accept, np.array(list(tables.LETTERS))[letter])]
    n, accept, reached_letter, everything = (arguments.plain(each) for each in (*held, np.asarray(size >= lots)))
    return FractionalPlan(n, accept, reached_letter, everything, severity)


@cache
def _resolved(severity: str) -> tuple[NDArray, NDArray]:
    """Letter reached and acceptance number per first letter and AQL."""
    letter, accept = (each.copy() for each in tables.resolved(severity))
    accept = accept.astype(float)
    rows = [line.split()[1:] for line in tables.PRINTED[severity].strip().splitlines()]
    for place in range(16):
        for back, fraction in enumerate(BEFORE_ONE[severity], start=1):
            column = rows[place].index("1") - back
            if column >= 0 and not rows[place][column].isdigit():
                letter[place, column], accept[place, column] = place, fraction
    return letter, accept


def judge_with_scores(found: ArrayLike, accept: ArrayLike) -> ScoredLots:
    """Judge consecutive lots by acceptance scores, which decide what a fractional number allows (clause 13.2).

    Parameters
    ----------
    found : array_like of int, shape (..., lots)
        Nonconforming units in each lot's sample, in the order of inspection.
    accept : array_like, shape (..., lots) or broadcastable
        Acceptance number of each lot's plan: 0, 1/5, 1/3, 1/2 or a whole number.

    Returns
    -------
    ScoredLots

    Raises
    ------
    ValueError
        Negative or broken counts, acceptance numbers that the tables do not have.

    Notes
    -----
    The score starts at 0 (and anew at every switch of severity). A plan with Ac 1/5, 1/3, 1/2 adds 2, 3, 5, one with
    Ac of 1 or more adds 7, one with Ac 0 adds nothing. A fraction then counts as 1 where the score is 9 or more, else
    as 0. A nonconforming unit in the sample sets the score back to 0 once the lot is judged. So with the same plan
    all along, 1/2 allows one nonconforming when the lot before had none, 1/3 when the two before had none.

    Examples
    --------
    >>> judged = judge_with_scores([0, 1, 1, 0, 1], 1 / 2)
    >>> judged.accepted.tolist(), judged.score.tolist()
    ([True, True, False, True, True], [5, 0, 0, 5, 0])
    """
    seen = np.atleast_1d(arguments.counts(found, name="found"))
    number = arguments.counts(accept, name="accept", whole=False)
    fault = "an acceptance number is never so large"
    arguments.refuse_where(number > arguments.LARGEST_COUNT, name="accept", fault=fault, values=number)
    fraction = np.isclose(number[..., None], list(FRACTIONS), rtol=1e-9, atol=0)
    wrong = ~fraction.any(axis=-1) & (number != np.floor(number))
    arguments.refuse_where(wrong, name="accept", fault="1/5, 1/3, 1/2 or a whole number is needed", values=number)
    step = np.where(fraction.any(axis=-1), fraction @ np.array(list(FRACTIONS.values())), WHOLE * (number >= 1))
    seen, number = arguments.fitting(found=seen, accept=number)
    step = np.broadcast_to(step, seen.shape)
    score = np.zeros(seen.shape[:-1], np.int64)
    applied, scores = np.empty(seen.shape, np.int64), np.empty(seen.shape, np.int64)
    for lot in range(seen.shape[-1]):
        ac = number[..., lot]
        score = score + step[..., lot].astype(np.int64)
        applied[..., lot] = np.where(ac == np.floor(ac), ac, score >= ENOUGH)
        score = np.where(seen[..., lot] > 0, 0, score)
        scores[..., lot] = score
    return ScoredLots(arguments.sealed(seen <= applied), arguments.sealed(applied), arguments.sealed(scores))


def fractional_oc(n: ArrayLike, accept: ArrayLike, p: ArrayLike, *, model: str = "binomial") -> NDArray:
    """Share of lots accepted in the long run when the same plan with a fractional number is used all along.

    Parameters
    ----------
    n, accept : array_like
        Sample size and acceptance number (1/5, 1/3, 1/2); broadcast with `p`.
    p : array_like
        Share nonconforming, or nonconformities per unit for the Poisson model.
    model : str
        "binomial" or "poisson".

    Examples
    --------
    >>> fractional_oc(80, [1 / 3, 1 / 2], 0.005).round(4)
    array([0.7904, 0.8499])
    """
    arguments.choice(model, name="model", among=("binomial", "poisson"))
    size, ac = arguments.counts(n, name="n"), arguments.real(accept, name="accept")
    known = np.isclose(ac[..., None], list(FRACTIONS), rtol=1e-9, atol=0).any(axis=-1)
    arguments.refuse_where(
        np.logical_not(known), name="accept", fault="1/5, 1/3 or 1/2 is needed; else see oc_curve", values=ac
    )
    size, ac, quality = arguments.fitting(n=size, accept=ac, p=arguments.counts(p, name="p", whole=False))
    if model == "binomial":
        arguments.probability(quality, name="p")
        none, one = stats.binom.pmf(0, size, quality), stats.binom.pmf(1, size, quality)
    else:
        mean = size * quality
        none, one = np.exp(-mean), mean * np.exp(-mean)
    clean_before = np.rint(1 / ac) - 1
    return np.asarray(none + one * none**clean_before)
