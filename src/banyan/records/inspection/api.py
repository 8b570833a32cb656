"""Spot checks over the API: samples with their results, and tasks, within what one may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Router, Schema

from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.scope import scoped
from banyan.records.inspection import queries
from banyan.records.inspection.models import STANDING, Sample, Task

router = Router(tags=["spot checks"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class SampleOut(Schema):
    """A sample as it is today."""

    key: str
    number: str
    product_name: str
    brand: str
    model: str
    standard: str
    scheme: str
    level: str
    drawn: str
    county: str | None = Field(None, alias="county_id")
    origin_county: str | None = Field(None, alias="origin_county_id")
    product_class: str | None = Field(None, alias="product_class_id")
    maker: str | None = Field(None, alias="maker_id")
    maker_name: str
    seller: str | None = Field(None, alias="seller_id")
    laboratory: str | None = Field(None, alias="laboratory_id")
    sampled_on: date
    state: str
    conclusion: str
    grade: str
    judged_on: date | None
    final_on: date | None
    published_on: date | None
    due_on: date | None


class ItemOut(Schema):
    """One tested item, as the laboratory wrote it, and what its own limit says."""

    order: int
    item: str
    value: str
    unit: str
    limit: str
    method: str
    conclusion: str
    rejudged: str
    rejudged_reason: str


class ResultOut(Schema):
    """One test of a sample."""

    key: str
    kind: str
    laboratory: str | None = Field(None, alias="laboratory_id")
    report_number: str
    tested_on: date | None
    reported_on: date
    conclusion: str
    grade: str
    items: list[ItemOut]


class SampleWhole(SampleOut):
    """A sample with its results, whose move it is, and its design weight."""

    stratum: str
    weight: float | None
    place: str
    quantity: str
    price: Decimal | None
    whose_move: str
    results: list[ResultOut]


class TaskOut(Schema):
    """The order to sample a class of product at a firm."""

    key: str
    organisation: str = Field(alias="organisation_id")
    product_class: str | None = Field(None, alias="product_class_id")
    county: str | None = Field(None, alias="county_id")
    scheme: str
    level: str
    drawn: str
    stratum: str
    weight: float | None
    state: str
    planned_on: date
    notified_on: date | None
    visited_on: date | None
    due_on: date | None
    not_sampled_reason: str


@router.get("/samples", response={200: Page[SampleOut]} | ERRORS)
def list_samples(
    request: HttpRequest, state: str = "", conclusion: str = "", county: str = "", maker: str = "",
    organisation: str = "", product_class: str = "", first_on: date | None = None, last_on: date | None = None,
    late: bool = False, limit: Limit = 50, after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Samples that you may see; `late` keeps those whose term is over, `organisation` those it made or sold."""
    rows = _seen(Sample, request)
    wanted = {
        "state": state, "conclusion": conclusion, "county": county, "maker": maker, "product_class": product_class,
        "sampled_on__gte": first_on, "sampled_on__lte": last_on,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if organisation:
        rows = rows.filter(Q(maker=organisation) | Q(seller=organisation))
    if late:
        rows = rows & queries.late_work(request.user, on=clock.today())[0]
    return page_of(rows, lambda sample: sample, limit=limit, after=after)


@router.get("/samples/{key}", response={200: SampleWhole} | ERRORS)
def show_sample(request: HttpRequest, key: str) -> dict[str, Any]:
    """One sample with its results and their items."""
    sample = one_of(_seen(Sample, request), pk=key)
    whole = {field.attname: getattr(sample, field.attname) for field in sample._meta.concrete_fields}
    results = [
        {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
        | {"items": list(one.items.order_by("order").values())}
        for one in sample.results.filter(STANDING).order_by("reported_on", "key")
    ]
    return whole | {"whose_move": queries.whose_move(sample), "results": results}


@router.get("/tasks", response={200: Page[TaskOut]} | ERRORS)
def list_tasks(
    request: HttpRequest, state: str = "", county: str = "", organisation: str = "", draw: str = "",
    limit: Limit = 50, after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Tasks that you may see."""
    rows = _seen(Task, request)
    wanted = {"state": state, "county": county, "organisation": organisation, "draw": draw}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page_of(rows, lambda task: task, limit=limit, after=after)


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)
