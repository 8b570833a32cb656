"""A room's own page in the office's frame, for those who have a right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from banyan.kit import rights
from banyan.kit.office.site import office

View = Callable[..., HttpResponse]


def page_for(right: str) -> Callable[[View], View]:
    """Make a view a page of the office: signing in first, then the right; only reading."""

    def wrap(view: View) -> View:
        @wraps(view)
        @require_safe
        def checked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            rights.demand(request.user, right)
            return view(request, *given, **named)

        return office.admin_view(checked)  # type: ignore[no-any-return]

    return wrap
