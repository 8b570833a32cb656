"""Pages of the reports: the list of periods, each report with its progress, and its files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.edge.reports import actions, queries
from banyan.insight.indicators import queries as indicators
from banyan.kit.durable import digest_of
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NAMES = {"pdf": "PDF", "docx": "Word"}


@page_for("indicators.view")
@knows()
def reports(request: HttpRequest) -> HttpResponse:
    """The quarters and years of which a report can be made."""
    context = {"title": _("Reports"), "periods": queries.periods()}
    return render(request, "reports/reports.html", {**office.each_context(request), **context})


@page_for("indicators.view", methods=("GET", "HEAD", "POST"))
@knows()
def report(request: HttpRequest, period: str) -> HttpResponse:
    """One report: how far it came, and its files once it is made. Asking for it hands it to the worker."""
    paper, found = _paper(request, period)
    if request.method == "POST":
        actions.ask_for(paper)
        return HttpResponseRedirect(reverse("reports:report", args=[period]))
    return _page(request, paper, found)


@page_for("indicators.view")
@knows()
def file(request: HttpRequest, period: str, form: str) -> HttpResponse:
    """One file of a report; where it is not made yet, 404 with the page that makes it."""
    paper, found = _paper(request, period)
    if form not in TYPES:
        raise Http404
    if not paper.is_made:
        return _page(request, paper, found, missing=NAMES[form])
    answer = HttpResponse(paper.file(form).read_bytes(), content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="quality-{period}.{form}"'
    return answer


def _page(request: HttpRequest, paper: actions.Paper, found: queries.Period, *, missing: str = "") -> HttpResponse:
    """A report's page; `missing` names the file that was asked for and is not made yet."""
    progress = paper.progress
    files = [
        {"form": form, "name": NAMES[form], "size": paper.file(form).stat().st_size,
         "digest": digest_of(paper.file(form))}
        for form in TYPES
    ] if paper.is_made else []  # fmt: skip
    context = {
        "title": _("Report: %(period)s") % {"period": found.title}, "period": found, "paper": paper, "files": files,
        "missing": missing, "progress": progress,
        "is_working": bool(progress) and not files and not progress["trouble"],
    }  # fmt: skip
    page = {**office.each_context(request), **context}
    return render(request, "reports/report.html", page, status=404 if missing else 200)


def _paper(request: HttpRequest, period: str) -> tuple[actions.Paper, queries.Period]:
    paper, found = actions.paper_of(period, own=indicators.own_counties(request.user)), queries.period_of(period)
    if paper is None or found is None:
        raise Http404(period)
    return paper, found
