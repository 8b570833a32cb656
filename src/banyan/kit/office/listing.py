"""What lies under a list: how far it counts, which filters it knows, how it orders and finds."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.exceptions import EmptyResultSet, SuspiciousOperation
from django.core.paginator import InvalidPage, Paginator
from django.db import connection, models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.templatetags.unfold_list import result_headers
from unfold.views import ChangeList

from banyan.kit import recent, search, titles
from banyan.kit.models import Record
from banyan.kit.office import rows
from banyan.kit.refusals import BadRequest
from banyan.kit.scope import demand_scoped

MOST_COUNTED = 5_000
MOST_REFERRED = 100
FEW = 300
"""So many rows that a search finds are named by their keys."""


class BoundedPaginator(Paginator):
    """Counts no further than anybody pages: a list of a million rows opens as fast as one of five thousand."""

    template_name = "office/pagination.html"

    @cached_property
    def count(self) -> int:
        if isinstance(self.object_list, list):
            return len(self.object_list)
        rows = self.object_list.order_by().values_list("pk")[:MOST_COUNTED]  # type: ignore[union-attr]
        return found_before("count", rows, rows.count)  # type: ignore[no-any-return]

    @property
    def is_cut_off(self) -> bool:
        """Whether there may be more than was counted."""
        return self.count >= MOST_COUNTED


class PageOfRows(Sequence[Any]):
    """The rows of a page by their keys; they are read whole, with what they refer to, once somebody looks at them."""

    def __init__(self, keys: Sequence[Any], allowed: Any):
        self.keys, self._allowed = keys, allowed

    @cached_property
    def rows(self) -> list[Any]:
        found = {row.pk: row for row in demand_scoped(self._allowed).filter(pk__in=self.keys)} if self.keys else {}
        return [found[key] for key in self.keys if key in found]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


class Listing(ChangeList):
    """A list that does not count all there is beside what was found, and refuses a filter that it does not know."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            found = super().get_filters(request)
        except (IncorrectLookupParameters, SuspiciousOperation) as error:
            raise self.refusal(self.get_filters_params()) from error
        expected = {str(name): one for one in found[0] for name in one.expected_parameters()}
        strangers = [
            name
            for name, values in self.get_filters_params().items()
            if name not in expected or not all(fits(expected[name], value) for value in values if value)
        ]
        if strangers:
            raise self.refusal(strangers)
        return found

    def refusal(self, asked: Iterable[str]) -> BadRequest:
        """Why a list cannot be shown as it was asked for, naming the parameters."""
        return BadRequest(
            _("The list “%(list)s” was asked with %(asked)s.")
            % {"list": self.opts.verbose_name_plural, "asked": titles.listed(f"“{name[:60]}”" for name in asked)},
            _("This list knows no such filter, or not this value of it."),
            _("Choose the filter on the list itself. It can be filtered by: %(known)s.")
            % {"known": titles.listed(self.lookup_opts.get_field(name).verbose_name for name in self.known_filters)},
        )

    @property
    def known_filters(self) -> Sequence[str]:
        """The fields that the list is filtered by."""
        return self.model_admin.filters  # type: ignore[attr-defined]

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        """The order that an address asks for, by columns of this list that it can be sorted by."""
        asked = self.params.get(ORDER_VAR, "")
        columns = {str(place): name for place, name in enumerate(self.list_display) if self.get_ordering_field(name)}
        if any(part.removeprefix("-") not in columns for part in asked.split(".") if asked):
            raise BadRequest(
                _("The list “%(list)s” was to be sorted by “%(asked)s”.")
                % {"list": self.opts.verbose_name_plural, "asked": asked[:60]},
                _("It has no such column, or cannot be sorted by it."),
                _("Choose a column's head on the list itself. It can be sorted by: %(known)s.")
                % {"known": ", ".join(f"{self._head(name)} ({place})" for place, name in columns.items()) or "—"},
            )
        return super().get_ordering(request, queryset)

    def _head(self, name: Any) -> str:
        return label_for_field(name, self.model, model_admin=self.model_admin)

    def get_results(self, request: HttpRequest) -> None:
        """The rows of a page are found by their keys alone; only these few are read whole with what they refer to.

        So a list sorted by a column without an index need not join and carry a hundred thousand rows to show few.
        """
        best: list[str] | None = getattr(request, "best_first", None) if "o" not in request.GET else None
        pages = self.model_admin.get_paginator(request, self.queryset if best is None else best, self.list_per_page)
        self.paginator, self.result_count = pages, pages.count
        self.full_result_count = self.result_count
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        shown = pages.object_list
        if self.multi_page and not (self.show_all and self.can_show_all):
            try:
                shown = pages.page(self.page_num).object_list
            except InvalidPage as error:
                raise self.refusal([PAGE_VAR]) from error
        if best is not None:
            keys = list(shown)
        else:
            question = demand_scoped(shown).values_list("pk", flat=True)
            keys = found_before("keys", question, lambda: list(question))
        self.result_list = PageOfRows(keys, self.queryset.order_by())

    @cached_property
    def heads(self) -> list[dict[str, Any]]:
        """The heads of the columns, each with the addresses that sort by it."""
        return list(result_headers(self))

    @property
    def sorted_by(self) -> int:
        """By how many columns the list is sorted."""
        return sum(1 for head in self.heads if head["sortable"] and head["sorted"])

    def body(self) -> SafeString:
        """The rows of this page; where their cells are stored fields, they are written once until the next event."""

        def write() -> SafeString:
            return SafeString("".join(f"<tr>{''.join(cells)}</tr>\n" for cells in rows.lines(self)))

        stored = {field.name for field in self.lookup_opts.get_fields()} | {rows.CHECKBOX}
        if not issubclass(self.model, Record) or not stored.issuperset(self.list_display):
            return write()
        looks = (tuple(self.list_display), self.preserved_filters, self.is_popup, get_language())
        return recent.made(("rows", self.model, *looks, *self.result_list.keys), write)  # type: ignore[no-any-return]


