"""Alerts over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from banyan.insight.alerts import queries
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, page_of

router = Router(tags=["alerts"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class AlertOut(Schema):
    """A warning that facts gave by a rule, in one sentence and in numbers.

    `bound` is null where closeness alarms and not a count (method `alike`): what is tested is how small the chances
    are that results agree so nearly, and no number of them is a limit. `begun_on` is the first day that counts
    against the subject, written down when the alert was first raised: the first failure, the first test just below a
    limit or that repeats another, the first week above what was expected, or the day on which the first late result
    became known. It is null where a rule compares whole windows (method `funnel`), and for older alerts.
    """

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
    begun_on: date | None
    noticed_on: date
    known_on: date
    observed: float
    expected: float
    bound: float | None
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


class SeriesOut(Schema):
    """Four weeks of the series behind an alert; the bound is a lower one where a rule looks for too few failures."""

    from_on: date = Field(alias="from")
    n: int
    observed: int
    expected: float
    bound: float | None
    is_outside: bool


class AlertWhole(AlertOut):
    """An alert with its series and the records behind it."""

    series: list[SeriesOut]
    records: list[dict[str, Any]]


class RuleState(Schema):
    """A rule in force: up to which week it has watched, why it cannot judge where it cannot, and what it has fallen
    back on where its records are too short for its own method."""

    rule: str
    title: str
    method: str
    watched_until: date | None
    why_not: str
    falls_back: str


@router.get("/alerts/{key}", response={200: AlertWhole} | ERRORS)
def show_alert(request: HttpRequest, key: str) -> Any:
    """One alert with its series and the records behind it."""
    rights.demand(request.user, "alerts.view")
    alert: Any = get_object_or_404(queries.alerts_of(request.user), pk=key)
    alert.series, alert.records = queries.series_of(alert), queries.records_behind(alert)
    return alert


@router.get("/alert-rules", response={200: list[RuleState]} | ERRORS)
def list_rules(request: HttpRequest) -> Any:
    """The rules in force and what they can judge today."""
    rights.demand(request.user, "alerts.view")
    return queries.rule_states(on=clock.today())
