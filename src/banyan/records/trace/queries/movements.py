"""What moved of the things of a trace, and how much: seen by themselves, or in the boxes in which they then lay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from banyan.records.trace.queries import containers
from banyan.records.trace.queries.containers import Stay
from banyan.records.trace.queries.segments import ACTIONS, Role
from banyan.records.trace.queries.traced import Trace
from banyan.records.trace.queries.tracing import end_of
from banyan.records.traceability.queries import Thing, TraceEvent
from banyan.science.lineage.closure import NEVER

MOVED = (Role.EPC.value, Role.INPUT.value, Role.OUTPUT.value)
TYPES = {one.value: one for one in TraceEvent.Type}
ROLES = {one.value: one for one in Role}
ACTION_WORDS = {code: word for word, code in ACTIONS.items()}
BEFORE = -NEVER  # an item that was asked for, or lay in a box that was, is followed from its making
Inner = dict[int, containers.During]


class Movement(NamedTuple):
    """An amount of one thing in one event: who held it then, where, in which part and by which step."""

    thing: int
    depth: int  # steps of transformation from what was asked about
    event: int
    type: TraceEvent.Type
    role: Role
    action: str
    step: str
    holder: str
    county: str
    amount: float
    unit: str


def movements(trace: Trace) -> list[Movement]:
    """
    Every event in which things of a trace were seen, used or made since what is traced came to them, in order.

    A thing in a box moves with the box, boxes in boxes too, by as much as lay there at that instant. A thing without
    an amount is one. A box that was asked about is not counted beside what lay in it.
    """
    index, until = trace.index, end_of(trace.on)
    inside = ~trace.carries
    since = dict(zip(trace.numbers[inside].tolist(), trace.arrival[inside].tolist(), strict=True))
    depth = dict(zip(trace.numbers[inside].tolist(), trace.depth[inside].tolist(), strict=True))
    inner = containers.by_parent(containers.carriers(index, since, until=until))
    boxes = {one for one in inner if trace.epcs.get(one, ("", 0))[1] == Thing.Kind.LOGISTIC_UNIT}
    counted = since.keys() - boxes
    since |= {one: BEFORE for one, steps in depth.items() if not steps and trace.epcs[one][1] == Thing.Kind.INSTANCE}
    lines = index.lines_of_things(np.array(sorted(counted | inner.keys()), np.int64), until=until)
    lines = lines.take(np.flatnonzero(np.isin(lines.role, MOVED)))
    lines = lines.take(np.lexsort((lines.event, lines.at)))
    named = set(zip(lines.event.tolist(), lines.thing.tolist(), strict=True))
    told: set[tuple[int, Stay]] = set()
    found = []
    for place, (event, at, thing) in enumerate(
        zip(lines.event.tolist(), lines.at.tolist(), lines.thing.tolist(), strict=True)
    ):
        amounts: list[tuple[int, float, str]] = []
        if thing in counted and at >= since[thing]:
            quantity = float(lines.quantity[place])
            known = quantity == quantity
            amounts.append((thing, quantity if known else 1.0, index.word("unit", int(lines.unit[place]))))
        if int(lines.role[place]) != Role.OUTPUT.value:
            for stay in _lying_in(inner, thing, at, counted):
                if (event, stay.child) not in named and (event, stay) not in told:
                    told.add((event, stay))
                    amounts += [(stay.child, much, index.word("unit", unit)) for unit, much in _level(stay, at)]
        found += [
            Movement(
                one, depth[one], event, TYPES[int(lines.type[place])], ROLES[int(lines.role[place])],
                ACTION_WORDS[int(lines.action[place])], index.word("step", int(lines.step[place])),
                index.word("holder", int(lines.holder[place])), index.word("county", int(lines.county[place])), much,
                unit,
            )
            for one, much, unit in amounts
        ]  # fmt: skip
    return found


def _lying_in(inner: Inner, box: int, at: int, counted: set[int], deep: int = 0) -> Iterator[Stay]:
    """The stays of things that are counted in a box at an instant, also in boxes that lay in it."""
    for stay in inner[box].at(at) if box in inner else ():
        if stay.child in counted:
            yield stay
        elif deep < containers.DEEPEST:
            yield from _lying_in(inner, stay.child, at, counted, deep + 1)


def _level(stay: Stay, at: int) -> tuple[tuple[int, float], ...]:
    """How much lay there by unit; one where no event says an amount."""
    return tuple(one for one in stay.level(at) if one[1]) or ((0, 1.0),)
