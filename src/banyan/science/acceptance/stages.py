"""Double and multiple sampling plans of GB/T 2828.1 / ISO 2859-1 that go with a single plan, one lot or many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.acceptance import tables
from banyan.science.acceptance.plans import single_plan

STANDARDS = ("GB/T 2828.1-2012", "MIL-STD-105E")
NONE_HERE = "the standard has no such plan here and refers to the single plan"


@dataclass(frozen=True)
class StagePlan:
    """Several samples in turn; numbers found are added up over the samples.

    Attributes
    ----------
    n : tuple of int
        Size of each sample.
    accept, reject : tuple of int
        After each sample: accept at `accept` or fewer in all (-1: not yet possible), do not accept at
        `reject` or more, else draw the next sample.
    code_letter : str
    severity : str
    note : str
        Why the plan is not the one asked for (the standard's asterisk), or which table it is from.
    confidence : str
        "verified" (equal to an independent transcription), "recalled" (from memory of the printed table; it follows
        the operating characteristic of its single plan) or "reconstructed" (some numbers of the printed table were
        not at hand, see `note`: read them there before the plan decides about a lot).
    """

    n: tuple[int, ...]
    accept: tuple[int, ...]
    reject: tuple[int, ...]
    code_letter: str
    severity: str
    note: str
    confidence: str = "verified"


@dataclass(frozen=True, eq=False)
class StagePlans:
    """Plans of several samples for many lots; `plans[index]` is the `StagePlan` of one of them.

    Attributes
    ----------
    n, accept, reject : ndarray of int, shape (..., samples)
        As in `StagePlan`; where a plan ends earlier the later samples have n 0 and repeat the last numbers.
    code_letter, note, confidence : ndarray of str, shape (...)
    severity : str
    """

    n: NDArray
    accept: NDArray
    reject: NDArray
    code_letter: NDArray
    severity: str
    note: NDArray
    confidence: NDArray

    def __getitem__(self, index: int | tuple[int, ...]) -> StagePlan:
        """Return the plan of one lot."""
        drawn = int(np.count_nonzero(self.n[index]))
        n, accept, reject = (tuple(part[index][:drawn].tolist()) for part in (self.n, self.accept, self.reject))
        words = (str(part[index]) for part in (self.code_letter, self.note, self.confidence))
        letter, note, confidence = words
        return StagePlan(n, accept, reject, letter, self.severity, note, confidence)


def double_plan(
    lot_size: ArrayLike,
    *,
    level: str = "II",
    aql: ArrayLike,
    severity: str = "normal",
    standard: str = "GB/T 2828.1-2012",
) -> StagePlan | StagePlans:
    """Double sampling plan that goes with the single plan of each lot.

    Where the standard has none (acceptance number 0, the smallest code letters) it refers to the single
    plan, which is returned as one sample with a note. The arguments are those of `single_plan`; `standard`
    may be "MIL-STD-105E" for its normal and tightened plans.

    Returns
    -------
    StagePlan or StagePlans
        The second where lot size or AQL hold several.

    Examples
    --------
    >>> plan = double_plan(1000, aql=1.0)
    >>> plan.n, plan.accept, plan.reject
    ((50, 50), (0, 3), (3, 4))
    >>> double_plan([1000, 5000], aql=1.0).accept
    array([[0, 3],
           [2, 6]])
    """
    return _stages("double", 1, 0.7, lot_size, level, aql, severity, standard)


def multiple_plan(
    lot_size: ArrayLike,
    *,
    level: str = "II",
    aql: ArrayLike,
    severity: str = "normal",
    standard: str = "GB/T 2828.1-2012",
) -> StagePlan | StagePlans:
    """Multiple sampling plan that goes with the single plan: five samples (seven in MIL-STD-105E).

    The arguments and shapes are those of `double_plan`. Look at `.confidence`: for the acceptance numbers 6, 8,
    12, 18, 27, 30, 41 and 44 not every number of the printed table was at hand.

    Examples
    --------
    >>> plan = multiple_plan(1000, aql=2.5)
    >>> plan.n, plan.accept, plan.reject
    ((20, 20, 20, 20, 20), (-1, 1, 2, 4, 6), (4, 5, 6, 7, 7))
    >>> multiple_plan(1000, aql=2.5, severity="tightened").confidence
    'recalled'
    >>> multiple_plan(1000, aql=6.5, severity="tightened").confidence
    'reconstructed'
    """
    return _stages("multiple", 3, 0.3, lot_size, level, aql, severity, standard)


def _stages(
    kind: str,
    back: int,
    largest_share: float,
    lot_size: ArrayLike,
    level: str,
    aql: ArrayLike,
    severity: str,
    standard: str,
) -> StagePlan | StagePlans:
    """The plans whose samples have the size of the code letter `back` places before."""
    arguments.choice(standard, name="standard", among=STANDARDS)
    if standard == "MIL-STD-105E" and severity == "reduced":
        raise ValueError(
            "reduced plans of MIL-STD-105E have a gap between acceptance and rejection and are not held here; "
            'use standard="GB/T 2828.1-2012"'
        )
    single = single_plan(lot_size, level=level, aql=aql, severity=severity)
    letters, accepts = np.asarray(single.code_letter), np.asarray(single.accept)
    place = np.searchsorted(list(tables.LETTERS), letters)
    sizes = tables.sizes(severity)[np.maximum(place - back, 0)]
    none = (accepts == 0) | (place < back) | (sizes > largest_share * np.asarray(single.table_n))
    none |= np.asarray(single.inspect_all)
    shape = accepts.shape
    plans = np.empty(shape, object)
    for index in np.ndindex(shape):
        n, accept = int(np.asarray(single.n)[index]), int(accepts[index])
        letter = str(letters[index])
        if none[index]:
            plans[index] = StagePlan((n,), (accept,), (accept + 1,), letter, severity, NONE_HERE)
        else:
            plans[index] = _matched(kind, standard, int(sizes[index]), n, accept, letter, severity)
    return _together(plans, severity) if shape else plans.item()


def _matched(kind: str, standard: str, size: int, n: int, accept: int, letter: str, severity: str) -> StagePlan:
    """The plan of a table for one acceptance number."""
    held, confidence = tables.stages(kind, standard, accept)
    note = f"{standard}, matched with the single plan n {n}, Ac {accept}"
    if confidence == "reconstructed":
        note += "; not every number of the printed table was at hand: read it there before using the plan"
    accepts, rejects = zip(*held, strict=True)
    return StagePlan((size,) * len(held), accepts, rejects, letter, severity, note, confidence)


def _together(plans: NDArray, severity: str) -> StagePlans:
    """Many plans as arrays, shorter ones filled with samples of 0 units."""
    listed: list[StagePlan] = plans.ravel().tolist()
    most = max((len(plan.n) for plan in listed), default=1)
    n, accept, reject = (np.zeros((*plans.shape, most), np.int64) for _ in range(3))
    for index, plan in zip(np.ndindex(plans.shape), listed, strict=True):
        drawn = len(plan.n)
        n[index][:drawn], accept[index][:drawn], reject[index][:drawn] = plan.n, plan.accept, plan.reject
        accept[index][drawn:], reject[index][drawn:] = plan.accept[-1], plan.reject[-1]
    words = [
        np.array([getattr(plan, name) for plan in listed], dtype=str).reshape(plans.shape)
        for name in ("code_letter", "note", "confidence")
    ]
    n, accept, reject, letter, note, confidence = map(arguments.sealed, (n, accept, reject, *words))
    return StagePlans(n, accept, reject, letter, severity, note, confidence)
