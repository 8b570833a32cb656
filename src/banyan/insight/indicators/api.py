"""Indicators by API: figures with receipts, publications, and the records behind a published number."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from banyan import policy
from banyan.insight.indicators import actions, queries
from banyan.kit import clock, rights
from banyan.kit.api import Limit, Page, Problem, page_of
from banyan.kit.refusals import BadRequest

router = Router(tags=["indicators"])
RIGHT = "indicators.view"
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem}
PUBLIC_ERRORS: dict[int, Any] = {400: Problem, 404: Problem}


class IndicatorOut(Schema):
    """An indicator as its pack declares it."""

    key: str
    title_zh: str
    title_en: str
    says_zh: str
    says_en: str
    measure: str
    method: str
    by: list[str]
    is_estimate: bool
    columns: list[str] = Field(description="What its rows hold beside n, value and verdict; the rest is null.")


class FiguresOut(Schema):
    """What was asked, a row per group, and the receipt.

    A row holds its dimensions, `n`, `value`, `verdict` and `suppressed`, and of `passed`, `low`, `high`,
    `probability_met`, `refused`, `not_sampled` those that mean something for the measure: `passed` for rates and
    shares, limits where the method gives an interval, the probability for rates, refusals and visits without a sample
    for rates of samples. What the measure has not is null.
    """

    key: str
    on: date
    known_at: date
    by: list[str]
    rows: list[dict[str, Any]]
    receipt: dict[str, Any]
    warnings: list[str]


class PublicationOut(Schema):
    """Figures as they were published; public until the day their publicity ends."""

    title: str
    indicator: str
    on: date
    known_on: date
    by: list[str]
    published_on: date
    receipt: str


class BehindOut(Schema):
    """A published or computed number with the records that it counted, as far as the person may see them.

    Behind a part whose figure is hidden, `total` is null and no record is told to whoever may not read each of them.
    """

    figures: FiguresOut
    total: int | None
    records: list[dict[str, Any]]


@router.get("/indicators", response={200: list[IndicatorOut], **ERRORS})
def list_indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """The indicators of the packs."""
    rights.demand(request.user, RIGHT)
    entries: Any = policy.load(settings.BANYAN_PACKS).entries("indicator")
    return [
        {
            "key": entry.key, "title_zh": entry.title.zh, "title_en": entry.title.en, "says_zh": entry.says.zh,
            "says_en": entry.says.en, "measure": entry.measure, "method": entry.method, "by": list(entry.by),
            "is_estimate": entry.is_estimate, "columns": sorted(entry.columns),
        }
        for entry in entries
    ]  # fmt: skip


@router.get("/indicators/{key}", response={200: FiguresOut, **ERRORS})
def show_indicator(
    request: HttpRequest,
    key: str,
    on: date | None = None,
    known_at: date | None = None,
    by: Annotated[list[str], Query()] = [],  # noqa: B006 - ninja copies it
    where: Annotated[list[str], Query(description="dimension=value")] = [],  # noqa: B006
) -> dict[str, Any]:
    """The figures of an indicator for a day, as known on a day, broken down and limited as asked."""
    rights.demand(request.user, RIGHT)
    limits = queries.within_reach(_limits(where), request.user, by=by)
    return actions.asked(key=key, on=on or clock.today(), known_on=known_at, by=by, where=limits).as_json()


@router.get("/receipts/{receipt}", response={200: BehindOut, **ERRORS})
def show_receipt(
    request: HttpRequest,
    receipt: str,
    where: Annotated[list[str], Query(description="dimension=value: one row of the figures")] = [],  # noqa: B006
    passed: bool | None = None,
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Limit = 100,
) -> dict[str, Any]:
    """From a number to its records in one call: what the receipt stands for, and the records that it counted."""
    rights.demand(request.user, RIGHT)
    figures = queries.rows_within_reach(actions.resolve(key=receipt), request.user)
    limits = queries.within_reach(_limits(where), request.user, by=("county",))
    found = queries.records_behind(
        figures, person=request.user, where=limits, passed=passed, start=start, limit=limit
    )
    return {"figures": figures.as_json(), "total": found["total"], "records": found["records"]}


@router.get("/publications", auth=None, response={200: Page[PublicationOut], **PUBLIC_ERRORS})
def list_publications(
    request: HttpRequest, indicator: str = "", limit: Limit = 100, after: str = ""
) -> dict[str, Any]:
    """What is published today; no log-in is needed."""
    rows: Any = queries.publications()
    rows = rows.marked()
    if indicator:
        rows = rows.filter(indicator=indicator)
    return page_of(rows, _publication, limit=limit, after=after)


@router.get("/publications/{receipt}", auth=None, response={200: FiguresOut, **PUBLIC_ERRORS})
def show_publication(request: HttpRequest, receipt: str) -> dict[str, Any]:
    """The figures of a publication, to the digit as they were published."""
    figures = queries.by_receipt(receipt) if queries.publications().filter(receipt=receipt).exists() else None
    return (figures or actions.resolve(key=receipt)).as_json()


@router.get("/published/{key}", auth=None, response={200: FiguresOut, **PUBLIC_ERRORS})
def show_as_published(
    request: HttpRequest,
    key: str,
    published_by: date | None = None,
    by: Annotated[list[str], Query()] = [],  # noqa: B006
) -> dict[str, Any]:
    """An indicator as last published by a day."""
    return actions.published(key=key, published_by=published_by or clock.today(), by=by).as_json()


def _limits(where: list[str]) -> dict[str, list[str]]:
    limits: dict[str, list[str]] = {}
    for condition in where:
        name, sign, value = condition.partition("=")
        if not sign:
            raise BadRequest(f"where={condition[:60]}", _("It names no value."), _("Write it as dimension=value."))
        limits.setdefault(name, []).append(value)
    return limits


def _publication(row: Any) -> dict[str, Any]:
    names = ("title", "indicator", "on", "known_on", "by", "published_on", "receipt")
    return {name: getattr(row, name) for name in names}
