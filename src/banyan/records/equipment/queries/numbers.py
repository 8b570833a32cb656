"""Numbers of instructions, incidents and rescues: letters, the year and the next of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.records.equipment.models import Incident, Instruction, Rescue

LETTERS: dict[Any, str] = {Instruction: "SI", Incident: "SA", Rescue: "SR"}
DIGITS = 5


def next_numbers(model: Any, count: int, *, on: date) -> list[str]:
    """The next numbers of the year, such as SR2025-00013. The caller holds the chain, so none is given twice."""
    prefix = f"{LETTERS[model]}{on.year}-"
    series = model.objects.filter(number__gte=prefix, number__lt=f"{prefix}:").order_by("-number")
    last = series.values_list("number", flat=True).first()
    first = int(last.removeprefix(prefix)) + 1 if last else 1
    return [f"{prefix}{number:0{DIGITS}}" for number in range(first, first + count)]
