"""What a pack may be loaded with, but should not stay with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from banyan.policy.kinds.clause import Clause
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.target import Target

if TYPE_CHECKING:
    from banyan.policy.book import Book
    from banyan.policy.entries import Entry

ONE_DAY = dt.timedelta(days=1)
# Kinds of checks whose levels choose their samples differently, so that one rate holds one level only.
_BY_LEVEL = ("product_supervision", "food_supervision", "food_evaluation")


@dataclass(frozen=True)
class Remark:
    """One thing to mend, with the entry it is about."""

    key: str
    path: str
    text: str


def lint(book: Book) -> list[Remark]:
    """Everything to mend in the book's packs; empty when there is nothing."""
    remarks = []
    days: dict[str, set[dt.date]] = {}
    for located in book.cases:
        days.setdefault(located.case.entry, set()).add(located.case.on)
    for entry in book.entries(status="in_force"):
        texts = [] if entry.key in book.adopted else _untested_changes(entry, days.get(entry.key, set()))
        if isinstance(entry, Indicator):
            texts += _pooled(entry)
        if isinstance(entry, Clause):
            texts += _bare(entry, book)
        if isinstance(entry, Target):
            texts += _homeless(entry, book)
        remarks += [Remark(entry.key, str(entry.origin.path), text) for text in texts]
    return remarks


def _untested_changes(entry: Entry, days: set[dt.date]) -> list[str]:
    texts = []
    for change in entry.changes():
        if change not in days:
            texts.append(f"No case stands on {change}, the day of a change.")
        if change - ONE_DAY not in days:
            texts.append(f"No case stands on {change - ONE_DAY}, the day before a change.")
    return texts


def _pooled(indicator: Indicator) -> list[str]:
    if indicator.measure != "rate":
        return []
    scheme, level = indicator.among.get("scheme"), indicator.among.get("level")
    if not isinstance(scheme, str):
        return ["A rate is of one scheme; name it in among."]
    if scheme in _BY_LEVEL and not isinstance(level, str):
        return ["A rate of checks is of one level; name it in among."]
    return []


def _bare(clause: Clause, book: Book) -> list[str]:
    line = book.clause(clause.key)
    if line.targets or line.indicators or clause.needs:
        return []
    return ["The clause has neither target nor indicator, nor says what will be measured later."]


def _homeless(target: Target, book: Book) -> list[str]:
    if any(target in line.targets for line in book.clauses()):
        return []
    return [f"Its clause {target.clause} is not in the packs."]
