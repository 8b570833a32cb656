"""Pages that say why a request was not answered: in the office's frame for who is signed in there, else plain."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from banyan.kit import machines
from banyan.kit.refusals import Refused

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/epcis/")
"""What lies below these addresses is read by programs: they are told of faults as RFC 9457 has it, not by a page."""
CODES = {400: "not-understood", 403: "not-allowed", 404: "not-found"}


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A fault as a problem document."""
    content = {"type": f"urn:banyan:{code}", "title": code, "status": status, "detail": detail} | more
    headers = machines.CHALLENGE if status == 401 else None
    return HttpResponse(orjson.dumps(content), status=status, content_type=PROBLEM, headers=headers)


def problem_of(refusal: Refused, *, status: int = 0) -> HttpResponse:
    """A refusal as a problem document, with its parts apart."""
    parts = {name: str(getattr(refusal, name)) for name in ("asked", "prevents", "instead", "written")}
    return _told(problem(status or refusal.status, refusal.code, refusal.sentence, **parts), refusal)


def _told(answer: HttpResponse, refusal: Refused) -> HttpResponse:
    for name, value in refusal.headers.items():
        answer[name] = value
    return answer


def refused(request: HttpRequest, refusal: Refused, *, status: int = 0) -> HttpResponse:
    """The page of a refusal that no page caught."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem_of(refusal, status=status)
    answer = _page(request, "refused.html", status or refusal.status, title=_("Refused"), refusal=refusal)
    return _told(answer, refusal)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Nothing is at this address, or nothing that the person may see."""
    return _page(request, "404.html", 404, title=_("Not found"))


def not_allowed(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The person lacks the right to the page."""
    return _page(request, "403.html", 403, title=_("Not allowed"))


def not_understood(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The request is malformed."""
    return _page(request, "400.html", 400, title=_("Not understood"))


def our_mistake(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """An error that nobody foresaw: told as ours, under the number by which it stands in the log, and nothing of it.

    The page asks neither the database nor the office, which may be what failed; where even this fails, a fixed one
    in both languages is shown.
    """
    number = logged(request, error or sys.exc_info()[1])
    if request.path.startswith(FOR_PROGRAMS):
        said = _("This was our mistake. Nothing was written; it has been logged under the number %(number)s.")
        return problem(500, "our-mistake", said % {"number": number})
    try:
        return render(request, "mistake.html", {"number": number, "back": _back(request)}, status=500)
    except Exception:
        log.exception("fault %s could not be shown", number)
        return server_error(request)


def logged(request: HttpRequest, error: BaseException | None) -> str:
    """Log an unforeseen error whole, and give the number under which it stands there."""
    number = secrets.token_hex(4)
    log.error("fault %s: %s %s", number, request.method, request.path, exc_info=error)
    return number


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent that was opened before the person signed out, or in at another window."""
    return _page(request, "form_too_old.html", 403, title=_("The form is too old"))


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    if request.path.startswith(FOR_PROGRAMS):
        return problem(status, CODES[status], str(context["title"]))
    from banyan.kit.office.site import office

    home = reverse("office:index")
    user = getattr(request, "user", None)
    if request.path.startswith(home) and user is not None and user.is_authenticated:
        context |= office.each_context(request) | {"frame": "office/fault.html"}
    return render(request, template, context | {"back": _back(request)}, status=status)


def _back(request: HttpRequest) -> str:
    """The page that a link or form came from, or the same page without what was asked of it; "" where neither is."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc == request.get_host() and came_from.path != request.path:
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return request.path if request.method == "GET" and request.GET else ""
