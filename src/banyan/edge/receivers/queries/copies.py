"""Whether all copies agree: the digest of what stands of a topic, as we have it and as a receiver reports it.

The digest is a sum, so that nobody need sort: of each record that stands, the SHA-256 of "SUBJECT IDENTIFIER\\n" as a
whole number, added up modulo 2 to the 256th.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from banyan.edge.receivers.models import TOPICS, Access, Copy, Receiver
from banyan.edge.receivers.queries import changes, telling
from banyan.kit import clock
from banyan.kit.models import Event, Version

BATCH = 500
MODULUS = 2**256


def digest_of(pairs: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """The digest of (subject, identifier of its last change), and how many there are."""
    total, count = 0, 0
    for subject, identifier in pairs:
        total += int.from_bytes(hashlib.sha256(f"{subject} {identifier}\n".encode()).digest(), "big")
        count += 1
    return f"{total % MODULUS:064x}", count


def ours(topic: str, *, upto: int) -> tuple[str, int]:
    """The digest of what stands today of a topic, by the changes up to an event, and how many records that are."""
    return digest_of(_standing(topic, upto))


def _standing(topic: str, upto: int) -> Iterator[tuple[str, str]]:
    rows = changes.rules(on=clock.today(), topics=[topic])
    told = Event.objects.filter(name__in={row["event"] for row in rows}, number__lte=upto)
    kept = Version.objects.filter(event__in=told.values("number"), noun__in={row["noun"] for row in rows})
    last = kept.values("noun", "key").annotate(last=Max("id")).order_by().values_list("last", flat=True)
    batch: list[tuple[int, str]] = []
    for version in last.iterator(chunk_size=BATCH):
        batch.append((version, topic))
        if len(batch) == BATCH:
            yield from _told(batch)
            batch = []
    yield from _told(batch)


def _told(batch: list[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    for event in telling.told(list(changes.changes_by_version(batch).values())):
        if telling.stands(event):
            yield event["subject"], event["id"]


@dataclass(frozen=True)
class Agreement:
    """What a receiver last reported of a topic that it may receive, beside ours."""

    receiver: str
    topic: str
    copy: Copy | None
    is_behind: bool

    @property
    def topic_said(self) -> str:
        """The topic in words."""
        return str(TOPICS[self.topic])

    @property
    def says(self) -> str:
        """agrees, differs, or silent where nothing was ever reported."""
        if self.copy is None:
            return "silent"
        return "agrees" if self.copy.agrees else "differs"


def agreements(*, person: Any = None) -> list[Agreement]:
    """For each receiver and topic of today, whether its last report was ours, and whether more has changed since."""
    on = clock.today()
    seen = Receiver.objects.filter(state="active", withdrawn_on=None)
    if person is not None:
        seen = seen.within(person)
    access = [
        one
        for one in Access.objects.filter(receiver__in=seen).select_related("receiver").order_by("receiver", "topic")
        if changes.holds(one, on=on)
    ]  # fmt: skip
    latest = Copy.objects.filter(withdrawn_on=None).values("receiver", "topic").annotate(last=Max("key"))
    copies = {
        (one.receiver_id, one.topic): one
        for one in Copy.objects.filter(pk__in=latest.values("last"), receiver__in=seen).select_related("receiver")
    }
    newest = {topic: _newest(topic) for topic in {one.topic for one in access}}
    found = []
    for one in access:
        copy = copies.get((one.receiver_id, one.topic))
        behind = copy is not None and copy.event < newest[one.topic]
        found.append(Agreement(one.receiver.name, one.topic, copy, behind))
    return found


def _newest(topic: str) -> int:
    """The number of the last event that changed something of a topic."""
    names = {row["event"] for row in changes.rules(on=clock.today(), topics=[topic])}
    return Event.objects.filter(name__in=names).aggregate(last=Max("number"))["last"] or 0
