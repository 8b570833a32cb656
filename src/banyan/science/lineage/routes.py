"""What lies between two lots: the lots and edges on any path, and the paths themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from banyan.science import arguments
from banyan.science.lineage.arrows import Edges, distinct, edges_at
from banyan.science.lineage.checks import Moment
from banyan.science.lineage.closure import Closure

if TYPE_CHECKING:
    from banyan.science.lineage.graph import Graph

EFFORT = 1_000_000  # edges looked at before the search for further paths is given up


@dataclass(frozen=True, eq=False)
class Between:
    """The part of the graph through which one lot came into another.

    Attributes
    ----------
    nodes : ndarray of int64, ascending
        Lots on at least one path, both ends included; empty when there is no path.
    edge, source, target : ndarray of int64
        The edges on at least one path, numbered as they were given.
    at : ndarray or None
        Their times.
    """

    nodes: np.ndarray
    edge: np.ndarray
    source: np.ndarray
    target: np.ndarray
    at: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Paths:
    """Paths without repeated lots; `complete` is False when there are (or may be) more than are listed.

    Attributes
    ----------
    lots : tuple of tuple of int
        The lots along each path, both ends included.
    edges : tuple of tuple of int
        The edges along each path, numbered as they were given.
    complete : bool
    """

    lots: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, ...], ...]
    complete: bool

    def __len__(self) -> int:
        return len(self.lots)


def _on_a_path(graph: Graph, source: int, target: int, since: Moment, until: Moment) -> tuple[Edges, Closure]:
    """The edges on a path, and the backward closure that they were found with."""
    from_source = graph.forward(source, since=since, until=until)
    to_target = graph.backward(target, since=since, until=until)
    edges = edges_at(graph.blocks, np.intersect1d(from_source.nodes, to_target.nodes), leaving=True)
    place = np.searchsorted(to_target.nodes, edges.target)
    place[place == to_target.n] = 0
    useful = to_target.nodes[place] == edges.target
    if edges.at is not None:
        low, high = graph._span(since, until)
        came = from_source.moments[np.searchsorted(from_source.nodes, edges.source)]
        left = to_target.moments[place]
        useful &= (edges.at >= np.maximum(came, low)) & (edges.at <= np.minimum(left, high))
    return edges.take(useful), to_target


def between(graph: Graph, source: int, target: int, *, since: Moment = None, until: Moment = None) -> Between:
    """All lots and edges on any path from one lot to another.

    Parameters
    ----------
    source, target : int
    since, until : int or datetime64, optional
        Only edges in this span. Where edges have times, they must not decrease along a path.
    """
    source, target = graph._one(source, "source"), graph._one(target, "target")
    edges, _ = _on_a_path(graph, source, target, since, until)
    nodes = distinct(np.concatenate([edges.source, edges.target]))
    if source == target:
        nodes = np.union1d(nodes, [source])
    kind = graph.time_kind
    at = edges.at if edges.at is None or kind is None or kind.kind != "M" else edges.at.view(kind)
    return Between(nodes, edges.edge, edges.source, edges.target, at)


def paths(
    graph: Graph, source: int, target: int, *, since: Moment = None, until: Moment = None, limit: int = 100
) -> Paths:
    """The paths from one lot to another, each without repeated lots.

    At every lot the way on that is nearest to the target is tried first, so a shortest path is the first.

    Parameters
    ----------
    source, target : int
    since, until : int or datetime64, optional
    limit : int
        List at most so many; there can be astronomically many.
    """
    limit = arguments.whole(limit, name="limit", needs="at least one path", least=1)
    source, target = graph._one(source, "source"), graph._one(target, "target")
    if source == target:
        return Paths(((source,),), ((),), True)
    edges, to_target = _on_a_path(graph, source, target, since, until)
    steps = to_target.depth[np.searchsorted(to_target.nodes, edges.target)]
    times = edges.at if edges.at is not None else np.zeros(edges.edge.size, dtype=np.int64)
    ways: dict[int, list[tuple[int, int, int, int]]] = {}
    columns = (edges.source, steps, times, edges.target, edges.edge)
    for start, step, time, lot, edge in zip(*(column.tolist() for column in columns), strict=True):
        ways.setdefault(start, []).append((step, time, lot, edge))
    for choices in ways.values():
        choices.sort()
    return _walk(ways, source, target, limit)


def _walk(ways: dict, source: int, target: int, limit: int) -> Paths:
    """Depth-first search for simple paths whose times do not decrease."""
    found_lots: list[tuple[int, ...]] = []
    found_edges: list[tuple[int, ...]] = []
    taken: list[int] = []
    lots, clock = [source], [np.iinfo(np.int64).min]
    visited, effort = {source}, 0
    open_ways: list[Iterator] = [iter(ways.get(source, ()))]
    while open_ways:
        way = next(open_ways[-1], None)
        effort += 1
        if effort > EFFORT:
            return Paths(tuple(found_lots), tuple(found_edges), False)
        if way is None:
            open_ways.pop()
            visited.discard(lots.pop())
            clock.pop()
            if taken:
                taken.pop()
            continue
        _, time, lot, edge = way
        if time < clock[-1] or lot in visited:
            continue
        if lot == target:
            if len(found_lots) == limit:
                return Paths(tuple(found_lots), tuple(found_edges), False)
            found_lots.append((*lots, lot))
            found_edges.append((*taken, edge))
            continue
        lots.append(lot)
        taken.append(edge)
        clock.append(time)
        visited.add(lot)
        open_ways.append(iter(ways.get(lot, ())))
    return Paths(tuple(found_lots), tuple(found_edges), True)
