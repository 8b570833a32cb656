"""An assessment: what is weighed with what weight, and which score makes which grade."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Name, Number, Strict, Words
from banyan.policy.forms import Condition
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book

Grade = Literal["A", "B", "C", "D"]


class Item(Strict):
    """One thing that is weighed: an indicator, or in words what is judged by people.

    An indicator brings no points at `none_at` or beyond it, all of the weight at `full_at`, and in between its share.
    """

    key: Name
    title: Words
    weight: Number
    indicator: Name | None = None
    none_at: Number | None = None
    full_at: Number | None = None
    judged: Words | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.indicator is None) == (self.judged is None):
            raise wrong("", Said("give either indicator, or judged: what people judge, in words"))
        ends = [end for end in (self.none_at, self.full_at) if end is not None]
        if len(set(ends)) != (2 if self.indicator else 0):
            raise wrong("full_at", Said("an indicator, and nothing else, has it and none_at, which is another value"))
        return self

    def points(self, value: float) -> float:
        """What a value of the indicator brings."""
        none, full = float(self.none_at or 0), float(self.full_at or 0)
        return float(self.weight) * min(1.0, max(0.0, (value - none) / (full - none)))


class Threshold(Strict):
    """A grade and the lowest score that makes it."""

    grade: Grade
    least: Number


class Forced(Strict):
    """A grade that is given whatever the score, when the condition holds."""

    grade: Grade
    when: Condition


class Assessment(Entry):
    """An assessment of counties, parks or departments.

    Where items bring nothing because nothing is known of them, the others make the score by themselves if they weigh
    `least_known` at least; else there is none.
    """

    kind: Literal["assessment"]
    says: Words
    of: Literal["county", "park", "department", "enterprise"]
    total: Number
    least_known: Number = 0
    items: tuple[Item, ...] = Field(min_length=1)
    grades: tuple[Threshold, ...] = Field(min_length=1)
    forced: tuple[Forced, ...] = ()

    @model_validator(mode="after")
    def _weights_add_up_and_grades_fall(self) -> Self:
        reached = sum((Decimal(item.weight) for item in self.items), Decimal(0))
        if reached != Decimal(self.total):
            raise wrong("items", Said("their weights make %(reached)s, and total says %(total)s",
                                      reached=reached, total=self.total))  # fmt: skip
        lowest = [Decimal(band.least) for band in self.grades]
        if lowest != sorted(set(lowest), reverse=True) or lowest[-1] != 0:
            raise wrong("grades", Said("least must fall from grade to grade, down to 0"))
        return self

    def score(self, values: dict[str, float]) -> float | None:
        """The points of the items whose value is known (by key) of the total; None where they weigh too little."""
        known = [item for item in self.items if item.indicator and item.key in values]
        weighed = sum(float(item.weight) for item in known)
        if not weighed or weighed < float(self.least_known):
            return None
        points = sum(item.points(values[item.key]) for item in known)
        return round(points / weighed * float(self.total), 6)

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
        return frozenset({"score", "values", *(name for forced in self.forced for name in forced.when.names())})

    def links(self) -> tuple[tuple[str, str], ...]:
        return tuple(("indicator", item.indicator) for item in self.items if item.indicator)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        found: dict[str, Any] = {"total": present.total, "items": len(present.items)}
        if "values" in given:
            found["score"] = present.score({name: float(value) for name, value in given["values"].items()})
        if "score" in given:
            terms = {name: value for name, value in given.items() if name not in ("score", "values")}
            found["grade"] = present.grade(given["score"], terms)
        return found
