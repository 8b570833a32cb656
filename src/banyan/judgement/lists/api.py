"""Public listings over the API: what is public today, for everyone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from banyan.base.registry import queries as registry
from banyan.judgement.lists import queries
from banyan.kit import clock
from banyan.kit.api import After, Limit, Page, Problem, page_of
from banyan.kit.refusals import NotFound

router = Router(tags=["lists"])
OPEN: dict[int, Any] = dict.fromkeys((400, 404), Problem)


class PublicChange(Schema):
    """A public change and its entry in the public log, whose proof `/api/v1/log` gives."""

    on: date
    event: str
    entry: int | None
    is_proved: bool


class ListingOut(Schema):
    """A listing that is public today."""

    number: str
    list: str
    title: str
    firm: str
    uscc: str
    county: str
    cause: str
    conditions: str
    decided_on: date
    published_on: date
    public_until: date | None


class ListingWithChanges(ListingOut):
    """The same with its public changes."""

    changes: list[PublicChange]


def _out(one: Any) -> dict[str, Any]:
    same = ("number", "list", "cause", "conditions", "decided_on", "published_on", "public_until")
    return {name: getattr(one, name) for name in same} | {
        "title": queries.title_of(one, on=clock.today()), "firm": one.organisation.name,
        "uscc": registry.public_code(one.organisation), "county": one.county_id,
    }  # fmt: skip


@router.get("/public/listings", response={200: Page[ListingOut]} | OPEN, auth=None)
def list_public_listings(request: HttpRequest, q: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """The listings that are public today, found by name or code of the firm or by number."""
    rows = queries.public_listings(text=q[:60]).marked()  # public by design
    return page_of(rows, _out, limit=limit, after=after)


@router.get("/public/listings/{number}", response={200: ListingWithChanges} | OPEN, auth=None)
def show_public_listing(request: HttpRequest, number: str) -> Any:
    """One public listing with its public changes; 404 once its publicity has ended."""
    one = queries.public_listing(number)
    if one is None:
        raise NotFound(
            _("The listing “%(number)s” was asked for.") % {"number": number[:40]},
            _("No listing of this number is public today."), _("See the list of those that are."),
        )  # fmt: skip
    return _out(one) | {"changes": queries.changes_of(one)}
