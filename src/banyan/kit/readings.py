"""
Who read what under a stated reason: noted where it is asked for, once for each request, listed to auditors.

Each night an event keeps count and digest of the readings since the last one: whoever changes one or takes it out is
found by `banyan check readings`, as long as the chain of events holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext_lazy

from banyan.kit import clock, events
from banyan.kit.models import Event, Reading
from banyan.kit.verbs import verb

SEALED = "readings.sealed"
BATCH = 2000

_request: ContextVar[tuple[str, set[tuple[str, str]]] | None] = ContextVar("reading", default=None)


@contextmanager
def asked_at(address: str) -> Iterator[None]:
    """What is noted inside was asked by this address; the same reason is noted once."""
    before = _request.set((address[: Reading.LONGEST_ADDRESS], set()))
    try:
        yield
    finally:
        _request.reset(before)


def note(*, person: Any, under: str) -> None:
    """Note that a person reads now, under a record that states why (`noun:key`)."""
    address, noted = _request.get() or ("", set())
    if (person.username, under) not in noted:
        Reading.objects.create(at=clock.now(), by=person.username, under=under, address=address)
        noted.add((person.username, under))


def under(subject: str) -> Any:
    """What was read under a record, the latest first."""
    return Reading.objects.filter(under=subject)


# ---------------------------------------------------------------- seals


class Seal(NamedTuple):
    """The readings of some numbers: how many, and their digest."""

    first: int
    last: int
    readings: int
    digest: str


def run_clocks(*, by: Any, on: date) -> int:
    """Seal the readings of the days before that no seal holds yet; how many. The daily step calls it."""
    seals = list(_seals())
    first = seals[-1].last + 1 if seals else 1
    midnight = clock.end_of_day(on).replace(hour=0, minute=0, second=0, microsecond=0)
    last = Reading.objects.filter(pk__gte=first, at__lt=midnight).aggregate(last=Max("pk"))["last"]
    if last is None:
        return 0
    seal = Seal(first, last, *_digest(first, last))
    seal_readings(seal=seal, by=by, on=on)
    return seal.readings


@verb(SEALED, right="events.seal", title=gettext_lazy("Readings sealed"))
def seal_readings(deed: Any, *, seal: Seal) -> None:
    """Keep count and digest of readings in the chain of events."""
    deed.tell(f"{Reading.noun}:{seal.first}-{seal.last}", **seal._asdict())


def faults() -> Iterator[str]:
    """Seals whose readings are no longer those that were sealed."""
    for seal in _seals():
        count, digest = _digest(seal.first, seal.last)
        if count != seal.readings:
            yield f"readings {seal.first} – {seal.last}: {seal.readings} were sealed, {count} are left"
        elif digest != seal.digest:
            yield f"readings {seal.first} – {seal.last}: one was changed"


def _seals() -> Iterator[Seal]:
    rows = Event.objects.filter(name=SEALED).order_by("number").values_list("subject", "after")
    for subject, after in rows:
        yield Seal(**json.loads(after)[subject])


def _digest(first: int, last: int) -> tuple[int, str]:
    told, count = hashlib.sha256(), 0
    rows = Reading.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    for number, at, *rest in rows.values_list("pk", "at", "by", "under", "address").iterator(chunk_size=BATCH):
        told.update(events.canonical([number, at.astimezone(UTC).isoformat(), *rest]))
        count += 1
    return count, told.hexdigest()
