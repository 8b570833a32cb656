"""What every page asks of its address: no parameter that it does not know, and a page that there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage, InvalidPage, Page, PageNotAnInteger, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from banyan.kit.refusals import BadRequest


def demand_known(query: Iterable[str], known: Collection[str]) -> None:
    """Raise BadRequest for the first parameter of an address that the page does not know."""
    for name in query:
        if name not in known:
            raise BadRequest(
                _("The page was asked with “%(name)s”.") % {"name": name[:60]},
                _("This page knows no such parameter."),
                _("It knows: %(known)s.") % {"known": ", ".join(known) or _("none")},
            )


class Part(Page[Any]):
    """A page that knows whether there is another one without the list being counted."""

    goes_on = False

    def has_next(self) -> bool:
        return self.goes_on

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1


class Parts(Paginator[Any]):
    """Pages of a list that is counted only where one is asked for that there is not; else one row more is read."""

    FURTHEST = 2**31

    def page(self, number: int | str) -> Part:
        """Raises InvalidPage for what is no page of the list."""
        try:
            start = (int(number) - 1) * self.per_page
        except ValueError as error:
            raise PageNotAnInteger(number) from error
        if not 0 <= start < self.FURTHEST:
            raise EmptyPage(number)
        rows = list(self.object_list[start : start + self.per_page + 1])
        if start and not rows:
            raise EmptyPage(number)
        found = Part(rows[: self.per_page], int(number), self)
        found.goes_on = len(rows) > self.per_page
        return found


def page_asked(rows: Any, query: QueryDict, *, size: int, name: str = "page") -> Part:
    """The page of a list that an address asks for, the first if it names none. Raises BadRequest for none that is."""
    pages = Parts(rows, size)
    asked = query.get(name, "1")
    try:
        return pages.page(asked)
    except InvalidPage as error:
        raise BadRequest(
            _("The page “%(page)s” of the list was asked for.") % {"page": asked[:20]},
            _("There is no such page."),
            _("Choose one from 1 to %(last)s.") % {"last": pages.num_pages},
        ) from error


def knows(*known: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorator of a page: it is asked with these parameters only."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def asked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            demand_known(request.GET, known)
            return view(request, *given, **named)

        return asked

    return decorate
