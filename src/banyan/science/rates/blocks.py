"""Small counts hidden by lines and blocks: cheap, and safe for tables that share their margins."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments

Mask = NDArray[np.bool_]


def hide_line(counts: ArrayLike, *, threshold: float) -> Mask:
    """Return which counts of one line to hide, so that its total gives none of the small ones away.

    Parameters
    ----------
    counts : array_like of one dimension
        Whole counts without their total, which readers know.
    threshold : float
        Counts below it (and above 0) are small.

    Returns
    -------
    ndarray of bool

    Notes
    -----
    The smallest of the others are hidden with the small ones until the sum of the hidden ones, less one for each
    other hidden count, reaches the threshold: a reader who knows the total and that each is at least 1 cannot tell
    that any of them is small. Where even all together do not reach it, all are hidden.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, Wiley, ch. 4.

    Examples
    --------
    >>> hide_line([40, 1, 2, 30, 7], threshold=5).tolist()
    [False, True, True, False, True]
    """
    n, threshold = _taken(counts, threshold)
    hidden = (n > 0) & (n < threshold)
    if not hidden.any():
        return hidden
    for place in np.argsort(n, kind="stable"):
        if hidden.sum() >= 2 and n[hidden].sum() - (hidden.sum() - 1) >= threshold:
            break
        if n[place] > 0:
            hidden[place] = True
    return hidden


def hide_growth(counts: ArrayLike, *, before: ArrayLike, shown: ArrayLike, threshold: float) -> Mask:
    """Return which counts of one line to hide when it is published again after more records came.

    Parameters
    ----------
    counts : array_like of one dimension
        Whole counts without their total, which readers know, then as now.
    before : array_like of one dimension, or an ndarray of two with a row for each earlier publication
        What they were, hidden or not, when anything of them, if only the total, was published.
    shown : array_like of one dimension
        What the last publication that showed each count said; NaN where none did.
    threshold : float
        Counts and growths below it (and above 0) are small.

    Returns
    -------
    ndarray of bool
        All of them where so little came that each shown count would tell it: then do not publish the line again.

    Notes
    -----
    What a count tells anew is its growth since it was last shown, or all of it where it never was; what the total
    tells anew is the growth since each earlier publication. Both are hidden as `hide_line` hides counts: of two
    publications readers learn no growth below the threshold, and no small count that the first one hid, since only
    what is new can cover another. It supposes that counts do not fall; a correction downwards counts as much as one
    upwards. The total's own growth is not hidden.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, Wiley, ch. 4 (differencing).

    Examples
    --------
    >>> hide_growth([42, 30, 61], before=[40, 30, 50], shown=[40, 30, 50], threshold=5).tolist()
    [True, False, True]
    >>> hide_growth([42, 30, 50], before=[40, 30, 50], shown=[40, 30, 50], threshold=5).tolist()
    [True, True, True]
    """
    n, threshold = _taken(counts, threshold)
    hidden = (n > 0) & (n < threshold)
    rows = list(before) if isinstance(before, np.ndarray) and before.ndim == 2 else [before]
    earlier = [arguments.counts(one, name="before", whole=False) for one in rows]
    shown = arguments.real(shown, name="shown", ndim=1, finite=False)
    arguments.refuse_where(
        (shown < 0) | np.isinf(shown), name="shown", fault="needs counts, or NaN where none was shown", values=shown
    )
    arguments.same_length(len(n), before=earlier[0], shown=shown)
    for known in (*earlier, shown):
        growth = np.where(np.isnan(known), n, np.abs(n - known))
        told = hide_line(growth, threshold=threshold)
        if told.any() and growth[told].sum() - (told.sum() - 1) < threshold:
            return np.ones(n.shape, dtype=bool)
        hidden |= told
    return hidden


def closes_circle(tables: Iterable[Iterable[str]], *, more: Iterable[str]) -> bool:
    """Tell whether one more table joins dimensions that others join already by another way.

    Parameters
    ----------
    tables : iterable of iterables of str
        The dimensions of each table that is published.
    more : iterable of str
        Those of the further one.

    Returns
    -------
    bool

    Notes
    -----
    Blocks keep small counts from readers who know tables that hang together like a tree. Three that close a circle,
    a × b, b × c and a × c, bound the cells of a × b × c more closely than any two, and nobody has bounds for it that
    are cheap (Dobra, Fienberg 2000); a table is not published beside two that close one with it.

    Examples
    --------
    >>> closes_circle([("a", "b"), ("b", "c")], more=("a", "c"))
    True
    >>> closes_circle([("a", "b"), ("b", "c")], more=("c", "d"))
    False
    """
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while joined.setdefault(name, name) != name:
            name = joined[name]
        return name

    asked = _names(more, "more")
    for names in {_names(one, "tables") for one in tables} - {asked}:
        first, *others = sorted(names) or [""]
        for other in others:
            joined[root(other)] = root(first)
    roots = [root(name) for name in sorted(asked)]
    return len(set(roots)) < len(roots)


def _names(names: Iterable[str], argument: str) -> frozenset[str]:
    found = list(names)
    for place, name in enumerate(found):
        if not isinstance(name, str):
            raise ValueError(f"{argument} holds [{place}] {name!r}: the name of a dimension is needed")
    return frozenset(found)


def hide_block(counts: ArrayLike, *, threshold: float, also: ArrayLike | None = None) -> Mask:
    """Return which cells of a table of two dimensions to hide, given that its margins are shown by `hide_line`.

    Parameters
    ----------
    counts : array_like of two dimensions
        Whole counts without totals. The totals of rows and columns are published as `hide_line` lets them.
    threshold : float
        Counts below it (and above 0) are small.
    also : array_like of bool of the same shape, optional
        Cells that are hidden for other reasons, of which readers must not learn more than within so many.

    Returns
    -------
    ndarray of bool
        The hidden cells: every cell in which one of the chosen rows meets one of the chosen columns, zeros too. Do
        not show which of them are zero.

    Notes
    -----
    Rows and columns with a small cell, or with a hidden total, make the block. Within a block that is hidden whole
    readers know the sums of its rows and columns, so a cell lies between max(0, row + column - all) and
    min(row, column) and nowhere closer (Fréchet's bounds, which are sharp). Rows or columns are added until these
    bounds reach from 0 to the threshold for every small cell. A sum that is hidden itself bounds only together with
    the other hidden ones.

    Tables that share one margin, county × product and county × industry, add nothing to each other: whatever the
    hidden totals of the shared margin are, each block can be filled accordingly. Three tables that close a circle
    (a × b, b × c, a × c) are not covered: see `closes_circle`.

    The cost is that of sums over the table for each row or column added: a hundred thousand cells take well under
    a second. More is hidden than `suppress` hides, which solves two linear programmes for each small cell.

    References
    ----------
    Dobra, Fienberg (2000), Bounds for cell entries in contingency tables given marginal totals and decomposable
    graphs, PNAS 97, 11885-11892.

    Examples
    --------
    >>> hide_block([[20, 30, 2], [25, 40, 35], [15, 18, 9]], threshold=5).astype(int).tolist()
    [[0, 1, 1], [0, 1, 1], [0, 1, 1]]
    """
    n, threshold = _taken(counts, threshold)
    if n.ndim != 2:
        raise ValueError(f"counts has {n.ndim} dimensions; a table of two is needed")
    shut = [hide_line(n.sum(axis=1 - axis), threshold=threshold) for axis in (0, 1)]
    small = (n > 0) & (n < threshold)
    kept = np.zeros(n.shape, dtype=bool) if also is None else np.asarray(also, dtype=bool)
    if kept.shape != n.shape:
        raise ValueError(f"also has shape {kept.shape}, counts {n.shape}: the same is needed")
    rows = shut[0] | (small | kept).any(axis=1) | (n[:, shut[1]] > 0).any(axis=1)
    columns = shut[1] | (small | kept).any(axis=0) | (n[shut[0]] > 0).any(axis=0)
    while rows.any() and (bad := _given_away(n, rows, columns, shut, (small, kept), threshold)) is not None:
        axis = _wider(n, rows, columns, bad)
        if axis is None:
            rows[:], columns[:] = True, True
            break
    return np.outer(rows, columns)


def hide_cells(counts: ArrayLike, cells: Sequence[tuple[Hashable, ...]], *, threshold: float) -> Mask:
    """Return which cells of a breakdown to hide, one line of counts with the place of each in its dimensions.

    Parameters
    ----------
    counts : array_like of one dimension
        Whole counts without totals, which are published as `hide_line` lets them.
    cells : sequence of tuple
        Where each count stands: its group in every dimension. Cells that are not named count 0.
    threshold : float
        Counts below it (and above 0) are small.

    Returns
    -------
    ndarray of bool
        Of one dimension as `hide_line` hides, of two as `hide_block`; of more all, if any is small.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, Wiley, ch. 4.

    Examples
    --------
    >>> hide_cells([40, 1, 30], [("a",), ("b",), ("c",)], threshold=5).tolist()
    [False, True, True]
    >>> cells = [(row, column) for row in "abc" for column in "xyz"]
    >>> hide_cells([20, 30, 2, 25, 40, 35, 15, 18, 9], cells, threshold=5).astype(int).tolist()
    [0, 1, 1, 0, 1, 1, 0, 1, 1]
    """
    n = arguments.counts(counts, name="counts", whole=False)
    threshold = arguments.number(threshold, name="threshold", needs="a count of at least 0", least=0.0)
    if len(n) != len(cells):
        raise ValueError(f"cells has {len(cells)} places for {len(n)} counts: one for each is needed")
    for place, cell in enumerate(cells):
        if not isinstance(cell, tuple) or len(cell) != len(cells[0]):
            raise ValueError(f"cells holds [{place}] {cell!r}: a tuple with a group in each dimension is needed")
    if not len(n):
        return np.zeros(0, dtype=bool)
    if len(cells[0]) < 2:
        return hide_line(n, threshold=threshold)
    if len(cells[0]) > 2:
        return np.full(len(n), bool(((n > 0) & (n < threshold)).any()))
    places = [{group: at for at, group in enumerate(dict.fromkeys(line))} for line in zip(*cells, strict=True)]
    at = tuple(np.array([place[cell[axis]] for cell in cells]) for axis, place in enumerate(places))
    table = np.zeros([len(one) for one in places])
    table[at] = n
    return hide_block(table, threshold=threshold)[at]


def _taken(counts: ArrayLike, threshold: float) -> tuple[NDArray, float]:
    n = arguments.counts(counts, name="counts", whole=False)
    arguments.some(counts=n)
    return n, arguments.number(threshold, name="threshold", needs="a count of at least 0", least=0.0)


def _given_away(
    n: NDArray, rows: Mask, columns: Mask, shut: list[Mask], secret: tuple[Mask, Mask], threshold: float
) -> tuple[int, int, bool] | None:  # fmt: skip
    """The first cell that the sums of its block bound too closely: its place, and whether by its column.

    Of `secret` cells the first are small, so they may be bounded from no side; the others only not from both.
    """
    block = n[np.ix_(rows, columns)]
    across, down, every = block.sum(axis=1), block.sum(axis=0), block.sum()
    row_shut, column_shut = shut[0][rows], shut[1][columns]
    most_across = np.where(row_shut, across[row_shut].sum(), across)
    most_down = np.where(column_shut, down[column_shut].sum(), down)
    low = np.maximum(0, across[:, None] + down[None, :] - every)
    low[row_shut], low[:, column_shut] = 0, 0
    high = np.minimum(most_across[:, None], most_down[None, :])
    small, kept = (one[np.ix_(rows, columns)] for one in secret)
    bad = (small & ((low > 0) | (high < threshold))) | (kept & (high - low < threshold))
    if not bad.any():
        return None
    row, column = (int(place) for place in np.argwhere(bad)[0])
    by_column = bool(most_down[column] < threshold or low[row, column] > 0)
    return int(np.flatnonzero(rows)[row]), int(np.flatnonzero(columns)[column]), by_column


def _wider(n: NDArray, rows: Mask, columns: Mask, bad: tuple[int, int, bool]) -> int | None:
    """Add the row that adds most to a column's sum, or the column that adds most to a row's; None where none does."""
    row, column, by_column = bad
    for axis, chosen, gain in (
        (0, rows, np.where(rows, -1, n[:, column])), (1, columns, np.where(columns, -1, n[row]))
    )[:: 1 if by_column else -1]:  # fmt: skip
        place = int(np.argmax(gain))
        if gain[place] > 0:
            chosen[place] = True
            return axis
    return None
