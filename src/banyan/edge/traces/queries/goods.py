"""The latest goods of a firm or product: their events, their lots, and what is missing in the chain of each."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from banyan.base.registry import queries as registry
from banyan.edge.traces.queries.drawing import short
from banyan.edge.traces.queries.telling import GAPS
from banyan.records.trace.queries import gaps_of, seen_index
from banyan.records.traceability import queries as traceability

EVENTS, LOTS, LOOKED_AT = 8, 8, 200


class Event(NamedTuple):
    """One event in words."""

    at: datetime
    type: str
    step: str
    firm: str


class Lot(NamedTuple):
    """A lot with when it was seen last, and what is missing in its chain."""

    epc: str
    short: str
    at: datetime
    gaps: list[str]


class Goods(NamedTuple):
    """What is told of the latest goods of a firm or product."""

    events: list[Event]
    lots: list[Lot]


def recent_goods(*, person: Any, organisation: str = "", product: str = "") -> Goods | None:
    """
    The latest events at a firm (or that name a product), as a person may read them; None where there are none.

    Raises NoPurpose and NotAllowed as a trace does.
    """
    rows = traceability.standing(traceability.seen_events(person))
    if organisation:
        rows = rows.filter(holder_id=organisation)
    else:
        rows = rows.filter(pk__in=traceability.events_naming(product=product))
    latest = list(rows.select_related("holder").defer("body").order_by("-pk")[:LOOKED_AT])
    if not latest:
        return None
    events = [
        Event(
            one.event_time,
            one.get_type_display(),
            one.biz_step,
            registry.name_in_language(one.holder) if one.holder else "",
        )
        for one in latest[:EVENTS]
    ]
    seen: dict[int, datetime] = {}
    epcs: dict[int, str] = {}
    at = {one.pk: one.event_time for one in latest}
    for number, thing, epc in traceability.lots_of_events(at, product=product):
        epcs[thing] = epc
        seen[thing] = max(at[number], seen.get(thing, at[number]))
    newest = sorted(seen, key=lambda thing: (seen[thing], thing), reverse=True)[:LOTS]
    missing: dict[str, list[str]] = defaultdict(list)
    if newest:
        for gap in gaps_of(seen_index(person), np.array(sorted(newest), np.int64), until=None):
            if (said := str(GAPS[gap.kind]())) not in missing[gap.epc]:
                missing[gap.epc].append(said)
    lots = [Lot(epcs[one], short(epcs[one]), seen[one], missing[epcs[one]]) for one in newest]
    return Goods(events, lots)
