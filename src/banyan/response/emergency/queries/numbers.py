"""Numbers of activations and bulletins: letters, the year and the next of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.response.emergency.models import Activation, Bulletin

LETTERS: dict[Any, str] = {Activation: "EM", Bulletin: "EB"}
DIGITS = 4


def next_number(model: Any, *, on: date) -> str:
    """The next number of the year, such as EM2025-0013. The caller holds the chain, so none is given twice."""
    prefix = f"{LETTERS[model]}{on.year}-"
    series = model.objects.filter(number__gte=prefix, number__lt=f"{prefix}:").order_by("-number")
    last = series.values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{DIGITS}}"
