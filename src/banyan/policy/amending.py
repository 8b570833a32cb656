"""What was adopted since the packs were written: an entry says something else from a day on, and keeps its past."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from banyan.policy.book import Book, CitedDocument, frozen
from banyan.policy.cases import LocatedCase
from banyan.policy.entries import DatedEntry, Entry, Name, Reference, Strict, Text
from banyan.policy.errors import PackRefused
from banyan.policy.kinds.table import Table
from banyan.policy.reading import read_text
from banyan.policy.said import Said, fault_of

AMENDED = (
    *("target", "indicator", "parameter", "deadline", "alert_rule", "assessment", "credit_rule", "credit_scale"),
)
"""Kinds that may be amended. Roles, clauses, tables and mappings are changed in the packs."""
HEADING = frozenset({
    *("kind", "title", "status", "origin", "reference", "confidence", "since", "until", "former", "replaces", "note"),
    "values",
})  # fmt: skip
SINCE_EVER = dt.date(1900, 1, 1)


class Amendment(Strict):
    """What an entry says from a day on, as YAML, and the document that orders it."""

    key: Name
    since: dt.date
    text: Text
    reference: Reference
    document: CitedDocument | None = None


class BadDefinition(PackRefused):
    """A definition that the entry's kind does not allow; `faults` names each field and what is wrong with it."""

    def __init__(self, entry: Entry, faults: tuple[tuple[str, Said], ...]) -> None:
        self.faults = faults
        said = "; ".join(f"{name}: {text}" if name else text for name, text in faults)
        super().__init__(path=entry.origin.path, key=entry.key, prevents=f"{said}.", instead="Correct what is named.")


def definition(entry: Entry, on: dt.date) -> dict[str, Any]:
    """What may be changed of an entry, as it is defined on a day: fields with their plain values."""
    if isinstance(entry, DatedEntry):
        item = entry.at(on).item
        return _plain(item.model_dump(exclude={"reference", "confidence"}, exclude_defaults=True))
    present = entry.on(on)
    return _plain(present.model_dump(exclude=set(HEADING), exclude_defaults=True))


def written(fields: dict[str, Any]) -> str:
    """Fields as the YAML of a pack."""
    return str(yaml.dump(_plain(fields), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100))


def read(text: str, entry: Entry) -> dict[str, Any]:
    """The fields of a definition written as YAML. Raises PackRefused where it is no plain mapping."""
    content = read_text(text, Path(f"{entry.key}.yaml")).content
    if not isinstance(content, dict) or not content:
        raise BadDefinition(entry, (("", Said("the definition is no mapping of fields to values")),))
    if strange := [str(name) for name in content if name in HEADING]:
        raise BadDefinition(entry, tuple((name, Said("a draft does not change it")) for name in strange))
    return content


def amended(book: Book, amendments: Iterable[Amendment]) -> Book:
    """The book with what was adopted. What the packs have come to say themselves since is left to them."""
    entries, documents, used, days = dict(book._entries), dict(book.documents), [], dict[str, tuple[dt.date, ...]]()
    for one in sorted(amendments, key=lambda one: (one.since, one.key)):
        if one.key not in entries or _says_itself(entries[one.key], one.since):
            continue
        if one.document is not None:
            documents.setdefault(one.document.id, one.document)
        entries[one.key] = amend(entries[one.key], one)
        days[one.key] = (*days.get(one.key, ()), one.since)
        used.append(one.model_dump(mode="json"))
    if not used:
        return book
    _demand_links(entries, days)
    digest = hashlib.sha256(json.dumps([book.hash, used], ensure_ascii=False, sort_keys=True).encode())
    return dataclasses.replace(
        book, hash=digest.hexdigest(), documents=frozen(documents), _entries=frozen(entries),
        adopted=frozen(days), cases=tuple(one for one in book.cases if _still_tests(one, days)),
    )  # fmt: skip


def amend(entry: Entry, change: Amendment) -> Entry:
    """The entry with a further definition from a day on. Raises BadDefinition."""
    fields = {name: getattr(entry, name) for name in entry.model_fields_set}
    said = read(change.text, entry)
    if isinstance(entry, DatedEntry):
        values = {**entry.values, change.since: said | {"reference": change.reference}}
        return _checked(entry, fields | {"values": values}, said)
    _demand_known(entry, said)
    said |= {"reference": change.reference, "confidence": "verified"}
    before = {name: getattr(entry, name) for name in said.keys() | (entry.model_fields_set - HEADING)}
    former = (*entry.former, {"since": entry.since or SINCE_EVER} | before)
    return _checked(entry, _heading(fields) | said | {"since": change.since, "former": former}, said)


