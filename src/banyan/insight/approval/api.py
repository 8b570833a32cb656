"""Approval over the API: how far periods are, approving and un-approving, and the late entries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from banyan.insight.approval import actions, queries
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, page_of

router = Router(tags=["approval"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409), Problem)


class ApprovalOut(Schema):
    """How far the data of a unit in a period are approved; an empty level is open."""

    key: str
    data: str = Field(alias="workflow")
    period: str
    unit: str = Field(alias="unit_id")
    from_on: date
    until_on: date
    level: str
    locked_on: date | None
    approved_on: date | None
    approved_by: str
    opened_on: date | None
    reason: str


class UnitOut(Schema):
    """A unit that approves data."""

    key: str
    name: str
    level: str


class LineOut(Schema):
    """A unit's line on the desk of a period: who has approved it, whose turn it is, which units come first."""

    unit: UnitOut
    level: str
    approved_on: date | None
    next: str | None
    waits_for: str
    first_by: str = Field(description="the level that must approve the units under `first` before")
    first: list[UnitOut] = Field(description="the units within this one that wait for that level still")
    may_approve: bool
    may_unapprove: bool
    late_entries: int


class LateOut(Schema):
    """A write that waits until its period is open."""

    key: str
    approval: str = Field(alias="approval_id")
    event: str
    subject: str
    state: str
    asked_by: str
    asked_on: date
    reason: str
    decided_on: date | None
    decision: str


class Deed(Schema):
    """Which units of a period, and why."""

    data: str
    period: str
    units: list[str]
    reason: str = ""


@router.get("/approvals", response={200: Page[ApprovalOut]} | ERRORS)
def list_approvals(
    request: HttpRequest, data: str = "", unit: str = "", level: str = "", limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Approvals of periods that you may see."""
    rights.demand(request.user, "approval.view")
    rows = queries.approvals_of(request.user)
    for name, value in {"workflow": data, "unit": unit, "level": level}.items():
        if value:
            rows = rows.filter(**{name: value})
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.get("/approvals/desk", response={200: list[LineOut]} | ERRORS)
def show_desk(request: HttpRequest, data: str, period: str) -> Any:
    """The units of your office in a period: how far each is, and what its next approval waits for."""
    rights.demand(request.user, "approval.view")
    entry, today = queries.entry_of(data), clock.today()
    first, last = queries.span_of(entry, period)
    rows = queries.rows_of(request.user, entry=entry, first=first, last=last, on=today)
    return [
        {
            "unit": _unit(row.unit), "level": row.approval.level, "approved_on": row.approval.approved_on,
            "next": row.next, "waits_for": row.waits_for, "first_by": row.first_by if row.first else "",
            "first": [_unit(one) for one in row.first], "may_approve": row.may_approve,
            "may_unapprove": row.may_open, "late_entries": row.late,
        }
        for row in rows
    ]  # fmt: skip


def _unit(region: Any) -> dict[str, str]:
    return {"key": region.pk, "name": str(region), "level": region.level}


@router.post("/approvals/approve", response={200: list[ApprovalOut]} | ERRORS)
def approve(request: HttpRequest, deed: Deed) -> Any:
    """Approve the data of units in a period, each at the level whose turn it is."""
    return actions.approve(**deed.dict(), by=request.user, on=clock.today())


@router.post("/approvals/unapprove", response={200: list[ApprovalOut]} | ERRORS)
def unapprove(request: HttpRequest, deed: Deed) -> Any:
    """Open the data of units in a period again, with a reason."""
    return actions.unapprove(**deed.dict(), by=request.user, on=clock.today())


@router.get("/late-entries", response={200: Page[LateOut]} | ERRORS)
def list_late_entries(request: HttpRequest, state: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """Late entries that you may see."""
    rights.demand(request.user, "approval.view")
    rows = queries.late_entries_of(request.user)
    return page_of(rows.filter(state=state) if state else rows, lambda one: one, limit=limit, after=after)
