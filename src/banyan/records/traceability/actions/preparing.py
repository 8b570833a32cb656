"""Turns an event that was checked into the row that is kept, before any lock is taken."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from banyan import epcis
from banyan.records.traceability.models import EventThing, Thing, TraceEvent

TYPES = {
    "ObjectEvent": TraceEvent.Type.OBJECT.value,
    "AggregationEvent": TraceEvent.Type.AGGREGATION.value,
    "TransactionEvent": TraceEvent.Type.TRANSACTION.value,
    "TransformationEvent": TraceEvent.Type.TRANSFORMATION.value,
    "AssociationEvent": TraceEvent.Type.ASSOCIATION.value,
}
ROLES = {role.name.lower(): role.value for role in EventThing.Role}
KINDS = {
    "instance": Thing.Kind.INSTANCE.value,
    "lot": Thing.Kind.LOT.value,
    "class": Thing.Kind.CLASS.value,
    "logistic unit": Thing.Kind.LOGISTIC_UNIT.value,
}
OTHER = Thing.Kind.OTHER.value
COMPRESSION = 1  # a fifth of the size of level 9's gain for a quarter of its time


class Prepared(NamedTuple):
    """All that is kept of an event, with places and things still by their identifiers."""

    number: int
    hash: str
    event_id: str
    declares_wrong: str
    type: int
    action: str
    event_time: datetime
    offset: str
    biz_step: str
    disposition: str
    read_point: str
    biz_location: str
    parties: tuple[str, ...]
    body: bytes
    things: tuple[tuple[str, int, Any, str, int, str], ...]  # identifier, role, amount, unit, kind, GTIN


def prepared(number: int, event: Mapping[str, Any], address: str, things: Sequence[Any]) -> Prepared:
    """The row of an event; `address` is its hash as CBV 2.0 writes it, `things` what `epcis.things` found."""
    fingerprint = address.removeprefix("ni:///sha-256;").partition("?")[0]
    declared = event.get("errorDeclaration")
    declares_wrong = fingerprint if declared else ""
    if declared:
        told = orjson.dumps(declared, option=orjson.OPT_SORT_KEYS)
        fingerprint = hashlib.sha256(fingerprint.encode() + told).hexdigest()
    return Prepared(
        number=number,
        hash=fingerprint,
        event_id=str(event.get("eventID") or address),
        declares_wrong=declares_wrong,
        type=TYPES[event["type"]],
        action=str(event.get("action", "")),
        event_time=datetime.fromisoformat(event["eventTime"]),
        offset=str(event.get("eventTimeZoneOffset", "")),
        biz_step=str(event.get("bizStep", "")),
        disposition=str(event.get("disposition", "")),
        read_point=_place(event.get("readPoint")),
        biz_location=_place(event.get("bizLocation")),
        parties=tuple(dict.fromkeys(_parties(event))),
        body=zlib.compress(orjson.dumps(event), COMPRESSION),
        things=tuple(
            (one.epc, ROLES[one.role], one.quantity, one.unit, KINDS.get(one.kind, OTHER), one.gtin) for one in things
        ),
    )


def _place(value: Any) -> str:
    if not value:
        return ""
    return epcis.canonical(value["id"] if isinstance(value, dict) else value)


def _parties(event: Mapping[str, Any]) -> Iterator[str]:
    """The parties and places that sources and destinations name."""
    for lines, name in (("sourceList", "source"), ("destinationList", "destination")):
        for line in event.get(lines) or ():
            yield epcis.canonical(line[name])
