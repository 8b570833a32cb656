"""Every path of GS1's OpenAPI for EPCIS 2.0: capture, events, collections, kept queries, subscriptions."""

from __future__ import annotations

from itertools import islice
from typing import Any, BinaryIO
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan import epcis
from banyan.base.registry.queries import Organisation
from banyan.edge.epcis import actions
from banyan.edge.epcis.models import NamedQuery, Subscription
from banyan.edge.epcis.queries import answering, asking, describing, description, protocol, streaming, subscribing
from banyan.edge.epcis.queries.speaking import (
    Handler,
    body_of,
    collection_answer,
    events_answer,
    json_answer,
    known,
    question_of,
    resource,
    spooled,
    with_next,
)
from banyan.kit import clock, rights
from banyan.kit.refusals import BadRequest, NotAllowed, NotFound, Refused
from banyan.kit.scope import scoped
from banyan.records.traceability import actions as traceability_actions
from banyan.records.traceability import queries as traceability

CAPTURE, VIEW = "traceability.capture", "traceability.view"
MOST_ALONE = 8 * 2**20  # bytes of a document with one event


# ---------------------------------------------------------------- discovery


@resource
def top(request: HttpRequest) -> dict[str, Handler]:
    """The resources that there are."""

    def get(request: HttpRequest) -> HttpResponse:
        known(request)
        return collection_answer(request, answering.TOP)

    return {"GET": get}


@resource
def openapi(request: HttpRequest) -> dict[str, Handler]:
    """What this interface understands, as an OpenAPI file."""

    def get(request: HttpRequest) -> HttpResponse:
        known(request)
        return json_answer(description.openapi())

    return {"GET": get}


# ---------------------------------------------------------------- capture


def _own_organisation(person: Any) -> Organisation:
    """The one organisation that a person captures for."""
    rights.demand(person, CAPTURE)
    keys = {reach.path for reach in rights.reaches(person, CAPTURE) if reach.dimension == "organisation"}
    found = list(Organisation.objects.filter(pk__in=keys)[:2])
    if len(found) != 1:
        raise NotAllowed(
            _("Events were to be captured."), _("It is not plain for which firm."),
            _("Sign in as somebody of the one firm whose events they are."), protocol.WRITTEN,
        )  # fmt: skip
    return found[0]


def _behaviour(request: HttpRequest) -> str:
    headers = request.headers
    found = headers.get("GS1-Capture-Error-Behaviour") or headers.get("GS1-EPCIS-Capture-Error-Behaviour")
    if found not in (None, "", "rollback", "proceed"):
        raise BadRequest(
            _("GS1-Capture-Error-Behaviour was given as “%(value)s”.") % {"value": found},
            _("It is rollback or proceed."), _("Choose one of them."), protocol.WRITTEN,
        )  # fmt: skip
    return found or "rollback"


@resource
def capture(request: HttpRequest) -> dict[str, Handler]:
    """Documents of events are sent here; what became of them is listed here."""

    def post(request: HttpRequest) -> HttpResponse:
        known(request)
        organisation, on_error = _own_organisation(request.user), _behaviour(request)
        with spooled(request) as stream:
            job = traceability_actions.capture(
                stream=stream, media_type=request.content_type or "", by=request.user, organisation=organisation,
                on=clock.today(), on_error=on_error, limit=protocol.most_bytes(),
            )  # fmt: skip
        where = reverse("epcis:capture_job", kwargs={"job": job.pk})
        return HttpResponse(status=202, headers={"Location": where, **protocol.capture_headers()})

    def get(request: HttpRequest) -> HttpResponse:
        asked = asking.asked(request.GET)
        known(request, *asking.PAGING)
        protocol.chosen(request.headers, (protocol.JSON, protocol.JSON_LD))
        rights.demand(request.user, VIEW)
        question = question_of(request)
        rows = scoped(traceability.CaptureJob, request.user).order_by("-pk")
        if place := protocol.place_of(asked.token, question):
            rows = rows.filter(pk__lt=place)
        found = list(rows[: asked.per_page + 1])
        shown = found[: asked.per_page]
        after = shown[-1].pk if len(found) > len(shown) else ""
        return with_next(request, json_answer([answering.job(one) for one in shown]), after, question)

    return {"POST": post, "GET": get, "OPTIONS": protocol.capture_headers}


@resource
def capture_job(request: HttpRequest, job: str) -> dict[str, Handler]:
    """What became of one capture."""
    rights.demand(request.user, VIEW)
    found = scoped(traceability.CaptureJob, request.user).filter(pk=job).first()
    if found is None:
        raise Http404(job)

    def get(request: HttpRequest, job: str) -> HttpResponse:
        known(request)
        language = protocol.chosen(request.headers)
        return HttpResponse(answering.job_bytes(found, language), content_type=language)

    return {"GET": get}


# ---------------------------------------------------------------- events


