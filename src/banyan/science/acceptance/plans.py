"""Single, double and multiple sampling plans of GB/T 2828.1 / ISO 2859-1, by lot size, level, AQL and severity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.acceptance import tables

STANDARDS = ("GB/T 2828.1-2012", "MIL-STD-105E")


@dataclass(frozen=True)
class SinglePlan:
    """One sample, or arrays of plans when lot size or AQL are arrays.

    Attributes
    ----------
    n : int or ndarray
        Units to inspect; the whole lot where the table's sample is as large as the lot.
    accept, reject : int or ndarray
        Accept when at most `accept` nonconforming are found, else do not accept.
    code_letter : str or ndarray of str
        Letter of the plan used, after arrows.
    inspect_all : bool or ndarray
        Whether `n` is the whole lot.
    table_n : int or ndarray
        Sample size as printed in the table.
    severity : str
    """

    n: Any  # a number, or an array of them; so below
    accept: Any
    reject: Any
    code_letter: Any
    inspect_all: Any
    table_n: Any
    severity: str


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
    """

    n: tuple[int, ...]
    accept: tuple[int, ...]
    reject: tuple[int, ...]
    code_letter: str
    severity: str
    note: str


def code_letter(lot_size: ArrayLike, *, level: str = "II") -> str | NDArray:
    """Code letter of table 1 for a lot size and an inspection level.

    Parameters
    ----------
    lot_size : int or array_like of int
        Units in the lot, at least 2.
    level : str
        "S-1" .. "S-4", "I", "II" or "III".

    Examples
    --------
    >>> code_letter(1000)
    'J'
    """
    letters = np.array(list(tables.LETTERS))[letter_number(lot_size, level)]
    return str(letters) if letters.ndim == 0 else letters


def single_plan(lot_size: ArrayLike, *, level: str = "II", aql: ArrayLike, severity: str = "normal") -> SinglePlan:
    """Single sampling plan of GB/T 2828.1-2012 (ISO 2859-1:1999), arrows resolved.

    Parameters
    ----------
    lot_size : int or array_like of int
        Units in the lot, at least 2.
    level : str
        Inspection level "S-1" .. "S-4", "I", "II", "III".
    aql : float or array_like of float
        Acceptance quality limit from the preferred series, percent nonconforming (up to 10) or
        nonconformities per 100 units. Broadcast with `lot_size`.
    severity : str
        "normal", "tightened" or "reduced".

    Returns
    -------
    SinglePlan
        `.n .accept .reject .code_letter`; arrays when an argument is an array.

    Raises
    ------
    ValueError
        A lot below 2 units, an AQL outside the series, an unknown level or severity.

    Notes
    -----
    An arrow of the master table leads to another code letter and so to another sample size. Where that
    sample is as large as the lot, the whole lot is inspected. MIL-STD-105E has other reduced plans.

    References
    ----------
    GB/T 2828.1-2012, tables 1 and 2-A to 2-C, clause 10.

    Examples
    --------
    >>> plan = single_plan(500, level="II", aql=1.0)
    >>> plan.n, plan.accept, plan.reject, plan.code_letter
    (50, 1, 2, 'H')
    >>> single_plan([40, 1000], aql=0.25).n
    array([40, 50])
    """
    arguments.choice(severity, name="severity", among=tables.SEVERITIES)
    lots = lot_sizes(lot_size)
    first, column = arguments.fitting(lot_size=letter_number(lots, level), aql=aql_column(aql))
    letters, accepts = tables.resolved(severity)
    letter, accept = letters[first, column], accepts[first, column]
    table_n = tables.sizes(severity)[letter]
    n = np.minimum(table_n, lots)
    letters_reached = np.array(list(tables.LETTERS))[letter]
    held = [np.asarray(each) for each in (n, accept, accept + 1, letters_reached, table_n >= lots, table_n)]
    n, accept, reject, letters_reached, everything, table_n = (
        each.item() if n.ndim == 0 else arguments.sealed(np.array(np.broadcast_to(each, n.shape))) for each in held
    )
    return SinglePlan(n, accept, reject, letters_reached, everything, table_n, severity)


