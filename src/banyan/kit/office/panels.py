"""What rooms contribute to the office's pages: panels and buttons on another room's record, pages, work to do."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from banyan.kit import recent, rights
from banyan.kit.office.rows import named_with
from banyan.kit.scope import models_of_nouns, scoped


@dataclass(frozen=True)
class Panel:
    """What a room knows of another room's record; `show(record, person=, on=)` gives the context, or None."""

    noun: str
    title: Any
    template: str
    show: Callable[..., dict[str, Any] | None]
    right: str = ""
    order: int = 100


@dataclass(frozen=True)
class Note:
    """What a room says above the list of another room's noun: `says(person=, on=)` gives sentences."""

    noun: str
    says: Callable[..., Sequence[str]]
    right: str = ""


@dataclass(frozen=True)
class Page:
    """A page of a room that stands in the office's side bar."""

    title: Any
    url_name: str
    right: str = ""
    icon: str = "article"
    group: Any = ""
    order: int = 100


@dataclass(frozen=True)
class TodoItem:
    """One thing that waits for the person: what, by when, where to go."""

    text: str
    url: str
    due_on: date | None = None
    is_overdue: bool = False
    note: str = ""


@dataclass(frozen=True)
class Todo:
    """A kind of work that may wait for a person.

    `items(person=, on=, limit=)` lists what does, most urgent first; `more(on)` is the address of the list of all.
    Where it moves without a verb (the state of an import), it is not `is_recorded` and is asked each time.
    """

    title: Any
    items: Callable[..., Sequence[TodoItem]]
    right: str
    more: Callable[[date], str] | None = None
    order: int = 100
    is_recorded: bool = True


@dataclass(frozen=True)
class Contributions:
    """All that the rooms' `panels.py` declare."""

    panels: tuple[Panel, ...] = ()
    buttons: tuple[Any, ...] = ()
    pages: tuple[Page, ...] = ()
    todos: tuple[Todo, ...] = field(default=())
    notes: tuple[Note, ...] = ()


@functools.cache
def contributions() -> Contributions:
    """What every room's `panels.py` declares in PANELS, BUTTONS, PAGES, TODO and NOTES, in their order."""
    found: dict[str, list[Any]] = {"PANELS": [], "BUTTONS": [], "PAGES": [], "TODO": [], "NOTES": []}
    for config in apps.get_app_configs():
        if not config.name.startswith("banyan.") or importlib.util.find_spec(f"{config.name}.panels") is None:
            continue
        module = import_module(f"{config.name}.panels")
        for name, rows in found.items():
            rows.extend(getattr(module, name, ()))
    for name in ("PANELS", "PAGES", "TODO"):
        found[name].sort(key=lambda one: one.order)
    return Contributions(*(tuple(found[name]) for name in ("PANELS", "BUTTONS", "PAGES", "TODO", "NOTES")))


def notes_above(noun: str, *, person: Any, on: date) -> list[str]:
    """The sentences that rooms say above the list of a noun."""
    return [
        sentence
        for note in contributions().notes
        if note.noun == noun and (not note.right or rights.has(person, note.right))
        for sentence in note.says(person=person, on=on)
    ]


def panels_of(record: Any, *, person: Any, on: date) -> list[dict[str, Any]]:
    """The panels that rooms show on a record's page to a person."""
    shown = []
    for panel in contributions().panels:
        if panel.noun != record.noun or (panel.right and not rights.has(person, panel.right)):
            continue
        context = panel.show(record, person=person, on=on)
        if context is not None:
            shown.append({"title": panel.title, "template": panel.template, "context": context})
    return shown


def work_of(person: Any, *, on: date, limit: int = 10) -> list[dict[str, Any]]:
    """What waits for a person, by kind of work; kinds without work are left out."""
    found = []
    for place, todo in enumerate(contributions().todos):
        if not rights.has(person, todo.right):
            continue
        items = functools.partial(_items_of, todo, person=person, on=on, limit=limit + 1)
        if todo.is_recorded:
            items = functools.partial(recent.made, ("work", place, person.pk, on, limit, get_language()), items)
        if waiting := items():
            more = todo.more(on) if todo.more and len(waiting) > limit else ""
            found.append({"title": todo.title, "items": waiting[:limit], "more": more, "count": len(waiting)})
    return found


def _items_of(todo: Todo, **asked: Any) -> list[TodoItem]:
    return list(todo.items(**asked))


def _records_seen(pairs: Iterable[tuple[str | None, str | None]], *, person: Any) -> dict[tuple[Any, Any], Any]:
    """The records of these nouns and keys that a person may see, by noun and key."""
    wanted: dict[str, list[str]] = {}
    for noun, key in pairs:
        if noun and key:
            wanted.setdefault(noun, []).append(key)
    models = {noun: model for noun, model in models_of_nouns().items() if noun in wanted}
    return {
        (noun, record.pk): record
        for noun, model in models.items()
        for record in scoped(model, person).filter(pk__in=wanted[noun]).select_related(*named_with(model))
    }


def with_records(lines: Sequence[dict[str, Any]], *, person: Any) -> list[dict[str, Any]]:
    """Lines of noun and key, each with its record and the page that shows it, as far as the person may see it."""
    seen = _records_seen([(line["noun"], line["key"]) for line in lines], person=person)
    found = [{**line, "record": seen.get((line["noun"], line["key"]))} for line in lines]
    return [{**line, "link": link(line["record"]) if line["record"] else ""} for line in found]


def link(record: Any) -> str:
    """The address of the page that shows a record in the office, or "" where there is none."""
    if field_name := getattr(record, "shown_on", ""):
        record = getattr(record, field_name)
    meta = record._meta
    try:
        return reverse(f"office:{meta.app_label}_{meta.model_name}_change", args=[quote(record.pk)])
    except NoReverseMatch:
        return ""
