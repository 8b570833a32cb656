"""What every page asks of its address: no parameter that it does not know, and a page that there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
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


def page_asked(rows: Any, query: QueryDict, *, size: int) -> Page:
    """The page of a list that an address asks for, the first if it names none. Raises BadRequest for none that is."""
    pages = Paginator(rows, size)
    asked = query.get("page", "1")
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
