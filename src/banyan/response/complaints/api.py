"""Complaints over the API: what is published and a firm's rates for everyone, the queue within what one may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from banyan.base.registry.queries import organisation
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.refusals import NotFound
from banyan.kit.scope import scoped
from banyan.response.complaints import queries
from banyan.response.complaints.models import Complaint

router = Router(tags=["complaints"])
OPEN: dict[int, Any] = dict.fromkeys((400, 404), Problem)
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class PublishedOut(Schema):
    """A closed complaint as it was published, with the firm's comment; who sent it is nowhere in it."""

    number: str
    published_on: date
    received_on: date
    product_name: str
    gtin: str
    firm: str | None = Field(None, alias="firm_id")
    firm_name: str
    county: str | None = Field(None, alias="county_id")
    subject: str
    outcome: str
    public_words: str
    comment: str
    times_not_solved: int

    @staticmethod
    def resolve_firm_name(complaint: Any) -> str:
        return complaint.firm.name if complaint.firm else complaint.firm_name


class ShareOut(Schema):
    """How many of how many, with the interval of the share; null where there is nothing to share."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class RatesOut(Schema):
    """How a firm's complaints of the last two years ended, over all of them and not those alone that are public."""

    received: int
    closed: int
    settled: ShareOut
    answered: ShareOut
    not_solved: ShareOut


class ComplaintOut(Schema):
    """A complaint or report as it is today. Who sent it, the words and the notes are read in the office only."""

    key: str
    number: str
    track: str
    channel: str
    state: str
    received_on: date
    product_name: str
    gtin: str
    product: str | None = Field(None, alias="product_id")
    product_class: str | None = Field(None, alias="product_class_id")
    firm: str | None = Field(None, alias="firm_id")
    firm_name: str
    county: str | None = Field(None, alias="county_id")
    office: str | None = Field(None, alias="office_id")
    subject: str
    due_on: date | None
    due_rule: str
    accept_by: date | None
    accepted_on: date | None
    mediate_by: date | None
    answer_by: date | None
    answered_on: date | None
    ended_on: date | None
    outcome: str
    times_returned: int
    times_not_solved: int
    published_on: date | None


@router.get("/public/complaints", response={200: Page[PublishedOut]} | OPEN, auth=None)
def list_published_complaints(
    request: HttpRequest, q: str = "", limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """The complaints that are public today, open to everyone; `q` finds by product, firm or number."""
    rows = queries.published(text=q.strip()[:60]).marked()  # public by design
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.get("/public/complaints/{number}", response={200: PublishedOut} | OPEN, auth=None)
def show_published_complaint(request: HttpRequest, number: str) -> Any:
    """One published complaint; 404 once it was taken back."""
    if (found := queries.published().filter(number=number).first()) is None:
        raise NotFound(
            _("The complaint “%(number)s” was asked for.") % {"number": number[:40]},
            _("No such complaint is public today."),
            _("See the list of those that are."),
        )
    return found


@router.get("/public/firms/{key}/complaint-rates", response={200: RatesOut} | OPEN, auth=None)
def show_complaint_rates(request: HttpRequest, key: str) -> Any:
    """A firm's rates, open to everyone."""
    return queries.rates_of(organisation(key=key), on=clock.today())


@router.get("/complaints", response={200: Page[ComplaintOut]} | ERRORS)
def list_complaints(
    request: HttpRequest, state: str = "", track: str = "", firm: str = "", gtin: str = "", limit: Limit = 50,
    after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Complaints and reports that you may see."""
    wanted = {"state": state, "track": track, "firm": firm, "gtin": gtin.zfill(14) if gtin else ""}
    rows = _seen(request).filter(**{name: value for name, value in wanted.items() if value})
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.get("/complaints/{key}", response={200: ComplaintOut} | ERRORS)
def show_complaint(request: HttpRequest, key: str) -> Any:
    """One complaint or report, as far as you may see it."""
    return one_of(_seen(request), pk=key)


def _seen(request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(Complaint))
    return scoped(Complaint, request.user).filter(withdrawn_on=None)
