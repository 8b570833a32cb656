"""Calls of verbs as text: what a verb was given, so that the same can be asked again later, records and all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.core.files.base import File
from django.db.models import Model

from banyan.kit import events, waiting

KIND = "!"
PLAIN = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat,
         "decimal": Decimal}  # fmt: skip


class CannotBeTold(Exception):
    """Something a verb was given has no form as text, such as a record that was changed and not stored."""


class Told(NamedTuple):
    """The arguments of a verb as JSON text, the files among them, and how many records the longest list holds."""

    text: str
    files: list[File]
    records: int


def told(given: Mapping[str, Any]) -> Told:
    """The arguments of a verb. A record on file is named; a new one is told whole, with its parts; a file by digest.

    Raises CannotBeTold for what has no such form. The files are not kept yet: that is for `waiting.hold`.
    """
    telling = _Telling()
    text = json.dumps(telling.of(dict(given)), ensure_ascii=False)
    many = [len(value) for value in given.values() if isinstance(value, list | tuple)]
    return Told(text, telling.files, max(many, default=1) or 1)


def given(text: str) -> dict[str, Any]:
    """The arguments again. A record on file is as it is today; raises its DoesNotExist where it is gone."""
    return dict(_Reading().of(json.loads(text)))


class _Telling:
    """Tells values one after the other; a new record that occurs twice is told once."""

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.files: list[File] = []

    def of(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, Mapping):
            return {KIND: "map", "of": [[self.of(name), self.of(one)] for name, one in value.items()]}
        if isinstance(value, list | tuple | set | frozenset):
            members = sorted(value) if isinstance(value, set | frozenset) else value
            return {
                KIND: "set" if isinstance(value, set | frozenset) else "list",
                "of": [self.of(x) for x in members],
            }
        if isinstance(value, Model):
            return self._record(value)
        for name, kind in (("datetime", datetime), ("date", date), ("time", time)):
            if isinstance(value, kind):
                return {KIND: name, "of": value.isoformat()}
        if isinstance(value, File):
            self.files.append(value)
            return {KIND: "file", **waiting.told(value)}
        if isinstance(value, Decimal):
            return {KIND: "decimal", "of": str(value)}
        raise CannotBeTold(type(value).__name__)

    def _record(self, record: Model) -> Any:
        if id(record) in self.seen:
            return {KIND: "same", "of": self.seen[id(record)]}
        if not record._state.adding:
            stored = type(record)._default_manager.filter(pk=record.pk).first()
            if stored is None or events.state_of(stored) != events.state_of(record):
                raise CannotBeTold(f"{record._meta.label} {record.pk}: not as it is stored")
            return {KIND: "record", "model": record._meta.label, "key": record.pk}
        self.seen[id(record)] = place = len(self.seen)
        kept = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
        parts = {name: value for name, value in vars(record).items() if name.startswith("_") and name != "_state"}
        linked = {
            name: value for name, value in record._state.fields_cache.items()
            if isinstance(value, Model) and value._state.adding
        }  # fmt: skip
        return {
            KIND: "new", "model": record._meta.label, "place": place,
            "fields": {name: self.of(value) for name, value in kept.items()},
            "parts": {name: self.of(value) for name, value in parts.items()},
            "linked": {name: self.of(value) for name, value in linked.items()},
        }  # fmt: skip


class _Reading:
    def __init__(self) -> None:
        self.made: dict[int, Model] = {}

    def of(self, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        kind = said[KIND]
        if kind in PLAIN:
            return PLAIN[kind](said["of"])
        if kind == "map":
            return {self.of(name): self.of(value) for name, value in said["of"]}
        if kind in ("list", "set"):
            members = [self.of(one) for one in said["of"]]
            return set(members) if kind == "set" else members
        if kind == "file":
            return waiting.opened(said)
        if kind == "same":
            return self.made[said["of"]]
        model = apps.get_model(said["model"])
        if kind == "record":
            return model._default_manager.get(pk=said["key"])
        self.made[said["place"]] = record = model(**{name: self.of(value) for name, value in said["fields"].items()})
        for name, value in (said["linked"] | said["parts"]).items():
            setattr(record, name, self.of(value))
        return record
