"""Approval of a period's data: which facts, for how long a period, and which levels approve one after the other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy import periods
from banyan.policy.entries import Entry, Name, Words

if TYPE_CHECKING:
    from banyan.policy.book import Book

LEVELS = ("township", "county", "city", "province")
Level = Literal["township", "county", "city", "province"]


class Approval(Entry):
    """The data of `facts` are approved period by period from `since` on, by each of `levels` from the lowest up.

    A unit of a level approves its own data first; a place that has no unit of the lowest level begins higher up.
    """

    kind: Literal["approval"]
    says: Words
    period: Literal["month", "quarter", "year"]
    levels: tuple[Level, ...] = Field(min_length=1)
    facts: tuple[Name, ...] = Field(min_length=1)
    since: dt.date

    understands = frozenset({"day"})

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        places = [LEVELS.index(level) for level in self.levels]
        if places != sorted(set(places)):
            raise ValueError(f"levels: they rise, each once, in the order {', '.join(LEVELS)}")
        if self.since != self.span(self.since)[0]:
            raise ValueError(f"since: {self.since} is not the first day of a {self.period}")
        return self

    def span(self, day: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day of the period in which a day lies."""
        return periods.span(day, self.period)

    def name_of(self, day: dt.date) -> str:
        """What the period in which a day lies is called: 2025, 2025-Q3 or 2025-09."""
        return periods.name_of(day, self.period)

    def spans(self, *, on: dt.date) -> tuple[tuple[dt.date, dt.date], ...]:
        """The periods that have ended by a day, the newest first."""
        found = []
        first, last = self.span(self.since)
        while last < on:
            found.append((first, last))
            first, last = self.span(last + dt.timedelta(days=1))
        return tuple(reversed(found))

    def chain(self, level: str) -> tuple[str, ...]:
        """The levels that approve the data of a unit of some level, one after the other; none above the highest."""
        lowest = LEVELS.index(level) if level in LEVELS else len(LEVELS)
        return tuple(one for one in self.levels if LEVELS.index(one) >= lowest)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        first, last = self.span(given.get("day", on))
        return {"period": self.name_of(first), "first": first, "last": last, "levels": list(self.levels)}
