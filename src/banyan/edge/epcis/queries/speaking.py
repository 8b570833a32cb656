"""How an address answers: sign-in, methods, versions, languages, errors and pages are the same everywhere."""

from __future__ import annotations

import functools
import logging
import re
import shutil
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO
from urllib.parse import urlencode

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from banyan import epcis
from banyan.edge.epcis.queries import answering, asking, protocol
from banyan.kit import machines
from banyan.kit.refusals import BadRequest, Refused

IN_MEMORY = 8 * 2**20
MOST_OF_A_BODY = 2**18  # bytes of a query or subscription
CAPTURE, QUERY = "epcis:capture", "epcis:query"  # scopes of machines
log = logging.getLogger("banyan.epcis")
Handler = Callable[..., Any]


def resource(view: Callable[..., dict[str, Handler]]) -> Callable[..., HttpResponse]:
    """A view that names a handler for each method; sign-in, versions, OPTIONS and errors are the same everywhere.

    Under OPTIONS a view gives the headers that it tells beside those of every address.
    """

    @csrf_exempt  # checked below, so that the refusal is a problem document
    @functools.wraps(view)
    def answered(request: HttpRequest, **path: Any) -> HttpResponse:
        language = "application/xml" if "xml" in request.headers.get("Accept", "") else protocol.JSON
        try:
            answer = _answered(view, request, path)
        except Refused as refusal:
            body, kind = protocol.problem(
                language, status=refusal.status, code=refusal.code, title=str(refusal.prevents or refusal.asked),
                detail=refusal.sentence,
            )  # fmt: skip
            answer = HttpResponse(body, status=refusal.status, content_type=kind)
        except Http404:
            answer = _problem(language, 404, "not-found", _("There is nothing here, or it is not yours to read."))
        except epcis.Unwritable as unwritable:
            answer = _problem(language, 406, "not-acceptable", str(unwritable))
        except Exception:
            log.exception("error in the interface for events at %s", request.path)
            answer = _problem(language, 500, "our-mistake", _("This was our mistake; it has been logged."))
        challenge = machines.CHALLENGE if answer.status_code == 401 else {}
        for name, value in (protocol.headers_of() | challenge).items():
            answer.headers.setdefault(name, value)
        return answer

    return answered


