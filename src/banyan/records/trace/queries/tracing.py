"""Forward, backward and to common sources, in order of time: what left before the bad came in is not affected."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from banyan.kit import clock, rights
from banyan.records.trace.queries import containers
from banyan.records.trace.queries.building import update
from banyan.records.trace.queries.certainty import told_apart
from banyan.records.trace.queries.index import Index, Lines
from banyan.records.trace.queries.lots import with_items, with_lots
from banyan.records.trace.queries.reaching import within_reach
from banyan.records.trace.queries.segments import Role, thing_node
from banyan.records.trace.queries.traced import Link, Trace
from banyan.records.traceability import queries as traceability
from banyan.science.lineage.closure import NEVER

INPUT, OUTPUT = Role.INPUT.value, Role.OUTPUT.value
VIEW = "traceability.view"
ROUNDS = 50
Found = dict[int, tuple[int, int]]  # thing: when what is traced came there (or last left it), how many steps


def forward(
    epcs: Iterable[str], on: date | None = None, known_at: date | None = None, *, person: Any,
    since: date | None = None, index: Index | None = None,
) -> Trace:  # fmt: skip
    """
    What some things went into and where that is, up to the end of a day, as known at the end of another.

    Of a box or pallet all that lay in it is traced. Raises NoPurpose and NotAllowed as the events themselves do.
    """
    return _trace("forward", tuple(epcs), on, known_at, since, person, index)


def backward(
    epcs: Iterable[str], on: date | None = None, known_at: date | None = None, *, person: Any,
    index: Index | None = None,
) -> Trace:  # fmt: skip
    """What some things came from, up to the end of a day; arguments and errors are those of `forward`."""
    return _trace("backward", tuple(epcs), on, known_at, None, person, index)


def common(
    *epcs: str, on: date | None = None, known_at: date | None = None, person: Any, index: Index | None = None
) -> Trace:
    """What all of some things came from; the nearest such sources have the least depth."""
    traces = [_trace("backward", (epc,), on, known_at, None, person, index) for epc in epcs]
    shared = np.array(
        sorted(set.intersection(*(set(one.numbers[~one.carries].tolist()) for one in traces))), np.int64
    )
    depths, arrivals = (
        [dict(zip(one.numbers.tolist(), getattr(one, column).tolist(), strict=True)) for one in traces]
        for column in ("depth", "arrival")
    )
    found: Found = {
        number: (min(one[number] for one in arrivals), max(one[number] for one in depths))
        for number in shared.tolist()
    }
    until = end_of(on)
    unknown = tuple(dict.fromkeys(epc for one in traces for epc in one.unknown))
    return _told("common", epcs, unknown, on, known_at, traces[0].index, found, [], until)


def seen_index(person: Any, *, known_at: date | None = None, index: Index | None = None) -> Index:
    """The index as far as a person may read: all of it for the authority, a firm's own part for a firm."""
    traceability.demand_purpose(person, on=clock.today())
    index = index or update()
    if known_at is not None:
        last = traceability.last_event_known(at=clock.end_of_day(known_at))
        if last < index.last:
            index = index.as_known(last, traceability.hash_of(last))
    reaches = () if isinstance(person, rights.System) else rights.reaches(person, VIEW)
    if reaches and all(one.dimension == "organisation" for one in reaches):
        return index.of(chain.from_iterable(traceability.events_of(one.path) for one in reaches))
    return index


def _trace(
    direction: str, epcs: tuple[str, ...], on: date | None, known_at: date | None, since: date | None, person: Any,
    index: Index | None,
) -> Trace:  # fmt: skip
    index = seen_index(person, known_at=known_at, index=index)
    known = traceability.known_things(epcs)
    start = np.unique(np.array([one.pk for one in known.values()], dtype=np.int64))
    if start.size:  # of what a person may not read, no event is in the index: it is not known to that person
        named = set(within_reach(index, start, person=person).tolist())
        known = {epc: one for epc, one in known.items() if one.pk in named}
        start = np.unique(np.array([one.pk for one in known.values()], dtype=np.int64))
    unknown = tuple(epc for epc in epcs if epc not in known)
    until, from_at = end_of(on), -(NEVER - 1) if since is None else _start(since)
    if direction == "forward":
        found, stays = _forward(index, with_items(index, start), from_at, until)
    else:
        found, stays = _backward(index, with_lots(index, start), until), []
    return _told(direction, epcs, unknown, on, known_at, index, found, stays, until)


