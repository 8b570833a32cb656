"""A single decreed value, dated: a threshold, a number of people, a length of a window."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import field_validator

from banyan.policy.entries import Confidence, Dated, DatedEntry, Entry, Reference, Scalar, Text

if TYPE_CHECKING:
    from banyan.policy.book import Book


class ParameterValue(Dated):
    """One value of a parameter."""

    value: Scalar


@dataclass(frozen=True)
class Value:
    """A parameter's value on a day, with the days it holds and where it is written."""

    value: int | Decimal | str | bool
    unit: str
    since: dt.date
    until: dt.date | None
    reference: Reference | None
    confidence: Confidence
    entry: Entry

    @property
    def is_confirmed(self) -> bool:
        """False where the value is recalled only, not found in a text."""
        return self.confidence == "verified"


class Parameter(DatedEntry[ParameterValue]):
    """A decreed value with its unit."""

    kind: Literal["parameter"]
    unit: Text

    @field_validator("values", mode="before")
    @classmethod
    def _plain_values_are_values(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {
            day: item if item is None or isinstance(item, dict | ParameterValue) else {"value": item}
            for day, item in values.items()
        }

    def value_on(self, on: dt.date) -> Value:
        """The value in force on a day."""
        item, since, until = self.at(on)
        return Value(
            value=item.value,
            unit=self.unit,
            since=since,
            until=until,
            reference=self.reference_of(item),
            confidence=self.confidence_of(item),
            entry=self,
        )

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        found = self.value_on(on)
        return {"value": found.value, "unit": found.unit, "confidence": found.confidence}
