"""What the plans of the packs say: who decides a level, what must be done within which term, how fast to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from banyan.base.registry.queries import Region
from banyan.kit import terms
from banyan.response.emergency.models import Level
from banyan.response.emergency.models.words import KINDS, STEPS

ACKNOWLEDGEMENT, LATE_SHARE, REVIEW = "emergency.acknowledgement", "emergency.late_share", "emergency.review"
BETWEEN_DRILLS = "emergency.years_between_drills"
NO_LEVEL = "none"
ORDER = {level: place for place, level in enumerate(Level.values)}
ABOVE_THE_CITY = frozenset({"province", "nation"})


def kinds(*, on: date) -> Sequence[Mapping[str, Any]]:
    """The kinds of emergencies that the packs know on a day."""
    return terms.rows(KINDS, on=on)


def rule_of_levels(kind: str) -> str:
    """The key of the packs' table of a kind's levels."""
    return f"emergency.levels_{kind}"


def decided_by(kind: str, level: str, *, on: date) -> str:
    """Which authority decides a level of response to a kind: county to nation; "" where no plan says so."""
    rows = terms.rows(rule_of_levels(kind), on=on)
    return next((str(row["decided_by"]) for row in rows if row["level"] == level), "")


def steps(kind: str, level: str, *, on: date) -> list[Mapping[str, Any]]:
    """What the plan asks for at a level, in the order of its terms."""
    found = [
        row
        for row in terms.rows(STEPS, on=on)
        if level in str(row["levels"]).split() and (not row["kinds"] or kind in str(row["kinds"]).split())
    ]
    return sorted(found, key=lambda row: (row["minutes"], row["step"]))


def acknowledge_within(level: str, *, on: date) -> int | None:
    """Within how many minutes a message is acknowledged, by the level of its response; None where no rule says so."""
    rows = terms.rows(ACKNOWLEDGEMENT, on=on)
    return next((int(row["minutes"]) for row in rows if row["level"] == (level or NO_LEVEL)), None)


def category_of(kind: str, *, on: date) -> str:
    """The category of a kind in CAP."""
    return next((str(row["category"]) for row in kinds(on=on) if row["kind"] == kind), "Other")


def city_of(region: Region) -> str:
    """The path of the city that a region lies in or is; its own where it lies above all cities."""
    return region.parent.path if region.level == Region.Level.COUNTY and region.parent else region.path


def levels(kind: str, *, on: date) -> list[dict[str, Any]]:
    """The levels of a kind's plan: who decides each, and the steps with their terms."""
    rows = terms.rows(rule_of_levels(kind), on=on)
    return [
        {"level": str(row["level"]), "decided_by": Region.Level(str(row["decided_by"])).label,
         "steps": steps(kind, str(row["level"]), on=on)}
        for row in sorted(rows, key=lambda row: ORDER[str(row["level"])])
    ]  # fmt: skip
