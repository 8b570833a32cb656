"""The directory over the API, open to everyone within fair limits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from banyan.base.registry import queries as registry
from banyan.edge.directory import queries
from banyan.kit import clock, recent
from banyan.kit.api import Problem
from banyan.kit.fair import fair

router = Router(tags=["directory"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 404, 429), Problem)


class FoundFirm(Schema):
    """A firm that a text finds; `address` stands for it at `/public/firms/{code}`."""

    name: str
    uscc: str
    county: str
    address: str


class FoundFirms(Schema):
    """The firms that a text finds, best first."""

    items: list[FoundFirm]


class FirmOut(Schema):
    """Who a firm is: `standing` is open, closed or merged; `listings` are the numbers of those public today."""

    name: str
    code: str
    kind: str
    county: str
    standing: str
    registered_on: date | None
    closed_on: date | None
    merged_into: str
    listings: list[str]


class HeldOut(Schema):
    """A certificate or licence in force."""

    kind: str
    number: str
    from_on: date
    until_on: date | None


class PublishedSample(Schema):
    """A sample whose result was published."""

    number: str
    product_name: str
    conclusion: str
    published_on: date


class FileOut(FirmOut):
    """The public file: the latest 20 of each part, the numbers of what has a page of its own."""

    former_names: list[str]
    certificates: list[HeldOut]
    samples: list[PublishedSample]
    recalls: list[str]
    penalties: list[str]
    complaints: list[str]
    grade: str


@router.get("/public/firms", auth=None, response={200: FoundFirms, **ERRORS})
@fair
def find_firms(request: HttpRequest, q: str) -> dict[str, Any]:
    """Firms by one, two or more characters, pinyin, initials, or the beginning of a code."""
    return {"items": registry.public_find(text=q.strip()[:60])}


@router.get("/public/firms/{code}", auth=None, response={200: FirmOut, **ERRORS})
@fair
def show_firm(request: HttpRequest, code: str) -> Any:
    """Who the firm with a unified code (18 characters) or an old organisation code (9) is."""
    today = clock.today()
    return recent.made(("firm", code), lambda: queries.identity_of(queries.firm_of(code), on=today), small=True)


@router.get("/public/firms/{code}/file", auth=None, response={200: FileOut, **ERRORS})
@fair
def show_public_file(request: HttpRequest, code: str) -> Any:
    """All that is public of a firm today."""
    today = clock.today()
    firm = queries.firm_of(code)
    file = queries.file_of(firm, on=today)
    return queries.identity_of(firm, on=today) | {
        "former_names": [one.name for one in file.former_names], "certificates": file.certificates.rows,
        "samples": file.samples.rows, "recalls": [one.number for one in file.recalls.rows],
        "penalties": [one.number for one in file.penalties.rows],
        "complaints": [one.number for one in file.complaints.rows], "grade": file.grade,
    }  # fmt: skip
