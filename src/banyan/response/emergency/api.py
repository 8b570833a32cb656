"""Emergencies over the API: responses with their steps and log within what one may see, bulletins for everyone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of, written_as
from banyan.kit.refusals import NotFound
from banyan.kit.scope import scoped
from banyan.response.emergency import actions, queries
from banyan.response.emergency.models import Activation, Receipt
from banyan.response.emergency.queries import cap

router = Router(tags=["emergencies"])
OPEN: dict[int, Any] = dict.fromkeys((400, 404), Problem)
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class ActivationOut(Schema):
    """A response under a plan."""

    key: str
    number: str
    is_drill: bool
    kind: str
    level: str
    title: str
    county: str = Field(alias="county_id")
    state: str
    activated_at: datetime
    ended_at: datetime | None
    score: Decimal | None


class MeasureOut(Schema):
    """A step of the plan and what became of it."""

    key: str
    step: str
    state: str
    due_at: datetime
    done_at: datetime | None
    points: int


class ActivationEntryOut(Schema):
    """An entry of the command log."""

    number: int
    kind: str
    at: datetime
    entered_at: datetime
    text: str = Field(alias="words")
    corrects: int | None = None

    @staticmethod
    def resolve_corrects(entry: Any) -> int | None:
        return entry.corrects.number if entry.corrects else None


class ActivationWhole(ActivationOut):
    """A response with its steps and its command log; `altered` names entries that are not as they were entered."""

    measures: list[MeasureOut]
    entries: list[ActivationEntryOut]
    altered: list[int]


class BulletinOut(Schema):
    """A bulletin as everyone may read it."""

    number: str
    sort: str
    refers_to: str | None = None
    kind: str
    county: str = Field(alias="county_id")
    area: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    measures: str
    contact: str
    product_name: str
    brand: str
    model: str
    lots: str
    gtin: str
    issued_at: datetime
    expires_at: datetime

    @staticmethod
    def resolve_refers_to(bulletin: Any) -> str | None:
        return bulletin.replaces.number if bulletin.replaces else None


class ReceiptOut(Schema):
    """A message at one of those to whom it went."""

    key: str
    text: str = Field(alias="message.text")
    is_drill: bool
    role: str
    sent_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    in_time: bool | None


class AnswerIn(Schema):
    """An answer to a message, if there is one."""

    answer: str = Field("", max_length=240)


@router.get("/public/bulletins", response={200: Page[BulletinOut]} | OPEN, auth=None)
def list_public_bulletins(request: HttpRequest, limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """The bulletins that stand for everyone now."""
    return page_of(queries.public_bulletins(), lambda one: one, limit=limit, after=after)


@router.get("/public/bulletins/{number}", response={200: BulletinOut} | OPEN, auth=None)
def show_public_bulletin(request: HttpRequest, number: str) -> Any:
    """A public bulletin, also one that was updated or cancelled since; 404 for any other."""
    return _public(number)


@router.get(
    "/public/bulletins/{number}/cap", response={200: None} | OPEN, openapi_extra=written_as(cap.MEDIA_TYPE), auth=None
)
def show_cap(request: HttpRequest, number: str) -> HttpResponse:
    """A public bulletin as CAP 1.2 (XML)."""
    content = cap.cap_of(_public(number))
    return HttpResponse(content, content_type=cap.MEDIA_TYPE)


@router.get("/activations", response={200: Page[ActivationOut]} | ERRORS)
def list_activations(
    request: HttpRequest, state: str = "", is_drill: bool | None = None, limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Responses that you may see; `is_drill` keeps real ones or exercises."""
    rows = _seen(Activation, request)
    rows = rows.filter(state=state) if state else rows
    rows = rows if is_drill is None else rows.filter(is_drill=is_drill)
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.get("/activations/{key}", response={200: ActivationWhole} | ERRORS)
def show_activation(request: HttpRequest, key: str) -> dict[str, Any]:
    """One response with its steps and its whole command log."""
    found = one_of(_seen(Activation, request), pk=key)
    whole = {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}
    return whole | {
        "measures": list(found.measures.filter(withdrawn_on=None).order_by("due_at", "key")),
        "entries": queries.entries_of(found), "altered": queries.altered(found),
    }  # fmt: skip


@router.get("/receipts", response={200: Page[ReceiptOut]} | ERRORS)
def list_receipts(
    request: HttpRequest, waiting: bool = False, limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Messages at those to whom they went; `waiting` keeps those that you are to acknowledge."""
    rows = queries.own_receipts(request.user) if waiting else _seen(Receipt, request).select_related("message")
    rights.demand(request.user, "emergency.acknowledge")
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.post("/receipts/{key}/acknowledge", response={200: ReceiptOut} | ERRORS)
def acknowledge_receipt(request: HttpRequest, key: str, told: AnswerIn) -> Any:
    """Acknowledge what was sent to you."""
    found = one_of(_seen(Receipt, request), pk=key)
    actions.acknowledge(receipts=[found], answer=told.answer, by=request.user, on=clock.today())
    return Receipt.objects.select_related("message").get(pk=key)


def _public(number: str) -> Any:
    if (found := queries.public_bulletin(number)) is None:
        raise NotFound(
            _("The bulletin “%(number)s” was asked for.") % {"number": number[:40]},
            _("There is no public bulletin of this number."),
            _("See the list of those that stand."),
        )
    return found


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)
