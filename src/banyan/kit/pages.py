"""What every page asks of its address: no parameter that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
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


def knows(*known: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorator of a page: it is asked with these parameters only."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def asked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            demand_known(request.GET, known)
            return view(request, *given, **named)

        return asked

    return decorate
