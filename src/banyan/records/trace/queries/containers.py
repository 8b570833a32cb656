"""What lay in what, and when: from the events that put things together and took them apart."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from operator import attrgetter, itemgetter
from typing import NamedTuple

import numpy as np

from banyan.records.trace.queries.index import Index
from banyan.records.trace.queries.segments import ADD, DELETE, TOGETHER, Role
from banyan.science.lineage.closure import NEVER

PARENT, CHILD = Role.PARENT.value, Role.CHILD.value
DEEPEST = 12  # an item in a pack in a carton on a pallet in a container on a ship: half of this
LEAST = 0.00005  # amounts are kept to four digits
Move = tuple[int, int, int, int, int, float]  # at, event, action, box, unit, amount
Emptied = dict[int, list[tuple[int, int]]]  # box: when all was taken out of it, and by which event


class Stay(NamedTuple):
    """
    A thing lay in another from an instant until before another one (NEVER: it still lies there).

    `levels` say how much of it lay there, unit by unit, from each instant on at which that changed.
    """

    child: int
    parent: int
    from_at: int
    until_at: int
    event: int
    levels: tuple[tuple[int, tuple[tuple[int, float], ...]], ...] = ()

    def level(self, at: int) -> tuple[tuple[int, float], ...]:
        """How much of it lay there at an instant, unit by unit."""
        place = bisect_right(self.levels, at, key=itemgetter(0))
        return self.levels[place - 1][1] if place else ()


def stays(index: Index, things: np.ndarray, *, until: int | None = None) -> list[Stay]:
    """
    Every time that some things lay in others directly, as the events say.

    A stay ends when the thing is taken out, or when all is taken out. A single item lies in one box, and being put
    elsewhere ends its stay. Of a lot some may lie in many boxes at once, in each until as much is taken out as was
    put in; what is taken out without an amount, or in a unit in which none was put in, is all of it. A thing that is
    seen in another without having been put there lies in it from then on.
    """
    lines = index.lines_of_things(things, until=until)
    in_amounts = set(lines.thing[~np.isnan(lines.quantity.astype(float))].tolist())
    put = np.flatnonzero(np.isin(lines.type, TOGETHER) & (lines.role == CHILD))
    if not put.size:
        return []
    lines = lines.take(put)
    parent = _parents(index, lines.event)
    emptied = _emptied(index, np.unique(list(parent.values())), until)
    moves: dict[tuple[int, int], list[Move]] = defaultdict(list)
    columns = (lines.thing, lines.at, lines.event, lines.action, lines.unit, lines.quantity)
    for thing, at, event, action, unit, amount in zip(*(one.tolist() for one in columns), strict=True):
        if event in parent:
            box = parent[event]
            moves[thing, box if thing in in_amounts else 0].append((at, event, action, box, unit, amount))
    return [stay for (thing, _box), told in moves.items() for stay in _stays_of(thing, sorted(told), emptied)]


def _stays_of(thing: int, told: list[Move], emptied: Emptied) -> Iterator[Stay]:
    """The stays of a single item, or of a lot in one box, from what happened to it in order of time."""
    inside: Stay | None = None
    left: dict[int, float] = {}
    levels: list[tuple[int, tuple[tuple[int, float], ...]]] = []
    for at, event, action, box, unit, amount in told:
        if inside and (gone := _gone(inside, emptied)) < (at, event):
            yield inside._replace(until_at=gone[0], levels=tuple(levels))
            inside = None
        if action == DELETE:
            if inside and inside.parent == box:
                if not _take_out(left, unit, amount):
                    yield inside._replace(until_at=at, levels=tuple(levels))
                    inside = None
                else:
                    levels.append((at, tuple(left.items())))
            continue
        if inside and inside.parent != box:
            yield inside._replace(until_at=at, levels=tuple(levels))
            inside = None
        if inside is None:
            inside, left, levels = Stay(thing, box, at, NEVER, event), {}, []
        known = left.get(unit, 0.0)
        more = 0.0 if amount != amount else amount
        left[unit] = known + more if action == ADD else max(known, more)
        levels.append((at, tuple(left.items())))
    if inside:
        yield inside._replace(until_at=_gone(inside, emptied)[0], levels=tuple(levels))


def _take_out(left: dict[int, float], unit: int, amount: float) -> bool:
    """Take an amount out of what is left of a lot in a box, by unit; whether any is left then."""
    if unit not in left or amount != amount:
        left.clear()
    else:
        left[unit] -= amount
        if left[unit] < LEAST:
            del left[unit]
    return bool(left)


def _gone(inside: Stay, emptied: Emptied) -> tuple[int, int]:
    """When all was taken out of a box after something was put in, and by which event."""
    times = emptied.get(inside.parent, [])
    place = bisect_right(times, (inside.from_at, inside.event))
    return times[place] if place < len(times) else (NEVER, 0)


def boxes_among(index: Index, things: np.ndarray) -> np.ndarray:
    """Those of some things into which anything was ever put."""
    lines = index.lines_of_things(things)
    return np.unique(lines.thing[np.isin(lines.type, TOGETHER) & (lines.role == PARENT)])


class During:
    """Stays of one thing, or in one, in the order in which they began: those of a span are found without the rest."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        self.stays = sorted(stays, key=attrgetter("from_at"))
        self._from = [one.from_at for one in self.stays]
        self._ended = list(accumulate((one.until_at for one in self.stays), max))  # all up to each have, by then

    def cut(self, start: int, end: int) -> Iterator[Stay]:
        """The stays of a span, cut to it."""
        for place in range(bisect_right(self._ended, start), bisect_left(self._from, end)):
            one = self.stays[place]
            cut = one._replace(from_at=max(one.from_at, start), until_at=min(one.until_at, end))
            if cut.from_at < cut.until_at:
                yield cut

    def at(self, instant: int) -> Iterator[Stay]:
        """The stays at an instant, as they are."""
        for place in range(bisect_right(self._ended, instant), bisect_right(self._from, instant)):
            if instant < self.stays[place].until_at:
                yield self.stays[place]


