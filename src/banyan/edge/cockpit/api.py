"""Clauses by API: from a clause of the policy to the test reports behind its figures in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from banyan.edge.cockpit import queries
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock, rights
from banyan.kit.api import Problem
from banyan.records.inspection import queries as inspection

router = Router(tags=["clauses"])
RIGHT = "indicators.view"
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem}
Records = Annotated[int, Query(ge=0, le=100, description="How many records behind each figure, latest first")]


class ReportOut(Schema):
    """A laboratory's report on a sample."""

    key: str
    report_number: str
    kind: str
    laboratory: str | None = Field(None, alias="laboratory_id")
    reported_on: date
    conclusion: str


class TargetEvidenceOut(Schema):
    """A record that a figure counted, with the test reports that it rests on."""

    noun: str
    key: str
    version: int
    happened_on: date
    passed: bool | None
    reports: list[ReportOut]


class JudgedOut(Schema):
    """One comparison of a target: the figure with its interval, the verdict, the receipt, the evidence."""

    indicator: str
    row: dict[str, Any] | None
    threshold: float | None
    verdict: str | None
    receipt: str
    total: int | None
    evidence: list[TargetEvidenceOut]


class TargetOut(Schema):
    """A target as it stands today; `needs` says which record is missing where nothing can be computed."""

    key: str
    title_zh: str
    title_en: str
    due: date
    verdict: str
    needs_zh: str
    needs_en: str
    parts: list[JudgedOut]


class ClauseOut(Schema):
    """A numbered clause: our paraphrase, who answers for it, its targets."""

    number: str
    title_zh: str
    title_en: str
    says_zh: str
    says_en: str
    department: str
    targets: list[TargetOut]


@router.get("/clauses", response={200: list[ClauseOut], **ERRORS})
def list_clauses(request: HttpRequest) -> list[dict[str, Any]]:
    """Every clause with its targets as they stand today, without the records behind them."""
    rights.demand(request.user, RIGHT)
    return [_clause(view, request.user, records=0) for view in _views()]


@router.get("/clauses/{path:number}", response={200: ClauseOut, **ERRORS})
def show_clause(request: HttpRequest, number: str, records: Records = 10) -> dict[str, Any]:
    """One clause down to the test reports: each figure with the latest records that you may see behind it."""
    rights.demand(request.user, RIGHT)
    view = next((one for one in _views() if one.clause.number == number), None)
    if view is None:
        raise Http404
    return _clause(view, request.user, records=records)


def _views() -> list[queries.ClauseView]:
    today = clock.today()
    return queries.clause_views(queries.lines_of(today), on=today)


def _clause(view: queries.ClauseView, person: Any, *, records: int) -> dict[str, Any]:
    clause = view.clause
    return {
        "number": clause.number, "title_zh": clause.title.zh, "title_en": clause.title.en,
        "says_zh": clause.says.zh, "says_en": clause.says.en, "department": clause.department,
        "targets": [_target(line, person, records=records) for line in view.targets],
    }  # fmt: skip


def _target(line: Any, person: Any, *, records: int) -> dict[str, Any]:
    target = line.target
    return {
        "key": target.key, "title_zh": target.title.zh, "title_en": target.title.en, "due": target.due,
        "verdict": line.verdict, "needs_zh": target.needs.zh if target.needs else "",
        "needs_en": target.needs.en if target.needs else "",
        "parts": [_judged(part, person, records=records) for part in line.parts],
    }  # fmt: skip


def _judged(part: Any, person: Any, *, records: int) -> dict[str, Any]:
    limits = indicators.within_reach({}, person, by=("county",))
    behind: Mapping[str, Any] = {"total": 0, "records": []}
    if records:
        behind = indicators.records_behind(part.figures, person=person, where=limits, limit=records)
    return {
        "indicator": part.indicator, "row": part.row, "threshold": part.threshold, "verdict": part.verdict,
        "receipt": part.figures.receipt_key, "total": behind["total"],
        "evidence": _with_reports(behind["records"], person),
    }  # fmt: skip


def _with_reports(lines: Sequence[dict[str, Any]], person: Any) -> list[dict[str, Any]]:
    """Records with their test reports, as far as the person may see them."""
    reports = inspection.reports_of([line["key"] for line in lines], person=person)
    return [{**line, "reports": reports.get(line["key"], [])} for line in lines]
