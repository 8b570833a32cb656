"""The cockpit's pages in the office's side bar, and the pass rate on the pages of parks and counties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.edge.cockpit import queries
from banyan.insight.indicators import queries as indicators
from banyan.kit.office import Page, Panel

CITY = _("The city")
RIGHT = "indicators.view"


def park_beside_others(park: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """A park's pass rate beside the rest of its county, the city and the province."""
    return _beside_others({"park": (park.pk,)}, county=park.county_id, person=person, on=on)


def county_beside_others(region: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """A county's pass rate beside the rest of the city and the province."""
    is_county = region.level == "county"
    return _beside_others({"county": (region.pk,)}, county=region.pk, person=person, on=on) if is_county else None


def _beside_others(where: dict[str, tuple[str, ...]], *, county: str, person: Any, on: date) -> dict[str, Any] | None:
    own = indicators.own_counties(person)
    if own is not None and county not in own:
        return None
    key = next(iter(indicators.overview()), None)
    if key is None:
        return None
    lines = queries.comparison_of(key=key, where=where, on=on, known_on=on)
    return {"lines": lines, "entry": queries.entry_of(key, on=on), "where": where}


PAGES = (
    Page(_("Cockpit"), "cockpit:home", right=RIGHT, icon="dashboard", group=CITY, order=10),
    Page(_("Clauses and targets"), "cockpit:clauses", right=RIGHT, icon="gavel", group=CITY, order=20),
    Page(_("Indicators"), "cockpit:indicators", right=RIGHT, icon="monitoring", group=CITY, order=30),
    Page(_("Daily flow"), "cockpit:daily", right="runs.start", icon="update", group=CITY, order=90),
    Page(_("Scores"), "cockpit:scores", right=RIGHT, icon="leaderboard", group=CITY, order=35),
)

PANELS = (
    Panel("registry.park", _("Pass rate beside others"), "cockpit/beside_others.html", park_beside_others,
          right=RIGHT, order=10),
    Panel("registry.region", _("Pass rate beside others"), "cockpit/beside_others.html", county_beside_others,
          right=RIGHT, order=10),
)  # fmt: skip
