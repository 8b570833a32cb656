"""A room's own page in the office's frame, for those who have a right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from banyan.kit import rights
from banyan.kit.office.site import office

View = Callable[..., HttpResponse]


def page_for(right: str, *, methods: Sequence[str] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Make a view a page of the office: signing in first, then the right; only reading unless it says otherwise."""

    def wrap(view: View) -> View:
        @wraps(view)
        @require_http_methods(list(methods))
        def checked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            rights.demand(request.user, right)
            return view(request, *given, **named)

        return office.admin_view(checked)  # type: ignore[no-any-return]

    return wrap
