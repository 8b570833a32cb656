"""Cases that test a pack: a sentence, an entry, a day, what is given, what it must then say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from banyan.policy.entries import Name, Strict, Text
from banyan.policy.errors import PolicyError

if TYPE_CHECKING:
    from banyan.policy.book import Book


class Case(Strict):
    """One case. `expect` may ask `in_force: false`, or any of what the entry's kind answers."""

    name: Text
    entry: Name
    on: dt.date
    given: dict[str, Any] = Field(default_factory=dict)
    expect: dict[str, Any] = Field(min_length=1)

    @field_validator("name")
    @classmethod
    def _is_a_sentence(cls, name: str) -> str:
        if len(name.split()) < 4:
            raise ValueError("name: write a whole sentence that says what must hold")
        return name


@dataclass(frozen=True)
class LocatedCase:
    """A case and where it stands."""

    case: Case
    pack: str
    path: Path
    line: int | None


@dataclass(frozen=True)
class CaseResult:
    """Whether a case holds; `found` is what the entry said for each thing expected."""

    name: str
    entry: str
    on: dt.date
    holds: bool
    expected: dict[str, Any]
    found: dict[str, Any]
    path: Path
    line: int | None


def verify(book: Book) -> list[CaseResult]:
    """Run every case of the book's packs. Cases of an entry that an upper pack replaced are left out."""
    return [_result(book, located) for located in book.cases]


def _result(book: Book, located: LocatedCase) -> CaseResult:
    case = located.case
    try:
        said = _said(book, case)
    except (PolicyError, ValueError, KeyError, TypeError) as error:
        said = {"error": str(error)}
    found = {name: said.get(name) for name in case.expect} | ({"error": said["error"]} if "error" in said else {})
    holds = "error" not in said and all(same(case.expect[name], said.get(name)) for name in case.expect)
    return CaseResult(case.name, case.entry, case.on, holds, case.expect, found, located.path, located.line)


def _said(book: Book, case: Case) -> dict[str, Any]:
    entry = book.entry(case.entry)
    if entry.status == "draft":  # tried as if it were in force, so that it is right on the day it is adopted
        entry = entry.model_copy(update={"status": "in_force"})
    unknown = case.given.keys() - entry.understood()
    if unknown:
        known = ", ".join(sorted(entry.understood())) or "nothing"
        raise ValueError(f"given: {', '.join(sorted(unknown))}; a {entry.kind} understands {known}")
    in_force = entry.holds(case.on)
    if set(case.expect) == {"in_force"}:
        return {"in_force": in_force}
    return {"in_force": in_force, **entry.answer(given=case.given, on=case.on, book=book)}


def same(expected: Any, found: Any) -> bool:
    """Equal; a decimal is compared at the places it is written with, a mapping by the fields it names."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, Decimal) and isinstance(found, int | float | Decimal):
        return round(Decimal(str(found)), -int(expected.as_tuple().exponent)) == expected
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(same(value, found.get(name)) for name, value in expected.items())
    if isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        return len(expected) == len(found) and all(map(same, expected, found))
    return bool(expected == found)
