"""Findings over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from banyan.insight.checks import queries
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, page_of

router = Router(tags=["checks"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class FindingOut(Schema):
    """What a check found wrong or missing in the data, in one sentence and by its record."""

    key: str
    rule: str
    grade: str
    state: str
    subject: str
    explanation: str
    record_noun: str
    record_key: str
    county: str | None = Field(alias="county_id")
    laboratory: str | None = Field(alias="laboratory_id")
    found_on: date
    due_on: date | None
    mended_on: date | None
    reason: str
    answered_on: date | None


@router.get("/findings", response={200: Page[FindingOut]} | ERRORS)
def list_findings(
    request: HttpRequest, state: str = "", rule: str = "", county: str = "", limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Findings of the daily checks that you may see."""
    rights.demand(request.user, "checks.view")
    rows = queries.findings_of(request.user)
    for name, value in {"state": state, "rule": rule, "county": county}.items():
        if value:
            rows = rows.filter(**{name: value})
    return page_of(rows, lambda one: one, limit=limit, after=after)


class CellOut(Schema):
    """A county in a quarter: samples for plans against a quarter of the year's quota; first reports in their term."""

    county: str
    first: date
    last: date
    planned: float
    sampled: int
    due: int
    in_time: int


@router.get("/completeness", response={200: list[CellOut]} | ERRORS)
def show_completeness(request: HttpRequest, year: Annotated[int, Query(ge=1949, le=9998)]) -> Any:
    """How complete and timely the data of each county of your office are, by the quarter of a year."""
    rights.demand(request.user, "checks.view")
    rows = queries.completeness(request.user, year=year, on=clock.today())
    return [
        {"county": county.pk, **{name: getattr(cell, name) for name in CellOut.model_fields if name != "county"}}
        for county, cells in rows for cell in cells
    ]  # fmt: skip
