"""Drafts of rules over the API: what each says, and what it would have changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from banyan.edge.rules import actions, queries
from banyan.kit import rights
from banyan.kit.api import After, Limit, Page, Problem, page_of

router = Router(tags=["rules"])
RIGHT = "rules.view"
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409), Problem)


class DraftOut(Schema):
    """A draft of a rule: what it says, who wrote it and why, which document orders it, whether it was adopted."""

    key: str
    rule: str
    kind: str
    state: str
    definition: str
    drafted_by: str
    drafted_on: date
    why: str
    document_number: str
    document_on: date | None
    in_force_on: date | None
    adopted_by: str
    adopted_on: date | None


class PreviewOut(Schema):
    """What a draft would have changed between two days; `result` is null while it is being made.

    A line whose numbers are null tells by `hides` why: `would_become_visible`, `would_be_hidden`, or `withheld`, if
    the draft counts too few or too nearly what the rule in force counts.
    """

    key: str
    draft: str
    first: date
    last: date
    done: int
    steps: int
    trouble: str
    result: dict[str, Any] | None


class PreviewIn(Schema):
    """The days to look back over; without them the last three years."""

    first: date | None = None
    last: date | None = None


@router.get("/rules/drafts", response={200: Page[DraftOut], **ERRORS})
def list_drafts(request: HttpRequest, rule: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """Drafts of rules, adopted ones too."""
    rights.demand(request.user, RIGHT)
    return page_of(queries.drafts_of(request.user, rule=rule), lambda draft: draft, limit=limit, after=after)


@router.post("/rules/drafts/{key}/previews", response={202: PreviewOut, **ERRORS})
def ask_preview(request: HttpRequest, key: str, days: PreviewIn) -> tuple[int, dict[str, Any]]:
    """Ask what a draft would have changed; the answer names the preview, which fills in the background."""
    rights.demand(request.user, RIGHT)
    draft = queries.draft_of(request.user, key=key)
    return 202, _told(actions.ask_preview(draft=draft, by=request.user, first=days.first, last=days.last))


@router.get("/rules/previews/{key}", response={200: PreviewOut, **ERRORS})
def show_preview(request: HttpRequest, key: str) -> dict[str, Any]:
    """A preview: counts, for whom, and every line with what was before and after."""
    rights.demand(request.user, RIGHT)
    return _told(queries.preview_of(request.user, key=key))


def _told(preview: Any) -> dict[str, Any]:
    names = ("first", "last", "done", "steps", "trouble", "result")
    return {"key": preview.pk, "draft": preview.draft_id, **{name: getattr(preview, name) for name in names}}
