"""Pages of the reports: the list of quarters, and each report as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.edge.reports import actions, queries
from banyan.kit import clock
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows

QUARTERS = 12
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@page_for("indicators.view")
@knows()
def reports(request: HttpRequest) -> HttpResponse:
    """The quarters for which a report can be made."""
    context = {"title": _("Reports"), "quarters": queries.last_quarters(QUARTERS), "forms": list(TYPES)}
    return render(request, "reports/reports.html", {**office.each_context(request), **context})


@page_for("indicators.view")
@knows()
def quarterly(request: HttpRequest, quarter: str, form: str) -> HttpResponse:
    """One report as a file, with the figures of the quarter's last day as known today."""
    day = dict(queries.last_quarters(QUARTERS)).get(quarter)
    if day is None or form not in TYPES:
        raise Http404
    answer = HttpResponse(actions.quarterly(on=day, known_on=clock.today(), form=form), content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="quality-{quarter}.{form}"'
    return answer