def double_plan(
    lot_size: int,
    *,
    level: str = "II",
    aql: float,
    severity: str = "normal",
    standard: str = "GB/T 2828.1-2012",
) -> StagePlan:
    """Double sampling plan that goes with the single plan of this lot.

    Where the standard has none (acceptance number 0, the smallest code letters) it refers to the single
    plan, which is returned as one sample with a note. The arguments are those of `single_plan`, for one
    lot; `standard` may be "MIL-STD-105E" for its normal and tightened plans.

    Examples
    --------
    >>> plan = double_plan(1000, aql=1.0)
    >>> plan.n, plan.accept, plan.reject
    ((50, 50), (0, 3), (3, 4))
    """
    table: dict[str, tables.Stages] = {"GB/T 2828.1-2012": tables.DOUBLE, "MIL-STD-105E": tables.DOUBLE_105E}
    return _stages(table, 1, 0.7, lot_size, level, aql, severity, standard)


def multiple_plan(
    lot_size: int,
    *,
    level: str = "II",
    aql: float,
    severity: str = "normal",
    standard: str = "GB/T 2828.1-2012",
) -> StagePlan:
    """Multiple sampling plan that goes with the single plan: five samples (seven in MIL-STD-105E).

    The arguments are those of `double_plan`.

    Raises
    ------
    ValueError
        Also where the plan for an acceptance number is not held here; the message says what to use.

    Examples
    --------
    >>> plan = multiple_plan(1000, aql=2.5)
    >>> plan.n, plan.accept, plan.reject
    ((20, 20, 20, 20, 20), (-1, 1, 2, 4, 6), (4, 5, 6, 7, 7))
    """
    table: dict[str, tables.Stages] = {"GB/T 2828.1-2012": tables.MULTIPLE, "MIL-STD-105E": tables.MULTIPLE_105E}
    return _stages(table, 3, 0.3, lot_size, level, aql, severity, standard)


def _stages(
    held: dict[str, tables.Stages],
    back: int,
    largest_share: float,
    lot_size: int,
    level: str,
    aql: float,
    severity: str,
    standard: str,
) -> StagePlan:
    """The plan whose samples have the size of the code letter `back` places before."""
    arguments.choice(standard, name="standard", among=STANDARDS)
    if standard == "MIL-STD-105E" and severity == "reduced":
        raise ValueError(
            "reduced plans of MIL-STD-105E have a gap between acceptance and rejection and are not held here; "
            'use standard="GB/T 2828.1-2012"'
        )
    if np.ndim(lot_size) or np.ndim(aql):
        raise ValueError(
            "lot_size or aql holds several: a plan of several samples is looked up for one lot at a time"
        )
    single = single_plan(lot_size, level=level, aql=aql, severity=severity)
    letter = tables.LETTERS.index(single.code_letter)
    size = int(tables.sizes(severity)[max(letter - back, 0)])
    if single.accept == 0 or letter < back or size > largest_share * single.table_n or single.inspect_all:
        note = "the standard has no such plan here and refers to the single plan"
        return StagePlan((single.n,), (single.accept,), (single.reject,), single.code_letter, severity, note)
    if single.accept not in held[standard]:
        raise ValueError(
            f"the multiple plan for acceptance number {single.accept} of {standard} is not held here; "
            "use double_plan or single_plan, which the standard allows instead"
        )
    rows = held[standard][single.accept]
    accept, reject = zip(*rows, strict=True)
    note = f"{standard}, matched with the single plan n {single.n}, Ac {single.accept}"
    return StagePlan((size,) * len(rows), accept, reject, single.code_letter, severity, note)


def lot_sizes(lot_size: ArrayLike) -> NDArray:
    lots = arguments.counts(lot_size, name="lot_size").astype(np.int64)
    if not lots.size:
        raise ValueError("lot_size is empty: at least one lot is needed")
    arguments.refuse_where(
        lots < 2, name="lot_size", fault="the tables begin at 2 units; inspect a single unit as such", values=lots
    )
    return lots


def letter_number(lot_size: ArrayLike, level: str) -> NDArray:
    """Code letter as a number."""
    arguments.choice(level, name="level", among=tables.LEVELS)
    ends, letters = tables.code_letters()
    return letters[np.searchsorted(ends, lot_sizes(lot_size)), tables.LEVELS.index(level)]


def aql_column(aql: ArrayLike) -> NDArray:
    """Place of each AQL in the preferred series."""
    asked = arguments.real(aql, name="aql")
    series = np.array(tables.AQLS)
    place = np.abs(series - asked[..., None]).argmin(axis=-1)
    wrong = np.abs(series[place] - asked) > 1e-9 * np.abs(asked)
    arguments.refuse_where(
        wrong, name="aql", fault=f"not in the preferred series {', '.join(map(str, tables.AQLS))}", values=asked
    )
    return place
