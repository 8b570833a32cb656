"""Numbers of leads, inquiries and recalls: a letter, the year and the next of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.kit import numbers
from banyan.response.recall.models import Inquiry, Lead, Recall

LETTERS = {Lead: "L", Inquiry: "I", Recall: "R"}


def next_numbers(model: Any, count: int, *, on: date) -> list[str]:
    """The next numbers of the year, such as R2025-00013. The caller holds the chain, so none is given twice."""
    return numbers.next_numbers(model, LETTERS[model], count, on=on)
