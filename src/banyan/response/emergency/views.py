"""The pages that show a situation by themselves: what is under way, one response, and how ready the city is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.office import link, office, page_for
from banyan.kit.pages import knows
from banyan.kit.scope import scoped
from banyan.response.emergency import queries
from banyan.response.emergency.models import Activation, Level
from banyan.response.emergency.models.words import kind_in_words, role_in_words, rule_in_words, step_in_words
from banyan.response.emergency.queries import plans
from banyan.response.emergency.queries.situation import by_role, overview, situation

VIEW = "emergency.view"


@page_for(VIEW)
@knows()
def responses(request: HttpRequest) -> HttpResponse:
    """All responses under way with what is overdue or unanswered, who is on duty, and what waits for oneself."""
    now = clock.now()
    context = {
        "title": _("Situation"), "now": now, "rows": overview(request.user, at=now),
        "duty": queries.on_duty(request.user, at=now),
        "own": [{"receipt": one, "url": link(one)} for one in queries.own_receipts(request.user)[:10]],
    }  # fmt: skip
    return _page(request, "emergency/responses.html", context)


@page_for(VIEW)
@knows()
def response(request: HttpRequest, key: str) -> HttpResponse:
    """One response as it is now; the page asks for itself again while it is under way."""
    activation = scoped(Activation, request.user).filter(pk=key, withdrawn_on=None).select_related("county").first()
    if activation is None:
        raise Http404(key)
    now = clock.now()
    own = queries.own_receipts(request.user).filter(message__activation=activation)
    context = {
        "title": str(activation), "now": now, "record_url": link(activation),
        "roles": [row | {"words": role_in_words(row["role"])} for row in by_role(activation)],
        "duty": queries.on_duty(request.user, at=now),
        "own": [{"receipt": one, "url": link(one)} for one in own],
    }  # fmt: skip
    return _page(request, "emergency/response.html", context | situation(activation, at=now))


@page_for(VIEW)
@knows()
def readiness(request: HttpRequest) -> HttpResponse:
    """What the plans ask for, who is on duty and where nobody is, what can be counted on, and when drills were."""
    now, today = clock.now(), clock.today()
    context = {
        "title": _("Readiness"), "now": now, "today": today,
        "duty": queries.on_duty(request.user, at=now), "gaps": queries.gaps(request.user, at=now),
        "resources": [row | {"url": link(row["resource"])} for row in queries.resources(request.user, on=today)],
        "drills": queries.last_drills(request.user, on=today),
        "years_between_drills": queries.years_between_drills(on=today),
        "plans": [plan for row in plans.kinds(on=today) if (plan := _plan(str(row["kind"]), today))["levels"]],
    }  # fmt: skip
    return _page(request, "emergency/readiness.html", context)


def _plan(kind: str, day: date) -> dict[str, Any]:
    """A kind's plan in words: its levels, who decides each, and the steps with their terms."""
    levels = [
        {"words": Level(row["level"]).label, "decided_by": row["decided_by"],
         "steps": [{"words": step_in_words(str(step["step"])), "minutes": int(step["minutes"]),
                    "role": role_in_words(str(step["role"]))} for step in row["steps"]]}
        for row in plans.levels(kind, on=day)
    ]  # fmt: skip
    rule = plans.rule_of_levels(kind)
    return {"words": kind_in_words(kind), "levels": levels, "rule": rule, "written": rule_in_words(rule)}


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**office.each_context(request), **context})