def _answered(view: Callable[..., dict[str, Handler]], request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
    language = "application/xml" if "xml" in request.headers.get("Accept", "") else protocol.JSON
    machine = machines.admitted(request, *_scopes_for(request))
    if machine is not None:
        request.user = machine
    if not (request.user.is_authenticated and request.user.is_active):
        return _problem(language, 401, "sign-in", _("Sign in first."))
    _demand_text(*path.values(), *request.GET.keys(), *(one for many in request.GET.lists() for one in many[1]))
    protocol.demand_versions(request.headers)
    handlers = view(request, **path)
    if request.method == "OPTIONS":
        told = protocol.headers_of(allow=[method for method in handlers if method != "OPTIONS"])
        return HttpResponse(status=204, headers=told | handlers.get("OPTIONS", dict)())
    allowed = ", ".join(dict.fromkeys(("OPTIONS", *handlers)))
    handler = handlers.get("GET" if request.method == "HEAD" else request.method or "")
    if handler is None:
        answer = _problem(language, 405, "no-such-method", _("This address knows: %(methods)s.")
                          % {"methods": allowed})  # fmt: skip
        answer.headers["Allow"] = allowed
        return answer
    by_cookie = machine is None and request.method in ("POST", "DELETE")
    if by_cookie and check_csrf(request) is not None:
        return _problem(language, 403, "csrf", _("The header X-CSRFToken is missing or wrong."))
    return handler(request, **path)


def _scopes_for(request: HttpRequest) -> tuple[str, ...]:
    """The scopes, one of which a machine needs here: what it sends it may also follow up."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    if name in ("top", "openapi") or request.method == "OPTIONS":
        return ()
    if name == "events" and request.method == "POST":
        return (CAPTURE,)
    if name in ("capture", "capture_job"):
        return (CAPTURE,) if request.method == "POST" else (CAPTURE, QUERY)
    return (QUERY,)


def _demand_text(*texts: str) -> None:
    """Raise BadRequest for a text with the character NUL, which no database keeps or looks for."""
    if any("\0" in text for text in texts):
        raise BadRequest(
            _("A text with the character NUL was sent."), _("It cannot be understood."), _("Leave it out."),
            protocol.WRITTEN,
        )  # fmt: skip


def _problem(language: str, status: int, code: str, detail: str) -> HttpResponse:
    body, kind = protocol.problem(language, status=status, code=code, title=detail, detail=detail)
    return HttpResponse(body, status=status, content_type=kind)


def known(request: HttpRequest, *known: str) -> None:
    """Raise BadRequest for a parameter that an address without a question does not know."""
    for name in request.GET:
        if name not in known:
            raise BadRequest(
                _("The parameter “%(name)s” was given.") % {"name": name[:60]}, _("This address does not know it."),
                _("It knows: %(known)s.") % {"known": ", ".join(known) or _("none")}, protocol.WRITTEN,
            )  # fmt: skip


def json_answer(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return HttpResponse(body, status=status, content_type=protocol.JSON, headers=headers)


def collection_answer(request: HttpRequest, members: Iterable[str]) -> HttpResponse:
    """A list of names, in the language that was asked for."""
    language = protocol.chosen(request.headers)
    return HttpResponse(answering.collection(members, language), content_type=language)


def with_next(request: HttpRequest, answer: HttpResponse, after: str, question: str) -> HttpResponse:
    """Tell where the next page is, if there is one."""
    if after:
        more = {**request.GET.dict(), "nextPageToken": protocol.token_of(after, question)}
        answer.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{urlencode(more)}>; rel="next"'
        answer.headers["GS1-Next-Page-Token-Expires"] = answering.instant(protocol.expiry())
    return answer


def question_of(request: HttpRequest) -> str:
    kept = sorted((name, value) for name, value in request.GET.items() if name != "nextPageToken")
    return request.path + "?" + urlencode(kept)


def events_answer(request: HttpRequest, more: dict[str, Any] | None = None, *, name: str = "") -> HttpResponse:
    """A page of the events that answer the address, with what the path already says."""
    asked = asking.asked(request.GET)
    language = protocol.chosen(request.headers)
    links = protocol.epc_format(request.headers) == "Always_GS1_Digital_Link"
    protocol.demand_word_format(request.headers)
    question = question_of(request)
    if twice := set(asked.parameters) & set(more or {}):
        raise BadRequest(
            _("%(name)s was given.") % {"name": sorted(twice)[0]}, _("The address or its query says it already."),
            _("Leave it out."), protocol.WRITTEN,
        )  # fmt: skip
    page = asking.page(
        request.user, {**asked.parameters, **(more or {})}, limit=asked.per_page,
        after=protocol.place_of(asked.token, question),
    )  # fmt: skip
    body = answering.document(page.events, person=request.user, language=language, links=links, name=name)
    return with_next(request, HttpResponse(body, content_type=language), page.after, question)


def spooled(request: HttpRequest) -> BinaryIO:
    """The body of a request, the first part in memory. Raises UnsupportedMediaType or TooMany."""
    kind = (request.content_type or "").lower()
    if kind not in (*epcis.JSON_TYPES, *epcis.XML_TYPES):
        raise protocol.UnsupportedMediaType(
            _("A document was sent as “%(kind)s”.") % {"kind": kind}, _("It is not read in this language."),
            _("Send one of: %(kinds)s.") % {"kinds": ", ".join((*epcis.JSON_TYPES, *epcis.XML_TYPES))},
            protocol.WRITTEN,
        )  # fmt: skip
    spool: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by whoever reads it
    try:
        shutil.copyfileobj(_Bounded(request), spool)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool  # type: ignore[no-any-return]


class _Bounded:
    """The body of a request up to the limit."""

    def __init__(self, request: HttpRequest) -> None:
        self._request, self._taken = request, 0

    def read(self, size: int = -1) -> bytes:
        """The next block; TooMany beyond the limit."""
        block: bytes = self._request.read(size)
        self._taken += len(block)
        if self._taken > protocol.most_bytes():
            raise protocol.TooMany(
                _("A document was to be captured."),
                _("It has more than %(most)d bytes.") % {"most": protocol.most_bytes()},
                _("Send it in parts."), protocol.WRITTEN,
            )  # fmt: skip
        return block


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The object that was sent. Raises BadRequest for anything else."""
    try:
        sent = request.read(MOST_OF_A_BODY + 1)[:MOST_OF_A_BODY]
        _demand_text(*("\0" for _found in re.finditer(rb"(?<!\\)(?:\\\\)*\\u0000", sent)))
        raw = orjson.loads(sent)
    except orjson.JSONDecodeError:
        raw = None
    if not isinstance(raw, dict):
        raise BadRequest(
            _("A query or subscription was sent."), _("It is no object of JSON."), _("Send it as one."),
            protocol.WRITTEN, code="wrong-query",
        )  # fmt: skip
    return raw
