"""The ledger of tasks: by programme and county, by product and by named officer, how many are done and late."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.response.leadership import queries


@page_for("leadership.view")
@knows()
def ledger(request: HttpRequest) -> HttpResponse:
    """Tasks within the person's office: by programme and county, by product, and by the officer who answers."""
    today = clock.today()
    rows = [row | {"url": _listed("county", row["county"])} for row in queries.ledger(request.user, on=today)]
    parts = [
        (title, [
            row | {"url": _listed(what, row["of"]) if row["of"] else ""}
            for row in queries.ledger_by(request.user, what, on=today)
        ])
        for what, title in (("product_class", _("Product class")), ("assignee", _("Officer in charge")))
    ]  # fmt: skip
    context = {**office.each_context(request), "title": _("Ledger of tasks"), "rows": rows, "parts": parts}
    return render(request, "leadership/ledger.html", context)


def _listed(name: str, record: Any) -> str:
    """The list of the tasks of a county, a product class or an officer."""
    return f"{reverse('office:leadership_task_changelist')}?{urlencode({name: record.pk})}"
