"""The page on which counties stand beside quarters: how complete and how timely their data are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.insight.checks import queries
from banyan.kit import clock, rights
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest

FIRST_YEAR, LAST_YEAR = 1949, 9998
"""The same bounds as over the API."""


@page_for("checks.view")
@knows("year")
def completeness(request: HttpRequest) -> HttpResponse:
    """Counties by quarters of a year: samples against the plan, reports within their term, findings still open."""
    today = clock.today()
    years = queries.years_with_plans(on=today)
    year = _year(request.GET.get("year") or str(years[0] if years else today.year))
    rows = queries.completeness(request.user, year=year, on=today)
    opened = queries.open_counts(request.user)
    told = any(cell.planned or cell.sampled or cell.due for _county, cells in rows for cell in cells)
    context = {
        "title": _("Completeness and timeliness"), "year": year, "years": sorted({*years, year}, reverse=True),
        "rows": [(county, cells, opened.get(county.pk, 0)) for county, cells in rows],
        "quarters": [cell.name for cell in (rows[0][1] if rows else ())],
        "planned": years, "lacks_plan": year not in years, "is_to_come": year > today.year, "told": told or not rows,
        "shown": year <= today.year and (told or year in years or not rows),
        "may_plan": rights.has(request.user, "plans.view"),
    }  # fmt: skip
    return render(request, "checks/completeness.html", {**office.each_context(request), **context})


def _year(asked: str) -> int:
    """The year that an address names. Raises BadRequest for what is none."""
    if asked.isascii() and asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    raise BadRequest(
        _("The year “%(year)s” was asked for.") % {"year": asked[:20]},
        _("That is no year."),
        _("Write it with four digits, such as %(year)s.") % {"year": clock.today().year},
    )
