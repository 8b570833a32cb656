"""Single items and the lot that their making names beside them: who asks about the one means the others too."""

from __future__ import annotations

import numpy as np

from banyan.records.trace.queries.index import Index, Lines
from banyan.records.trace.queries.segments import ADD, Role
from banyan.records.traceability import queries as traceability
from banyan.records.traceability.queries import Thing

LOT, INSTANCE = Thing.Kind.LOT.value, Thing.Kind.INSTANCE.value


def with_items(index: Index, lots: np.ndarray) -> np.ndarray:
    """Some things, and the items of the lots among them, ascending."""
    return _beside(index, lots, LOT, INSTANCE)


def with_lots(index: Index, items: np.ndarray) -> np.ndarray:
    """Some things, and the lots of the single items among them, ascending."""
    return _beside(index, items, INSTANCE, LOT)


def _beside(index: Index, things: np.ndarray, kind: int, other: int) -> np.ndarray:
    """Some things, and those of another kind and the same bar code that begin in the same event."""
    lines = index.lines_of_things(things)
    begun = index.lines_of_events(lines.event[_begins(lines) & np.isnan(lines.quantity)])
    begun = begun.take(np.flatnonzero(_begins(begun) & np.isnan(begun.quantity)))
    if not begun.event.size:
        return things
    told = traceability.kinds_of(np.unique(begun.thing).tolist())
    asked, made = set(things.tolist()), list(zip(begun.event.tolist(), begun.thing.tolist(), strict=True))
    of_asked = ((event, thing) for event, thing in made if thing in asked and told[thing][0] == kind)
    named = {(event, told[thing][1]) for event, thing in of_asked if told[thing][1]}
    more = [thing for event, thing in made if told[thing][0] == other and (event, told[thing][1]) in named]
    return np.unique(np.concatenate([things, np.array(more, np.int64)]))


def _begins(lines: Lines) -> np.ndarray:
    return (lines.role == Role.OUTPUT.value) | ((lines.role == Role.EPC.value) & (lines.action == ADD))
