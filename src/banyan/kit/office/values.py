"""How fields are written for people: labels for choices, words for codes, short numbers, a dash for nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banyan.kit import amounts


def shown(record: Any, field: Any) -> Any:
    """A field's value as people read it: a choice by its label, a code in words, nothing as a dash."""
    value = getattr(record, field.name)
    if field.name in getattr(record, "spoken", {}):
        value = record.spoken[field.name](value)
    elif field.flatchoices:
        value = dict(field.flatchoices).get(value, value)
    elif isinstance(value, bool):
        value = yes_or_no(value)
    elif isinstance(value, float):
        value = rounded(value)
    elif isinstance(field, models.DecimalField) and value is not None:
        value = amounts.of_field(value, field)
    return "—" if value is None or value == "" else value


def rounded(value: float | None) -> str:
    """A number to four digits; a dash where it is not known."""
    return "—" if value is None else f"{value:.4g}"


def yes_or_no(value: bool | None) -> str:
    """A yes or a no in words; a dash where it is not known."""
    return "—" if value is None else str(_("yes") if value else _("no"))


def in_words(model: type[models.Model], name: str) -> Any:
    """A field as a column that shows it in words: as its noun says, as yes or no, as a short number."""
    field = next((one for one in model._meta.fields if one.name == name), None)
    kinds = ((models.BooleanField, yes_or_no), (models.FloatField, rounded))
    of_its_kind = next((says for kind, says in kinds if isinstance(field, kind)), None)
    spoken = getattr(model, "spoken", {}).get(name) or of_its_kind
    if spoken is None:
        return name

    @admin.display(description=model._meta.get_field(name).verbose_name)
    def words(record: Any) -> str:
        key = getattr(record, name)
        said: str = spoken(key)
        if key and name in getattr(model, "cites", ()):
            return format_html('<a href="{}">{}</a>', reverse("portal:rule", args=[key]), said)
        return said or "—"

    words.__name__ = name
    return words
