"""The page of figures of recalls."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest
from banyan.response.recall import queries

FIRST_YEAR = 2000


@page_for("recall.view")
@knows("year")
def statistics(request: HttpRequest) -> HttpResponse:
    """Recalls of a year by first lead, what was answered in time, and how long it took."""
    today = clock.today()
    asked = request.GET.get("year") or str(today.year)
    if not (asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= today.year):
        raise BadRequest(
            _("The year “%(year)s” was asked for.") % {"year": asked[:20]},
            _("There is no such year in the records."),
            _("Choose a year from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": today.year},
        )
    year = int(asked)
    found = queries.figures(request.user, first=date(year, 1, 1), last=date(year, 12, 31))
    context = {"title": _("Figures of recalls"), "year": year, "years": range(today.year, today.year - 6, -1)}
    return render(request, "recall/statistics.html", {**office.each_context(request), **context, **found})
