"""An award: who may apply, by which criteria it is given, to how many and how often."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, StrictInt, model_validator

from banyan.policy.entries import Entry, Name, Strict, Words
from banyan.policy.forms import Condition

if TYPE_CHECKING:
    from banyan.policy.book import Book

Count = Annotated[StrictInt, Field(ge=1)]


class Criterion(Strict):
    """One criterion and its points."""

    key: Name
    title: Words
    points: Count


class Award(Entry):
    """An award. `eligible` is judged on terms of live data; the criteria's points make up `total`."""

    kind: Literal["award"]
    says: Words
    level: Literal["nation", "province", "city", "county"]
    every_years: Count
    most_winners: Count | None = None
    eligible: Condition | None = None
    criteria: tuple[Criterion, ...] = ()
    total: Count | None = None

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        if bool(self.criteria) != (self.total is not None):
            raise ValueError("criteria and total are given together")
        reached = sum(criterion.points for criterion in self.criteria)
        if self.total is not None and reached != self.total:
            raise ValueError(f"criteria: their points make {reached}, and total says {self.total}")
        return self

    def understood(self) -> frozenset[str]:
        return frozenset(self.eligible.names()) if self.eligible else frozenset()

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        found: dict[str, Any] = {
            "every_years": present.every_years,
            "most_winners": present.most_winners,
            "total": present.total,
        }
        if present.eligible is not None and given:
            reasons = present.eligible.failing(given)
            found |= {"eligible": not reasons, "reasons": list(reasons)}
        return found
