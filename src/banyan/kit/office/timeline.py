"""The timeline of a record: who did what, when and why, and what it changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.kit import amounts, people
from banyan.kit.models import Event, Version
from banyan.kit.titles import reason_in_words
from banyan.kit.verbs import REGISTRY

MOST = 60
SEALED = "sealed:"


@dataclass(frozen=True)
class Change:
    """One field before and after an event."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Moment:
    """One event in the life of a record."""

    number: int
    at: datetime
    title: str
    by: str
    reason: str
    changes: tuple[Change, ...]


def timeline_of(record: Any, *, titles: dict[str, Any]) -> list[Moment]:
    """The latest events that touched a record, newest first, each with what it changed."""
    versions = list(Version.objects.filter(noun=record.noun, key=str(record.pk)).order_by("-id")[: MOST + 1])
    subject = f"{record.noun}:{record.pk}"
    wanted = Q(number__in={version.event for version in versions}) | Q(subject=subject)
    events = list(Event.objects.filter(wanted).order_by("-number")[:MOST])
    states = {version.event: json.loads(version.state) for version in reversed(versions)}
    names = people.names_of({event.by for event in events})
    changes = _changes(type(record), states)
    return [
        Moment(
            event.number, event.at, str(titles.get(event.name) or title_of(event.name)),
            names[event.by], reason_in_words(event.reason), tuple(changes.get(event.number, ())),
        )
        for event in events
    ]  # fmt: skip


def title_of(event: str) -> Any:
    """What an event is called: its verb's title, else its name."""
    return (event in REGISTRY and REGISTRY[event].title) or event


def _changes(model: type[models.Model], states: dict[int, dict[str, Any]]) -> dict[int, list[Change]]:
    """What each event changed, with related records shown by name."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    raw: dict[int, list[tuple[str, Any, Any]]] = {}
    previous: dict[str, Any] | None = None
    for number in sorted(states):
        state = states[number]
        if previous is not None:
            raw[number] = [
                (name, previous.get(name), state.get(name))
                for name in fields  # what is empty is not in a state
                if previous.get(name) != state.get(name)
            ]
        previous = state
    names = _names(fields, raw)
    changes = {
        number: [
            Change(str(fields[name].verbose_name), *(_said(fields[name], one, names) for one in (before, after)))
            for name, before, after in rows
        ]
        for number, rows in raw.items()
    }
    return {number: [one for one in rows if one.before != one.after] for number, rows in changes.items()}


def _names(fields: dict[str, Any], raw: dict[int, list[tuple[str, Any, Any]]]) -> dict[tuple[str, str], str]:
    """Names of the related records that appear, one query per noun."""
    wanted: dict[Any, set[str]] = {}
    for rows in raw.values():
        for name, before, after in rows:
            if fields[name].is_relation:
                wanted.setdefault(fields[name].related_model, set()).update(x for x in (before, after) if x)
    return {
        (related._meta.label, str(one.pk)): str(one)
        for related, keys in wanted.items()
        for one in related._default_manager.filter(pk__in=keys)
    }


def _said(field: Any, value: Any, names: dict[tuple[str, str], str]) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, str) and value.startswith(SEALED):
        return _("(sealed)")
    if field.name in getattr(field.model, "spoken", {}):
        said = field.model.spoken[field.name](value)
        return "—" if said is None or said == "" else str(said)
    if field.is_relation:
        return names.get((field.related_model._meta.label, str(value)), str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    if isinstance(field, models.DecimalField):
        return amounts.of_field(Decimal(value), field)
    if isinstance(value, dict):
        return " · ".join(f"{name} {part}" for name, part in value.items()) or "—"
    return str(value)
