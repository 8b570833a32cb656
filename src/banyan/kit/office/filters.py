"""Filters of lists: only such choices as the person may see, searched for where there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any

from django.contrib import admin
from django.db import models
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter, RangeDateFilter
from unfold.utils import parse_date_str
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from banyan.kit import recent, rights
from banyan.kit.models import Record
from banyan.kit.office.forms import MANY, SearchSelect
from banyan.kit.office.rows import named_with
from banyan.kit.scope import scoped, with_places_below

LOOKS = " ".join(SELECT_CLASSES)
ONE_OF_LIST = SafeString(f'class="{LOOKS}"')
SEVERAL_OF_LIST = SafeString(
    f'multiple data-theme="admin-autocomplete" class="{LOOKS} unfold-admin-autocomplete admin-autocomplete"'
)
ALL = _("All")
DAY_LOOKS = " ".join(INPUT_CLASSES)


class ChoiceFilter(MultipleChoicesDropdownFilter):
    """A filter by any of the choices of a field."""

    template = "office/filter.html"

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        chosen = tuple(self.value() or ())

        def make() -> SafeString:
            return select(self.lookup_kwarg, self.field.flatchoices, chosen, several=True)

        yield {"select": recent.made(("choices", self.field, chosen, get_language()), make)}


class SpokenFilter(admin.AllValuesFieldListFilter):
    """A filter by the values that a field holds, each as the noun says that it is shown to people."""

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """What is offered: the values of the field in words, and what Django adds to them."""
        say, held = self.field.model.spoken[self.field.name], {str(one) for one in self.lookup_choices if one}
        for choice in super().choices(changelist):
            words = choice["display"]
            yield {**choice, "display": say(words) if str(words) in held else words}


class RelatedFilter(admin.FieldListFilter):
    """A filter by a related record, whose choices lie within the person's rights."""

    template = "office/filter.html"

    def __init__(self, field: Any, request: Any, params: Any, model: Any, model_admin: Any, field_path: str):
        self.lookup_kwarg = field_path
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = field.verbose_name
        related = field.remote_field.model
        self.request = request
        self.choices_allowed = scoped(related, request.user) if hasattr(related, "noun") else related.objects.all()
        self.value = (self.used_parameters.get(field_path) or [""])[-1]

    def expected_parameters(self) -> list[str | None]:
        return [self.lookup_kwarg]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value:
            return queryset
        related = self.field.remote_field.model
        is_place = "path" in {field.name for field in related._meta.fields}
        keys = with_places_below(related, self.value) if is_place else []  # a township's records are its county's
        if len(keys) < 2:
            return queryset.filter(**{self.field_path: self.value})
        held = {f"{self.field_path}__in": keys}
        if self.field.many_to_many:  # one that names several of these places is still listed once
            return queryset.filter(pk__in=queryset.model.objects.filter(**held))
        return queryset.filter(**held)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"select": self.remembered("select", self.lookup_kwarg, self.value, make=self.written)}

    def written(self) -> SafeString:
        """The choices where they are few enough to be listed, else the one chosen and a search for others."""
        name, allowed = self.lookup_kwarg, self.choices_allowed
        choices = self.remembered("few", make=self.few)
        if choices is not None:
            return select(name, choices, [self.value])
        chosen = [(row.pk, row) for row in allowed.filter(pk=self.value)] if self.value else []
        looks = SafeString(flatatt(SearchSelect(allowed.model).build_attrs({})))
        return select(name, chosen, [self.value], looks=looks, nothing="")

    def few(self) -> list[tuple[Any, str]] | None:
        """The choices in words where they are few enough to be listed."""
        allowed = self.choices_allowed
        if allowed.order_by()[: MANY + 1].count() > MANY:
            return None
        return [(row.pk, str(row)) for row in allowed.select_related(*named_with(allowed.model))]

    def remembered(self, *what: Any, make: Callable[[], Any]) -> Any:
        """What was made of the choices for whoever has the same reach, until something is recorded."""
        model = self.choices_allowed.model
        if not issubclass(model, Record):
            return make()
        reach = rights.reaches(self.request.user, rights.view_right(model))
        return recent.made(("choices", model, reach, get_language(), *what), make)


class DaysFilter(RangeDateFilter):
    """A filter by a span of days, each by the browser's own calendar."""

    template = "office/filter.html"
    form_class = None

    @property
    def lookup_kwarg(self) -> str:
        """The field that the title belongs to."""
        return f"{self.parameter_name}_from"

    def queryset(self, request: Any, queryset: Any) -> Any:
        """The rows from the beginning of the first day to the end of the last, by the clock of the site."""
        ends = zip(self.expected_parameters(), ("gte", "lte"), (time.min, time.max), strict=True)
        for name, lookup, of_day in ends:
            if (day := parse_date_str(self.used_parameters.get(name, ""))) is not None:
                is_moment = isinstance(self.field, models.DateTimeField)
                end = timezone.make_aware(datetime.combine(day, of_day)) if is_moment else day
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": end})
        return queryset

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        days = ((f"{self.parameter_name}_from", _("From")), (f"{self.parameter_name}_to", _("To")))
        values = self.used_parameters
        lines = ((name, name, words, values.get(name, ""), DAY_LOOKS) for name, words in days)
        yield {
            "select": format_html_join(
                "", '<input type="date" name="{}" id="id_{}" aria-label="{}" value="{}" class="{}">', lines
            )
        }


def select(
    name: str,
    choices: Iterable[tuple[Any, Any]],
    chosen: Sequence[Any],
    *,
    several: bool = False,
    looks: SafeString = ONE_OF_LIST,
    nothing: Any = ALL,
) -> SafeString:
    """A list to choose from, written at once: a page of the office has up to ten of them."""
    picked = {str(one) for one in chosen} or {""}
    rows = choices if several else [("", nothing), *choices]
    options = format_html_join(
        "", '<option value="{}"{}>{}</option>',
        ((value, SafeString(" selected") if str(value) in picked else "", words) for value, words in rows),
    )  # fmt: skip
    looks = SEVERAL_OF_LIST if several else looks
    return format_html('<select name="{}" id="id_{}" {}>{}</select>', name, name, looks, options)


def filter_for(model: type[models.Model], name: str) -> Any:
    """How a field is filtered by: any of its choices, a related record, a span of days, values in words."""
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey | models.ManyToManyField):
        return (name, RelatedFilter)
    if isinstance(field, models.DateField):
        return (name, DaysFilter)
    if getattr(field, "choices", None):
        return (name, ChoiceFilter)
    if name in getattr(model, "spoken", {}):
        return (name, SpokenFilter)
    return name
