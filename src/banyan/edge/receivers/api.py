"""The feed of changes, receipts and copies over the API, for the machines of receivers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from ninja.security.base import AuthBase

from banyan.edge.receivers import actions, queries
from banyan.edge.receivers.models import Delivery, Receiver
from banyan.kit import clock, machines, rights
from banyan.kit.api import MOST, Limit, Problem
from banyan.kit.refusals import NotAllowed, NotFound

router = Router(tags=["exchange"])
READS, TELLS = "exchange:changes", "exchange:receipts"
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403), Problem)
WRITES: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422), Problem)
Topic = Literal["listings", "penalties", "recalls", "grades", "corrections"]


class ReceiverSignedIn(AuthBase):
    """A machine of a receiver, by the token of `/oauth/token` for one scope."""

    openapi_type = "oauth2"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.openapi_flows = {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": {scope: scope}}}
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        if person := machines.admitted(request, self.scope):
            request.user = person
        return person


class ChangeOut(Schema):
    """One change as an event of CloudEvents 1.0; `sequence` orders, `partitionkey` is what order is kept within."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    partitionkey: str
    sequence: str
    data: dict[str, Any]


class ChangesOut(Schema):
    """Changes in order. `after` asks for the next part; where it is null, `upto` is where to begin the next time."""

    items: list[ChangeOut]
    after: str | None
    upto: int


class ReceiptIn(Schema):
    """What was done with one change, by its `id`. The same said again changes nothing."""

    change: str = Field(max_length=80)
    outcome: Literal["executed", "refused", "not_applicable"]
    on: date
    reference: str = Field("", max_length=80)
    words: str = Field("", max_length=400)


class ReceiptsIn(Schema):
    """Receipts that are given together: all of them count, or none."""

    receipts: list[ReceiptIn] = Field(min_length=1, max_length=MOST)


class ReceiptsOut(Schema):
    """How many of them were new."""

    entered: int
    known: int


class CopyIn(Schema):
    """What a receiver holds of a topic: the number of the last event, how many records stand, and their digest."""

    topic: Topic
    event: int = Field(ge=0, lt=2**63)
    count: int = Field(ge=0, lt=2**63)
    digest: str = Field(pattern="^[0-9a-fA-F]{64}$")


class CopyOut(Schema):
    """Whether the copy is ours."""

    agrees: bool
    digest: str
    reported_on: date


def _receiver(request: HttpRequest) -> Receiver:
    """The receiver whose machine asks. Raises NotAllowed where it is none's, or the receiver is suspended."""
    keys = [one.path for one in rights.reaches(request.user, "receivers.receive") if one.dimension == "receiver"]
    found = Receiver.objects.filter(pk__in=keys, withdrawn_on=None).prefetch_related("access").first()
    if found is None or found.state != "active":
        raise NotAllowed(
            _("A machine asked for “%(path)s”.") % {"path": request.path},
            _("It acts for no receiver, or its receiver is suspended."),
            _("Ask the office to give it the role of a receiver, limited to the one that it acts for."),
        )
    return found


@router.get("/exchange/changes", response={200: ChangesOut} | ERRORS, auth=ReceiverSignedIn(READS))
def list_changes(
    request: HttpRequest, since: Annotated[str, Query(max_length=40)] = "0", topic: Topic | None = None,
    limit: Limit = 100,
) -> dict[str, Any]:  # fmt: skip
    """What changed after a place in the feed, of the topics that are granted; of one of them where it is named.

    Nothing is lost and nothing comes twice, whoever writes meanwhile. What is public no more is told as an end.
    """
    receiver, place = _receiver(request), queries.place_of(since)
    granted = queries.topics_of(receiver, on=clock.today())
    if topic is not None and topic not in granted:
        raise NotAllowed(
            _("Changes of “%(topic)s” were asked for.") % {"topic": topic},
            _("It is not granted to %(receiver)s.") % {"receiver": receiver},
            _("Ask the office to grant the topic, and say on which basis."),
        )
    part = queries.read(topics={topic} if topic else granted, place=place, limit=limit)
    after = str(part.after) if part.after else None
    return {"items": queries.told(part.changes), "after": after, "upto": part.upto}


@router.post("/exchange/receipts", response={200: ReceiptsOut} | WRITES, auth=ReceiverSignedIn(TELLS))
def give_receipts(request: HttpRequest, given: ReceiptsIn) -> dict[str, int]:
    """Say what was done with changes that you were told of: executed, refused (and why), or not applicable."""
    receiver = _receiver(request)
    said = {one.change: one for one in given.receipts}
    conditions = Q(pk__in=[])
    for name in said:
        topic, event, version = [*name.split("-"), "", ""][:3]
        if event.isdecimal() and version.isdecimal() and max(len(event), len(version)) < 19:
            conditions |= Q(topic=topic, event=int(event), version=int(version))
    rows = Delivery.objects.filter(conditions, receiver=receiver)
    found = {one.change: one for one in rows.within(request.user, right="receivers.receive")}
    if missing := [name for name in said if name not in found]:
        raise NotFound(
            _("A receipt for “%(change)s” was given.") % {"change": missing[0][:80]},
            _("You were told of no such change."), _("Give the `id` of a change that was sent to you."),
        )  # fmt: skip
    made = actions.give_receipts(
        deliveries=list(found.values()), by=request.user, on=clock.today(),
        said={found[name].pk: one.model_dump(exclude={"change"}) for name, one in said.items()},
    )  # fmt: skip
    return {"entered": len(made), "known": len(said) - len(made)}


@router.post("/exchange/copies", response={201: CopyOut} | WRITES, auth=ReceiverSignedIn(TELLS))
def report_copy(request: HttpRequest, given: CopyIn) -> Any:
    """Say what you hold of a topic; the answer says whether that is what we have by the changes up to that event."""
    made = actions.report_copy(receiver=_receiver(request), **given.model_dump(), by=request.user, on=clock.today())
    return Status(201, {"agrees": made.agrees, "digest": made.ours, "reported_on": made.reported_on})
