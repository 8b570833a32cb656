"""The stream of events as whoever follows it reads it: by number, in the order of commits."""

from __future__ import annotations

import zlib
from typing import Any

import orjson
from django.db.models import FloatField, Max
from django.db.models.functions import Cast

from banyan.records.traceability.models import EventThing, TraceEvent


def last_mark() -> tuple[int, str]:
    """The number and hash of the last event; 0 and nothing where there is none."""
    found = TraceEvent.objects.order_by("-pk").values_list("pk", "hash").first()
    return (int(found[0]), str(found[1])) if found else (0, "")


def hash_of(number: int) -> str:
    """The hash of an event; empty where there is none of the number."""
    return str(TraceEvent.objects.filter(pk=number).values_list("hash", flat=True).first() or "")


def wrong_events() -> list[int]:
    """The numbers of events that whoever captured them declared wrong, and of all declarations, ascending."""
    declarations = TraceEvent.objects.filter(declares_wrong__gt="")
    said = {(wrong, firm) for wrong, firm in declarations.values_list("declares_wrong", "captured_by_id")}
    named = TraceEvent.objects.filter(hash__in=declarations.values("declares_wrong"))
    rows = named.values_list("pk", "hash", "captured_by_id")
    wrong = [number for number, fingerprint, firm in rows if (fingerprint, firm) in said]
    return sorted({*declarations.values_list("pk", flat=True), *wrong})


def event_rows(first: int, last: int) -> list[tuple[Any, ...]]:
    """Time (UTC, without zone), type, action, step, holder and county of a span of events, in order."""
    rows = TraceEvent.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    names = ("event_time", "type", "action", "biz_step", "holder_id", "county_id")
    return [(at.replace(tzinfo=None), *others) for at, *others in rows.values_list(*names)]


def transformations(first: int, last: int) -> list[tuple[int, str]]:
    """Number and transformation of the events of a span that name one (`transformationID`), in order."""
    rows = TraceEvent.objects.filter(pk__gte=first, pk__lte=last, type=TraceEvent.Type.TRANSFORMATION).order_by("pk")
    found = []
    for number, body in rows.values_list("pk", "body").iterator():
        content = zlib.decompress(body)
        if b'"transformationID"' in content and (name := orjson.loads(content).get("transformationID")):
            found.append((number, name))
    return found


def line_rows(first: int, last: int) -> list[tuple[Any, ...]]:
    """Event, thing, role, quantity and unit of every line of a span of events, in order."""
    rows = EventThing.objects.filter(event_id__gte=first, event_id__lte=last).order_by("event_id", "pk")
    amount = Cast("quantity", FloatField())
    return list(rows.annotate(amount=amount).values_list("event_id", "thing_id", "role", "amount", "unit"))


def events_of(organisation: str) -> list[int]:
    """The numbers of the events that an organisation may read."""
    rows = TraceEvent.objects.filter(parties__organisation_id=organisation)
    return list(rows.values_list("pk", flat=True))


def last_event_known(*, at: Any) -> int:
    """The number of the last event that was recorded by an instant."""
    return int(TraceEvent.objects.filter(record_time__lte=at).aggregate(last=Max("pk"))["last"] or 0)
