"""Screenings over the API: hand a file of codes in, ask how far it is, take the frozen result."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from banyan.edge.vouching import actions, queries
from banyan.edge.vouching.models import Screening
from banyan.edge.vouching.views import result_file
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, page_of
from banyan.kit.scope import scoped

router = Router(tags=["screenings"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403), Problem)
VIEW = "vouching.view"


class ScreeningOut(Schema):
    """The receipt of a screening: how far it is, and the digests of what was handed in and of what came of it."""

    number: str
    state: str
    file: str
    file_digest: str
    purpose: str
    basis: str
    on_behalf: str
    rows: int
    done: int
    on: date
    known_at: datetime
    counts: dict[str, int]
    result_digest: str
    result_bytes: int
    trouble: str


class ScreeningWithEvidence(ScreeningOut):
    """The same with the event that froze the result, its hash in the chain, and its entry of the public log."""

    event: int | None
    hash: str
    log_entry: int | None


@router.get("/screenings", response={200: Page[ScreeningOut]} | ERRORS)
def list_screenings(request: HttpRequest, limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """The screenings of the own client or office."""
    rights.demand(request.user, VIEW)
    return page_of(scoped(Screening, request.user), lambda one: one, limit=limit, after=after)


@router.post("/screenings", response={202: ScreeningOut, 409: Problem, 413: Problem, 422: Problem} | ERRORS)
def begin_screening(
    request: HttpRequest, file: File[UploadedFile], purpose: Form[str] = "", on_behalf: Form[str] = ""
) -> Any:
    """Screen the codes of a file (CSV, XLSX or one a line; at most 100,000), for a purpose as for one firm's file."""
    record = actions.upload(
        chunks=file.chunks(), name=file.name or "", purpose=purpose, by=request.user, on=clock.today(),
        on_behalf=on_behalf,
    )  # fmt: skip
    return Status(202, record)


@router.get("/screenings/{number}", response={200: ScreeningWithEvidence, 404: Problem} | ERRORS)
def show_screening(request: HttpRequest, number: str) -> Any:
    """One screening with what proves its result."""
    rights.demand(request.user, VIEW)
    record = queries.screening_of(request.user, number)
    return {name: getattr(record, name) for name in ScreeningOut.model_fields} | queries.evidence_of(record)


@router.get("/screenings/{number}/result", response={404: Problem, 409: Problem} | ERRORS)
def take_result(request: HttpRequest, number: str) -> Any:
    """The frozen result, the same bytes each time; 409 until it is done."""
    rights.demand(request.user, VIEW)
    return result_file(queries.screening_of(request.user, number))
