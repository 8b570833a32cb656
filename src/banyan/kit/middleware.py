"""Shows a refusal that no page caught as a page of its own; everything else stays an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from banyan.kit.refusals import Refused


class RefusalsAsPages:
    """Middleware: a `Refused` becomes its sentence with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> Any:
        """The page of a refusal; None for any other exception, which Django then logs and shows as ours."""
        if not isinstance(exception, Refused):
            return None
        return render(request, "refused.html", {"refusal": exception}, status=exception.status)
