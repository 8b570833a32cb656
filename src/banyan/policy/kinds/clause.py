"""A numbered clause of a policy: what it asks for in our own words, and who answers for it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Literal

from banyan.policy.entries import Confidence, Entry, Name, Text, Words

if TYPE_CHECKING:
    from banyan.policy.book import Book


class Clause(Entry):
    """A clause. `needs` says what will be measured later, where no target can be computed yet."""

    kind: Literal["clause"]
    number: Text
    says: Words
    department: Name
    department_confidence: Confidence = "recalled"
    indicators: tuple[Name, ...] = ()
    needs: Words | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts 2.10 behind 2.9, and 2.1 (1) behind 2.1."""
        return tuple(int(part) for part in re.findall(r"\d+", self.number))

    def links(self) -> tuple[tuple[str, str], ...]:
        return tuple(("indicator", key) for key in self.indicators)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        line = book.clause(self.key)
        return {
            "number": self.number,
            "department": self.department,
            "targets": [target.key for target in line.targets],
            "indicators": [indicator.key for indicator in line.indicators],
        }
