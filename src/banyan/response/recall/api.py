"""Recalls over the API: public notices for everyone, recalls with their units within what one may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from banyan.kit import rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.refusals import NotFound
from banyan.kit.scope import scoped
from banyan.response.recall import queries
from banyan.response.recall.models import TALLIES, Holding, Notice, Recall

router = Router(tags=["recalls"])
OPEN: dict[int, Any] = dict.fromkeys((400, 404), Problem)
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class NoticeOut(Schema):
    """A recall notice that stands today, as it was published."""

    number: str
    published_on: date
    product_name: str
    brand: str
    model: str
    lots: str
    gtin: str
    maker_name: str
    level: str
    hazard: str
    defect: str
    measures: str
    contact: str
    recalled: Decimal | None
    photo: str
    photo_digest: str


class RecallOut(Schema):
    """A recall as it is today."""

    key: str
    number: str
    product_name: str
    brand: str
    model: str
    lots: str
    gtin: str
    maker: str | None = Field(None, alias="maker_id")
    county: str | None = Field(None, alias="county_id")
    basis: str
    cause: str
    level: str
    state: str
    begun_on: date
    plan_by: date | None
    plan_filed_on: date | None
    published_on: date | None
    completed_on: date | None
    closed_on: date | None
    due_on: date | None
    recalled: Decimal | None
    settled: Decimal | None


class HoldingOut(Schema):
    """The units at one holder, each count as stated and as traced, and what does not agree."""

    holder: str
    organisation: str | None
    stated_on: date | None
    traced_on: date | None
    stated: dict[str, Decimal]
    traced: dict[str, str]
    differences: list[str]


class RecallWhole(RecallOut):
    """A recall with its units by holder."""

    units: list[HoldingOut]
    agrees: bool


@router.get("/recall-notices", response={200: Page[NoticeOut]} | OPEN, auth=None)
def list_recall_notices(request: HttpRequest, q: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """The recall notices that stand, open to everyone; `q` finds by product, brand, maker, lot or bar code."""
    rows = queries.published_notices(text=q.strip()[:60]).marked()  # public by design
    return page_of(rows, _notice, limit=limit, after=after)


@router.get("/recall-notices/{number}", response={200: NoticeOut} | OPEN, auth=None)
def show_recall_notice(request: HttpRequest, number: str) -> dict[str, Any]:
    """One notice; 404 once it was withdrawn."""
    if (notice := queries.notice_of(number)) is None:
        raise NotFound(
            _("The recall notice “%(number)s” was asked for.") % {"number": number[:40]},
            _("No such notice stands today."),
            _("See the list of those that do."),
        )
    return _notice(notice)


@router.get("/recalls", response={200: Page[RecallOut]} | ERRORS)
def list_recalls(
    request: HttpRequest, state: str = "", maker: str = "", gtin: str = "", limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Recalls that you may see."""
    wanted = {"state": state, "maker": maker, "gtin": gtin.zfill(14) if gtin else ""}
    rows = _seen(Recall, request).filter(**{name: value for name, value in wanted.items() if value})
    return page_of(rows, lambda recall: recall, limit=limit, after=after)


@router.get("/recalls/{key}", response={200: RecallWhole} | ERRORS)
def show_recall(request: HttpRequest, key: str) -> dict[str, Any]:
    """One recall with its units by holder, as far as you may see them."""
    recall = one_of(_seen(Recall, request), pk=key)
    held = list(_seen(Holding, request).filter(recall=recall).select_related("party"))
    whole = {field.attname: getattr(recall, field.attname) for field in recall._meta.concrete_fields}
    return whole | {"units": [_holding(one) for one in held], "agrees": not queries.differences(recall, held)}


def _notice(notice: Notice) -> dict[str, Any]:
    names = [name for name in NoticeOut.model_fields if name != "photo"]
    return {name: getattr(notice, name) for name in names} | {
        "photo": reverse("portal:recall_photo", args=[notice.number])
    }


def _holding(holding: Holding) -> dict[str, Any]:
    return {
        "holder": holding.party_name, "organisation": holding.party_id, "stated_on": holding.stated_on,
        "traced_on": holding.traced_on, "traced": holding.traced,
        "stated": {name: value for name, value in holding.stated.items() if name in TALLIES},
        "differences": [one.sentence for one in queries.differences_at(holding)],
    }  # fmt: skip


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)
