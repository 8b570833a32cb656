"""Whose figures a person may see: a county's officer sees the own county's rows, and the whole city's total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from banyan.base.registry import queries as registry
from banyan.insight.indicators.queries.figures import Figures
from banyan.insight.indicators.queries.published import publications
from banyan.kit import rights

RIGHT = "indicators.view"


def own_counties(person: Any) -> frozenset[str] | None:
    """The counties whose figures a person may see; None where that is all of them."""
    reaches = rights.reaches(person, RIGHT)
    if any(not reach.dimension for reach in reaches):
        return None
    paths = [reach.path for reach in reaches if reach.dimension == "region"]
    counties = registry.counties()
    own = frozenset(
        county.pk
        for county in counties
        if any(county.path == path or county.path.startswith(path + "/") for path in paths)
    )
    return None if counties and len(own) == len(counties) else own


def rows_within_reach(figures: Figures, person: Any) -> Figures:
    """Figures that a receipt names, as far as a person may see them: all that is public, else the own counties."""
    own = own_counties(person)
    if (
        own is None
        or not (figures.by or figures.where)
        or publications().filter(receipt=figures.receipt_key).exists()
    ):
        return figures
    asked = figures.where.get("county")
    if asked is not None and set(asked) <= own:
        return figures
    return replace(figures, rows=tuple(row for row in figures.rows if row.get("county") in own))


def within_reach(where: Mapping[str, Sequence[str]], person: Any, *, by: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """A question's limits, narrowed to the counties that a person may see.

    The whole city's total (no breakdown, no limit) is open to everyone with the right.
    """
    found = {name: tuple(values) for name, values in where.items()}
    own = own_counties(person)
    if own is not None and (by or where):
        asked = set(found.get("county", own))
        found["county"] = tuple(sorted(own & asked)) or ("-",)
    return found
