"""Traces over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from banyan.kit import rights
from banyan.kit.api import Problem
from banyan.records.trace import queries

router = Router(tags=["trace"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)
Epcs = Annotated[list[str], Query(min_length=1, max_length=50, description="Identifiers; may be repeated.")]


@router.get("/trace/forward", response={200: dict[str, Any]} | ERRORS)
def trace_forward(
    request: HttpRequest, epc: Epcs, on: date | None = None, known_at: date | None = None
) -> dict[str, Any]:
    """What goods went into, in order of time, with gaps and receipt."""
    return _told(request, queries.forward, epc, on, known_at)


@router.get("/trace/backward", response={200: dict[str, Any]} | ERRORS)
def trace_backward(
    request: HttpRequest, epc: Epcs, on: date | None = None, known_at: date | None = None
) -> dict[str, Any]:
    """What goods came from."""
    return _told(request, queries.backward, epc, on, known_at)


@router.get("/trace/common", response={200: dict[str, Any]} | ERRORS)
def trace_common(
    request: HttpRequest, epc: Epcs, on: date | None = None, known_at: date | None = None
) -> dict[str, Any]:
    """What all of several goods came from."""
    rights.demand(request.user, "traceability.view")
    found = queries.common(*epc, on=on, known_at=known_at, person=request.user)
    return found.as_json()


def _told(request: HttpRequest, ask: Any, epcs: list[str], on: date | None, known_at: date | None) -> dict[str, Any]:
    rights.demand(request.user, "traceability.view")
    found = ask(epcs, on, known_at, person=request.user)
    return found.as_json() | {
        "gaps": [one._asdict() for one in queries.gaps(found)],
        "balances": [one.as_json() for one in queries.balances(found)],
    }