def as_if(book: Book, key: str, text: str) -> Book:
    """The book as if an entry had said the text from its beginning on: what a draft would have changed."""
    entry = book.entry(key)
    tried = tried_out(entry, text)
    entries = {**book._entries, key: tried}
    _demand_links(entries, [key])
    digest = hashlib.sha256(f"{book.hash} {key} {text}".encode())
    return dataclasses.replace(book, hash=digest.hexdigest(), _entries=frozen(entries))


def tried_out(entry: Entry, text: str) -> Entry:
    """The entry as if it had said the text from its beginning on. Raises BadDefinition, naming the field."""
    if entry.kind not in AMENDED:
        raise BadDefinition(entry, (("kind", Said("is changed in its pack, not by a draft")),))
    fields = {name: getattr(entry, name) for name in entry.model_fields_set}
    said = read(text, entry)
    if isinstance(entry, DatedEntry):
        first = min(entry.values)
        newest = next(item for _day, item in sorted(entry.values.items(), reverse=True) if item is not None)
        said |= {"reference": entry.reference_of(newest)}
        return _checked(entry, fields | {"values": {first: said}}, said)
    _demand_known(entry, said)
    start = min([item["since"] for item in entry.former], default=entry.since)
    return _checked(entry, _heading(fields) | said | {"since": start, "former": ()}, said)


def difference(before: str, after: str) -> list[str]:
    """What is written otherwise: the lines of a unified difference, without its heading."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _says_itself(entry: Entry, since: dt.date) -> bool:
    """Whether the packs have a definition of that day, or a later one, by now."""
    if isinstance(entry, DatedEntry):
        return since in entry.values
    return entry.since is not None and since <= entry.since


def _still_tests(located: LocatedCase, days: dict[str, tuple[dt.date, ...]]) -> bool:
    """A pack's case tests the pack's own words: not those of an amendment from its day on."""
    return located.case.on < min(days.get(located.case.entry, (dt.date.max,)))


def _heading(fields: dict[str, Any]) -> dict[str, Any]:
    """What a definition leaves as it is; all else is what the definition says, or the kind's default."""
    return {name: value for name, value in fields.items() if name in HEADING}


def _demand_known(entry: Entry, said: dict[str, Any]) -> None:
    if strange := [name for name in said if name not in type(entry).model_fields]:
        raise BadDefinition(entry, tuple((str(name), Said("unknown field")) for name in strange))


def _demand_links(entries: dict[str, Entry], keys: Iterable[str]) -> None:
    """Whatever the changed entries name must be there and in force."""
    for entry in (entries[key] for key in keys):
        for kind, key in entry.links():
            found = entries.get(key)
            if found is None or found.kind != kind or found.status != "in_force":
                raise BadDefinition(entry, ((kind, Said("“%(key)s” is no such rule in force", key=key)),))


def _checked(entry: Entry, fields: dict[str, Any], said: dict[str, Any]) -> Entry:
    if isinstance(entry, Table):
        raise BadDefinition(entry, (("kind", Said("is changed in its pack, not by a draft")),))
    try:
        return type(entry).model_validate(fields)
    except ValidationError as error:
        raise BadDefinition(entry, tuple(_faults(error, said))) from error


def _faults(error: ValidationError, said: dict[str, Any]) -> Iterator[tuple[str, Said]]:
    """Each field at fault once, with the first thing that is wrong with it."""
    told = set()
    for fault in error.errors():
        loc = [str(part) for part in fault["loc"]]
        loc = loc[2:] if loc[:1] == ["values"] else loc
        name = ".".join(
            loc[: 2 if len(loc) > 1 and isinstance(part := said.get(loc[0]), dict) and loc[1] in part else 1]
        )
        field, text = fault_of(fault)
        if field:
            name = f"{name}.{field}" if isinstance(said.get(name), dict) else name or field
        if name not in told:
            told.add(name)
            yield name, text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


class _Plain(yaml.SafeDumper):
    """Writes exact decimals as plain numbers."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = f"{value:f}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "." in text else f"{text}.0")


_Plain.add_representer(Decimal, _decimal)
