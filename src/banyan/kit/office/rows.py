"""How the rows of a list are written, and what is read together with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import lookup_field, quote
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import escape_uri_path
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import checkbox
from unfold.utils import display_for_field, display_for_value

from banyan.kit import amounts

CHECKBOX = "action_checkbox"
PLACE = "place-of-the-key"
NOTHING = "—"


def lines(listing: Any) -> Iterator[list[SafeString]]:
    """The rows of a list's page as cells; what a column needs is looked up once, not once a row."""
    columns = [_column(listing, name, head) for name, head in zip(listing.list_display, listing.heads, strict=True)]
    for record in listing.result_list:
        yield [cell(record) for cell in columns]


def _column(listing: Any, name: Any, head: dict[str, Any]) -> Callable[[models.Model], SafeString]:
    """How the cells of one column are written."""
    label = _("Select record") if name == CHECKBOX else capfirst(head["text"])
    is_link = name in (listing.list_display_links or ())
    tag = "th" if is_link else "td"
    kind = "action-checkbox" if name == CHECKBOX else f"field-{name}"
    opening = format_html('<{} class="cell {}" data-label="{}">', tag, kind, label)
    shown, ending = _shown(listing, name), SafeString(f"</{tag}>")
    if not is_link:
        return lambda record: opening + conditional_escape(shown(record)) + ending
    kept = f"?{listing.preserved_filters}" if listing.preserved_filters else ""

    meta = listing.opts
    try:
        before, after = reverse(f"office:{meta.app_label}_{meta.model_name}_change", args=[PLACE]).split(PLACE)
    except NoReverseMatch:
        return lambda record: opening + conditional_escape(shown(record)) + ending

    def linked(record: models.Model) -> SafeString:
        address = before + escape_uri_path(quote(str(record.pk))) + after + kept
        popup = format_html(' data-popup-opener="{}"', record.pk) if listing.is_popup else ""
        return opening + format_html('<a href="{}"{}>{}</a>', address, popup, shown(record)) + ending

    return linked


def _shown(listing: Any, name: Any) -> Callable[[models.Model], Any]:
    """How a column shows a record: a related one by its name, a code in words, nothing as a dash."""
    if name == CHECKBOX:
        before, after = (SafeString(part) for part in checkbox.render(ACTION_CHECKBOX_NAME, PLACE).split(PLACE))
        return lambda record: before + conditional_escape(record.pk) + after
    try:
        field = listing.lookup_opts.get_field(name)
    except FieldDoesNotExist:
        return lambda record: _computed(listing, name, record)
    if spoken := getattr(listing.model, "spoken", {}).get(name):
        said = said_once(spoken, [getattr(record, name) for record in listing.result_list])
        return lambda record: said(getattr(record, name)) or NOTHING
    if field.is_relation:
        return lambda record: NOTHING if (found := getattr(record, field.name)) is None else found
    if isinstance(field, models.BooleanField):
        said = {True: _("yes"), False: _("no")}
        return lambda record: said.get(getattr(record, field.attname), NOTHING)
    if choices := dict(getattr(field, "flatchoices", ())):
        words = {value: str(label) for value, label in choices.items()}
        return lambda record: words.get(value := getattr(record, field.attname), value) or NOTHING
    if isinstance(field, models.DecimalField):
        return lambda record: NOTHING if (n := getattr(record, field.attname)) is None else amounts.of_field(n, field)
    return lambda record: display_for_field(getattr(record, field.attname), field, NOTHING)


def said_once(spoken: Callable[[Any], Any], values: Iterable[Any] = ()) -> Callable[[Any], Any]:
    """A function of `spoken` that looks each value up once; those known before all at once, where it can do that."""
    known: dict[str, Any] = {}
    if of_all := getattr(spoken, "of_all", None):
        distinct = {repr(value): value for value in values}
        known = dict(zip(distinct, of_all(list(distinct.values())), strict=True))

    def said(value: Any) -> Any:
        if (key := repr(value)) not in known:
            known[key] = spoken(value)
        return known[key]

    return said


def _computed(listing: Any, name: Any, record: models.Model) -> Any:
    """A column that the screen works out of a record."""
    _field, how, value = lookup_field(name, record, listing.model_admin)
    return display_for_value(value, NOTHING, getattr(how, "boolean", False))


def read_with(fields: Iterable[models.Field]) -> Iterator[str]:
    """What is read together with rows whose columns are shown: what these refer to, and what that is named by."""
    for field in fields:
        if field.is_relation:
            yield field.name
            yield from (f"{field.name}__{name}" for name in named_with(field.related_model))  # type: ignore[arg-type]


def named_with(model: type[models.Model]) -> list[str]:
    """What the name of a noun's records is made of, through as many relations as it takes."""
    return list(read_with(model._meta.get_field(name) for name in getattr(model, "named_by", ())))  # type: ignore[misc]