def found_before(what: Hashable, rows: Any, find: Callable[[], Any]) -> Any:
    """What was found of these rows since anything was last recorded; found now where it was not.

    The question itself is the key: it holds the person's reach, the filters, the order and the page. Nouns that verbs
    do not write (events, runs) are asked each time.
    """
    if not issubclass(rows.model, Record):
        return find()
    try:
        question = str(rows.query.sql_with_params())
    except EmptyResultSet:
        return find()
    return recent.made((what, question), find)


def fits(filter_: Any, value: str) -> bool:
    """Whether a filter can be asked for a value: a day where it is of days, one of the choices where it has some."""
    field = getattr(filter_, "field", None)
    if isinstance(field, models.DateField):
        return is_day(value)
    return not getattr(field, "flatchoices", ()) or value in {str(choice) for choice, _label in field.flatchoices}


def is_day(text: str) -> bool:
    """Whether a text is a day, year-month-day."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def found_among(rows: Any, names: Sequence[str], text: str) -> Any:
    """The rows of which one of the fields answers to a text.

    Few of them are found by their keys, each field by its own index; left to itself a database would rather walk
    through a million rows in the order of the list. Of many the order soon shows the first ones.
    """
    model = rows.model
    conditions = [_answers(model, name, text) for name in names]
    of_each = [demand_scoped(rows).order_by().filter(one).values_list("pk", flat=True) for one in conditions]
    of_any = of_each[0].union(*of_each[1:], all=True)[: FEW + 1] if of_each[1:] else of_each[0][: FEW + 1]
    keys = found_before("few", of_any, lambda: list(of_any))
    if len(keys) <= FEW:
        return rows.filter(pk__in=set(keys))
    return rows.filter(functools.reduce(operator.or_, conditions))


def _answers(model: type[models.Model], name: str, text: str) -> Q:
    """The condition that a field answers to a text."""
    refers_to = None if name == "pk" or "__" in name else model._meta.get_field(name).related_model
    if refers_to is not None:
        return Q(**{f"{name}__in": _referred(refers_to.noun, text)})  # type: ignore[union-attr]
    if "__" in name and model._meta.get_field(name.partition("__")[0]).one_to_many:  # each record once
        return Q(pk__in=model._default_manager.filter(begins_with(name, text)).values("pk"))
    return begins_with(name, text)


def refers_to_many(model: type[models.Model], names: Sequence[str], text: str) -> bool:
    """Whether more records that the fields refer to answer to a text than are looked at."""
    related = (model._meta.get_field(name).related_model for name in names if name != "pk" and "__" not in name)
    nouns = {one.noun for one in related if one is not None}  # type: ignore[union-attr]
    return any(len(_referred(noun, text)) == MOST_REFERRED for noun in nouns)


def _referred(noun: str, text: str) -> list[str]:
    """The keys of the records of a noun that answer best to a text."""
    return recent.made(  # type: ignore[no-any-return]
        ("referred", noun, text), functools.partial(search.find, noun=noun, text=text, limit=MOST_REFERRED)
    )


def begins_with(name: str, text: str) -> Q:
    """A condition on the beginning of a field that both databases answer from an index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{name}__gte": text, f"{name}__lt": text[:-1] + chr(ord(text[-1]) + 1)})
    return Q(**{f"{name}__startswith": text})
