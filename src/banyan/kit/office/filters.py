"""Filters of lists: only such choices as the person may see, searched for where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter, RangeDateFilter
from unfold.widgets import SELECT_CLASSES

from banyan.kit.office.forms import MANY, SearchSelect
from banyan.kit.office.rows import named_with
from banyan.kit.scope import scoped

LOOKS = " ".join(SELECT_CLASSES)
SEVERAL = f'multiple data-theme="admin-autocomplete" class="{LOOKS} unfold-admin-autocomplete admin-autocomplete"'


class ChoiceFilter(MultipleChoicesDropdownFilter):
    """A filter by any of the choices of a field."""

    template = "office/filter.html"

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"select": select(self.lookup_kwarg, self.field.flatchoices, self.value() or (), several=True)}


class RelatedFilter(admin.FieldListFilter):
    """A filter by a related record, whose choices lie within the person's rights."""

    template = "office/filter.html"

    def __init__(self, field: Any, request: Any, params: Any, model: Any, model_admin: Any, field_path: str):
        self.lookup_kwarg = field_path
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = field.verbose_name
        related = field.remote_field.model
        self.choices_allowed = scoped(related, request.user) if hasattr(related, "noun") else related.objects.all()
        self.value = (self.used_parameters.get(field_path) or [""])[-1]

    def expected_parameters(self) -> list[str | None]:
        return [self.lookup_kwarg]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value:
            return queryset
        return queryset.filter(**{self.field_path: self.value})

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        if self.choices_allowed.order_by()[: MANY + 1].count() <= MANY:
            rows = self.choices_allowed.select_related(*named_with(self.choices_allowed.model))
            yield {"select": select(self.lookup_kwarg, [(row.pk, row) for row in rows], [self.value])}
            return
        field = forms.ModelChoiceField(self.choices_allowed, required=False)
        field.widget = SearchSelect(self.choices_allowed.model)
        field.widget.choices = field.choices
        yield {"select": field.widget.render(self.lookup_kwarg, self.value, {"id": f"id_{self.lookup_kwarg}"})}


def select(
    name: str, choices: Iterable[tuple[Any, Any]], chosen: Sequence[Any], *, several: bool = False
) -> SafeString:
    """A list to choose from, written at once: a page of the office has up to ten of them."""
    picked = {str(one) for one in chosen} or {""}
    rows = choices if several else [("", _("All")), *choices]
    options = format_html_join(
        "", '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if str(value) in picked else "", words) for value, words in rows),
    )  # fmt: skip
    looks = SafeString(SEVERAL if several else f'class="{LOOKS}"')
    return format_html('<select name="{}" id="id_{}" {}>{}</select>', name, name, looks, options)


def filter_for(model: type[models.Model], name: str) -> Any:
    """How a field is filtered by: any of its choices, a related record, a span of days, or Django's own way."""
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return (name, RelatedFilter)
    if isinstance(field, models.DateField):
        return (name, RangeDateFilter)
    if getattr(field, "choices", None):
        return (name, ChoiceFilter)
    return name
