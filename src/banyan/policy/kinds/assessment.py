"""An assessment: what is weighed with what weight, and which score makes which grade."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Name, Number, Strict, Words
from banyan.policy.forms import Condition

if TYPE_CHECKING:
    from banyan.policy.book import Book

Grade = Literal["A", "B", "C", "D"]


class Item(Strict):
    """One thing that is weighed: an indicator, or in words what is judged by people."""

    key: Name
    title: Words
    weight: Number
    indicator: Name | None = None
    judged: Words | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.indicator is None) == (self.judged is None):
            raise ValueError("give either indicator, or judged: what people judge, in words")
        return self


class Threshold(Strict):
    """A grade and the lowest score that makes it."""

    grade: Grade
    least: Number


class Forced(Strict):
    """A grade that is given whatever the score, when the condition holds."""

    grade: Grade
    when: Condition


class Assessment(Entry):
    """An assessment of counties, parks or departments."""

    kind: Literal["assessment"]
    says: Words
    of: Literal["county", "park", "department", "enterprise"]
    total: Number
    items: tuple[Item, ...] = Field(min_length=1)
    grades: tuple[Threshold, ...] = Field(min_length=1)
    forced: tuple[Forced, ...] = ()

    @model_validator(mode="after")
    def _weights_add_up_and_grades_fall(self) -> Self:
        reached = sum((Decimal(item.weight) for item in self.items), Decimal(0))
        if reached != Decimal(self.total):
            raise ValueError(f"items: their weights make {reached}, and total says {self.total}")
        lowest = [Decimal(band.least) for band in self.grades]
        if lowest != sorted(set(lowest), reverse=True) or lowest[-1] != 0:
            raise ValueError("grades: least must fall from grade to grade, down to 0")
        return self

    def grade(self, score: Decimal | float, terms: dict[str, Any]) -> Grade:
        """The grade of a score; a forced grade comes before it."""
        for forced in self.forced:
            if forced.when.holds(terms):
                return forced.grade
        reached = Decimal(str(score))
        if not 0 <= reached <= Decimal(self.total):
            raise ValueError(f"the score {score} is not between 0 and {self.total}")
        return next(band.grade for band in self.grades if reached >= Decimal(band.least))

    def understood(self) -> frozenset[str]:
        return frozenset({"score", *(name for forced in self.forced for name in forced.when.names())})

    def links(self) -> tuple[tuple[str, str], ...]:
        return tuple(("indicator", item.indicator) for item in self.items if item.indicator)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        found: dict[str, Any] = {"total": present.total, "items": len(present.items)}
        if "score" in given:
            terms = {name: value for name, value in given.items() if name != "score"}
            found["grade"] = present.grade(given["score"], terms)
        return found
