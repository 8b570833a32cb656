"""Numbers of activations and bulletins: letters, the year and the next of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.kit import numbers
from banyan.response.emergency.models import Activation, Bulletin

LETTERS: dict[Any, str] = {Activation: "EM", Bulletin: "EB"}
DIGITS = 4


def next_number(model: Any, *, on: date) -> str:
    """The next number of the year, such as EM2025-0013. The caller holds the chain, so none is given twice."""
    return numbers.next_numbers(model, LETTERS[model], on=on, digits=DIGITS)[0]