def _forward(index: Index, start: np.ndarray, since: int, until: int) -> tuple[Found, list[containers.Stay]]:
    """Everything reached, and the boxes in which it lay. A box that is used up brings in what then lay in it."""
    pending: list[tuple[int, int, int]] = [(int(one), since, 0) for one in start]
    pending += [(one.child, one.from_at, 0) for one in containers.contents(index, start, since=since, until=until)]
    found: Found = {}
    stays: dict[containers.Stay, None] = {}
    for _round in range(ROUNDS):
        fresh = _closed(index, pending, until, found, 1)
        if not fresh:
            break
        carried = containers.carriers(index, {thing: found[thing][0] for thing in fresh}, until=until)
        stays |= dict.fromkeys(carried)
        pending = _used_up(index, carried, found, until)
    return found, list(stays)


def _backward(index: Index, start: np.ndarray, until: int) -> Found:
    """Everything that came in. A box that was asked about or used up brings in what then lay in it."""
    pending: list[tuple[int, int, int]] = [(int(one), until, 0) for one in start]
    pending += _lying_in(index, {int(one): [until] for one in start}, dict.fromkeys(start.tolist(), 0))
    found: Found = {}
    for _round in range(ROUNDS):
        fresh = _closed(index, pending, until, found, -1)
        if not fresh:
            break
        boxes = containers.boxes_among(index, np.array(sorted(fresh), np.int64))
        if not boxes.size:
            break
        lines = index.lines_of_things(boxes, until=until)
        lines = lines.take(np.flatnonzero(lines.role == INPUT))
        used: dict[int, list[int]] = {}
        for thing, at, made in zip(lines.thing.tolist(), lines.at.tolist(), _outcomes(index, lines), strict=True):
            if any(other in found and found[other][0] >= when for when, other, _event in made):
                used.setdefault(thing, []).append(at)
        pending = _lying_in(index, used, {thing: found[thing][1] for thing in used})
    return found


def _lying_in(index: Index, boxes: dict[int, list[int]], depth: dict[int, int]) -> list[tuple[int, int, int]]:
    """What lay in some things at each of some instants, with that instant and their depth."""
    lain = []
    at_once: dict[int, list[int]] = {}
    for box, instants in boxes.items():
        for at in set(instants):
            at_once.setdefault(at, []).append(box)
    for at, group in at_once.items():
        steps = min(depth[box] for box in group)
        stays = containers.contents(index, np.array(group, np.int64), since=-(NEVER - 1), until=at)
        lain += [(one.child, at, steps) for one in stays if one.until_at >= at]
    return lain


