"""Credit over the API: the grades of firms, and one firm explained."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from banyan.judgement.credit import queries
from banyan.judgement.credit.models import Grade
from banyan.judgement.credit.views import firm_of
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
    """One finding that counts: points now and at first, its days, its rule and article, its record."""

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


class AheadOut(Schema):
    """A day on which the grade changes by itself."""

    on: date
    grade: str
    score: Decimal


class ExplainedOut(Schema):
    """Score and grade of a firm on a day, as known on another, with all that makes them."""

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


@router.get("/credit/grades", response={200: Page[GradeOut]} | ERRORS)
def list_grades(request: HttpRequest, grade: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """Grades of firms that have or had findings, as far as you may see them."""
    rights.demand(request.user, "credit.view")
    rows = scoped(Grade, request.user)
    return page_of(rows.filter(grade=grade) if grade else rows, lambda one: one, limit=limit, after=after)


@router.get("/credit/{organisation}", response={200: ExplainedOut} | ERRORS)
def show_credit(
    request: HttpRequest, organisation: str, on: date | None = None, known_at: date | None = None
) -> Any:  # fmt: skip
    """Why a firm has its grade on a day (today), as known at the end of another (now)."""
    rights.demand(request.user, "credit.view")
    firm = firm_of(request.user, organisation)
    return queries.explained(firm=firm.pk, on=on or clock.today(), known_on=known_at)
