"""What changed since an event, in the order of commits: nothing lost, nothing twice."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from banyan.edge.receivers.models import Access
from banyan.kit import clock, events, terms
from banyan.kit.models import Event, Version
from banyan.kit.refusals import BadRequest

RULES = "receivers.changes"
FIRM = {
    "casework.case": ("party_id",), "recall.notice": ("maker_id",), "inspection.sample": ("maker_id", "seller_id"),
}  # fmt: skip
"""Where the version of a noun names its firm; elsewhere it is `organisation_id`."""


class Place(NamedTuple):
    """How far somebody has read: up to a version of an event, or (version 0) to the end of that event."""

    event: int = 0
    version: int = 0

    def __str__(self) -> str:
        return f"{self.event}-{self.version}" if self.version else str(self.event)


@dataclass(frozen=True)
class Change:
    """One change as a version and an event tell it. What may be said of it today is for `telling`."""

    event: int
    version: int
    name: str
    at: datetime
    on: date
    topic: str
    kind: str
    term: str
    noun: str
    key: str
    state: Mapping[str, Any]

    @property
    def identifier(self) -> str:
        """The same for every receiver and every try, and no other change's."""
        return f"{self.topic}-{self.event}-{self.version}"

    @property
    def organisation(self) -> str | None:
        """The key of the firm that it is about; None where no firm of the registry is."""
        names = FIRM.get(self.noun, ("organisation_id",))
        return next((self.state[name] for name in names if self.state.get(name)), None)

    @property
    def about(self) -> tuple[str, str]:
        """Noun and key of the record that changed: of an objection, the record that it was about."""
        if self.noun == "credit.objection":
            return self.state["record_noun"], self.state["record_key"]
        return self.noun, self.key

    @property
    def lane(self) -> str:
        """What its order is kept within."""
        return self.organisation or self.key


class Part(NamedTuple):
    """Changes in order; the place to go on from, or None; and up to which event there are none beside these."""

    changes: list[Change]
    after: Place | None
    upto: int


def place_of(text: str) -> Place:
    """A place by its text, such as 120 or 120-4711. Raises BadRequest."""
    found = re.fullmatch(r"([0-9]{1,18})(?:-([0-9]{1,18}))?", text.strip())
    if found is None:
        raise BadRequest(
            _("Changes since “%(place)s” were asked for.") % {"place": text[:40]},
            _("That is no place in the feed."),
            _("Give the `after` or `upto` of the page before; 0 begins at the first change."),
        )
    return Place(int(found[1]), int(found[2] or 0))


def rules(*, on: date, topics: Collection[str] | None = None) -> list[Mapping[str, Any]]:
    """The rows of the packs that say which events are told under some topics; under all where none are named."""
    return [row for row in terms.rows(RULES, on=on) if topics is None or row["topic"] in topics]


def topics_of(receiver: Any, *, on: date) -> set[str]:
    """The topics that a receiver may be told of on a day; none while it is suspended."""
    if receiver.state != "active" or receiver.withdrawn_on:
        return set()
    return {one.topic for one in receiver.access.all() if holds(one, on=on)}


def holds(access: Access, *, on: date) -> bool:
    """Whether an access holds on a day."""
    ended = access.until_on is not None and access.until_on < on
    return access.withdrawn_on is None and access.from_on <= on and not ended


def read(*, topics: Collection[str], place: Place, limit: int, upto: int | None = None) -> Part:
    """The changes under some topics after a place, at most so many records of them.

    Event numbers are given under the lock of the chain, so whoever reads up to the last one misses nothing that is
    committed later: that has a higher number.
    """
    head = events.last_number() if upto is None else upto
    rows = rules(on=clock.today(), topics=topics)
    names = {row["event"] for row in rows}
    first = Q(number__gte=place.event) if place.version else Q(number__gt=place.event)
    found = Event.objects.filter(first, name__in=names, number__lte=head).order_by("number")
    told = list(found.only("number", "name", "on", "at")[: limit + 1]) if rows else []
    known = {one.number: one for one in told[:limit]}
    versions = Version.objects.filter(event__in=list(known), noun__in={row["noun"] for row in rows})
    if place.version:
        versions = versions.exclude(event=place.event, id__lte=place.version)
    kept = list(versions.order_by("event", "id")[: limit + 1]) if known else []
    changes = [change for one in kept[:limit] for change in _changes(one, known[one.event], rows)]
    if len(kept) > limit:
        return Part(changes, Place(kept[limit - 1].event, kept[limit - 1].id), head)
    if len(told) > limit:
        return Part(changes, Place(told[limit - 1].number), head)
    return Part(changes, None, max(head, place.event))


def changes_by_version(wanted: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Change]:
    """The changes of some versions under their topics, by version and topic."""
    rows = rules(on=clock.today())
    kept = list(Version.objects.filter(id__in={version for version, _topic in wanted}))
    known = Event.objects.in_bulk({one.event for one in kept})
    found = {
        (change.version, change.topic): change for one in kept for change in _changes(one, known[one.event], rows)
    }
    return {pair: found[pair] for pair in wanted if pair in found}


def _changes(version: Version, event: Event, rows: Sequence[Mapping[str, Any]]) -> list[Change]:
    state = json.loads(version.state)
    return [
        Change(event.number, version.id, event.name, event.at, event.on, row["topic"], row["kind"], row["term"] or "",
               version.noun, version.key, state)
        for row in rows if (row["event"], row["noun"]) == (event.name, version.noun)
    ]  # fmt: skip
