"""Alerts over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from banyan.insight.alerts import queries
from banyan.kit import rights
from banyan.kit.api import After, Limit, Page, Problem, page_of

router = Router(tags=["alerts"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class AlertOut(Schema):
    """A warning that facts gave by a rule, in one sentence and in numbers."""

    key: str
    rule: str
    grade: str
    state: str
    explanation: str
    county: str | None = Field(alias="county_id")
    counties: list[str]
    product: str | None = Field(alias="product_id")
    item: str
    laboratory: str | None = Field(alias="laboratory_id")
    seller: str | None = Field(alias="seller_id")
    from_on: date
    noticed_on: date
    known_on: date
    observed: float
    expected: float
    bound: float
    n: int
    p_value: float
    score: float
    receipt: dict[str, Any]
    due_on: date | None
    decided_on: date | None
    reason: str


@router.get("/alerts", response={200: Page[AlertOut]} | ERRORS)
def list_alerts(
    request: HttpRequest, state: str = "", rule: str = "", limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Alerts that you may see."""
    rights.demand(request.user, "alerts.view")
    rows = queries.alerts_of(request.user)
    for name, value in {"state": state, "rule": rule}.items():
        if value:
            rows = rows.filter(**{name: value})
    return page_of(rows, lambda alert: alert, limit=limit, after=after)
