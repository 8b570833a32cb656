"""Spot checks over the API: samples with their results, and tasks; a laboratory receives samples and reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from banyan.base.registry import queries as registry
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.scope import scoped
from banyan.records.inspection import actions, queries
from banyan.records.inspection.models import STANDING, Conclusion, ItemResult, Result, Sample, Task
from banyan.records.inspection.models.samples import Grade
from banyan.records.inspection.queries.sheets import LONGEST

router = Router(tags=["spot checks"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)
REFUSALS: dict[int, Any] = ERRORS | dict.fromkeys((409, 422), Problem)
TEST = "inspection.test"
MOST_ITEMS = 500
CLOSED = ConfigDict(extra="forbid", str_strip_whitespace=True)


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


class ArrivalIn(Schema):
    """The seal that a laboratory finds on a sample that arrives."""

    model_config = CLOSED

    seal: str = Field(max_length=40)


class ItemIn(Schema):
    """One tested item as the laboratory writes it."""

    model_config = CLOSED

    item: str = Field(min_length=1, max_length=LONGEST["item"])
    category: str = Field("", max_length=LONGEST["category"])
    value: str = Field("", max_length=LONGEST["value"])
    unit: str = Field("", max_length=LONGEST["unit"])
    limit: str = Field("", max_length=LONGEST["limit"])
    method: str = Field("", max_length=LONGEST["method"])
    conclusion: Conclusion


class ReportIn(Schema):
    """A laboratory's report on a sample with all of its items: a batch is judged by all of them or not at all."""

    model_config = CLOSED

    report_number: str = Field(min_length=1, max_length=LONGEST["report"])
    tested_on: date | None = None
    conclusion: Conclusion
    grade: Grade | Literal[""] = ""
    items: list[ItemIn] = Field(min_length=1, max_length=MOST_ITEMS)


@router.get("/samples", response={200: Page[SampleOut]} | ERRORS)
def list_samples(
    request: HttpRequest, state: str = "", conclusion: str = "", county: str = "", maker: str = "",
    organisation: str = "", product_class: str = "", first_on: date | None = None, last_on: date | None = None,
    late: bool = False, limit: Limit = 50, after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Samples that you may see; `late` keeps those whose term is over, `organisation` those it made or sold."""
    rows = _seen(Sample, request)
    wanted = {
        "state": state, "conclusion": conclusion, "maker": maker, "product_class": product_class,
        "county__in": county and registry.within(county), "sampled_on__gte": first_on, "sampled_on__lte": last_on,
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
    return _whole(one_of(_seen(Sample, request), pk=key))


def _whole(sample: Sample) -> dict[str, Any]:
    whole = {field.attname: getattr(sample, field.attname) for field in sample._meta.concrete_fields}
    results = [
        {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
        | {"items": list(one.items.order_by("order").values())}
        for one in sample.results.filter(STANDING).order_by("reported_on", "key")
    ]
    return whole | {"whose_move": queries.whose_move(sample), "results": results}


@router.post("/samples/{key}/receipt", response={200: SampleOut} | REFUSALS)
def receive_sample(request: HttpRequest, key: str, given: ArrivalIn) -> Sample:
    """Record that a sample arrives today at your laboratory; a seal other than on the sampling form is refused."""
    sample = one_of(scoped(Sample, request.user, right=TEST).filter(withdrawn_on=None), pk=key)
    (received,) = actions.receive_samples(
        samples=[sample], seals={sample.number: given.seal}, by=request.user, on=clock.today()
    )
    return received


@router.post("/samples/{key}/results", response={201: SampleWhole} | REFUSALS)
def report_result(request: HttpRequest, key: str, given: ReportIn) -> Status:
    """Report the first result of a sample that your laboratory has received: the sample is judged by it from now on.

    Each item is judged again by its own limit; where that says otherwise, the item is listed and stays as written.
    In a period whose data are approved, and for a sample that was reported already, it is refused with 409.
    """
    sample = one_of(scoped(Sample, request.user, right=TEST).filter(withdrawn_on=None), pk=key)
    result = Result(sample=sample, **given.model_dump(exclude={"items"}))
    result._items = [ItemResult(**item.model_dump()) for item in given.items]  # type: ignore[attr-defined]
    actions.report_results(results=[result], by=request.user, on=clock.today())
    return Status(201, _whole(result.sample))


@router.get("/tasks", response={200: Page[TaskOut]} | ERRORS)
def list_tasks(
    request: HttpRequest, state: str = "", county: str = "", organisation: str = "", draw: str = "",
    limit: Limit = 50, after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Tasks that you may see."""
    rows = _seen(Task, request)
    within = county and registry.within(county)
    wanted = {"state": state, "county__in": within, "organisation": organisation, "draw": draw}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return page_of(rows, lambda task: task, limit=limit, after=after)


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)
