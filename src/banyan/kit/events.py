"""The chain of events: each verb's who, when, what, why, linked by hashes to the one before."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, models
from django.db.models.fields.files import FieldFile

from banyan.kit import bulk, clock
from banyan.kit.models import ChainHead, Event, Version

CHAIN = "events"
ORIGIN = "0" * 64


@dataclass(frozen=True)
class Fault:
    """The first place where the chain does not hold, and what is wrong with it."""

    number: int
    what: str


def canonical(value: Any) -> bytes:
    """JSON text that is the same for equal content: sorted keys, UTC instants, decimals as text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=_plain)


def state_of(record: models.Model) -> dict[str, Any]:
    """All stored fields of a record, in the form that versions keep."""
    names, values, places, _blank = _fields_of(type(record))
    state = dict(zip(names, values(vars(record)), strict=True))
    for name, decimal_places in places:
        if state[name] is not None:
            state[name] = _told(state[name], decimal_places)
    return state


def version_text(record: models.Model, extra: dict[str, Any]) -> str:
    """The canonical state of a record as its version keeps it, without what is empty.

    A null is left out, and so is an empty text of a field that cannot be null: what is missing reads as that.
    """
    names, values, places, blank = _fields_of(type(record))
    state = {
        name: value
        for name, value in zip(names, values(vars(record)), strict=True)
        if value or (value is not None and not (name in blank and value == ""))
    }
    for name, decimal_places in places:
        if name in state:
            state[name] = _told(state[name], decimal_places)
    return canonical(state | extra if extra else state).decode()


def _told(value: Any, decimal_places: int | None) -> Any:
    """A value of a field that has a form of its own in events and versions."""
    if decimal_places is not None:
        return f"{Decimal(value):.{decimal_places}f}"
    if isinstance(value, FieldFile):
        return value.name
    return value.astimezone(UTC).isoformat() if type(value) is datetime else value


@functools.cache
def _fields_of(
    model: type[models.Model],
) -> tuple[tuple[str, ...], Any, tuple[tuple[str, int | None], ...], frozenset[str]]:
    """A model's stored fields: names, their reader, those with a form of their own, those empty as an empty text."""
    hidden = getattr(model, "unversioned", ())
    fields = [field for field in model._meta.concrete_fields if field.attname not in hidden]
    special = (models.DateTimeField, models.DecimalField, models.FileField)
    places = tuple((f.attname, getattr(f, "decimal_places", None)) for f in fields if isinstance(f, special))
    names = tuple(field.attname for field in fields)
    return names, bulk.values_of(names), places, frozenset(field.attname for field in fields if not field.null)


def write(
    *,
    name: str,
    by: str,
    on: date,
    reason: str,
    subject: str,
    before: str,
    after: str,
    versions: list[tuple[str, str, str]],
    lawful: bool = False,
) -> Event:
    """Append an event and the versions it made, under the lock of the chain. Call it within a transaction.

    A version is given as (noun, key, state as canonical text); a million of them need no record each. Raises
    `Locked` where they say otherwise what was approved, unless the law itself orders the event (`lawful`).
    """
    from banyan.kit import locks

    head = hold()
    if not lawful:
        locks.demand_open(name, versions)
    at = max(clock.now(), head.at) if head.at else clock.now()
    event = Event(
        number=head.number + 1, at=at, on=on, name=name, by=by, subject=subject, rows=len(versions),
        reason=reason, before=before, after=after, previous=head.hash,
        digest=_digest(state for _noun, _key, state in versions),
    )  # fmt: skip
    event.hash = hash_of(event)
    recorded_at = connection.ops.adapt_datetimefield_value(at)
    bulk.insert_rows(
        Version, ("event", "at", "noun", "key", "state"), [(event.number, recorded_at, *one) for one in versions]
    )
    bulk.insert([event])
    head.number, head.hash, head.at = event.number, event.hash, at
    bulk.update([head], ("number", "hash", "at"))
    return event


def hold() -> ChainHead:
    """The last link, locked until the transaction ends: nobody else writes an event before. Within a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event must be written in the transaction of its records")
    return _locked_head()


def _locked_head() -> ChainHead:
    """The last link of the chain, locked until the transaction ends; made where there is none."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number, hash, at FROM kit_chainhead WHERE name = %s{lock}", [CHAIN])  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        head = ChainHead(name=CHAIN, hash=ORIGIN)
        bulk.insert([head])
        return head
    number, link, at = row
    if at is not None and at.tzinfo is None:  # SQLite keeps instants in UTC without saying so
        at = at.replace(tzinfo=UTC)
    return ChainHead(name=CHAIN, number=number, hash=link, at=at)


def hash_of(event: Event) -> str:
    """The hash that binds an event to its content and to the event before it."""
    content = [
        event.number, event.at.astimezone(UTC).isoformat(), event.on, event.name, event.by, event.subject,
        event.rows, event.reason, event.before, event.after, event.digest, event.previous,
    ]  # fmt: skip
    return hashlib.sha256(canonical(content)).hexdigest()


def last_number() -> int:
    """The number of the last event, 0 where there is none."""
    number: int = ChainHead.objects.filter(name=CHAIN).values_list("number", flat=True).first() or 0
    return number


def faults() -> Iterator[Fault]:
    """Walk the whole chain and name each event that was altered, deleted or back-dated, first one first."""
    previous, number, at = ORIGIN, 0, None
    digests = _version_digests()
    digest_number, digest, count = next(digests, (0, "", 0))
    for event in Event.objects.order_by("number").iterator(chunk_size=2000):
        if event.number != number + 1:
            yield Fault(number + 1, f"deleted: the next event kept is number {event.number}")
        elif event.previous != previous:
            yield Fault(event.number, "altered: it does not link to the event before it")
        if at is not None and event.at < at:
            yield Fault(event.number, "back-dated: it is earlier than the event before it")
        if hash_of(event) != event.hash:
            yield Fault(event.number, "altered: its content does not give its hash")
        while digest_number and digest_number < event.number:
            yield Fault(digest_number, "its versions belong to an event that is gone")
            digest_number, digest, count = next(digests, (0, "", 0))
        found, rows = (digest, count) if digest_number == event.number else (_digest(()), 0)
        if digest_number == event.number:
            digest_number, digest, count = next(digests, (0, "", 0))
        if found != event.digest or rows != event.rows:
            yield Fault(event.number, "altered: the versions it wrote are not as they were")
        previous, number, at = event.hash, event.number, event.at
    head = ChainHead.objects.filter(name=CHAIN).first()
    if head and (head.number, head.hash) != (number, previous):
        yield Fault(number + 1, f"deleted: the chain once ended at number {head.number}")


def _version_digests() -> Iterator[tuple[int, str, int]]:
    """(event number, digest, rows) for the versions of each event, in order."""
    current, running, rows = 0, hashlib.sha256(), 0
    for number, state in Version.objects.order_by("event", "id").values_list("event", "state").iterator(2000):
        if number != current:
            if current:
                yield current, running.hexdigest(), rows
            current, running, rows = number, hashlib.sha256(), 0
        running.update(state.encode() + b"\n")
        rows += 1
    if current:
        yield current, running.hexdigest(), rows


def _digest(states: Iterable[str]) -> str:
    running = hashlib.sha256()
    for state in states:
        running.update(state.encode() + b"\n")
    return running.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
