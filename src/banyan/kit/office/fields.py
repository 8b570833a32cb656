"""What a record's page writes of it: groups of fields; other records as links for those who may open them."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import display_for_field, help_text_for_field, label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html

from banyan.kit import amounts, rights
from banyan.kit.office.panels import link
from banyan.kit.office.rows import NOTHING
from banyan.kit.office.values import yes_or_no
from banyan.kit.scope import lies_within


def may_open(record: Any, person: Any) -> bool:
    """Whether a record's page opens for a person."""
    model = type(record)
    if not hasattr(model, "noun") or not rights.has(person, rights.view_right(model)):
        return False
    return lies_within(record, person)


def groups_of(record: Any, fieldsets: Any, *, screen: Any, person: Any) -> list[dict[str, Any]]:
    """The groups of a page: each with its title and lines, a line being fields that stand beside each other."""
    return [
        {
            "title": title,
            "lines": [
                [_written(record, name, screen=screen, person=person) for name in _together(one)]
                for one in options["fields"]
            ],
        }
        for title, options in fieldsets
    ]


def _together(one: Any) -> tuple[Any, ...]:
    return one if isinstance(one, tuple) else (one,)


def _written(record: Any, name: Any, *, screen: Any, person: Any) -> dict[str, Any]:
    """A field with its label, its value as people read it and its help; an English name says that it is English."""
    key = name.__name__ if callable(name) else name
    said = _value(record, name, screen=screen, person=person)
    return {
        "label": label_for_field(name, type(record), screen),
        "said": format_html('<span lang="en">{}</span>', said) if key.endswith("_en") and said else said,
        "help": help_text_for_field(key, type(record)),
    }


def _value(record: Any, name: Any, *, screen: Any, person: Any) -> Any:
    try:
        field, _attribute, value = lookup_field(name, record, screen)
    except (AttributeError, ValueError, ObjectDoesNotExist):
        return NOTHING
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, models.Model):
        return _named(value, person)
    if isinstance(field, models.DecimalField):
        return amounts.of_field(value, field)
    said = value if field is None else display_for_field(value, field, NOTHING)
    return linebreaksbr(said) if isinstance(said, str) and "\n" in said else said


def _named(record: Any, person: Any) -> Any:
    """A record by its name: a link for those who may open it, for nobody else: its page would refuse them."""
    url = link(record) if may_open(record, person) else ""
    return format_html('<a href="{}">{}</a>', url, record) if url else str(record)
