"""The API: one NinjaAPI for all rooms, with sessions, problem documents, bounded pages and known parameters only."""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Callable
from datetime import date, datetime
from http.client import responses
from importlib import import_module
from typing import Annotated, Any, Generic, TypeVar

import orjson
from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import ABS_TPL_PATH, Swagger
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import APIKeyCookie
from ninja.security.base import AuthBase

from banyan.kit import machines, texts
from banyan.kit.models import Event
from banyan.kit.office import faults
from banyan.kit.refusals import BadRequest, Refused
from banyan.kit.scope import demand_scoped, scoped

MOST = 500

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")]
After = Annotated[str, Query(max_length=120, description="The `after` of the page before; empty for the first.")]


class Page(Schema, Generic[Item]):
    """A part of a list; `after` asks for the next part and is null at the end."""

    items: list[Item]
    after: str | None


class Problem(Schema):
    """An error as RFC 9457 has it, with the parts of a refusal apart."""

    type: str
    title: str
    status: int
    detail: str
    asked: str = ""
    prevents: str = ""
    instead: str = ""
    written: str = ""
    errors: list[dict[str, Any]] = []


class Utf8(BaseRenderer):
    """JSON in which Chinese stays readable; decimals are text, so that none loses a digit."""

    media_type = "application/json"
    charset = "utf-8"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


class SignedIn(APIKeyCookie):
    """A person who is signed in, by the session's cookie; changes need the CSRF token as in the office."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        person = request.user
        return person if person.is_authenticated and person.is_active else None


class MachineSignedIn(AuthBase):
    """A machine, by the token of `/oauth/token` for the scope `api`; without one, a person is looked for."""

    openapi_type = "oauth2"
    openapi_flows = {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {machines.API: "/api/v1"}}}

    def __call__(self, request: HttpRequest) -> Any:
        if person := machines.admitted(request, machines.API):
            request.user = person
        return person


class Reference(Swagger):
    """The page of the API's reference, with the library's own script and style: nothing comes from elsewhere."""

    template_cdn = str(ABS_TPL_PATH / "swagger.html")


class Described(NinjaAPI):
    """An API whose file tells every refusal that kit itself may answer with, once for all rooms."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """The OpenAPI file: to what the rooms declared, the refusals of parameters, bodies, sessions and rights."""
        described = super().get_openapi_schema(**given)
        described["components"].setdefault("schemas", {}).setdefault("Problem", Problem.model_json_schema())
        told = {"content": {faults.PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for path, operations in described["paths"].items():
            for operation in operations.values():
                kept = {int(status): answer for status, answer in operation["responses"].items()}
                own = {status for status in kept if status >= 400}
                refusals = own | refusals_of(operation, has_place="{" in path)
                problems = {status: {"description": responses[status], **told} for status in refusals}
                operation["responses"] = dict(sorted((kept | problems).items()))
        return described


def refusals_of(operation: dict[str, Any], *, has_place: bool) -> set[int]:
    """The statuses that kit may refuse an operation with: wrong parameters, bodies, places, callers."""
    statuses = {400}
    if has_place:
        statuses |= {404}
    if "requestBody" in operation:
        statuses |= {413, 422}
    if operation.get("security"):
        statuses |= {401, 403}
    return statuses


def written_as(*kinds: str) -> dict[str, Any]:
    """What a route that answers with other than JSON says of its answer, as its `openapi_extra`."""
    return {"responses": {200: {"content": {kind: {"schema": {"type": "string"}} for kind in kinds}}}}


class Texts(Parser):
    """Reads bodies of JSON; halves of characters and NUL, which no database keeps, are refused (400).

    Other characters that no XML holds are left out.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        read = orjson.loads(request.body)  # it takes no half of a character
        if b"\\u0000" in request.body and "\\u0000" in orjson.dumps(read).decode():
            raise ValueError("NUL")
        return texts.legible_json(read, sent=request.body)


api = Described(
    title="Banyan",
    version="1",
    description="Records, facts and judged numbers of a city's quality policy.",
    urls_namespace="api",
    renderer=Utf8(),
    parser=Texts(),
    docs=Reference(),
    auth=[MachineSignedIn(), SignedIn()],
)


@functools.cache
def assembled() -> NinjaAPI:
    """The API with the router of every room that has an `api.py`. Called once, by `config/urls.py`."""
    api.add_router("", events_router)
    for config in apps.get_app_configs():
        is_room = config.name.startswith("banyan.") and config.name != "banyan.kit"
        if is_room and importlib.util.find_spec(f"{config.name}.api") is not None:
            api.add_router("", import_module(f"{config.name}.api").router)
    return api


# ---------------------------------------------------------------- parameters and pages


