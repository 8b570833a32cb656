"""Pages of previews: asked for, looked at with progress, as a workbook, down to the records behind an alert."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.edge.rules import actions, queries
from banyan.edge.rules.models import Preview
from banyan.insight.alerts import queries as alerts
from banyan.kit import clock
from banyan.kit.office import link, office, page_for
from banyan.kit.pages import knows
from banyan.kit.terms import DISTRICT
from banyan.kit.workbooks import sheets

RIGHT = "rules.view"
SHOWN = 100


@page_for(RIGHT, methods=("POST",))
@knows()
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a preview of a draft; it opens at once and fills itself."""
    draft = queries.draft_of(request.user, key=key)
    days = {name: clock.asked_day(request.POST, name) for name in ("first", "last")}
    preview = actions.ask_preview(draft=draft, by=request.user, **days)
    return HttpResponseRedirect(reverse("rules:preview", args=[preview.pk]))


@page_for(RIGHT)
@knows()
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """One preview: how many verdicts, figures, alerts and terms differ, for whom, and each line to its records."""
    found = queries.preview_of(request.user, key=key)
    context: dict[str, Any] = {
        "title": _("Preview of “%(rule)s”") % {"rule": found.draft.title}, "preview": found, "draft": found.draft,
        "draft_url": link(found.draft), "share": round(100 * found.done / found.steps) if found.steps else None,
    }  # fmt: skip
    if found.result:
        context |= {
            "result": found.result, "lines": queries.lines_in_words(found, limit=SHOWN), "most": SHOWN,
            "whom": queries.whom_in_words(found), "hit": queries.hit_in_words(found), "heads": dict(_heads(found)),
            "is_of_now": found.definition == found.draft.definition,
        }  # fmt: skip
    return render(request, "rules/preview.html", {**office.each_context(request), **context})


def _heads(found: Preview) -> list[tuple[str, list[str]]]:
    return [(sort, heads) for sort, _title, heads, _rows in queries.table_of(found, limit=0)]


@page_for(RIGHT)
@knows()
def table(request: HttpRequest, key: str) -> HttpResponse:
    """The whole preview as a workbook, a sheet for each sort of lines."""
    found = queries.preview_of(request.user, key=key)
    if not found.result:
        raise Http404
    heading = _("%(rule)s: draft of %(day)s, previewed from %(first)s until %(last)s") % {
        "rule": found.draft.title, "day": found.draft.drafted_on, "first": found.first, "last": found.last,
    }  # fmt: skip
    content = sheets([(title, [heading], heads, rows) for _sort, title, heads, rows in queries.table_of(found)])
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="preview-{found.draft.rule}.xlsx"'
    return answer


@page_for(RIGHT)
@knows()
def alert(request: HttpRequest, key: str, place: int) -> HttpResponse:
    """The records behind one alert of a preview."""
    found = queries.preview_of(request.user, key=key)
    lines = (found.result or {}).get("alerts", [])
    if place >= len(lines):
        raise Http404
    context = {
        "title": _("Records behind an alert"), "preview": found, "count": lines[place]["facts"],
        "line": queries.lines_in_words(found)["alerts"][place],
        "records": alerts.in_words(
            alerts.records_of_facts(lines[place]["fact_kind"], lines[place]["first_facts"]), person=request.user
        ),
        "district": DISTRICT,
    }  # fmt: skip
    return render(request, "rules/alert.html", {**office.each_context(request), **context})