def _closed(index: Index, pending: Sequence[tuple[int, int, int]], until: int, found: Found, sign: int) -> list[int]:
    """Close what is pending over the graph, note it in `found`, and return what is new or came earlier (later)."""
    graph, fresh = index.graph, dict[int, None]()
    groups: dict[tuple[int, int], list[int]] = {}
    for thing, at, depth in pending:
        groups.setdefault((at, depth), []).append(thing)
    for (at, depth), things in sorted(groups.items()):
        nodes = thing_node(np.array(sorted(set(things)), np.int64))
        inside = nodes[nodes < graph.n_nodes]
        reached = {int(node) // 2: (at, depth) for node in nodes}
        if inside.size:
            if sign > 0:
                closure = graph.forward(
                    inside, since=at if at > -(NEVER - 1) else None, until=until if until < NEVER - 1 else None
                )
            else:
                closure = graph.backward(inside, until=at if at < NEVER - 1 else None)
            is_thing = closure.nodes % 2 == 0
            columns = closure.nodes[is_thing] // 2, closure.moments[is_thing], closure.depth[is_thing] // 2
            for thing, moment, steps in zip(*(column.tolist() for column in columns), strict=True):
                reached[thing] = (at if steps == 0 else moment, depth + steps)
        for thing, (moment, steps) in reached.items():
            known = found.get(thing)
            if known is None or sign * moment < sign * known[0]:
                found[thing] = (moment, min(steps, known[1]) if known else steps)
                fresh[thing] = None
    return list(fresh)


def _used_up(index: Index, stays: Sequence[containers.Stay], found: Found, until: int) -> list[tuple[int, int, int]]:
    """What was made of boxes while something of the trace lay in them, as further starting things."""
    boxes = np.array(sorted({one.parent for one in stays}), np.int64)
    if not boxes.size:
        return []
    lines = index.lines_of_things(boxes, until=until)
    lines = lines.take(np.flatnonzero(lines.role == INPUT))
    if not lines.event.size:
        return []
    more, lain = [], defaultdict(list)
    for one in stays:
        lain[one.parent].append(one)
    for box, at, made in zip(lines.thing.tolist(), lines.at.tolist(), _outcomes(index, lines), strict=True):
        inside = [one for one in lain[box] if one.from_at <= at < one.until_at]
        if inside:
            steps = 1 + min(found[one.child][1] if one.child in found else 0 for one in inside)
            more += [(thing, when, steps) for when, thing, _event in made if when <= until]
    return [one for one in more if one[0] not in found or one[1] < found[one[0]][0]]


def _outcomes(index: Index, lines: Lines) -> Iterator[list[tuple[int, int, int]]]:
    """
    What came out of the transformation of each line since then: when, what, and in which event.

    Of a transformation that several events tell by one name, what comes out may hold of all that went in before.
    """
    hubs = index.hubs(lines.event)
    told = index.lines_of_events(index.events_of_hubs(np.unique(hubs)))
    told = told.take(np.flatnonzero(told.role == OUTPUT))
    hub = index.hubs(told.event)
    order = np.lexsort((told.at, hub))
    hub, told = hub[order], told.take(order)
    first, end = np.searchsorted(hub, hubs), np.searchsorted(hub, hubs, side="right")
    outputs = list(zip(told.at.tolist(), told.thing.tolist(), told.event.tolist(), strict=True))
    for at, low, high in zip(lines.at.tolist(), first.tolist(), end.tolist(), strict=True):
        yield outputs[bisect_left(outputs, at, low, high, key=itemgetter(0)) : high]


# ---------------------------------------------------------------- what is told of the things found


def _told(
    direction: str, asked: tuple[str, ...], unknown: tuple[str, ...], on: date | None, known_at: date | None,
    index: Index, found: Found, stays: Sequence[containers.Stay], until: int,
) -> Trace:  # fmt: skip
    numbers = np.array(sorted(found), np.int64)
    boxes = {one.parent: one for one in stays if one.parent not in found}
    for one in stays:
        if one.parent in boxes and one.from_at < boxes[one.parent].from_at:
            boxes[one.parent] = one
    every = np.concatenate([numbers, np.array(sorted(boxes), np.int64)])
    carries = np.arange(every.size) >= numbers.size
    arrival = np.array(
        [found[one][0] for one in numbers.tolist()] + [boxes[one].from_at for one in sorted(boxes)], np.int64
    )
    depth = np.array(
        [found[one][1] for one in numbers.tolist()]
        + [found[boxes[one].child][1] if boxes[one].child in found else 0 for one in sorted(boxes)],
        np.int64,
    )
    lines = index.lines_of_things(every, until=until)
    sure, doubtful = told_apart(index, stays, until=until)
    holder, county = _last_seen(every, lines, sure)
    quantity, unit = _made(every, lines)
    links = _links(index, numbers, lines, arrival, direction, until)
    seen = _seen(every, lines, arrival, carries, sure, direction)
    maybe = _seen(every, lines, arrival, carries, doubtful, direction) if doubtful else np.empty((0, 3), np.int64)
    return Trace(
        direction, asked, unknown, on, known_at, every, depth, arrival, carries, holder, county, quantity, unit,
        links, seen, _maybe(seen, maybe), index,
    )  # fmt: skip


def _maybe(seen: np.ndarray, doubtful: np.ndarray) -> np.ndarray:
    """Those rows of what may have been seen that are not sure already."""
    if not doubtful.size:
        return doubtful
    known = set(map(tuple, seen.tolist()))
    rows = [row for row in doubtful.tolist() if tuple(row) not in known]
    return np.array(rows, np.int64).reshape(-1, 3)


def _last_seen(every: np.ndarray, lines: Lines, stays: Sequence[containers.Stay]) -> tuple[np.ndarray, np.ndarray]:
    """Who held each thing last, and in which county: by its own events, or by those of the box it lay in."""
    holder, county = np.full(every.size, -1), np.full(every.size, -1)
    seen = np.full(every.size, -NEVER)
    order = np.argsort(lines.at, kind="stable")
    place = np.searchsorted(every[: every.size], lines.thing[order], sorter=np.argsort(every, kind="stable"))
    at_of = np.argsort(every, kind="stable")[place]
    holder[at_of], county[at_of], seen[at_of] = lines.holder[order], lines.county[order], lines.at[order]
    if stays:
        events: dict[int, list[tuple[int, int, int]]] = {}
        columns = (lines.thing[order], lines.at[order], lines.holder[order], lines.county[order])
        boxes = {one.parent for one in stays}
        for thing, at, who, where in zip(*(one.tolist() for one in columns), strict=True):
            if thing in boxes:
                events.setdefault(thing, []).append((at, who, where))
        places = {int(number): position for position, number in enumerate(every.tolist())}
        inner = containers.by_child(stays)
        for child in inner:
            position = places.get(child)
            if position is None:
                continue
            for one in _all_around(child, inner):
                told = events.get(one.parent, ())
                at, who, where = (
                    told[bisect_right(told, one.until_at, key=itemgetter(0)) - 1] if told else (-NEVER, 0, 0)
                )
                if one.from_at <= at <= one.until_at and at > seen[position]:
                    holder[position], county[position], seen[position] = who, where, at
    return holder, county


def _all_around(child: int, inner: dict[int, containers.During]) -> Iterator[containers.Stay]:
    """A thing's stays, and those of what it lay in while it lay there."""
    level = inner[child].stays
    for _depth in range(containers.DEEPEST):
        yield from level
        level = [
            outer
            for one in level
            if one.parent in inner
            for outer in inner[one.parent].cut(one.from_at, one.until_at)
        ]
        if not level:
            return


def _seen(
    every: np.ndarray, lines: Lines, arrival: np.ndarray, carries: np.ndarray, stays: Sequence[containers.Stay],
    direction: str,
) -> np.ndarray:  # fmt: skip
    """
    Where each thing was since what is traced came to it (backward: before it left), each place once.

    Of a box only where it was while it carried something: a crate goes on to others and back.
    """
    sorter = np.argsort(every, kind="stable")
    place = sorter[np.searchsorted(every, lines.thing, sorter=sorter)]
    inside = lines.at >= arrival[place] if direction == "forward" else lines.at <= arrival[place]
    spans: dict[int, list[tuple[int, int]]] = {}  # the latest end of all that began by an instant
    for one in sorted(stays, key=attrgetter("from_at")):
        known = spans.setdefault(one.parent, [])
        known.append((one.from_at, max(one.until_at, known[-1][1] if known else one.until_at)))
    for row in np.flatnonzero(carries[place]).tolist():
        known, at = spans.get(int(lines.thing[row]), []), int(lines.at[row])
        begun = bisect_right(known, at, key=itemgetter(0))
        inside[row] = begun > 0 and at <= known[begun - 1][1]
    rows = np.stack([column[inside].astype(np.int64) for column in (lines.thing, lines.holder, lines.county)], axis=1)
    rows = rows[np.lexsort(rows.T[::-1])]  # and each once: a fifth of the time of `np.unique` by rows
    found: np.ndarray = rows[np.append(True, (rows[1:] != rows[:-1]).any(axis=1))[: len(rows)]]
    return found


def _made(every: np.ndarray, lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    """How much of each was made: by what came out of transformations, or by the first event that says an amount."""
    sorter = np.argsort(every, kind="stable")
    quantity, unit = np.full(every.size, np.nan), np.zeros(every.size, np.int64)
    told = np.flatnonzero(~np.isnan(lines.quantity))
    told = told[np.argsort(lines.at[told], kind="stable")[::-1]]
    place = sorter[np.searchsorted(every, lines.thing[told], sorter=sorter)]
    quantity[place], unit[place] = lines.quantity[told], lines.unit[told]  # the earliest is written last
    made = np.flatnonzero((lines.role == OUTPUT) & ~np.isnan(lines.quantity))
    place = sorter[np.searchsorted(every, lines.thing[made], sorter=sorter)]
    quantity[place] = 0
    np.add.at(quantity, place, lines.quantity[made])
    unit[place] = lines.unit[made]
    return quantity, unit


def _links(
    index: Index, numbers: np.ndarray, lines: Lines, arrival: np.ndarray, direction: str, until: int
) -> tuple[Link, ...]:
    """What went into what among the things found, in events that carried what is traced."""
    used = lines.take(np.flatnonzero((lines.role == INPUT) & np.isin(lines.thing, numbers)))
    if not used.event.size:
        return ()
    when = arrival[np.searchsorted(numbers, used.thing)]
    used = used.take(np.flatnonzero((used.at >= when) if direction == "forward" else (used.at <= when)))
    last = np.full(numbers.size, until) if direction == "forward" else arrival[: numbers.size]
    latest = dict(zip(numbers.tolist(), last.tolist(), strict=True))
    found = (
        Link(thing, other, event)
        for thing, made in zip(used.thing.tolist(), _outcomes(index, used), strict=True)
        for at, other, event in made
        if at <= latest.get(other, -NEVER)
    )
    return tuple(sorted(set(found)))


def end_of(on: date | None) -> int:
    """The last instant of a day on the scale of the index; no bound where no day is named."""
    return NEVER - 1 if on is None else _microseconds(clock.end_of_day(on))


def _start(day: date) -> int:
    return _microseconds(clock.end_of_day(day - timedelta(days=1)))


def _microseconds(instant: Any) -> int:
    return int(instant.timestamp() * 1_000_000)
