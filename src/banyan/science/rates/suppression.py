"""Small counts hidden in a published table, with enough others that none can be worked out from the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

if TYPE_CHECKING:  # scipy's solvers are heavy: loaded where they are used, so that every command starts quickly
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, eq=False)
class Suppression:
    """Which cells of a table with its totals are hidden.

    Each axis is one longer than the counts: its last place holds the total over that axis.

    Attributes
    ----------
    table : ndarray
        Counts with their totals; NaN where hidden.
    hidden : ndarray of bool
        All cells not to be published.
    primary : ndarray of bool
        Those hidden because they are small. Never publish which they are.
    low, high : ndarray
        What a reader who knows that counts are not negative can work out at most: each cell lies in
        low..high (equal where published).
    threshold : int
        Counts from 1 up to one less are small.
    warnings : tuple of str
    """

    table: Floats
    hidden: NDArray[np.bool_]
    primary: NDArray[np.bool_]
    low: Floats
    high: Floats
    threshold: int
    warnings: tuple[str, ...]


def suppress(counts: ArrayLike, *, threshold: int, hide_zero: bool = False) -> Suppression:
    """Return which cells to hide so that no small count can be worked out from the table and its totals.

    One table a call: each is a series of linear programmes of its own, which share nothing with another table's.

    Parameters
    ----------
    counts : array_like of 1 to 3 dimensions
        Whole counts without totals, for example county × industry.
    threshold : int
        Counts below it (and above 0) are hidden, totals included.
    hide_zero : bool
        Whether a count of 0 is small too.

    Returns
    -------
    Suppression

    Notes
    -----
    For every small count, a reader's range reaches from 0 to at least the threshold. One linear programme
    per small count and direction finds the cheapest change of other cells that nobody could see from
    outside, and hides the cells that it needs. The set is safe; it need not be the smallest.

    Hide the same cells in every table with the same margins (tested, passed, failed, rates), else one
    gives away the other.

    References
    ----------
    Fischetti, Salazar (2000), Models and algorithms for optimizing cell suppression in tabular data with
    linear constraints, JASA 95, 916-928.

    Examples
    --------
    >>> s = suppress([[20, 30, 2], [25, 40, 35], [15, 18, 9]], threshold=5)
    >>> s.hidden.astype(int).tolist()
    [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    """
    inner = arguments.counts(counts, name="counts")
    if not 1 <= inner.ndim <= 3 or not inner.size:
        raise ValueError(f"counts has shape {inner.shape}: a table of 1 to 3 dimensions is needed")
    needs = "a whole number from 2 to a billion"
    threshold = arguments.whole(threshold, name="threshold", needs=needs, least=2, most=1e9)
    fault = "so large a count cannot be told from its neighbours"
    arguments.refuse_where(inner > 1e12, name="counts", fault=fault, values=inner)
    table = with_totals(inner)
    primary = (table < threshold) & ((table > 0) | hide_zero)
    constraints = _sums(table.shape)
    value = table.ravel()
    hidden = primary.ravel().copy()
    # Totals are worth more to readers than cells, and each cell costs more than a sum of small ones.
    cost = (1 + np.sqrt(value)) * _worth(table.shape)
    for cell in np.argsort(value, kind="stable")[: 0 if not primary.any() else None]:
        if primary.flat[cell]:
            _protect(int(cell), hidden, value, constraints, cost, threshold)
    low, high = value.copy(), value.copy()
    for cell in np.flatnonzero(hidden):
        low[cell], high[cell] = _range(int(cell), hidden, value, constraints)
    shown = np.where(hidden, np.nan, value).reshape(table.shape)
    return Suppression(
        table=arguments.sealed(shown),
        hidden=arguments.sealed(hidden.reshape(table.shape)),
        primary=arguments.sealed(primary),
        low=arguments.sealed(low.reshape(table.shape)),
        high=arguments.sealed(high.reshape(table.shape)),
        threshold=int(threshold),
        warnings=_warnings(hidden, primary),
    )


def with_totals(counts: ArrayLike) -> Floats:
    """Return the table with the totals over each axis appended to it.

    Examples
    --------
    >>> with_totals([[1, 2], [3, 4]]).tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    table = arguments.counts(counts, name="counts", whole=False)
    arguments.some(counts=table)
    for axis in range(table.ndim):
        table = np.concatenate((table, table.sum(axis=axis, keepdims=True)), axis=axis)
    return table


def _warnings(hidden: NDArray, primary: NDArray) -> tuple[str, ...]:
    if hidden[-1]:
        return ("the grand total had to be hidden too: the table is too small to hide its small counts",)
    return ()


def _worth(shape: tuple[int, ...]) -> Floats:
    """Return a factor per cell: a total over one axis is worth the cells it adds up."""
    worth = np.ones(shape)
    for axis, length in enumerate(shape):
        last: list[slice | int] = [slice(None)] * len(shape)
        last[axis] = -1
        worth[tuple(last)] *= length
    return worth.ravel()


def _sums(shape: tuple[int, ...]) -> csr_array:
    """Return the matrix A with A @ cells = 0: along every line the cells less their total."""
    from scipy.sparse import csr_array

    place = np.arange(int(np.prod(shape))).reshape(shape)
    rows, columns, signs, row = [], [], [], 0
    for axis, length in enumerate(shape):
        lines = np.moveaxis(place, axis, -1).reshape(-1, length)
        rows.append(np.repeat(np.arange(row, row + len(lines)), length))
        columns.append(lines.ravel())
        signs.append(np.tile(np.append(np.ones(length - 1), -1.0), len(lines)))
        row += len(lines)
    data = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(data, shape=(row, place.size))


def _protect(cell: int, hidden: NDArray, value: Floats, constraints: csr_array, cost: Floats, threshold: int) -> None:
    """Hide what is needed so that the cell could as well be 0, and as well be the threshold."""
    from scipy.optimize import linprog

    for change in (threshold - value[cell], -value[cell]):
        if change == 0:
            continue
        price = np.where(hidden, 0.0, cost)
        # Every cell's change is up - down; published cells pay for moving, hidden ones move freely.
        both = np.concatenate((price, price))
        upper = np.concatenate((np.full(len(value), np.inf), value))
        bounds = np.column_stack((np.zeros(2 * len(value)), upper))
        up, down = max(change, 0.0), max(-change, 0.0)
        bounds[cell], bounds[len(value) + cell] = (up, up), (down, down)
        found = linprog(
            both,
            A_eq=_beside(constraints),
            b_eq=np.zeros(constraints.shape[0]),
            bounds=bounds,
            method="highs",
        )
        if found.status != 0:
            raise ArithmeticError(f"no protection was found for cell {cell}: {found.message}")
        moved = np.abs(found.x[: len(value)] - found.x[len(value) :]) > 1e-7
        hidden |= moved


def _beside(constraints: csr_array) -> csr_array:
    from scipy.sparse import csr_array

    rows, columns = constraints.shape
    coo = constraints.tocoo()
    row, column = coo.coords
    data = np.concatenate((coo.data, -coo.data))
    place = (np.concatenate((row, row)), np.concatenate((column, column + columns)))
    return csr_array((data, place), shape=(rows, 2 * columns))


def _range(cell: int, hidden: NDArray, value: Floats, constraints: csr_array) -> tuple[float, float]:
    """Return the smallest and largest value the hidden cell can have for a reader of the table."""
    from scipy.optimize import linprog

    known = constraints @ np.where(hidden, 0.0, value)
    free = np.flatnonzero(hidden)
    lines = constraints[:, free]
    objective = (free == cell).astype(np.float64)
    ends = []
    for sign in (1, -1):
        found = linprog(sign * objective, A_eq=lines, b_eq=-known, bounds=(0, None), method="highs")
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return float(ends[0]), float(ends[1])
