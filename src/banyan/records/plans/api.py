"""Plans and draws over the API; what an outsider needs to check a draw is open to everyone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from banyan.kit import rights
from banyan.kit.api import After, Limit, Page, Problem, page_of, written_as
from banyan.kit.scope import scoped
from banyan.records.plans import queries
from banyan.records.plans.models import Draw, Plan, PlanLine

router = Router(tags=["plans"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)
OPEN: dict[int, Any] = dict.fromkeys((400, 404, 409), Problem)


class PlanOut(Schema):
    """A yearly plan."""

    key: str
    title: str
    year: int
    scheme: str
    level: str
    region: str = Field(alias="region_id")
    authority: str
    state: str
    published_on: date | None
    cost_planned: Decimal
    cost_spent: Decimal


class PlanLineOut(Schema):
    """One product in a plan, and why it stands where it stands."""

    key: str
    plan: str = Field(alias="plan_id")
    product_class: str = Field(alias="product_class_id")
    risk_rank: int
    risk_score: float
    risk_reasons: dict[str, Any]
    batches: int
    random_share: float
    rules: str
    rules_published_on: date | None


@router.get("/plans", response={200: Page[PlanOut]} | ERRORS)
def list_plans(
    request: HttpRequest, year: int | None = None, scheme: str = "", state: str = "", limit: Limit = 50,
    after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Plans that you may see."""
    rows = _seen(Plan, request)
    for name, value in {"year": year, "scheme": scheme, "state": state}.items():
        if value:
            rows = rows.filter(**{name: value})
    return page_of(rows, lambda plan: plan, limit=limit, after=after)


@router.get("/plan-lines", response={200: Page[PlanLineOut]} | ERRORS)
def list_plan_lines(request: HttpRequest, plan: str = "", limit: Limit = 100, after: After = "") -> dict[str, Any]:
    """Lines of plans that you may see."""
    rows = _seen(PlanLine, request)
    return page_of(rows.filter(plan=plan) if plan else rows, lambda line: line, limit=limit, after=after)


@router.get("/draws", response={200: Page[dict[str, Any]]} | OPEN, auth=None)
def list_draws(request: HttpRequest, line: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """Every draw with its commitment, open to everyone: one that was begun cannot be hidden."""
    rows = Draw.objects.filter(withdrawn_on=None).marked()  # public by design
    return page_of(rows.filter(line=line) if line else rows, queries.announcement, limit=limit, after=after)


@router.get("/draws/verify_draw.py", response={200: None}, openapi_extra=written_as("text/x-python"), auth=None)
def show_script(request: HttpRequest) -> HttpResponse:
    """The script that replays a draw: one file, Python's standard library only."""
    return HttpResponse(queries.script(), content_type="text/x-python; charset=utf-8")


@router.get("/draws/{key}", response={200: dict[str, Any]} | OPEN, auth=None)
def show_announcement(request: HttpRequest, key: str) -> dict[str, Any]:
    """What is public of a draw at any time: its commitment, then the digest of its frame."""
    return queries.announcement(queries.draw(key))


@router.get("/draws/{key}/bundle", response={200: dict[str, Any]} | OPEN, auth=None)
def show_bundle(request: HttpRequest, key: str) -> HttpResponse:
    """All that is needed to replay a draw, once it was drawn; written so that its digests can be recomputed."""
    return HttpResponse(queries.canonical(queries.bundle(queries.draw(key))), content_type="application/json")


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)
