"""The page on which counties stand beside quarters: how complete and how timely their data are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.insight.checks import queries
from banyan.kit import clock
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest
from banyan.policy import periods


@page_for("checks.view")
@knows("year")
def completeness(request: HttpRequest) -> HttpResponse:
    """Counties by quarters of a year: samples against the plan, reports within their term, findings still open."""
    today = clock.today()
    years = queries.years_with_plans(on=today)
    asked = request.GET.get("year") or str(years[0])
    if asked not in map(str, years):
        raise BadRequest(
            _("The year “%(year)s” was asked for.") % {"year": asked[:20]},
            _("No plan of that year has been published."),
            _("Choose one of: %(years)s.") % {"years": ", ".join(map(str, years))},
        )
    rows = queries.completeness(request.user, year=int(asked), on=today)
    opened = queries.open_counts(request.user)
    context = {
        "title": _("Completeness and timeliness"), "years": years, "year": int(asked),
        "rows": [(county, cells, opened.get(county.pk, 0)) for county, cells in rows],
        "quarters": [periods.name_of(cell.first) for cell in (rows[0][1] if rows else ())],
    }  # fmt: skip
    return render(request, "checks/completeness.html", {**office.each_context(request), **context})
