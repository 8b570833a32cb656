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
from banyan.kit.refusals import Refused
from banyan.kit.terms import DISTRICT

RIGHT = "alerts.view"


@page_for(RIGHT)
@knows("scheme", "places")
def order(request: HttpRequest) -> HttpResponse:
    """Whom the next draw should visit first, with reasons, beside the places that stay random."""
    today, scheme = clock.today(), _scheme(request)
    places = queries.places_asked(request.GET.get("places") or str(queries.PLACES))
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
    told = _told(("back-test", scheme, today, get_language()), find)
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
    """What was found, or why nothing can be; kept until somebody writes again. The key names the language too."""

    def made() -> dict[str, Any]:
        try:
            return {"found": find()}
        except Refused as refusal:
            return {"refusal": refusal}

    told: dict[str, Any] = recent.made(("risk", *key), made)
    return told


def _scheme(request: HttpRequest) -> str:
    return queries.scheme_asked(request.GET.get("scheme") or queries.SCHEMES[0])


def _page(request: HttpRequest, template: str, scheme: str, context: dict[str, Any]) -> HttpResponse:
    shared = {"scheme": scheme, "schemes": [(str(one), one.label) for one in queries.SCHEMES], "district": DISTRICT}
    return render(request, template, {**office.each_context(request), **shared, **context})
