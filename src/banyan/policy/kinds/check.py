"""A rule that is asked of the data every day: which question, how bad a yes is, who answers and by when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Name, Number, Text, Words

if TYPE_CHECKING:
    from banyan.policy.book import Book

# Each question with the options that it needs, and the bounds of each.
QUESTIONS: dict[str, dict[str, tuple[int, int]]] = {
    "judged_before_sampled": {},
    "reported_before_received": {},
    "passed_with_failed_item": {},
    "report_number_twice": {},
    "no_sample_in_quarter": {},
    "more_than_planned": {"tolerance": (0, 10), "least": (0, 1_000)},
    "outlying_value": {
        "days": (1, 36_600),
        "least": (10, 100_000),
        "z": (1, 100),
        "fence": (1, 100),
        "level": (0, 1),
        "most": (0, 1),
        "agree": (1, 3),
    },
}


class Check(Entry):
    """Asks one question of the records every day; each record that it is true of is a finding.

    The notice goes to `whom`: the county of the record, its laboratory, or the city. `term` is the deadline by which
    it is mended or explained.
    """

    kind: Literal["check"]
    says: Words
    asks: Text
    options: dict[str, Number] = Field(default_factory=dict)
    grade: Literal["notice", "warning", "serious"]
    whom: Literal["county", "laboratory", "city"]
    term: Name

    understands = frozenset({"start"})

    @model_validator(mode="after")
    def _asks_what_is_known(self) -> Self:
        if self.asks not in QUESTIONS:
            raise ValueError(f"asks: {self.asks!r} is not one of {', '.join(QUESTIONS)}")
        needed = QUESTIONS[self.asks]
        if self.options.keys() != needed.keys():
            raise ValueError(f"options: {self.asks} takes {', '.join(needed) or 'none'}")
        for name, (low, high) in needed.items():
            if not low <= self.options[name] <= high:
                raise ValueError(f"options: {name} lies between {low} and {high}")
        return self

    def links(self) -> tuple[tuple[str, str], ...]:
        return (("deadline", self.term),)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        present = self.on(on)
        told: dict[str, Any] = {
            name: getattr(present, name) for name in ("asks", "options", "grade", "whom", "version")
        }  # fmt: skip
        if "start" in given:
            told["due"] = book.deadline(present.term, on=on).due(given["start"]).on
        return told
