"""The ledger of tasks: by programme and county, how many are done and late."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.response.leadership import queries


@page_for("leadership.view")
@knows()
def ledger(request: HttpRequest) -> HttpResponse:
    """Tasks by programme and county within the person's office."""
    rows = queries.ledger(request.user, on=clock.today())
    context = {**office.each_context(request), "title": _("Ledger of tasks"), "rows": rows}
    return render(request, "leadership/ledger.html", context)
