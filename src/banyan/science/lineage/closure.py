"""What can be reached: plain closure, breadth first, and closure in time order, earliest arrival first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from banyan.science.lineage.arrows import Arrows, counting, distinct, spread

FEW = 10  # below so many lots found, plain Python is quicker than the fixed cost of array calls
DENSE = 32  # a level that touches more than 1 / DENSE of all lots is marked on a full-length map
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Closure:
    """The lots reached from the starting lots, which are among them.

    Attributes
    ----------
    nodes : ndarray of int64, ascending
    start : ndarray of int64
        The lots asked about.
    method : str
        "any order" (times of the edges ignored) or "time order".
    """

    nodes: np.ndarray
    start: np.ndarray
    method: str
    _found: np.ndarray = field(repr=False)
    _levels: tuple[int, ...] = field(repr=False)
    _times: tuple[np.ndarray, np.dtype] | None = field(default=None, repr=False)

    @cached_property
    def depth(self) -> np.ndarray:
        """Fewest steps from a starting lot to each of `nodes`."""
        steps = np.arange(len(self._levels)).repeat(self._levels)
        return steps[np.argsort(self._found, kind="stable")]

    @cached_property
    def arrival(self) -> np.ndarray | None:
        """When what is traced first came to each lot (backward: last left it); None without times.

        The starting lots show the day asked for, or the extreme of the type when none was given.
        """
        if self._times is None:
            return None
        reached, kind = self._times
        return reached.view(kind) if kind.kind == "M" else reached

    @property
    def moments(self) -> np.ndarray:
        """The arrivals as whole numbers on the scale of the edges' times; none without times."""
        return np.zeros(0, np.int64) if self._times is None else self._times[0]

    @property
    def n(self) -> int:
        """Number of lots, the starting ones included."""
        return self.nodes.size

    def __len__(self) -> int:
        return self.nodes.size

    def __iter__(self) -> Iterator[int]:
        return iter(self.nodes.tolist())

    def __contains__(self, lot: Any) -> bool:
        place = np.searchsorted(self.nodes, lot)
        return bool(place < self.nodes.size and self.nodes[place] == lot)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.nodes, dtype=dtype, copy=copy)


def first_few(arrows: Arrows, start: list[int], steps: int) -> tuple[list[int], list[int]]:
    """The first levels by plain Python, until FEW lots are found: the lots and the size of each level."""
    found, order, level, sizes = set(start), list(start), list(start), [len(start)]
    first, to = arrows.start.data, arrows.to.data
    while level and len(order) < FEW and len(sizes) <= steps:
        reached = []
        for lot in level:
            for other in to[first[lot] : first[lot + 1]]:
                if other not in found:
                    found.add(other)
                    reached.append(other)
        order += reached
        level = reached
        sizes.append(len(reached))
    return order, sizes


def neighbours(parts: list[Arrows], lots: np.ndarray) -> np.ndarray:
    """Every lot one step on, with repeats."""
    if len(parts) == 1 and parts[0].rows is None:
        arrows = parts[0]
        first, count = arrows.start[lots], arrows.start[1:][lots]
        count -= first
        return arrows.to[spread(first, count)].astype(np.int64)
    found = []
    for arrows in parts:
        first, count, _ = arrows.spans(lots)
        found.append(arrows.to[spread(first, count)])
    return np.concatenate(found).astype(np.int64)


def plain(parts: list[Arrows], start: np.ndarray, mark: np.ndarray, steps: int) -> tuple[np.ndarray, list[int]]:
    """Breadth first without regard to time. `mark` is -1 everywhere, before and after.

    Returns the lots in the order found and the size of each level.
    """
    if start.size < FEW and len(parts) == 1 and parts[0].rows is None:
        order, sizes = first_few(parts[0], start.tolist(), steps)
        found = np.array(order, dtype=np.int64)
        if not sizes[-1]:
            return found, sizes[:-1]
    else:
        found, sizes = start, [start.size]
    levels, level = [found], found[found.size - sizes[-1] :]
    mark[found] = 0
    while len(sizes) <= steps:
        reached = neighbours(parts, level)
        if not reached.size:
            break
        level = fresh(reached, mark)
        if not level.size:
            break
        levels.append(level)
        sizes.append(level.size)
    found = np.concatenate(levels)
    clear(mark, found, -1)
    return found, sizes


def fresh(reached: np.ndarray, mark: np.ndarray) -> np.ndarray:
    """The lots of `reached` not marked before, each once; they are marked."""
    if reached.size * DENSE > mark.size:
        touched = np.zeros(mark.size, dtype=bool)
        touched[reached] = True
        level = np.flatnonzero(touched)
        level = level[mark[level] < 0]
        mark[level] = 0
        return level
    level = reached[mark[reached] < 0]
    place = counting(level.size)
    mark[level] = place  # the last of equal lots wins, and only it finds its own place again
    return level[mark[level] == place]


def clear(scratch: np.ndarray, lots: np.ndarray, value: int) -> None:
    """Put back the scratch array, touching only what was used if that is little."""
    if lots.size * 8 > scratch.size:
        scratch.fill(value)
    else:
        scratch[lots] = value


def in_time_order(
    parts: list[tuple[Arrows, np.ndarray]],
    start: np.ndarray,
    reach: np.ndarray,
    *,
    sign: int,
    since: int,
    until: int,
    steps: int,
) -> tuple[np.ndarray, list[int], np.ndarray]:
    """Label-correcting search for the earliest arrival along edges whose times do not decrease.

    `reach` is NEVER everywhere, before and after. Backward tracing is the same search on negated times
    (`sign` -1), so that "not before it came" becomes "not after it left". Returns the lots in the order
    found, the size of each level and each lot's (signed) arrival.
    """
    reach[start] = since
    levels, sizes, level = [start], [start.size], start
    for _ in range(steps):
        lots, times = [], []
        for arrows, at in parts:
            position, owner = arrows.entries(level)
            time = sign * at[arrows.edge[position]]
            other = arrows.to[position]
            usable = np.flatnonzero((time >= reach[level][owner]) & (time <= until) & (time < reach[other]))
            lots.append(other[usable])
            times.append(time[usable])
        lot, time = np.concatenate(lots).astype(np.int64), np.concatenate(times)
        if not lot.size:
            break
        unseen = distinct(lot[reach[lot] == NEVER])
        np.minimum.at(reach, lot, time)
        level = distinct(lot)
        if unseen.size:
            levels.append(unseen)
            sizes.append(unseen.size)
        else:
            sizes.append(0)
    found = np.concatenate(levels)
    arrival = reach[found]
    clear(reach, found, NEVER)
    return found, sizes, arrival
