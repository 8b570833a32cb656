"""The page on which goods are traced: asked above, drawn, counted by district, listed, and taken along as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import epcis
from banyan.edge.traces import queries
from banyan.kit import clock
from banyan.kit.documents import as_pdf
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest
from banyan.kit.terms import DISTRICT
from banyan.records.trace import queries as traces
from banyan.records.traceability import queries as traceability

VIEW = "traceability.view"
ASKED = ("epc", "direction", "on", "known_at", "by")
DIRECTIONS = ("forward", "backward", "common")
BY = {"": None, "thing": False, "firm": True}
MOST_ASKED, PART = 50, 500
COLUMNS = ("epc", "kind", "depth", "arrival", "holder", "county", "quantity", "unit", "carries")


@page_for(VIEW)
@knows(*ASKED)
def trace(request: HttpRequest) -> HttpResponse:
    """What goods went into or came from: drawn, counted by district and firm, listed."""
    context: dict[str, Any] = {
        "title": _("Trace goods"), "directions": [(one, queries.direction_in_words(one)) for one in DIRECTIONS],
        "groups": (("", _("firm by firm where they are many")), ("thing", _("thing by thing")),
                   ("firm", _("firm by firm"))),
        "asked": {name: request.GET.get(name, "") for name in ASKED}, "district": DISTRICT,
    }  # fmt: skip
    status = 200
    if request.GET.get("epc", "").strip():
        try:
            told = _told(request, most=queries.MANY)
        except traceability.NoPurpose as refusal:
            context["needs_purpose"], status = refusal, refusal.status
        else:
            context |= {"told": told, "query": request.GET.urlencode(), "purpose": _purpose(request.user)}
    return render(request, "traces/trace.html", {**office.each_context(request), **context}, status=status)


@page_for(VIEW)
@knows(*ASKED)
def findings(request: HttpRequest) -> HttpResponse:
    """Gaps and balances of a trace of many things: a part of its page, which asks for it when it is there."""
    context = {"title": _("Gaps and balances"), "told": _told(request), "is_late": True}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "traces/findings.html", context)
    return render(request, "traces/part.html", {**office.each_context(request), **context})


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


@page_for(VIEW)
@knows(*ASKED)
def as_sheet(request: HttpRequest) -> HttpResponse:
    """The trace as a sheet of paper, for the file of a case."""
    purpose, today = _purpose(request.user), clock.today()
    says = _("%(says)s (until %(day)s)") % {"says": purpose.says, "day": purpose.until_on} if purpose else ""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    paper = queries.sheet(_told(request), purpose=says, by=str(request.user), on=today, language=language)
    answer = HttpResponse(as_pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="trace.pdf"'
    return answer


def _told(request: HttpRequest, *, most: int | None = None) -> queries.Telling:
    """The trace in words; of more things than `most` without findings."""
    grouping = request.GET.get("by", "")
    if grouping not in BY:
        raise BadRequest(
            _("A trace was asked for."), _("It cannot be drawn by “%(by)s”.") % {"by": grouping[:20]},
            _("Name one of: %(ways)s.") % {"ways": "thing, firm"},
        )  # fmt: skip
    found = _traced(request)
    return queries.Telling(found, by_firm=BY[grouping], with_findings=most is None or found.n <= most)


def _purpose(person: Any) -> Any:
    """The purpose under which a person reads; None for a firm, which needs none."""
    today = clock.today()
    return traceability.purpose_on(person, on=today) if traceability.needs_purpose(person, on=today) else None


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
        return traces.common(*epcs, on=on, known_at=known_at, person=request.user)
    return getattr(traces, direction)(epcs, on, known_at, person=request.user)
