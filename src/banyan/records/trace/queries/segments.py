"""Part of the index: a span of events as columns, found by thing, with the edges of what was made of what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from banyan.records.traceability.queries import EventThing, TraceEvent
from banyan.science.lineage.arrows import Arrows, Block, spread

Role = EventThing.Role
TRANSFORMATION = TraceEvent.Type.TRANSFORMATION.value
TOGETHER = (TraceEvent.Type.AGGREGATION.value, TraceEvent.Type.ASSOCIATION.value)
ADD, OBSERVE, DELETE = 1, 2, 3
ACTIONS = {"": 0, "ADD": ADD, "OBSERVE": OBSERVE, "DELETE": DELETE}
EVENT_COLUMNS = {"at": "i8", "late": "u2", "type": "u1", "action": "u1", "step": "u2", "holder": "i4", "county": "i4"}
LINE_COLUMNS = {"event": "i4", "thing": "i4", "role": "u1", "quantity": "f8", "unit": "u2"}
JOIN_COLUMNS = {"joined": "i4", "hub": "i4", "name": "i8"}


@dataclass(frozen=True, eq=False)
class Segment:
    """
    Events number `first` to `last`, and a line for each thing in each of them. `late` is how many days after it
    happened an event was recorded.

    Columns of lines are in the order of events; `order` lists them by thing, `things` which things there are, and
    `start` where each begins in `order`. `event` counts from the segment's first.

    `joined` are the events that name their transformation; `hub` is for each the number of the first event that named
    the same, `name` a digest of that name.
    """

    first: int
    at: np.ndarray
    late: np.ndarray
    type: np.ndarray
    action: np.ndarray
    step: np.ndarray
    holder: np.ndarray
    county: np.ndarray
    event: np.ndarray
    thing: np.ndarray
    role: np.ndarray
    quantity: np.ndarray
    unit: np.ndarray
    joined: np.ndarray
    hub: np.ndarray
    name: np.ndarray
    order: np.ndarray
    things: np.ndarray
    start: np.ndarray

    @classmethod
    def of(
        cls, first: int, events: dict[str, np.ndarray], lines: dict[str, np.ndarray], joins: dict[str, np.ndarray]
    ) -> Segment:  # fmt: skip
        """A segment from its columns."""
        order = np.argsort(lines["thing"], kind="stable").astype(np.int32)
        things, start = np.unique(lines["thing"][order], return_index=True)
        start = np.append(start, order.size).astype(np.int64)
        return cls(first, **events, **lines, **joins, order=order, things=things, start=start)

    @property
    def last(self) -> int:
        return self.first + self.at.size - 1

    @cached_property
    def first_line(self) -> np.ndarray:
        """Where the lines of each event begin."""
        return np.searchsorted(self.event, np.arange(self.at.size + 1)).astype(np.int64)

    def lines_of_things(self, things: np.ndarray) -> np.ndarray:
        """Places of all lines that name any of some things."""
        if not self.things.size:
            return np.empty(0, np.int64)
        place = np.searchsorted(self.things, things)
        place[place == self.things.size] = 0
        place = place[self.things[place] == things]
        return self.order[spread(self.start[place], self.start[place + 1] - self.start[place])].astype(np.int64)

    def lines_of_events(self, events: np.ndarray) -> np.ndarray:
        """Places of all lines of some events, which count from the segment's first."""
        first = np.searchsorted(self.event, events)
        return spread(first, np.searchsorted(self.event, events, side="right") - first)

    def merged(self, later: Segment) -> Segment:
        """This segment and the next as one."""
        events, lines, joins = (
            {name: np.concatenate([getattr(self, name), getattr(later, name)]) for name in columns}
            for columns in (EVENT_COLUMNS, LINE_COLUMNS, JOIN_COLUMNS)
        )
        further = np.int32(later.first - self.first)
        lines["event"] = np.concatenate([self.event, later.event + further])
        joins["joined"] = np.concatenate([self.joined, later.joined + further])
        return Segment.of(self.first, events, lines, joins)

    def hubs(self, events: np.ndarray) -> np.ndarray:
        """The number of the event that stands for the transformation of each event, which count from the first."""
        hubs = events + np.int64(self.first)
        if self.joined.size:
            place = np.searchsorted(self.joined, events)
            place[place == self.joined.size] = 0
            named = self.joined[place] == events
            hubs[named] = self.hub[place[named]]
        return hubs

    def edges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """From, to and event (counted from the first) of all that went into and came out of transformations."""
        line = np.flatnonzero((self.type == TRANSFORMATION)[self.event])
        event = self.event[line]
        thing, hub = thing_node(self.thing[line]), event_node(self.hubs(event))
        goes_in = self.role[line] == Role.INPUT.value
        return np.where(goes_in, thing, hub), np.where(goes_in, hub, thing), event

    def save(self, folder: Path) -> None:
        """Write every column into a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            if field.name != "first":
                np.save(folder / f"{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path, first: int) -> Segment:
        """The segment of a folder, mapped: pages are read when they are looked at, once for all processes."""
        names = [field.name for field in fields(cls) if field.name != "first"]
        return cls(first, **{name: mapped(folder / f"{name}.npy") for name in names})


def mapped(path: Path) -> np.ndarray:
    """An array of a file, mapped; an empty one cannot be."""
    found = np.load(path, mmap_mode="r")
    return np.asarray(found) if not found.size else found.view(np.ndarray)


def thing_node(thing: np.ndarray) -> np.ndarray:
    """The lot of the graph that stands for a thing."""
    return 2 * thing.astype(np.int64)


def event_node(event: np.ndarray) -> np.ndarray:
    """The lot of the graph that stands for what happened in a transformation: all that went in meets there."""
    return 2 * event.astype(np.int64) + 1


def save_block(folder: Path, segment: Segment) -> int:
    """Write the edges of a segment, both ways round, and the event of each; return how many nodes they span."""
    source, target, event = segment.edges()
    nodes = int(max(source.max(), target.max())) + 1 if source.size else 0
    block = Block.of(source.astype(np.int32), target.astype(np.int32), None, None, nodes=nodes, offset=0)
    folder.mkdir(parents=True, exist_ok=True)
    for way, arrows in (("forward", block.forward), ("backward", block.backward)):
        for field in fields(Arrows):
            value = getattr(arrows, field.name)
            if value is not None:
                np.save(folder / f"{way}-{field.name}.npy", value)
    np.save(folder / "at.npy", segment.at[event].astype(np.int64))
    np.save(folder / "event.npy", event)
    return nodes


def load_block(folder: Path, *, nodes: int, offset: int) -> tuple[Block, np.ndarray]:
    """The edges of a segment and the event of each, mapped."""
    ways = []
    for way in ("forward", "backward"):
        rows = folder / f"{way}-rows.npy"
        start, to, edge = (mapped(folder / f"{way}-{name}.npy") for name in ("start", "to", "edge"))
        ways.append(Arrows(start, to, edge, mapped(rows) if rows.exists() else None))
    return Block(ways[0], ways[1], mapped(folder / "at.npy"), None, nodes, offset), mapped(folder / "event.npy")
