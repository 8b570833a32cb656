"""A target: what an indicator shall reach by when, or the record that is still missing for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import StrictBool, model_validator

from banyan.policy.entries import Entry, Name, Number, Strict, Text, Words
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book

Operator = Literal[">=", ">", "="]
Verdict = Literal["met", "not met", "cannot be told", "reference missing"]


class Comparison(Strict):
    """A threshold that is a figure of somebody else, or of another year, times a factor.

    `indicator` names the indicator of this book whose figure for the whole city is meant.
    """

    reference: Literal["province_average", "nation_average", "city_average", "base_year_2010"]
    times: Number = 1
    indicator: Name | None = None


class Part(Strict):
    """One comparison of a target: an indicator and what it shall reach."""

    indicator: Name
    op: Operator
    value: Number | Comparison
    per_cent: StrictBool = False

    def threshold(self, *, reference: float | Decimal | None = None) -> Decimal | None:
        """What must be reached, in the indicator's unit (0.93, not 93); None where a reference is missing."""
        if not isinstance(self.value, Comparison):
            return Decimal(self.value) / (100 if self.per_cent else 1)
        if reference is None:
            return None
        return Decimal(str(reference)) * Decimal(self.value.times)

    def verdict(
        self,
        *,
        low: float | Decimal | None,
        high: float | Decimal | None,
        reference: float | Decimal | None = None,
    ) -> Verdict:
        """Judged from the interval alone, in the indicator's unit; a count has low = high.

        `low` None means that nothing was measured, so nothing can be told.
        """
        threshold = self.threshold(reference=reference)
        if threshold is None:
            return "reference missing"
        if low is None or high is None:
            return "cannot be told"
        lowest, highest = Decimal(str(low)), Decimal(str(high))
        if self.op == "=":
            if lowest == highest == threshold:
                return "met"
            return "not met" if highest < threshold or lowest > threshold else "cannot be told"
        if lowest > threshold or (self.op == ">=" and lowest == threshold):
            return "met"
        if highest < threshold or (self.op == ">" and highest == threshold):
            return "not met"
        return "cannot be told"


class Target(Entry):
    """A target. With an indicator it is computed; without one, `needs` says which record is missing.

    `also` holds further comparisons that must be met too (two levels of checks, never pooled).
    """

    understands: ClassVar[frozenset[str]] = frozenset({"low", "high", "reference", "part"})

    kind: Literal["target"]
    clause: Text
    department: Name
    op: Operator
    value: Number | Comparison
    unit: Words
    due: dt.date
    per_cent: StrictBool = False
    indicator: Name | None = None
    also: tuple[Part, ...] = ()
    needs: Words | None = None

    @model_validator(mode="after")
    def _is_computed_or_says_what_is_missing(self) -> Self:
        if (self.indicator is None) == (self.needs is None):
            raise wrong("", Said("give either indicator, or needs: the record that is missing, in words"))
        if self.also and self.indicator is None:
            raise wrong("also", Said("needs an indicator of its own first"))
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every comparison that must be met; empty where the record is missing."""
        if self.indicator is None:
            return ()
        also = (part.model_copy(update={"per_cent": self.per_cent}) for part in self.also)
        return (self._comparison(), *also)

    @property
    def threshold(self) -> Decimal | None:
        """The number to reach, in the indicator's unit (0.93, not 93); None where it hangs on a reference."""
        return self._comparison().threshold()

    def _comparison(self) -> Part:
        return Part(indicator=self.indicator or "none", op=self.op, value=self.value, per_cent=self.per_cent)

    def links(self) -> tuple[tuple[str, str], ...]:
        found = [("indicator", part.indicator) for part in self.parts]
        values = [self.value, *(part.value for part in self.also)]
        found += [
            ("indicator", value.indicator) for value in values if isinstance(value, Comparison) and value.indicator
        ]
        return tuple(found)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        found: dict[str, Any] = {
            "op": present.op,
            "due": present.due,
            "clause": present.clause,
            "needs": present.needs is not None,
        }
        if isinstance(present.value, Comparison):
            found |= {"reference": present.value.reference, "times": present.value.times}
        else:
            found["value"] = present.value
        if {"low", "high"} <= given.keys():
            judged = present.parts or (present._comparison(),)
            part = judged[int(given.get("part", 0))]
            found["verdict"] = part.verdict(low=given["low"], high=given["high"], reference=given.get("reference"))
        return found
