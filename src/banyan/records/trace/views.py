"""The page on which goods are traced: asked above, drawn, counted by district, listed, and taken along as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan import epcis
from banyan.base.registry import queries as registry
from banyan.kit import clock
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest
from banyan.kit.terms import DISTRICT
from banyan.records.trace import queries
from banyan.records.traceability import queries as traceability

VIEW = "traceability.view"
ASKED = ("epc", "direction", "on", "known_at")
DIRECTIONS = ("forward", "backward", "common")
ROWS, MOST_ASKED, PART = 200, 50, 500
COLUMNS = ("epc", "kind", "depth", "arrival", "holder", "county", "quantity", "unit", "carries")


@page_for(VIEW)
@knows(*ASKED)
def trace(request: HttpRequest) -> HttpResponse:
    """What goods went into or came from, on one page that prints as a sheet."""
    context: dict[str, Any] = {
        "title": _("Trace goods"), "directions": [(one, _said(one)) for one in DIRECTIONS],
        "asked": {name: request.GET.get(name, "") for name in ASKED},
    }  # fmt: skip
    if request.GET.get("epc", "").strip():
        context |= _shown(_traced(request))
        context["query"] = request.GET.urlencode()
    return render(request, "trace/trace.html", {**office.each_context(request), **context})


@page_for(VIEW)
@knows(*ASKED)
def as_csv(request: HttpRequest) -> HttpResponse:
    """All things of a trace as CSV, opened rightly by spreadsheets."""
    found = _traced(request)
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for one in found.things:
        writer.writerow([one.arrival.isoformat() if one.arrival and name == "arrival" else _cell(getattr(one, name))
                         for name in COLUMNS])  # fmt: skip
    answer = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="trace.csv"'
    return answer


@page_for(VIEW)
@knows(*ASKED)
def as_document(request: HttpRequest) -> Any:
    """The events that name the things of a trace, as a document of EPCIS."""
    found = _traced(request)
    numbers = np.unique(found.index.lines_of_things(found.numbers).event).tolist()
    chunks = epcis.write_json(_bodies(numbers, request.user), created=clock.now().isoformat(timespec="seconds"))
    answer = StreamingHttpResponse(chunks, content_type="application/ld+json")
    answer["Content-Disposition"] = 'attachment; filename="trace.json"'
    return answer


def _bodies(numbers: list[int], person: Any) -> Iterator[dict[str, Any]]:
    """The events as they were sent, as far as the person may read each; a trace may reach further."""
    for start in range(0, len(numbers), PART):
        rows = traceability.seen_events(person).filter(pk__in=numbers[start : start + PART]).order_by("pk")
        for one in rows:
            yield one.content


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else value
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+-@" and text else text


def _traced(request: HttpRequest) -> Any:
    epcs = list(dict.fromkeys(request.GET.get("epc", "").replace(",", " ").split()))
    direction = request.GET.get("direction") or "forward"
    if direction not in DIRECTIONS or not epcs or len(epcs) > MOST_ASKED:
        raise BadRequest(
            _("A trace was asked for."),
            _("It names no goods, more than %(most)d of them, or no way to go.") % {"most": MOST_ASKED},
            _("Name the goods and one of: %(ways)s.") % {"ways": ", ".join(DIRECTIONS)},
        )
    on, known_at = (clock.asked_day(request.GET, name) for name in ("on", "known_at"))
    if direction == "common":
        return queries.common(*epcs, on=on, known_at=known_at, person=request.user)
    return getattr(queries, direction)(epcs, on, known_at, person=request.user)


def _shown(found: Any) -> dict[str, Any]:
    """What the page shows of a trace, by names instead of keys."""
    gaps = queries.gaps(found)
    shown, told = found.things[:ROWS], gaps[:ROWS]
    keys = {*found.holders, *(one.holder for one in (*shown, *told))}
    firms = registry.names_of({("organisation", key) for key in keys})
    names = {key: name for (_dimension, key), name in firms.items()}
    counties = registry.counties()
    called = {one.pk: registry.name_in_language(one) for one in counties}
    rows = [
        {"thing": one, "short": queries.short(one.epc), "firm": names.get(one.holder, one.holder),
         "county": called.get(one.county, one.county)}
        for one in shown
    ]  # fmt: skip
    tiles = [
        {"name": called[one.pk], "column": one.tile_column, "line": one.tile_row, "count": found.seen_in(one.pk)}
        for one in counties if one.tile_column and one.tile_row
    ]  # fmt: skip
    missing = [
        {"kind": _gap(one.kind), "short": queries.short(one.epc), "at": one.at, "event": one.event,
         "firm": names.get(one.holder, one.holder)}
        for one in told
    ]  # fmt: skip
    return {
        "found": found, "rows": rows, "more": len(found.things) - len(rows), "gaps": missing,
        "more_gaps": len(gaps) - len(told), "district": DISTRICT, "tiles": tiles,
        "drawing": queries.drawing(found, names=names),
    }  # fmt: skip


def _said(direction: str) -> str:
    words = {
        "forward": _("forward: what it went into"),
        "backward": _("backward: what it came from"),
        "common": _("common sources of several"),
    }
    return words[direction]


def _gap(kind: str) -> str:
    words = {
        "no origin": _("no event says where it comes from"),
        "used before it was made": _("used before it was made"),
        "not shipped": _("another firm has it and nobody sent it"),
        "not received": _("sent, and never received"),
    }
    return words[kind]
