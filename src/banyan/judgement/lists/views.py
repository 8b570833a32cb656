"""The public pages of lists: who is listed today, each listing with the proofs of its changes, and all as a table."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from banyan.base.registry import queries as registry
from banyan.judgement.lists import queries
from banyan.judgement.lists.models import Listing
from banyan.kit import clock, log, terms
from banyan.kit.office.export import export
from banyan.kit.pages import knows, page_asked

SHOWN = ("number", "list", "organisation", "county", "cause", "facts", "conditions", "decided_on", "published_on",
         "public_until")  # fmt: skip
COLUMNS = ("number", "list", "organisation", "county", "cause", "published_on", "public_until")


@require_safe
@knows("q", "page")
def listed(request: HttpRequest) -> HttpResponse:
    """The firms that are listed today, found by name, code or number."""
    text = request.GET.get("q", "").strip()[:60]
    page = page_asked(queries.public_listings(text=text), request.GET, size=20)
    today = clock.today()
    rows = [
        {"listing": one, "title": queries.title_of(one, on=today), "code": registry.public_code(one.organisation)}
        for one in page
    ]
    return render(request, "lists/public.html", {"section": "lists", "q": text, "page": page, "rows": rows})


@require_safe
@knows()
def listing(request: HttpRequest, number: str) -> HttpResponse:
    """One listing with its public changes and their proofs; gone once its publicity has ended."""
    found = queries.public_listing(number)
    if found is None:
        raise Http404
    language = "en" if (get_language() or "").startswith("en") else "zh"
    titles = {row["event"]: row[language] for row in terms.rows(log.PUBLIC, on=clock.today())}
    title = queries.title_of(found, on=clock.today())
    values = [(name, title if name == "list" else getattr(found, name)) for name in SHOWN]
    context = {
        "section": "lists", "listing": found, "title": title,
        "lines": [(_head(name), value) for name, value in values],
        "changes": [{"change": one, "title": titles[one.event]} for one in queries.changes_of(found)],
    }  # fmt: skip
    return render(request, "lists/listing.html", context)


@require_safe
@knows()
def table(request: HttpRequest) -> HttpResponse:
    """All listings that are public today, as a table."""
    columns = [(name, _head(name)) for name in COLUMNS]
    answer: Any = export(queries.public_listings(), columns, form="csv", name=f"listings-{clock.today()}")
    return answer  # type: ignore[no-any-return]


def _head(name: str) -> str:
    """What a field of a listing is called."""
    field: Any = Listing._meta.get_field(name)
    return str(field.verbose_name)
