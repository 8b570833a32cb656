"""Single sampling plans of GB/T 2828.1 / ISO 2859-1, by lot size, level, AQL and severity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.acceptance import tables


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
