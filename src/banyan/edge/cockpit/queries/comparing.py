"""What the cockpit sets side by side: a part with the rest, a year with the last, like units in a funnel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts.queries import remembered
from banyan.base.registry import queries as registry
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts, titles
from banyan.kit.refusals import BadRequest

LISTED = 50
"""How many units a table names at most; the chart has all."""
LEAST = {"laboratory": 10, "county": 10, "organisation": 5}
FUNNELS = tuple(LEAST)
"""Like units that a funnel sets side by side (in an indicator's own tables or not), with the samples one needs."""


def funnels_of(entry: Any) -> tuple[str, ...]:
    """The like units that can be set side by side for an indicator: those that its records name."""
    return tuple(name for name in FUNNELS if name in entry.by or name == "organisation")


def above_the_city() -> list[tuple[str, str]]:
    """The larger regions whose rules the packs hold: the figure that each publishes, and its words."""
    levels = policy.load(settings.BANYAN_PACKS).levels()
    known = {"province": _("the province"), "nation": _("the nation")}
    return [(f"{level}_average", words) for level, words in known.items() if level in levels]


def comparison_of(*, key: str, where: Mapping[str, Sequence[str]], on: date, known_on: date) -> list[dict[str, Any]]:
    """A county or park beside the rest of its county, of the city, and what lies above; so too the whole city.

    Where no part is asked for, the whole city beside what lies above it.
    """
    found: list[dict[str, Any]] = remembered(
        "compare", (key, sorted(where.items()), on, known_on, indicators.reference_state()),
        lambda: _compared(key=key, where=where, on=on, known_on=known_on),
    )  # fmt: skip
    return found


def _compared(*, key: str, where: Mapping[str, Sequence[str]], on: date, known_on: date) -> list[dict[str, Any]]:
    figures = indicators.show(key=key, on=on, known_on=known_on, where=where)
    whole = indicators.show(key=key, on=on, known_on=known_on)
    rest = indicators.compare(key=key, on=on, known_on=known_on, where=where) if where else None
    lines = [{"with": _("the rest of the city"), "ours": _value(figures), "difference": rest}] if rest else []
    if park := next(iter(where.get("park", ())), ""):
        county = registry.county_of_park(key=park)
        around = {"origin_county": (county.pk,)}
        found = indicators.compare(key=key, on=on, known_on=known_on, where={**where, **around}, within=around)
        name = registry.name_in_language(county)
        words = _("the rest of what is made in %(county)s") % {"county": name}
        lines.insert(0, {"with": words, "ours": _value(figures), "difference": found})
    for figure, words in above_the_city():
        beside = (whole, _("the whole city beside %(other)s") % {"other": words})
        for ours, title in ((figures, words), beside) if where else (beside,):
            difference = indicators.with_reference(figures=ours, figure=f"{figure}.{key}")
            lines.append({"with": title, "ours": _value(ours), "difference": difference})
    return lines


def _value(figures: indicators.Figures) -> float | None:
    return figures.rows[0]["value"] if figures.rows else None


def made_beside_sold(*, key: str, on: date, known_on: date, own: frozenset[str] | None) -> list[dict[str, Any]]:
    """Each county's rate by place of finding and by place of making: two tallies that are never mixed."""
    found = indicators.computed(key=key, on=on, known_on=known_on, by=("county",))
    made = indicators.computed(key=key, on=on, known_on=known_on, by=("origin_county",))
    sold_rows = {row["county"]: row for row in found.rows}
    made_rows = {row["origin_county"]: row for row in made.rows}
    return [
        {"county": registry.name_in_language(one), "sold": sold_rows.get(one.pk), "made": made_rows.get(one.pk)}
        for one in registry.counties()
        if own is None or one.pk in own
    ]


def beside_last_year(now: indicators.Figures, then: indicators.Figures) -> dict[str, Any]:
    """Each group (or the whole) beside last year, largest change first, with its name; how many cannot be set so.

    `hidden` counts the groups that either year hides, `alone` those that only one year has.
    """
    lines = indicators.beside_earlier(now, then)
    by = next(iter(now.by), "")
    names = registry.names_of({(by, line[by]) for line in lines}) if by else {}
    for line in lines:
        line["label"] = indicators.label(by, line[by], names) if by else _("whole city")
    hidden = {row.get(by) for figures in (now, then) for row in figures.rows if row["suppressed"]}
    counted = [{row.get(by) for row in figures.rows if row["n"]} for figures in (now, then)]
    return {
        "lines": sorted(lines, key=lambda one: (not one["is_significant"], -abs(one["difference"].difference or 0))),
        "hidden": len(hidden), "alone": len((counted[0] ^ counted[1]) - hidden),
    }  # fmt: skip


def demand_dimension(dimension: str, known: Sequence[str]) -> None:
    """Raise BadRequest for a dimension that a page does not set side by side."""
    if dimension not in known:
        words = indicators.dimension_words()
        named = titles.listed(f"{name} ({words[name]})" if name in words else name for name in known)
        raise BadRequest(
            _("A comparison by “%(dimension)s” was asked for.") % {"dimension": dimension[:60]},
            _("This page has no such dimension."),
            _("It knows: %(known)s.") % {"known": named or _("none")},
        )


def only_one(dimension: str, values: Sequence[str]) -> tuple[str, ...]:
    """The one group that is compared. Raises BadRequest for several."""
    if len(values) > 1:
        raise BadRequest(
            _("Several groups were to be compared at once: %(groups)s.") % {"groups": titles.listed(values)[:120]},
            _("This page sets one group beside the rest."),
            _("Name “%(dimension)s” once.") % {"dimension": dimension},
        )
    return tuple(values)


def funnel_of(figures: indicators.Figures, *, by: str, where: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """A funnel with its chart and its units, named, the furthest from the common rate first.

    None where there are too few units. What the table by the same dimension hides is left out.
    """
    found = indicators.funnel(
        key=figures.key, by=by, on=figures.on, known_on=figures.known_on, where=where, min_n=LEAST[by]
    )
    if not found["units"]:
        return None
    names = registry.names_of({(by, unit["unit"]) for unit in found["units"]})
    units = [{**unit, "unit": indicators.label(by, unit["unit"], names)} for unit in found["units"]]
    outside = sorted((unit for unit in units if unit["outside"] or unit["apart"]), key=lambda unit: unit["z"])
    chart = charts.funnel(units, found["limits"], target=found["target"], titles=indicators.chart_titles())
    return {
        **found, "chart": chart, "outside": outside[:LISTED], "more_outside": max(0, len(outside) - LISTED),
        "units": sorted(units, key=lambda unit: -abs(unit["z"]))[:LISTED], "more": max(0, len(units) - LISTED),
    }  # fmt: skip
