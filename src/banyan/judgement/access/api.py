"""Access over the API: the purposes that may be stated, consents, who read what, and how often."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from banyan.judgement.access import queries
from banyan.judgement.access.models import Access, Consent
from banyan.kit import rights
from banyan.kit.api import After, Limit, Page, Problem, page_of
from banyan.kit.scope import scoped

router = Router(tags=["access"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403), Problem)
VIEW = "access.view"


class PurposeOut(Schema):
    """A purpose that a read may state."""

    purpose: str = Field(alias="key")
    title: str
    basis: str
    needs_consent: bool


class ConsentOut(Schema):
    """That a firm lets a client read its credit file."""

    key: str
    firm: str = Field(alias="organisation_id")
    client: str = Field(alias="client_name")
    purpose: str
    from_on: date
    until_on: date
    state: str
    holds: bool


class ReadingOut(Schema):
    """One reading of a firm's credit file."""

    number: int = Field(alias="pk")
    at: datetime
    firm: str = Field(alias="organisation_id")
    by: str = Field(alias="by_name")
    on_behalf: str
    purpose: str
    basis: str
    consent: str
    what: str
    screening: str = Field(alias="run")


class CountOut(Schema):
    """How often a client read for a purpose, and when last."""

    by: str = Field(alias="by_name")
    purpose: str
    count: int
    last: datetime


@router.get("/access/purposes", response={200: dict[str, list[PurposeOut]]} | ERRORS)
def list_purposes(request: HttpRequest) -> Any:
    """The purposes that a read of a credit file may state today, each with its legal basis."""
    return {"purposes": queries.purposes()}


@router.get("/access/consents", response={200: Page[ConsentOut]} | ERRORS)
def list_consents(request: HttpRequest, limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """Consents: of the own firm, given to the own client, or within the own office."""
    rights.demand(request.user, VIEW)
    return page_of(scoped(Consent, request.user), lambda one: one, limit=limit, after=after)


@router.get("/access/readings", response={200: Page[ReadingOut]} | ERRORS)
def list_readings(
    request: HttpRequest, firm: str = "", limit: Limit = 50, after: Annotated[int, Query(ge=0, le=2**62)] = 0
) -> dict[str, Any]:
    """Who read which file, in the order of numbers: of the own firm, by the own client, or within the own office."""
    rights.demand(request.user, VIEW)
    rows = scoped(Access, request.user)
    rows = rows.filter(organisation=firm) if firm else rows
    return page_of(rows, lambda one: one, limit=limit, after=str(after or ""))


@router.get("/access/counts", response={200: dict[str, list[CountOut]]} | ERRORS)
def count_readings(request: HttpRequest, firm: str = "") -> Any:
    """The same, counted by client and purpose."""
    rights.demand(request.user, VIEW)
    rows = scoped(Access, request.user)
    return {"counts": queries.by_client(rows.filter(organisation=firm) if firm else rows)}
