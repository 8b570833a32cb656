"""What an import brought: its records, the items it added to others, and what has been built upon since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registered
from banyan.edge.intake.models import Import, Statement
from banyan.insight.approval import queries as approval
from banyan.kit.models import Event, Version

NOUNS = {"inspection": "inspection.sample", "registry": "registry.organisation", "recall": "recall.lead",
         "complaints": "complaints.complaint", "equipment": "equipment.equipment"}  # fmt: skip
OWN_EVENTS = {
    "inspection": ("inspection.samples.recorded", "inspection.samples.extended", "inspection.parties.joined"),
    "registry": ("registry.organisations.entered",),
    "recall": ("recall.notices.taken_in",),
    "complaints": ("complaints.messages.filed",),
    "equipment": ("equipment.entered", "equipment.inspections.reported"),
}


class Addition(NamedTuple):
    """Items that an import added to a sample of an earlier one."""

    sample: str
    items: set[str]
    passed_before: bool
    is_built_upon: bool


def own_events(record: Import) -> list[int]:
    """The numbers of the events by which an import entered records."""
    found = Event.objects.filter(name__in=OWN_EVENTS[record.into], reason=str(record))
    return list(found.order_by("number").values_list("number", flat=True))


def waiting_of(record: Import) -> Any:
    """The late entries of an import that wait for an approved period to be opened."""
    return approval.waiting_by_reason(reason=str(record), events=OWN_EVENTS[record.into])


def brought_by(record: Import, *, after: str, limit: int) -> list[str]:
    """Keys of the records that an import made, in their order, behind `after`."""
    made = Statement.objects.filter(entered_by=record.number, content=0, record__gt=after)
    return list(made.order_by("record").values_list("record", flat=True).distinct()[:limit])


def built_upon(record: Import, keys: Sequence[str]) -> dict[str, str]:
    """Those of an import's records that something was built upon since, each with what it was."""
    noun, own = NOUNS[record.into], set(own_events(record))
    found: dict[str, str] = {}
    related = Version.objects.filter(noun=noun, key__in=keys)
    if record.into == Import.Into.INSPECTION:
        related |= Version.objects.filter(noun="inspection.result", key__in=[f"{key}.initial" for key in keys])
    later = [
        (key.removesuffix(".initial"), event)
        for key, event in related.order_by("event").values_list("key", "event")
        if event not in own
    ]
    names = dict(Event.objects.filter(number__in={one for _key, one in later}).values_list("number", "name"))
    for key, event in later:
        found[key] = _("later event %(number)s, %(name)s") % {"number": event, "name": names.get(event, "")}
    others = Statement.objects.filter(record__in=keys).exclude(entered_by=record.number)
    for key, number in others.values_list("record", "entered_by"):
        found.setdefault(key, _("import %(number)s added to it") % {"number": number})
    if record.into == Import.Into.REGISTRY:
        for key in _named_by_others(keys):
            found.setdefault(key, _("other records name it"))
    return found


def _named_by_others(keys: Sequence[str]) -> set[str]:
    """Organisations that records other than their own names and places refer to."""
    found: set[str] = set()
    for relation in registered.Organisation._meta.related_objects:
        if relation.related_model not in (registered.OrganisationName, registered.OrganisationPlace):
            rows: Any = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": keys})
            found |= set(rows.values_list(relation.field.attname, flat=True))
    return found


def additions_of(record: Import, *, size: int) -> Iterator[list[Addition]]:
    """The items that an import added to samples of earlier imports and that are still there, by the thousand."""
    extending = Event.objects.filter(name="inspection.samples.extended", reason=str(record))
    for event in extending.order_by("-number").values_list("number", flat=True):
        changed = Version.objects.filter(event=event, noun="inspection.result").order_by("id")
        for start in range(0, changed.count(), size):
            yield list(filter(None, (_addition(record, one) for one in changed[start : start + size])))


def _addition(record: Import, version: Version) -> Addition | None:
    """What one version of a result has that the one before had not; None where it is gone, or the whole sample is."""
    versions = Version.objects.filter(noun=version.noun, key=version.key)
    before = versions.filter(id__lt=version.id).order_by("-id").first()
    old, new = orjson.loads(before.state), orjson.loads(version.state)
    said = Statement.objects.filter(record=new["sample_id"], entered_by=record.number)
    if not said.exists() or said.filter(content=0).exists():
        return None
    is_later = versions.filter(event__gt=version.event).exists()
    flipped = old.get("conclusion") == "passed" != new.get("conclusion")
    return Addition(new["sample_id"], _names(new) - _names(old), flipped, is_later)


def _names(state: dict[str, Any]) -> set[str]:
    return {item["item"] for item in state.get("items", ())}
