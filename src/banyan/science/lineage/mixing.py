"""Quantities carried along: how much of one lot is in another, under perfect mixing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from banyan.science import arguments
from banyan.science.lineage.arrows import Edges, edges_at
from banyan.science.lineage.checks import Moment

if TYPE_CHECKING:
    from banyan.science.lineage.graph import Graph

SETTLED = 1e-13
ROUNDS = 10_000


@dataclass(frozen=True, eq=False)
class Contents:
    """Where the material of one lot is, lot by lot (the lot itself included).

    Attributes
    ----------
    nodes : ndarray of int64, ascending
    amount : ndarray of float
        How much of the lot's material came into each lot, in the unit of the edges into that lot.
    fraction : ndarray of float, 0 .. 1
        What share of that other lot is this lot's material.
    sent : ndarray of float
        What share of this lot came into that other lot.
    size : float
        The size of the lot that `sent` refers to.
    method : str
    warnings : tuple of str
    """

    nodes: np.ndarray
    amount: np.ndarray
    fraction: np.ndarray
    sent: np.ndarray
    size: float
    method: str
    warnings: tuple[str, ...]

    def within(self, lot: int) -> float:
        """What share of the lot asked about is in the given lot."""
        place = np.searchsorted(self.nodes, lot)
        known = place < self.nodes.size and self.nodes[place] == lot
        return float(self.sent[place]) if known else 0.0


@dataclass(frozen=True, eq=False)
class Composition:
    """What one lot is made of.

    Attributes
    ----------
    nodes : ndarray of int64, ascending
        The lot and all lots that went into it.
    share : ndarray of float
        What share of the lot came through each of them (1 for the lot itself).
    origin : ndarray of float
        What share has its record begin there; sums to 1.
    method : str
    warnings : tuple of str
    """

    nodes: np.ndarray
    share: np.ndarray
    origin: np.ndarray
    method: str
    warnings: tuple[str, ...]


def contents(
    graph: Graph, node: int, *, size: float | None = None, since: Moment = None, until: Moment = None
) -> Contents:
    """How much of the given lot is in each lot that it reached.

    Parameters
    ----------
    node : int
    size : float, optional
        How much the lot was; by default what is known to have left it (from `since` to `until`).
    since, until : int or datetime64, optional

    Notes
    -----
    Each lot is taken as well mixed: what leaves it holds everything that came in until then, in proportion
    to the amounts. With times, edges are followed day by day, edges of one day together; without times, as
    if all had happened at once (a rework loop is then carried round until it settles). Amounts follow the
    unit of the receiving lot, so `fraction` holds whatever the units, `amount` and `sent` where the unit is
    the same along the way.
    """
    lot = _prepared(graph, node)
    if size is not None:
        size = arguments.number(size, name="size", needs="a size above 0", least=0, strictly=True)
    closure = graph.forward(lot, since=since, until=until)
    nodes = closure.nodes
    edges = _before(graph, edges_at(graph.blocks, nodes[nodes != lot], leaving=False), until)
    here = np.searchsorted(nodes, lot)
    source = np.searchsorted(nodes, edges.source)
    source[source == nodes.size] = 0
    other = nodes[source] != edges.source
    if edges.at is not None and since is not None:
        other |= (edges.source == lot) & (edges.at < graph._span(since, None)[0])
    source[other] = nodes.size  # one more row, which holds nothing of the lot
    target = np.searchsorted(nodes, edges.target)
    total = np.zeros(nodes.size + 1)
    amount = np.zeros(nodes.size + 1)
    total[here] = amount[here] = total[-1] = 1.0
    settled, quantity = True, np.asarray(edges.quantity)
    for group in _days(edges.at, edges.edge.size):
        settled &= _mix(total, amount, source[group], target[group], quantity[group])
    total, amount = total[:-1], amount[:-1]
    fraction = np.divide(amount, total, out=np.zeros(nodes.size), where=total > 0)
    left = _span_of(graph, edges_at(graph.blocks, np.array([lot]), leaving=True), since, until)
    total_left = float(left.quantity.sum()) if left.quantity is not None else 0.0
    warnings = _size_warnings(size, total_left, settled)
    size = total_left if size is None else size
    amount[here] = size
    sent = amount / size if size > 0 else np.zeros(nodes.size)
    return Contents(nodes, amount, fraction, sent, size, _method(graph), warnings)


def _mix(total: np.ndarray, amount: np.ndarray, source: np.ndarray, target: np.ndarray, quantity: np.ndarray) -> bool:
    """Add one group of edges to the lots' totals and to the traced amounts in them."""
    np.add.at(total, target, quantity)
    lots, place = np.unique(target, return_inverse=True)
    before = amount[lots]
    chained = np.isin(source, lots).any()
    for _ in range(ROUNDS):
        fraction = np.divide(amount[source], total[source], out=np.zeros(source.size), where=total[source] > 0)
        after = before + np.bincount(place, weights=quantity * fraction, minlength=lots.size)
        change = np.abs(after - amount[lots])
        amount[lots] = after
        if not chained or np.all(change <= SETTLED * np.maximum(after, 1e-300)):
            return True
    return False


