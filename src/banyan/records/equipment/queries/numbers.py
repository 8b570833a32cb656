"""Numbers of instructions, incidents and rescues: letters, the year and the next of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.kit import numbers
from banyan.records.equipment.models import Incident, Instruction, Rescue

LETTERS: dict[Any, str] = {Instruction: "SI", Incident: "SA", Rescue: "SR"}


def next_numbers(model: Any, count: int, *, on: date) -> list[str]:
    """The next numbers of the year, such as SR2025-00013. The caller holds the chain, so none is given twice."""
    return numbers.next_numbers(model, LETTERS[model], count, on=on)
