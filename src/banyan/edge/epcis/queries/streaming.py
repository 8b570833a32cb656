"""Streams by websocket as the site answers them: whether one may begin, and each of its pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from banyan.edge.epcis.queries import answering, asking, protocol, subscribing
from banyan.kit import clock
from banyan.kit.refusals import NotAllowed
from banyan.records.traceability import queries as traceability

BATCH = 100  # events in one message
PLACE = "banyan.place"  # only this process can set it: what a client sends is named HTTP_…
CONTROLS = {"stream", "initialRecordTime", "reportIfEmpty", *subscribing.BOUNDS}


@dataclass(frozen=True)
class Place:
    """Where a subscriber stands: from when, the last event looked at, and when the next message is due."""

    since: datetime | None  # without one, the number alone says what is new
    after: str = ""
    due: datetime | None = None  # as events come
    more: bool = False


def is_asked(request: HttpRequest) -> bool:
    """Whether an address is asked for as a stream."""
    return "websocket" in request.headers.get("Upgrade", "").lower() or bool(CONTROLS & set(request.GET))


def address() -> str:
    """Where the streams are, as the root of addresses; empty where none are served or a proxy leads to them."""
    return str(settings.BANYAN_EPCIS_STREAM)


def answer(request: HttpRequest, kept: Any) -> HttpResponse:
    """The next page of a stream, or 101 at its beginning; its place is in `place`. Raises WrongSubscription."""
    if PLACE not in request.META:
        raise subscribing.refused(
            _("This address answers without a stream."),
            _("Ask for it with “Upgrade: websocket” at %(address)s.") % {"address": address() + request.path}
            if address()
            else _("Subscribe by POST to /queries/%(name)s/subscriptions; events are then sent to an address.")
            % {"name": kept.name},
        )
    _demand_own_page(request)
    language = protocol.chosen(request.headers)
    links = protocol.epc_format(request.headers) == "Always_GS1_Digital_Link"
    schedule, if_empty, from_time = _controls(request)
    place: Place | None = request.META[PLACE]
    now = clock.now()
    if place is None:
        asking.since(request.user, kept.query, since=now, after="", limit=1)  # what may not be read is refused now
        newest = str(traceability.last_mark()[0] or "")
        due = subscribing.first_time(schedule, after=now) if schedule else None
        place = Place(from_time, "" if from_time else newest, due)
        told = HttpResponse(status=101, headers={"GS1-Query-Min-Record-Time": answering.instant(from_time or now)})
    else:
        page = asking.since(request.user, kept.query, since=place.since, after=place.after, limit=BATCH)
        body = b""
        if page.events or (if_empty and schedule and not page.after):
            body = answering.document(
                page.events, person=request.user, language=language, links=links, name=kept.name
            )  # fmt: skip
        last = str(page.events[-1].pk) if page.events else place.after
        due = subscribing.next_time(schedule, after=now) if schedule and not page.after else place.due
        place = replace(place, after=page.after or last, due=due, more=bool(page.after))
        told = HttpResponse(body, content_type=language)
    told.place = place  # type: ignore[attr-defined]
    return told


def _controls(request: HttpRequest) -> tuple[dict[str, str], bool, datetime | None]:
    """Schedule, whether empty messages are wanted, and from when. Raises WrongSubscription for others."""
    given = request.GET.dict()
    schedule = {part: given[part] for part in subscribing.BOUNDS if part in given}
    flags = {name: given.get(name, "false") for name in ("stream", "reportIfEmpty")}
    wrong = {name for name, value in flags.items() if value not in ("true", "false")}
    if strange := (set(given) - CONTROLS) | wrong:
        raise subscribing.refused(
            _("%(name)s is not understood.") % {"name": sorted(strange)[0]},
            _("Known are: %(known)s; stream and reportIfEmpty are true or false.")
            % {"known": ", ".join(sorted(CONTROLS))},
        )
    subscribing.demand_one(schedule, stream=flags["stream"] == "true")
    return schedule, flags["reportIfEmpty"] == "true", subscribing.instant_of(given.get("initialRecordTime"))


def _demand_own_page(request: HttpRequest) -> None:
    """Raise NotAllowed for a page of another site that opens a stream with a person's cookie."""
    origin = urlsplit(request.headers.get("Origin", "")).hostname
    if origin and origin != urlsplit(f"//{request.get_host()}").hostname:
        raise NotAllowed(
            _("A page of %(origin)s asked for a stream.") % {"origin": origin}, _("It is a page of another site."),
            _("Ask from a program, or from a page of this site."), "RFC 6455, 10.2",
        )  # fmt: skip
