"""Credit over the API: the grades of firms, and one firm explained."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from banyan.base.registry import queries as registry
from banyan.judgement.access import actions as access
from banyan.judgement.access import queries as purposes
from banyan.judgement.credit import queries
from banyan.judgement.credit.models import Grade
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, page_of
from banyan.kit.scope import scoped

router = Router(tags=["credit"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class GradeOut(Schema):
    """The grade that a firm has since a day, by the nightly weighing."""

    firm: str = Field(alias="organisation_id")
    grade: str
    before: str
    score: Decimal
    since_on: date


class CreditLineOut(Schema):
    """One finding that counts: points now and at first, its days, its rule and article, its record.

    `found_at` is the merged firm at which it was found, where this one answers for it from the day `counts_from`.
    """

    rule: str
    title: str
    written: str
    is_confirmed: bool
    kind: str
    record: str
    begins: date
    ends: date
    evenly: bool
    points: Decimal
    now: Decimal
    without: str
    found_at: str
    counts_from: date


class AheadOut(Schema):
    """A day on which the grade changes by itself."""

    on: date
    grade: str
    score: Decimal


class UnderOut(Schema):
    """Under what a file was read: purpose, legal basis, and the firm's consent where one is needed."""

    purpose: str
    basis: str
    consent: str


class ExplainedOut(Schema):
    """Score and grade of a firm on a day, as known on another, with all that makes them.

    The file of a firm that was merged stays its own: `merged_into` is the firm that answers today, `took_over` are
    those whose files stand beside this one. What counted against those counts here by `credit.successor_answers`.
    """

    firm: str
    on: date
    known_on: date
    grade: str
    title: str
    score: Decimal
    points: Decimal
    worst: Decimal
    lines: list[CreditLineOut]
    ahead: list[AheadOut]
    packs: str
    is_confirmed: bool
    written: str
    under: UnderOut | None = None
    merged_into: str = ""
    took_over: list[str] = []


@router.get("/credit/grades", response={200: Page[GradeOut]} | ERRORS)
def list_grades(
    request: HttpRequest, grade: str = "", limit: Limit = 50, after: After = "", purpose: str = "",
    on_behalf: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Grades of firms that have or had findings, as far as you may see them: each firm sees that you read it.

    A purpose is stated as for one firm (`/api/v1/access/purposes`); of the own firm none is needed.
    """
    person = request.user
    rights.demand(person, "credit.view")
    stated = None if rights.has(person, purposes.OWN) else purposes.purpose_for(purpose, person=person)
    rows = scoped(Grade, person)
    found = page_of(rows.filter(grade=grade) if grade else rows, lambda one: one, limit=limit, after=after)
    if stated:
        read = [(one.organisation_id, "") for one in found["items"]]
        access.note(person=person, purpose=stated, read=read, what="grade", on_behalf=on_behalf)
    return found


@router.get("/credit/{organisation}", response={200: ExplainedOut} | ERRORS)
def show_credit(
    request: HttpRequest, organisation: str, on: date | None = None, known_at: date | None = None, purpose: str = "",
    on_behalf: str = "",
) -> Any:  # fmt: skip
    """Why a firm (key or code) has its grade on a day (today), as known at the end of another (now).

    `purpose` is one of `/api/v1/access/purposes`, and is refused when absent, but for the own firm; `on_behalf` says
    for whom a client asks. The reading is kept and shown to the firm. A client needs the firm's consent.
    """
    if not rights.has(request.user, purposes.READ):
        rights.demand(request.user, "credit.view")
    firm = purposes.file_asked(person=request.user, code=organisation)
    opened = access.open_file(person=request.user, firm=firm, purpose=purpose, what="explained", on_behalf=on_behalf)
    told = queries.explained(firm=firm.pk, on=on or clock.today(), known_on=known_at)
    access.note_merged(opened, person=request.user, firms=told.merged, what="explained", on_behalf=on_behalf)
    stated = opened.purpose
    under = stated and UnderOut(purpose=stated.key, basis=stated.basis, consent=opened.consent)
    files = {
        "merged_into": registry.survivor(organisation=firm).pk if firm.merged_into_id else "",
        "took_over": [one.pk for one in registry.absorbed(organisation=firm)],
    }
    return ExplainedOut.model_validate({**_plain(told), "under": under, **files})


def _plain(told: queries.Explained) -> dict[str, Any]:
    """An explanation with its lines as names and values."""
    return {name: getattr(told, name) for name in ExplainedOut.model_fields if hasattr(told, name)}
