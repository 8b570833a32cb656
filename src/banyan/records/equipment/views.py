"""The page of what is overdue, by county and by firm, and whose licence has ended."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.office import link, office, page_for
from banyan.kit.pages import knows
from banyan.records.equipment import queries
from banyan.records.equipment.models import Equipment, Operator
from banyan.records.equipment.panels import listed

FIRMS = OPERATORS = 25


@page_for("equipment.view")
@knows()
def overdue(request: HttpRequest) -> HttpResponse:
    """How much of the equipment in use is overdue in each county and at which firms, and how fast rescuers came."""
    today = clock.today()
    counties = queries.overdue_by(request.user, "county", on=today)
    firms = queries.overdue_by(request.user, "user_unit", on=today, limit=FIRMS)
    lapsed = queries.lapsed(request.user, on=today).select_related("employer").order_by("until_on", "pk")
    operators = list(lapsed[: OPERATORS + 1])
    context = {
        "title": _("Equipment: what is overdue"), "today": today,
        "all": sum(one["all"] for one in counties), "overdue": sum(one["overdue"] for one in counties),
        "counties": [one | {"share": one["overdue"] / one["all"]} for one in counties],
        "firms": [one | {"url": link(one["of"])} for one in firms],
        "operators": [{"of": one, "url": link(one)} for one in operators[:OPERATORS]],
        "more_operators": listed(Operator, until_on_to=today - timedelta(days=1)) if operators[OPERATORS:] else "",
        "rescues": queries.arrivals(request.user, on=today),
        "listed": listed(Equipment, state__exact="in_use", due_on_to=today - timedelta(days=1)),
    }  # fmt: skip
    return render(request, "equipment/overdue.html", {**office.each_context(request), **context})
