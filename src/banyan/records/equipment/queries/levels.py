"""How grave an incident is, and within how many minutes rescuers must arrive: by the packs' tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.base.registry.queries import Region, code_on
from banyan.kit import terms
from banyan.records.equipment.models import Incident
from banyan.records.equipment.models.words import LEVELS

STRANDED, ARRIVAL = "equipment.stranded_levels", "equipment.rescue_arrival"
HARM = ("deaths", "injured", "loss", "moved")
DISTRICTS_UP_TO = 20
"""GB/T 2260: the last two digits of a county's code are 01 to 20 for districts of a city."""


def level_of(incident: Incident, *, on: date) -> tuple[str, str]:
    """The gravest level whose threshold something reaches, and the rule that says so; "" below all of them."""
    for row in terms.rows(LEVELS, on=on):
        if any(row[name] is not None and getattr(incident, name) >= row[name] for name in HARM):
            return str(row["level"]), LEVELS
    for row in terms.rows(STRANDED, on=on):
        if row["kind"] == incident.kind and incident.stranded_minutes >= row["minutes"]:
            return str(row["level"]), STRANDED
    return "", ""


def arrival_term(region: Region | str, *, on: date, rows: Sequence[Any] | None = None) -> int | None:
    """Within how many minutes rescuers must be there: by the place, a district of the city or another county."""
    rows = terms.rows(ARRIVAL, on=on) if rows is None else rows
    code = code_on(region=region, on=on)
    place = "district" if code and code.code[4:6].isdigit() and int(code.code[4:6]) <= DISTRICTS_UP_TO else "other"
    return next((int(row["minutes"]) for row in rows if row["place"] == place), None)