def only_known_parameters(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse a parameter in the address that the operation does not know: silence would answer another question."""
    operation: Any = run.__self__  # type: ignore[attr-defined]
    known = sorted(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )

    @functools.wraps(run)
    def checked(request: HttpRequest, **given: Any) -> HttpResponse:
        if strangers := sorted(set(request.GET) - set(known)):
            return faults.problem_of(
                BadRequest(
                    _("The parameter “%(name)s” was given.") % {"name": strangers[0]},
                    _("This address does not know it."),
                    _("It knows: %(known)s.") % {"known": ", ".join(known) or _("none")},
                ),
            )
        return run(request, **given)

    return checked


api.add_decorator(only_known_parameters, mode="view")


def page_of(
    queryset: Any, shape: Callable[[Any], Any], *, limit: int, after: str = "", key: str = "pk"
) -> dict[str, Any]:
    """A page of a scoped queryset in the order of a unique key. Raises Unscoped where nobody limited it."""
    rows = demand_scoped(queryset).order_by(key)
    if after:
        rows = rows.filter(**{f"{key}__gt": after})
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return {
        "items": [shape(row) for row in found[:limit]],
        "after": str(getattr(found[limit - 1], key)) if more else None,
    }


def one_of(queryset: Any, **which: Any) -> Any:
    """The one row of a scoped queryset, or Http404."""
    found = demand_scoped(queryset).filter(**which).first()
    if found is None:
        raise Http404(str(which))
    return found


# ---------------------------------------------------------------- problems


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Foreseen: say which rule prevents it. What only reads has no content (422): its parameters are wrong (400)."""
    return faults.problem_of(refusal, status=400 if refusal.status == 422 and request.method == "GET" else 0)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A value of the wrong form: name each one."""
    rows = [
        {"where": str(one["loc"][0]), "name": ".".join(str(part) for part in one["loc"][1:]), "what": _fault(one)}
        for one in error.errors
    ]
    in_body = any(row["where"] in ("body", "form", "file") for row in rows)
    detail = "; ".join(f"{row['name']}: {row['what']}" for row in rows)
    return faults.problem(422 if in_body else 400, "invalid-value", detail, errors=rows)


def _fault(error: Any) -> str:
    """What is wrong with a value, in the language of the request; the library says it in English only."""
    given, asked = error["type"], error.get("ctx", {})
    bounds = {
        "greater_than_equal": ("ge", _("at least %(bound)s is needed")),
        "greater_than": ("gt", _("more than %(bound)s is needed")),
        "less_than_equal": ("le", _("at most %(bound)s is allowed")),
        "less_than": ("lt", _("less than %(bound)s is allowed")),
        "string_too_long": ("max_length", _("at most %(bound)s characters are allowed")),
        "string_too_short": ("min_length", _("at least %(bound)s characters are needed")),
        "literal_error": ("expected", _("one of these is needed: %(bound)s")),
        "enum": ("expected", _("one of these is needed: %(bound)s")),
        "extra_forbidden": ("", _("this field is not known here")),
        "missing": ("", _("a value is missing")),
    }
    if given in bounds:
        name, words = bounds[given]
        return words % {"bound": asked.get(name, "")} if name else words
    kinds = {"int": _("this is no whole number"), "float": _("this is no number"), "decimal": _("this is no number"),
             "bool": _("this is neither true nor false"), "date": _("this is no day; write it as 2025-12-31"),
             "datetime": _("this is no point in time"), "string": _("this is no text"), "list": _("this is no list"),
             "dict": _("this is no record of names and values")}  # fmt: skip
    return kinds.get(given.partition("_")[0], _("this has not the form that is asked for"))


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing there, or nothing that the person may see: the answer is the same."""
    return faults.problem(404, "not-found", _("There is nothing here, or it does not lie within your office."))


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in."""
    return faults.problem(401, "sign-in", _("Sign in first; only what is published is open to everyone."))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses by itself: a body that is no JSON, a missing CSRF token."""
    return faults.problem(error.status_code, "bad-request", str(error))


@api.exception_handler(Exception)
def on_mistake(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our mistake: logged whole, and nothing of it told."""
    return faults.our_mistake(request, error)


def _plain(value: Any) -> str:
    return str(value)


# ---------------------------------------------------------------- events, for auditors

events_router = Router(tags=["events"])


class EventOut(Schema):
    """One link of the chain. Personal fields are ciphertext."""

    number: int
    at: datetime
    on: date
    name: str
    by: str
    subject: str
    rows: int
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    digest: str
    previous: str
    hash: str


@events_router.get("/events", response={200: Page[EventOut], 400: Problem, 401: Problem, 403: Problem})
def list_events(
    request: HttpRequest, name: str = "", by: str = "", subject: str = "", first_on: date | None = None,
    last_on: date | None = None, limit: Limit = 100, after: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:  # fmt: skip
    """The chain of events in order, for those who audit it: by name, person, subject, day."""
    from banyan.kit import rights

    rights.demand(request.user, Event.view_right)
    rows = scoped(Event, request.user)
    for field, value in {"name": name, "by": by, "subject": subject}.items():
        if value:
            rows = rows.filter(**{field: value})
    if first_on:
        rows = rows.filter(on__gte=first_on)
    if last_on:
        rows = rows.filter(on__lte=last_on)
    return page_of(rows, _event, limit=limit, after=str(after or ""), key="number")


def _event(event: Event) -> dict[str, Any]:
    fields = {name: getattr(event, name) for name in EventOut.model_fields if name not in ("before", "after")}
    return fields | {name: json.loads(getattr(event, name) or "{}") for name in ("before", "after")}