def by_child(stays: Iterable[Stay]) -> dict[int, During]:
    """Stays by the thing that lay there."""
    return _by(attrgetter("child"), stays)


def by_parent(stays: Iterable[Stay]) -> dict[int, During]:
    """Stays by the thing in which another lay."""
    return _by(attrgetter("parent"), stays)


def _by(side: Callable[[Stay], int], stays: Iterable[Stay]) -> dict[int, During]:
    found: dict[int, list[Stay]] = defaultdict(list)
    for one in stays:
        found[side(one)].append(one)
    return {thing: During(among) for thing, among in found.items()}


def contents(index: Index, boxes: np.ndarray, *, since: int, until: int) -> list[Stay]:
    """What lay in some things at any time of a span, directly or in what lay in them, as stays cut to that span."""
    found: list[Stay] = []
    level: dict[int, list[tuple[int, int]]] = {int(one): [(since, until)] for one in boxes}
    for _depth in range(DEEPEST):
        lines = index.lines_of_things(np.array(sorted(level), np.int64), until=until)
        lines = lines.take(np.flatnonzero(np.isin(lines.type, TOGETHER) & (lines.role == PARENT)))
        named = index.lines_of_events(lines.event)
        children = np.unique(named.thing[named.role == CHILD])
        deeper: dict[int, list[tuple[int, int]]] = defaultdict(list)
        spans = {box: _joined(of_box) for box, of_box in level.items()}
        for one in stays(index, children, until=until):
            among = spans.get(one.parent, [])
            place = max(0, bisect_right(among, one.from_at, key=itemgetter(0)) - 1)
            for start, end in among[place : bisect_right(among, one.until_at, key=itemgetter(0))]:
                cut = one._replace(from_at=max(one.from_at, start), until_at=min(one.until_at, end))
                if cut.from_at < cut.until_at or cut.from_at == cut.until_at == end:
                    found.append(cut)
                    deeper[one.child].append((cut.from_at, cut.until_at))
        if not deeper:
            break
        level = deeper
    return found


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those as one that overlap."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def carriers(index: Index, arrivals: dict[int, int], *, until: int) -> list[Stay]:
    """In what some things lay, directly or further out, from when each is of interest; stays cut to that."""
    found, level = [], [(thing, at, NEVER) for thing, at in arrivals.items()]
    for _depth in range(DEEPEST):
        things = np.array(sorted({thing for thing, _from, _until in level}), np.int64)
        of = by_child(stays(index, things, until=until))
        out = []
        for thing, start, end in level:
            for cut in of[thing].cut(start, end) if thing in of else ():
                found.append(cut)
                out.append((cut.parent, cut.from_at, cut.until_at))
        if not out:
            break
        level = sorted(set(out))
    return found


def _parents(index: Index, events: np.ndarray) -> dict[int, int]:
    """The container of each event that puts together or takes apart."""
    lines = index.lines_of_events(events)
    chosen = lines.role == PARENT
    return dict(zip(lines.event[chosen].tolist(), lines.thing[chosen].tolist(), strict=True))


def _emptied(index: Index, boxes: np.ndarray, until: int | None) -> Emptied:
    """When all was taken out of a container: events that take apart and name no child."""
    if not boxes.size:
        return {}
    lines = index.lines_of_things(boxes.astype(np.int64), until=until)
    chosen = np.isin(lines.type, TOGETHER) & (lines.role == PARENT) & (lines.action == DELETE)
    lines = lines.take(np.flatnonzero(chosen))
    named = index.lines_of_events(lines.event)
    with_children = set(named.event[named.role == CHILD].tolist())
    found: Emptied = defaultdict(list)
    for box, event, at in zip(lines.thing.tolist(), lines.event.tolist(), lines.at.tolist(), strict=True):
        if event not in with_children:
            found[box].append((at, event))
    return {box: sorted(times) for box, times in found.items()}
