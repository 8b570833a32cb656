"""The stream of events as whoever follows it reads it: by number, in the order of commits."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from datetime import datetime
from typing import Any

import orjson
from django.db.models import FloatField
from django.db.models.functions import Cast

from banyan.records.traceability.models import EventParty, EventThing, TraceEvent


def last_mark() -> tuple[int, str]:
    """The number and hash of the last event; 0 and nothing where there is none."""
    found = TraceEvent.objects.order_by("-pk").values_list("pk", "hash").first()
    return (int(found[0]), str(found[1])) if found else (0, "")


def hash_of(number: int) -> str:
    """The hash of an event; empty where there is none of the number."""
    return str(TraceEvent.objects.filter(pk=number).values_list("hash", flat=True).first() or "")


def wrong_events() -> list[tuple[int, int]]:
    """
    Events that whoever captured them declared wrong, and all declarations, ascending: the number of each, and that of
    the event by which it is out.
    """
    declarations = TraceEvent.objects.filter(declares_wrong__gt="")
    said: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    rows = declarations.order_by().values_list("pk", "declares_wrong", "captured_by_id")
    for number, wrong, firm in sorted(rows):  # an order asked of the database makes SQLite read all events
        said.setdefault((wrong, firm), number)
        found[number] = number
    named = TraceEvent.objects.filter(hash__in=declarations.order_by().values("declares_wrong")).order_by()
    for number, fingerprint, firm in named.values_list("pk", "hash", "captured_by_id"):
        if (fingerprint, firm) in said:
            found.setdefault(number, said[fingerprint, firm])
    return sorted(found.items())


def event_rows(first: int, last: int) -> list[tuple[Any, ...]]:
    """Times of happening and recording (UTC, no zone), type, action, step, holder and county of a span of events."""
    rows = TraceEvent.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    names = ("event_time", "record_time", "type", "action", "biz_step", "holder_id", "county_id")
    return [
        (at.replace(tzinfo=None), recorded.replace(tzinfo=None), *others)
        for at, recorded, *others in rows.values_list(*names)
    ]


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
    return list(EventParty.objects.filter(organisation_id=organisation).values_list("event_id", flat=True))


def last_event_known(*, at: Any) -> int:
    """The number of the last event that was recorded by an instant. Times of recording rise with the numbers."""
    return bisect_right(_numbers(), at, key=_recorded)


def first_event_since(at: datetime) -> int:
    """The number of the first event that was recorded at an instant or later; where there is none, the next one."""
    return bisect_left(_numbers(), at, key=_recorded) + 1


def _numbers() -> range:
    return range(1, last_mark()[0] + 1)


def _recorded(number: int) -> datetime:
    found: datetime = TraceEvent.objects.values_list("record_time", flat=True).get(pk=number)
    return found