@resource
def events(request: HttpRequest) -> dict[str, Handler]:
    """All events, by the parameters of EPCIS' query; one event is captured here at once."""

    def post(request: HttpRequest) -> HttpResponse:
        known(request)
        organisation = _own_organisation(request.user)
        with spooled(request) as stream:
            identifier = _only_event(stream, request.content_type or "")
            stream.seek(0)
            job = traceability_actions.capture(
                stream=stream, media_type=request.content_type or "", by=request.user, organisation=organisation,
                on=clock.today(), limit=protocol.most_bytes(),
            )  # fmt: skip
        if job.problems:
            first = job.problems[0]
            is_there = first["path"].endswith("/eventID")
            raise Refused(
                _("An event was to be captured."), f"{first['path']} {first['says']}".strip(),
                _("Mend it and send it again."), protocol.WRITTEN, code="event-exists",
            ) if is_there else BadRequest(
                _("An event was to be captured."), f"{first['path']} {first['says']}".strip(),
                _("Mend it and send it again."), protocol.WRITTEN, code="wrong-event",
            )  # fmt: skip
        where = f"{reverse('epcis:events')}/{quote(identifier, safe='')}"
        return HttpResponse(status=201, headers={"Location": where})

    return {"GET": events_answer, "POST": post, "OPTIONS": protocol.capture_headers}


def _only_event(stream: BinaryIO, media_type: str) -> str:
    """The identifier of the one event of a document. Raises BadRequest where there is not exactly one."""
    try:
        found = list(islice(epcis.examine(epcis.read(stream, media_type, limit=MOST_ALONE)), 2))
    except epcis.Unreadable as broken:
        raise BadRequest(
            _("An event was to be captured."), str(broken), _("Send one event as JSON or in a document of XML."),
            protocol.WRITTEN, code="wrong-event",
        ) from broken  # fmt: skip
    if len(found) != 1:
        raise BadRequest(
            _("An event was to be captured."), _("Several events were sent.") if found else _("No event was sent."),
            _("Send several to /capture."), protocol.WRITTEN, code="wrong-event",
        )  # fmt: skip
    event = found[0].event
    given = event.get("eventID") if isinstance(event, dict) else ""
    return str(given or found[0].hash)


@resource
def event(request: HttpRequest, event: str) -> dict[str, Handler]:
    """One event with what was declared of it."""
    found = list(traceability.seen_events(request.user).filter(event_id=event).order_by("pk")[:100])
    if not found:
        raise NotFound(
            _("The event “%(id)s” was asked for.") % {"id": event},
            _("There is no such event within what you may read."), _("Look for it by the things that it names."),
        )  # fmt: skip

    def get(request: HttpRequest, event: str) -> HttpResponse:
        known(request)
        language = protocol.chosen(request.headers)
        links = protocol.epc_format(request.headers) == "Always_GS1_Digital_Link"
        body = answering.document(found, person=request.user, language=language, links=links)
        return HttpResponse(body, content_type=language)

    return {"GET": get}


# ---------------------------------------------------------------- collections


def _demand_collection(name: str, member: str = "") -> Any:
    """What a collection answers. Raises Http404 where there is none, or no such type of event."""
    if name not in answering.COLLECTIONS or (name == "eventTypes" and member not in ("", *epcis.EVENT_TYPES)):
        raise Http404(name)
    return answering.COLLECTIONS[name]


@resource
def collection(request: HttpRequest, collection: str) -> dict[str, Handler]:
    """The event types, things, steps, places or dispositions that occur in what the person may read."""
    _parameter, members = _demand_collection(collection)

    def get(request: HttpRequest, collection: str) -> HttpResponse:
        asked = asking.asked(request.GET)
        known(request, *asking.PAGING)
        question = question_of(request)
        found, after = members(request.user, asked.per_page, protocol.place_of(asked.token, question))
        return with_next(request, collection_answer(request, found), after, question)

    return {"GET": get}


@resource
def member(request: HttpRequest, collection: str, member: str) -> dict[str, Handler]:
    """What can be asked of one of them: its events."""
    parameter, _members = _demand_collection(collection, member)
    if not asking.page(request.user, {parameter: [member]}, limit=1, after="").events:
        raise Http404(member)

    def get(request: HttpRequest, collection: str, member: str) -> HttpResponse:
        known(request)
        return collection_answer(request, ["events"])

    return {"GET": get}


@resource
def member_events(request: HttpRequest, collection: str, member: str) -> dict[str, Handler]:
    """The events of one of them, by further parameters."""
    parameter, _members = _demand_collection(collection, member)
    return {"GET": lambda request, **_path: events_answer(request, {parameter: [member]})}


# ---------------------------------------------------------------- kept queries


def _kept(person: Any, name: str) -> NamedQuery:
    found = NamedQuery.objects.filter(username=person.username, name=name, withdrawn_on=None).first()
    if found is None:
        raise NotFound(
            _("The query “%(name)s” was asked for.") % {"name": name}, _("You keep none of this name."),
            _("Keep it first, or choose one of the list."), protocol.WRITTEN, code="no-such-query",
        )  # fmt: skip
    return found


def _told(kept: NamedQuery) -> dict[str, Any]:
    return {"name": kept.name, "query": kept.query, "createdAt": answering.instant(kept.created_at)}


