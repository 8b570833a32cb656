"""Edges of one direction as compressed sparse rows, and the blocks that a growing graph is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array

HYPERSPARSE = 8  # below one edge per so many lots, only the lots that have edges are listed


@dataclass(frozen=True)
class Arrows:
    """The edges that leave each lot (or, reversed, enter it): lot i has `to[start[i]:start[i + 1]]`.

    `rows` is None when every lot has a row; otherwise it lists, ascending, the lots that have one.
    `edge` is the place of each entry among the edges as given. `start` holds indices in numpy's own width, since
    converting them on every level would take a fifth of a small closure's time.
    """

    start: np.ndarray
    to: np.ndarray
    edge: np.ndarray
    rows: np.ndarray | None

    @classmethod
    def of(cls, source: np.ndarray, target: np.ndarray, nodes: int) -> Arrows:
        """Sort the edges by source, keeping the given order within each lot."""
        if source.size * HYPERSPARSE >= nodes:
            table = coo_array((np.arange(source.size, dtype=np.int32), (source, target)), shape=(nodes, nodes))
            table.has_canonical_format = True  # parallel edges stay apart: two deliveries are not one
            table = table.tocsr()
            return cls(table.indptr.astype(np.int64), table.indices, table.data, None)
        order = np.argsort(source, kind="stable").astype(np.int32)
        rows, first = np.unique(source[order], return_index=True)
        start = np.append(first, source.size).astype(np.int64)
        return cls(start, target[order], order, rows.astype(np.int64))

    def spans(self, lots: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """First entry and number of entries of each lot; the third item says which of `lots` have a row."""
        if self.rows is not None:
            place = np.searchsorted(self.rows, lots)
            place[place == self.rows.size] = 0
            with_row = np.flatnonzero(self.rows[place] == lots)
            place = place[with_row]
            first = self.start[place]
            return first, self.start[place + 1] - first, with_row
        known = None
        if lots.size and lots.max() >= self.start.size - 1:  # lots that came after this block was built
            known = np.flatnonzero(lots < self.start.size - 1)
            lots = lots[known]
        first = self.start[lots]
        return first, self.start[lots + 1] - first, known

    def entries(self, lots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions of all entries of these lots, and for each the place of its lot among `lots`."""
        first, count, known = self.spans(lots)
        position = spread(first, count)
        owner = np.arange(lots.size) if known is None else known
        return position, owner.repeat(count)


COUNTING = np.arange(1 << 16)


def counting(size: int) -> np.ndarray:
    """0 .. size - 1; short ones are not made anew, for the sake of small closures."""
    return COUNTING[:size] if size <= COUNTING.size else np.arange(size)


def distinct(values: np.ndarray) -> np.ndarray:
    """The different values, ascending; on large arrays far quicker than the hashing of `numpy.unique`."""
    values = np.sort(values)
    return values[np.append(True, values[1:] != values[:-1])] if values.size else values


def spread(first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The integers first[i] .. first[i] + count[i] - 1, for all i, one after the other."""
    if not count.size:
        return np.empty(0, dtype=np.int64)
    last = np.add.accumulate(count)
    if not last[-1]:
        return np.empty(0, dtype=np.int64)
    offset = first + count
    offset -= last
    position = offset.repeat(count)
    position += counting(position.size)
    return position


@dataclass(frozen=True)
class Block:
    """Edges that were appended together, both ways round; `at` and `quantity` in the order given."""

    forward: Arrows
    backward: Arrows
    at: np.ndarray | None
    quantity: np.ndarray | None
    nodes: int
    offset: int  # number of edges in the blocks before

    @classmethod
    def of(
        cls,
        source: np.ndarray,
        target: np.ndarray,
        at: np.ndarray | None,
        quantity: np.ndarray | None,
        *,
        nodes: int,
        offset: int,
    ) -> Block:
        """Build both directions."""
        return cls(Arrows.of(source, target, nodes), Arrows.of(target, source, nodes), at, quantity, nodes, offset)

    @property
    def size(self) -> int:
        """Number of edges."""
        return self.forward.to.size

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Source and target of every edge, in the order given."""
        arrows = self.forward
        rows = np.arange(self.nodes, dtype=np.int32) if arrows.rows is None else arrows.rows.astype(np.int32)
        source = np.empty(self.size, dtype=np.int32)
        target = np.empty(self.size, dtype=np.int32)
        source[arrows.edge] = rows.repeat(np.diff(arrows.start))
        target[arrows.edge] = arrows.to
        return source, target

    def merged(self, later: Block, *, nodes: int) -> Block:
        """This block and the next as one."""
        source, target = (np.concatenate(pair) for pair in zip(self.ends(), later.ends(), strict=True))
        at = None if self.at is None else np.concatenate([self.at, later.at])
        quantity = None if self.quantity is None else np.concatenate([self.quantity, later.quantity])
        return Block.of(source, target, at, quantity, nodes=nodes, offset=self.offset)


@dataclass(frozen=True)
class Edges:
    """A selection of edges, in no particular order; `edge` numbers them as they were given."""

    source: np.ndarray
    target: np.ndarray
    edge: np.ndarray
    at: np.ndarray | None
    quantity: np.ndarray | None

    def take(self, chosen: np.ndarray) -> Edges:
        """The edges at these places (or where this mask is true)."""
        return Edges(
            self.source[chosen],
            self.target[chosen],
            self.edge[chosen],
            None if self.at is None else self.at[chosen],
            None if self.quantity is None else self.quantity[chosen],
        )


def edges_at(blocks: tuple[Block, ...], lots: np.ndarray, *, leaving: bool) -> Edges:
    """All edges that leave (or enter) any of these lots."""
    parts = []
    for block in blocks:
        arrows = block.forward if leaving else block.backward
        position, owner = arrows.entries(lots)
        here, there, edge = lots[owner], arrows.to[position].astype(np.int64), arrows.edge[position]
        source, target = (here, there) if leaving else (there, here)
        at = None if block.at is None else block.at[edge]
        quantity = None if block.quantity is None else block.quantity[edge]
        parts.append((source, target, edge.astype(np.int64) + block.offset, at, quantity))
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return Edges(nothing, nothing, nothing, None, None)
    columns = list(zip(*parts, strict=True))
    whole: list[Any] = [None if column[0] is None else np.concatenate(column) for column in columns]
    return Edges(*whole)
