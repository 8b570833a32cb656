"""Numbers that people call a record by: letters, the year and the next of that year."""

from __future__ import annotations

from datetime import date
from string import ascii_uppercase
from typing import Any

DIGITS = 5


def next_numbers(model: Any, letters: str, count: int = 1, *, on: date, digits: int = DIGITS) -> list[str]:
    """The next numbers of the year, such as SR2025-00013. The caller holds the chain, so none is given twice."""
    prefix = f"{letters}{on.year}-"
    series = model.objects.filter(number__gte=prefix, number__lt=f"{prefix}[").order_by("-number")
    last = series.values_list("number", flat=True).first()
    first = int(last.removeprefix(prefix).lstrip(ascii_uppercase)) + 1 if last else 1
    return [prefix + _in_order(number, digits) for number in range(first, first + count)]


def _in_order(number: int, digits: int) -> str:
    """A number as text that sorts as numbers do: SR2025-99999 is followed by SR2025-A100000."""
    text = f"{number:0{digits}}"
    return text if len(text) == digits else ascii_uppercase[len(text) - digits - 1] + text