@resource
def queries(request: HttpRequest) -> dict[str, Handler]:
    """The queries that the person keeps."""

    def get(request: HttpRequest) -> HttpResponse:
        asked = asking.asked(request.GET)
        known(request, *asking.PAGING)
        rights.demand(request.user, VIEW)
        question = question_of(request)
        rows = NamedQuery.objects.filter(username=request.user.username, withdrawn_on=None).order_by("pk")
        found = list(rows.filter(pk__gt=protocol.place_of(asked.token, question))[: asked.per_page + 1])
        shown = found[: asked.per_page]
        after = shown[-1].pk if len(found) > len(shown) else ""
        return with_next(request, json_answer([_told(one) for one in shown]), after, question)

    def post(request: HttpRequest) -> HttpResponse:
        known(request)
        body = body_of(request)
        name = asking.demand_name(body.get("name"))
        query = asking.kept_query(request.user, body.get("query"))
        kept = actions.keep_query(name=name, query=query, by=request.user, on=clock.today())
        where = reverse("epcis:query", kwargs={"query": kept.name})
        return json_answer(_told(kept), status=201, headers={"Location": where})

    return {"GET": get, "POST": post}


@resource
def query(request: HttpRequest, query: str) -> dict[str, Handler]:
    """One kept query; deleting it ends its subscriptions."""
    kept = _kept(request.user, query)

    def get(request: HttpRequest, query: str) -> HttpResponse:
        known(request)
        return json_answer(_told(kept))

    def delete(request: HttpRequest, query: str) -> HttpResponse:
        known(request)
        actions.delete_query(query=kept, by=request.user, on=clock.today())
        return HttpResponse(status=204)

    return {"GET": get, "DELETE": delete}


@resource
def query_events(request: HttpRequest, query: str) -> dict[str, Handler]:
    """The events that answer a kept query; what is kept of master data under the name that the standard gives it."""
    if query == describing.NAME:
        return {"GET": describing.answer}
    kept = _kept(request.user, query)

    def get(request: HttpRequest, query: str) -> HttpResponse:
        if streaming.is_asked(request):
            return streaming.answer(request, kept)
        return events_answer(request, kept.query, name=kept.name)

    return {"GET": get}


@resource
def subscriptions(request: HttpRequest, query: str) -> dict[str, Handler]:
    """Where the events of a kept query are sent."""
    kept = _kept(request.user, query)

    def get(request: HttpRequest, query: str) -> HttpResponse:
        known(request, *asking.PAGING)
        asked, question = asking.asked(request.GET), question_of(request)
        rows = Subscription.objects.filter(query=kept, withdrawn_on=None).order_by("pk")
        rows = rows.filter(pk__gt=protocol.place_of(asked.token, question)).select_related("query", "delivery")
        found = list(rows[: asked.per_page + 1])
        shown = found[: asked.per_page]
        after = shown[-1].pk if len(found) > len(shown) else ""
        return with_next(request, json_answer([subscribing.told(one) for one in shown]), after, question)

    def post(request: HttpRequest, query: str) -> HttpResponse:
        known(request)
        body = body_of(request)
        made = actions.subscribe(
            query=kept, dest=str(body.get("dest", "")), token=str(body.get("signatureToken", "")),
            stream=body.get("stream") is True, schedule=body.get("schedule"),
            report_if_empty=body.get("reportIfEmpty") is True,
            from_time=subscribing.instant_of(body.get("initialRecordTime")),
            by=request.user, on=clock.today(),
        )  # fmt: skip
        where = reverse("epcis:subscription", kwargs={"query": kept.name, "subscription": made.pk})
        return json_answer(subscribing.told(made), status=201, headers={"Location": where})

    return {"GET": get, "POST": post}


@resource
def subscription(request: HttpRequest, query: str, subscription: str) -> dict[str, Handler]:
    """One subscription: how far it is, and its end."""
    rows = Subscription.objects.filter(query=_kept(request.user, query), withdrawn_on=None, pk=subscription)
    one: Subscription | None = rows.select_related("query", "delivery").first()
    if one is None:
        raise NotFound(
            _("The subscription “%(key)s” was asked for.") % {"key": subscription},
            _("This query has none of this key."), _("Choose one of its list."), protocol.WRITTEN,
            code="no-such-subscription",
        )  # fmt: skip
    told = {"GS1-Query-Min-Record-Time": answering.instant(one.delivery.notified_at or one.initial_record_time)}

    def get(request: HttpRequest, **_path: str) -> HttpResponse:
        known(request)
        return json_answer(subscribing.told(one), headers=told)

    def delete(request: HttpRequest, **_path: str) -> HttpResponse:
        known(request)
        actions.unsubscribe(subscription=one, by=request.user, on=clock.today())
        return HttpResponse(status=204)

    return {"GET": get, "DELETE": delete, "OPTIONS": lambda: told}


@resource
def next_page_token(request: HttpRequest, token: str) -> dict[str, Handler]:
    """A token holds its place itself: there is nothing to release, and it ends within the hour."""
    return {"DELETE": lambda request, **_path: HttpResponse(status=204)}