def composition(graph: Graph, node: int, *, until: Moment = None) -> Composition:
    """What the given lot is made of, as it was at the end of `until`.

    Parameters
    ----------
    node : int
    until : int or datetime64, optional

    Notes
    -----
    The mirror image of `contents`: the share of lot A in what lot B is made of equals the fraction of B that
    is A, except on a rework loop, where material is counted each time it passes (a warning says so).
    """
    lot = _prepared(graph, node)
    nodes = graph.backward(lot, until=until).nodes
    edges = _before(graph, edges_at(graph.blocks, nodes, leaving=False), until)
    source, target = np.searchsorted(nodes, edges.source), np.searchsorted(nodes, edges.target)
    known = (source < nodes.size) & (nodes[np.minimum(source, nodes.size - 1)] == edges.source)
    here = np.searchsorted(nodes, lot)
    total = np.bincount(target, weights=edges.quantity, minlength=nodes.size)
    count = np.bincount(target, minlength=nodes.size)
    share, origin, rate = np.zeros(nodes.size), np.zeros(nodes.size), np.zeros(nodes.size)
    share[here] = 1.0
    if total[here] > 0:
        rate[here] = 1.0 / total[here]
    else:
        origin[here] = 1.0
    settled, quantity = True, np.asarray(edges.quantity)
    for group in reversed(_days(edges.at, edges.edge.size)):
        used = group[known[group]]
        settled &= _unmix(total, rate, share, origin, source[used], target[used], quantity[used])
        np.subtract.at(total, target[group], quantity[group])
        np.subtract.at(count, target[group], 1)
        total[target[group]] *= count[target[group]] > 0  # no dust from rounding where nothing is left
    warnings: tuple[str, ...] = (
        () if settled else ("a rework loop without inflow did not settle; shares on it are not final",)
    )
    if np.any(share > 1 + 1e-9):
        looped = nodes[share > 1 + 1e-9][:5].tolist()
        warnings += (f"lots on a rework loop are counted each time material passes them: {looped}",)
    return Composition(nodes, share, origin, _method(graph), warnings)


def _unmix(
    total: np.ndarray,
    rate: np.ndarray,
    share: np.ndarray,
    origin: np.ndarray,
    source: np.ndarray,
    target: np.ndarray,
    quantity: np.ndarray,
) -> bool:
    """Carry shares one group of edges back: `rate` is share per unit that came into each lot."""
    lots, place = np.unique(source, return_inverse=True)
    inflow = total[lots]
    before: np.ndarray = rate[lots]
    came: np.ndarray = np.zeros(lots.size)
    chained = np.isin(target, lots).any()
    settled = False
    for _ in range(ROUNDS):
        now = np.bincount(place, weights=quantity * rate[target], minlength=lots.size)
        change = np.abs(now - came)
        came = now
        rate[lots] = before + np.divide(came, inflow, out=np.zeros(lots.size), where=inflow > 0)
        if not chained or np.all(change <= SETTLED * np.maximum(came, 1e-300)):
            settled = True
            break
    share[lots] += came
    origin[lots] += np.where(inflow > 0, 0.0, came)
    return settled


def _prepared(graph: Graph, node: int) -> int:
    """The one lot asked about, in a graph that has quantities."""
    if not graph.has_quantity:
        raise ValueError("these edges have no quantities: build the graph with quantity= to trace shares")
    return graph._one(node, "node")


def _before(graph: Graph, edges: Edges, until: Moment) -> Edges:
    """The edges up to and including `until`."""
    if until is None:
        return edges
    last = graph._span(None, until)[1]
    return edges if edges.at is None else edges.take(edges.at <= last)


def _span_of(graph: Graph, edges: Edges, since: Moment, until: Moment) -> Edges:
    """The edges in the span asked for."""
    if edges.at is None:
        return edges
    low, high = graph._span(since, until)
    return edges.take((edges.at >= low) & (edges.at <= high))


def _days(at: np.ndarray | None, size: int) -> list[np.ndarray]:
    """The places of the edges, one array per time, in order of time; all together where there are no times."""
    if at is None:
        return [np.arange(size)]
    order = np.argsort(at, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(at[order])) + 1) if size else []


def _method(graph: Graph) -> str:
    return "perfect mixing" + ("" if graph.time_kind is None else ", day by day")


def _size_warnings(size: float | None, left: float, settled: bool) -> tuple[str, ...]:
    """What the reader of shares should know."""
    found = []
    if size is not None and left > size * (1 + 1e-9):
        found.append(f"more left the lot ({left:g}) than its size ({size:g})")
    if not settled:
        found.append("a rework loop without inflow did not settle; amounts on it are not final")
    return tuple(found)
