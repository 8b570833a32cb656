"""The graph of lots: built from edges, grown by appending, asked forward, backward, between and for shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from banyan.science import arguments
from banyan.science.lineage import checks, mixing, routes
from banyan.science.lineage.arrows import Arrows, Block, distinct
from banyan.science.lineage.checks import Lots, Moment
from banyan.science.lineage.closure import NEVER, Closure, in_time_order, plain


@dataclass(frozen=True, eq=False)
class Graph:
    """Which lot went into which, as compressed sparse rows in both directions.

    Lots are numbered 0 .. n - 1; an edge says that lot `source` (or part of it) went into lot `target`. A
    graph never changes: `append` returns a new one that shares what the old one holds, so an earlier state
    of knowledge can still be asked.

    Where edges have times, tracing keeps their order: what left a lot before the suspect material came is
    out. `in_time_order=False` ignores times.

    Examples
    --------
    Flour 0 went into doughs 1 and 2, dough 1 into bread 3 — but the other half of dough 1 had left for
    bread 4 on day 2, before the flour came on day 3.

    >>> from banyan.science import lineage
    >>> graph = lineage.Graph.from_edges([0, 0, 1, 1], [1, 2, 3, 4], at=[3, 3, 5, 2])
    >>> graph.forward(0).nodes
    array([0, 1, 2, 3])
    >>> graph.forward(0, in_time_order=False).nodes
    array([0, 1, 2, 3, 4])
    >>> graph.backward(3).depth
    array([2, 1, 0])
    """

    blocks: tuple[Block, ...]
    n_nodes: int
    n_edges: int
    time_kind: np.dtype | None
    has_quantity: bool
    _marks: list = field(default_factory=list, repr=False)
    _reaches: list = field(default_factory=list, repr=False)

    @classmethod
    def from_edges(
        cls,
        source: Sequence[int] | np.ndarray,
        target: Sequence[int] | np.ndarray,
        *,
        at: Sequence | np.ndarray | None = None,
        quantity: Sequence[float] | np.ndarray | None = None,
        nodes: int | None = None,
    ) -> Graph:
        """Build a graph from edges.

        Parameters
        ----------
        source, target : array_like of int, shape (edges,)
            Lot that was used, lot that it went into.
        at : array_like of int or datetime64, shape (edges,), optional
            When it went in (any whole-number scale, or dates).
        quantity : array_like of float, shape (edges,), optional
            How much went in; one unit for all edges into a lot.
        nodes : int, optional
            Number of lots; by default one more than the largest number seen.

        Raises
        ------
        ValueError
            Naming the argument, the place and what is wrong with the data.
        """
        return cls((), 0, 0, None, False).append(source, target, at=at, quantity=quantity, nodes=nodes)

    def append(
        self,
        source: Sequence[int] | np.ndarray,
        target: Sequence[int] | np.ndarray,
        *,
        at: Sequence | np.ndarray | None = None,
        quantity: Sequence[float] | np.ndarray | None = None,
        nodes: int | None = None,
    ) -> Graph:
        """The graph with further edges; the arguments are those of `from_edges`.

        Small appends are kept apart and merged when they have grown to half of what lies before, so that
        appending day by day costs a small multiple of building once.
        """
        source, target = checks.lots(source, name="source"), checks.lots(target, name="target")
        if source.size != target.size:
            raise ValueError(f"source has {source.size} lots and target {target.size}; an edge needs both")
        at = checks.times(at, size=source.size)
        quantity = checks.quantities(quantity, size=source.size)
        needed = int(max(source.max(), target.max())) + 1 if source.size else 0
        if nodes is not None:
            nodes = arguments.whole(nodes, name="nodes", needs="a number of lots", least=0, most=checks.LARGEST)
            if nodes < max(needed, self.n_nodes):
                raise ValueError(f"nodes is {nodes}, but lot {max(needed, self.n_nodes) - 1} is there already")
        self._same_columns(at, quantity)
        total = max(nodes or 0, needed, self.n_nodes)
        if not source.size:
            return self if total == self.n_nodes else self._with(self.blocks, total)
        block = Block.of(
            source.astype(np.int32, copy=False),
            target.astype(np.int32, copy=False),
            None if at is None else at.view(np.int64),
            quantity,
            nodes=total,
            offset=self.n_edges,
        )
        blocks = [*self.blocks, block]
        while len(blocks) > 1 and blocks[-1].size * 2 >= blocks[-2].size:
            later = blocks.pop()
            blocks[-1] = blocks[-1].merged(later, nodes=total)
        columns = {"time_kind": None if at is None else at.dtype, "has_quantity": quantity is not None}
        return self._with(tuple(blocks), total, **columns)

    def _same_columns(self, at: np.ndarray | None, quantity: np.ndarray | None) -> None:
        """Refuse an append whose columns do not match those of the edges already there."""
        if not self.n_edges:
            return
        if (at is None) != (self.time_kind is None) or (at is not None and at.dtype != self.time_kind):
            raise ValueError(
                f"at is {None if at is None else at.dtype}, but the edges already there have {self.time_kind}"
            )
        if (quantity is None) == self.has_quantity:
            raise ValueError("quantity must be given for all edges or for none; the edges already there differ")

    def _with(self, blocks: tuple[Block, ...], nodes: int, **columns: Any) -> Graph:
        edges = blocks[-1].offset + blocks[-1].size if blocks else 0
        return replace(self, blocks=blocks, n_nodes=nodes, n_edges=edges, _marks=[], _reaches=[], **columns)

    def forward(
        self,
        node: Lots,
        *,
        since: Moment = None,
        until: Moment = None,
        steps: int | None = None,
        in_time_order: bool | None = None,
    ) -> Closure:
        """Every lot that the given lot or lots went into, directly or through others.

        Parameters
        ----------
        node : int or array_like of int
            Lot or lots to start from; they are part of the answer.
        since, until : int or datetime64, optional
            Only edges in this span, both ends included; `since` is the day from which the lot is suspect.
        steps : int, optional
            At most so many edges on a path.
        in_time_order : bool, optional
            Whether times along a path must not decrease; by default they must where edges have times.

        Returns
        -------
        Closure
            `.nodes` ascending, `.depth`, `.arrival` (earliest), `.n`; it is iterable and `in` works.
        """
        return self._close(node, 1, since, until, steps, in_time_order)

    def backward(
        self,
        node: Lots,
        *,
        since: Moment = None,
        until: Moment = None,
        steps: int | None = None,
        in_time_order: bool | None = None,
    ) -> Closure:
        """Every lot that went into the given lot or lots; `until` is the day when the lot was as found.

        The arguments are those of `forward`; `.arrival` is the latest day on which material left each lot
        and still came here.
        """
        return self._close(node, -1, since, until, steps, in_time_order)

    def _close(
        self, node: Lots, sign: int, since: Moment, until: Moment, steps: int | None, in_time_order: bool | None
    ) -> Closure:
        start = self._known(node)
        if in_time_order is None:
            in_time_order = self.time_kind is not None
        if steps is None:
            steps = NEVER
        else:
            steps = arguments.whole(steps, name="steps", needs="a number of steps, 0 or more,", least=0)
        if not in_time_order:
            if since is not None or until is not None:
                raise ValueError("since and until need edges with times, traced in time order")
            return self._close_plain(start, sign, steps)
        since, until = self._span(since, until)
        parts = [(b.forward if sign > 0 else b.backward, b.at) for b in self.blocks if b.at is not None]
        reach = self._reaches.pop() if self._reaches else np.full(self.n_nodes, NEVER)
        first, last = (since, until) if sign > 0 else (-until, -since)
        found, sizes, arrival = in_time_order_of(parts, start, reach, sign, first, last, steps)
        self._reaches.append(reach)
        order = np.argsort(found)
        times = None if self.time_kind is None else (sign * arrival[order], self.time_kind)
        return Closure(found[order], start, "time order", found, tuple(sizes), times)

    def _close_plain(self, start: np.ndarray, sign: int, steps: int) -> Closure:
        parts = [b.forward if sign > 0 else b.backward for b in self.blocks]
        if not parts:
            return Closure(start, start, "any order", start, (start.size,))
        mark = self._marks.pop() if self._marks else np.full(self.n_nodes, -1, dtype=np.int32)
        found, sizes = plain(parts, start, mark, steps)
        self._marks.append(mark)
        nodes = found.astype(np.int32)  # half the width sorts in half the time
        nodes.sort()
        return Closure(nodes.astype(np.int64), start, "any order", found, tuple(sizes))

    def _known(self, node: Lots, name: str = "node") -> np.ndarray:
        """The lots asked about, each once, refused where the graph does not have them."""
        if type(node) is int and 0 <= node < self.n_nodes:
            return np.array([node])
        start = distinct(checks.lots(node, name=name)).astype(np.int64)
        if not start.size:
            raise ValueError(f"{name} is empty; name at least one lot to start from")
        if start[-1] >= self.n_nodes:
            raise ValueError(f"{name}: lot {start[-1]} is unknown; the graph has the lots 0 .. {self.n_nodes - 1}")
        return start

    def _one(self, node: Lots, name: str) -> int:
        """A single lot that the graph has."""
        found = self._known(node, name)
        if found.size != 1:
            raise ValueError(f"{name} names {found.size} lots; paths and shares are asked for one lot at a time")
        return int(found[0])

    def _span(self, since: Moment, until: Moment) -> tuple[int, int]:
        """The span asked for on the scale of the edges, the extremes where it is open."""
        if self.time_kind is None:
            raise ValueError("these edges have no times: build the graph with at=, or use in_time_order=False")
        limit = NEVER - 1  # NEVER marks a lot not reached
        low = -limit if since is None else checks.moment(since, name="since", kind=self.time_kind)
        high = limit if until is None else checks.moment(until, name="until", kind=self.time_kind)
        if low > high:
            raise ValueError(f"since ({since}) lies after until ({until}); no edge can be in that span")
        return low, high

    def between(self, source: int, target: int, *, since: Moment = None, until: Moment = None) -> routes.Between:
        """All lots and edges that lie on a path from `source` to `target`; see `routes.Between`."""
        return routes.between(self, source, target, since=since, until=until)

    def paths(
        self, source: int, target: int, *, since: Moment = None, until: Moment = None, limit: int = 100
    ) -> routes.Paths:
        """The paths from one lot to another, a shortest one first, at most `limit`; see `routes.Paths`."""
        return routes.paths(self, source, target, since=since, until=until, limit=limit)

    def contents(
        self, node: int, *, size: float | None = None, since: Moment = None, until: Moment = None
    ) -> mixing.Contents:
        """How much of the given lot is in each lot that it reached; see `mixing.contents`."""
        return mixing.contents(self, node, size=size, since=since, until=until)

    def composition(self, node: int, *, until: Moment = None) -> mixing.Composition:
        """What the given lot is made of, lot by lot; see `mixing.composition`."""
        return mixing.composition(self, node, until=until)

    def share(self, *, of: int, within: int, since: Moment = None, until: Moment = None) -> float:
        """What share of lot `of` is in lot `within` (0 where none of it came there); see `contents`."""
        of, within = self._one(of, "of"), self._one(within, "within")
        return self.contents(of, since=since, until=until).within(within)


def in_time_order_of(
    parts: list[tuple[Arrows, np.ndarray]],
    start: np.ndarray,
    reach: np.ndarray,
    sign: int,
    first: int,
    last: int,
    steps: int,
) -> tuple[np.ndarray, list[int], np.ndarray]:
    """`in_time_order`, with an answer for a graph that has no edges yet."""
    if not parts:
        return start, [start.size], np.full(start.size, first)
    return in_time_order(parts, start, reach, sign=sign, since=first, until=last, steps=min(steps, reach.size))
