"""Refuses what is too large, knows the rules in force, shows refusals as pages, finds nothing twice for a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from banyan.kit import layer, readings, recent
from banyan.kit.office import faults
from banyan.kit.refusals import BadRequest, Refused


class BoundedUploads:
    """Middleware: what is larger than the installation takes is refused before anything of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.BANYAN_UPLOAD_MB
        if size.isdigit() and int(size) > most * 2**20:
            refusal = Refused(
                _("%(size)d MB were to be uploaded.") % {"size": int(size) // 2**20},
                _("At most %(most)d MB are taken at once.") % {"most": most},
                _("Split the file, pack it with gzip, or ask the administrator to raise BANYAN_UPLOAD_MB."),
                code="upload-too-large",
            )
            return faults.refused(request, refusal, status=413)
        return self.get_response(request)


class TextsThatCanBeKept:
    """Middleware: an address with the character that databases cannot keep is refused before one is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_one = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
        if has_one and not request.path.startswith("/epcis/"):  # which tells it in the words of its standard
            refusal = BadRequest(
                _("The address “%(path)s” was asked for.") % {"path": request.path.replace("\0", "␀")},
                _("It holds the character NUL, which no text here can have."), _("Leave it out."),
            )  # fmt: skip
            return faults.refused(request, refusal)
        return self.get_response(request)


class RulesInForce:
    """Middleware: what another process adopted is known to this one soon after."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        layer.refresh_in_time()
        return self.get_response(request)


class ReadingsNoted:
    """Middleware: what is read under a stated reason is noted with the address that asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with readings.asked_at(f"{request.method} {request.get_full_path()}"):
            return self.get_response(request)


class NothingTwice:
    """Middleware: what a page that only reads asks twice, or was asked since the last event, is found once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with recent.reading():
            return self.get_response(request)


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
        return faults.refused(request, exception)
