"""How far a box surely carried something whose unpacking nobody told: to the first firm it came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from banyan.records.trace.queries.containers import Stay
from banyan.records.trace.queries.index import Index
from banyan.records.trace.queries.segments import ADD, TOGETHER, Role
from banyan.records.trace.queries.traced import named
from banyan.records.traceability.queries import Thing
from banyan.science.lineage.closure import NEVER

PARENT, CHILD = Role.PARENT.value, Role.CHILD.value
UNIT = Thing.Kind.LOGISTIC_UNIT.value


class Seen(NamedTuple):
    """An event that names a box: when, by which number, at whom, and whether something was put in."""

    at: int
    event: int
    holder: int
    puts_in: bool


def told_apart(index: Index, stays: Sequence[Stay], *, until: int) -> tuple[list[Stay], list[Stay]]:
    """
    The part of each stay that is sure, and the part in which the thing only may have lain there still.

    A stay whose end was told is sure. Without it, a crate (any box that is used again) carried the thing surely until
    the first other firm sent it on; a pallet with a number of its own (SSCC) until something was put in elsewhere.
    """
    untold = [one for one in stays if one.until_at > until]
    if not untold:
        return list(stays), []
    sightings = _sightings(index, {one.parent for one in untold}, until)
    packed = _holders(index, {one.event for one in untold})
    kinds = named(sorted({one.parent for one in untold}))
    sure, doubtful = [], []
    for one in stays:
        at = NEVER
        if one.until_at > until:
            is_unit = kinds.get(one.parent, ("", UNIT))[1] == UNIT
            at = _doubt(one, packed.get(one.event, -1), sightings.get(one.parent, ()), is_unit=is_unit)
        if at > one.from_at:
            sure.append(one if at > one.until_at else one._replace(until_at=at - 1))
        if at <= one.until_at and at < NEVER:
            doubtful.append(one._replace(from_at=max(at, one.from_at)))
    return sure, doubtful


def _doubt(stay: Stay, packer: int, sightings: Sequence[Seen], *, is_unit: bool) -> int:
    """From when on it is not sure that a box still carried what was put in; NEVER where nothing speaks against it."""
    first = -1  # the firm that the box first came to
    packed = next((one for one in sightings if one.event == stay.event), None)
    begun = (packed.at, packed.event) if packed else (stay.from_at, -1)
    for one in sightings:
        if one.holder < 0 or (one.at, one.event) <= begun:
            continue
        came = first >= 0
        if came and one.puts_in and one.holder != first:
            return one.at
        if came and not is_unit and one.holder != first:
            return one.at
        if one.holder != packer and not came:
            first = one.holder
    return NEVER


def _sightings(index: Index, boxes: set[int], until: int) -> dict[int, list[Seen]]:
    lines = index.lines_of_things(np.array(sorted(boxes), np.int64), until=until)
    told = index.lines_of_events(lines.event)
    with_children = set(told.event[told.role == CHILD].tolist())
    filling = np.isin(lines.type, TOGETHER) & (lines.role == PARENT) & (lines.action == ADD)
    found: dict[int, list[Seen]] = {}
    columns = (lines.thing, lines.at, lines.event, lines.holder, filling)
    for thing, at, event, holder, puts_in in zip(*(one.tolist() for one in columns), strict=True):
        found.setdefault(thing, []).append(Seen(at, event, holder, puts_in and event in with_children))
    return {box: sorted(some) for box, some in found.items()}


def _holders(index: Index, events: set[int]) -> dict[int, int]:
    lines = index.lines_of_events(np.array(sorted(events), np.int64))
    return dict(zip(lines.event.tolist(), lines.holder.tolist(), strict=True))
