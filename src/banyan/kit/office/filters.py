"""Filters of lists: only such choices as the person may see, searched for where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter, RangeDateFilter

from banyan.kit.office.forms import MANY, SearchSelect, _dress
from banyan.kit.scope import scoped


class RelatedFilter(admin.FieldListFilter):
    """A filter by a related record, whose choices lie within the person's rights."""

    template = "unfold/filters/filters_field.html"

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
        form = forms.Form({self.lookup_kwarg: self.value})
        field = forms.ModelChoiceField(
            self.choices_allowed, label=self.title, required=False, empty_label=str(_("All"))
        )
        if self.choices_allowed.order_by()[: MANY + 1].count() > MANY:
            field.widget = SearchSelect(self.choices_allowed.model)
            field.widget.choices = field.choices
        _dress(field)
        form.fields[self.lookup_kwarg] = field
        yield {"form": form}


def filter_for(model: type[models.Model], name: str) -> Any:
    """How a field is filtered by: any of its choices, a related record, a span of days, or Django's own way."""
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return (name, RelatedFilter)
    if isinstance(field, models.DateField):
        return (name, RangeDateFilter)
    if getattr(field, "choices", None):
        return (name, MultipleChoicesDropdownFilter)
    return name
