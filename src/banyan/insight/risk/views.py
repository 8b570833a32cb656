"""The pages of the order of inspections: whom to visit first and why, and how such an order would have done."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registry
from banyan.insight.indicators import queries as indicators
from banyan.insight.risk import queries
from banyan.kit import clock, recent
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows
from banyan.kit.refusals import BadRequest, Refused
from banyan.kit.terms import DISTRICT
from banyan.records.plans.queries import Scheme

RIGHT = "alerts.view"
SCHEMES = (Scheme.PRODUCT_SUPERVISION, Scheme.FOOD_SUPERVISION, Scheme.FOOD_EVALUATION, Scheme.RISK_MONITORING)
PLACES, MOST_PLACES = 50, 500


@page_for(RIGHT)
@knows("scheme", "places")
def order(request: HttpRequest) -> HttpResponse:
    """Whom the next draw should visit first, with reasons, beside the places that stay random."""
    today, scheme = clock.today(), _scheme(request)
    asked = request.GET.get("places") or str(PLACES)
    if not (asked.isdecimal() and 1 <= int(asked) <= MOST_PLACES):
        raise BadRequest(
            _("An order of “%(places)s” places was asked for.") % {"places": asked[:20]},
            _("A draw has from 1 to %(most)s places.") % {"most": MOST_PLACES},
            _("Give a number between them."),
        )
    places = int(asked)
    at_random = queries.places_at_random(places, on=today)
    own = indicators.own_counties(request.user)
    find = partial(queries.order, scheme=scheme, on=today, counties=own)
    told = _told(("order", scheme, today, own, get_language()), find)
    lines: list[Any] = (told.get("found") or [])[: places - at_random]
    names = registry.names_of(
        {("organisation", one.firm) for one in lines} | {("county", one.county) for one in lines}
        | {("product", one.goods) for one in lines}
    )  # fmt: skip
    context = {
        "title": _("Order by risk"), "places": places, "at_random": at_random, "by_risk": places - at_random,
        "all": len(told.get("found") or []), "refusal": told.get("refusal"),
        "lines": [
            {"place": one, "firm": names.get(("organisation", one.firm), one.firm),
             "county": names.get(("county", one.county), ""), "goods": names.get(("product", one.goods), "")}
            for one in lines
        ],
    }  # fmt: skip
    return _page(request, "risk/order.html", scheme, context)


@page_for(RIGHT)
@knows("scheme")
def back_test(request: HttpRequest) -> HttpResponse:
    """What an order learnt on the past alone would have gained in the windows after it."""
    today, scheme = clock.today(), _scheme(request)
    find = partial(queries.judged_facts, scheme=scheme, on=today)
    told = _told(("back-test", scheme, today), find)
    found = told.get("found")
    districts = found.districts if found else ()
    names = registry.names_of({("county", one["district"]) for one in districts})
    context = {
        "title": _("Back-test of the order by risk"), "found": found, "refusal": told.get("refusal"),
        "districts": [
            one | {"name": names.get(("county", one["district"]), one["district"])} for one in districts
        ],
    }  # fmt: skip
    return _page(request, "risk/back_test.html", scheme, context)


def _told(key: tuple[Any, ...], find: Any) -> dict[str, Any]:
    """What was found, or why nothing can be; kept until somebody writes again."""

    def made() -> dict[str, Any]:
        try:
            return {"found": find()}
        except Refused as refusal:
            return {"refusal": refusal}

    told: dict[str, Any] = recent.made(("risk", *key), made)
    return told


def _scheme(request: HttpRequest) -> str:
    scheme = request.GET.get("scheme") or SCHEMES[0]
    if scheme not in SCHEMES:
        raise BadRequest(
            _("An order for the scheme “%(scheme)s” was asked for.") % {"scheme": scheme[:40]},
            _("There is no such scheme, or its samples tell nothing of the market."),
            _("Choose one of the list."),
        )
    return str(scheme)


def _page(request: HttpRequest, template: str, scheme: str, context: dict[str, Any]) -> HttpResponse:
    shared = {"scheme": scheme, "schemes": [(str(one), one.label) for one in SCHEMES], "district": DISTRICT}
    return render(request, template, {**office.each_context(request), **shared, **context})
