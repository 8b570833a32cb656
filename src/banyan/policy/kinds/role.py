"""A role: a name, one sentence for people, and the rights it has."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import StringConstraints, model_validator

from banyan.policy.entries import Entry, Words

if TYPE_CHECKING:
    from banyan.policy.book import Book

Right = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(?:\.[a-z_]+){1,2}$")]


class Role(Entry):
    """A role and its rights, written as room.verb or room.noun.verb."""

    understands: ClassVar[frozenset[str]] = frozenset({"right"})

    kind: Literal["role"]
    says: Words
    rights: tuple[Right, ...]

    @model_validator(mode="after")
    def _rights_are_listed_once(self) -> Self:
        if len(set(self.rights)) < len(self.rights):
            twice = sorted({right for right in self.rights if self.rights.count(right) > 1})
            raise ValueError(f"rights are listed twice: {', '.join(twice)}")
        return self

    def may(self, right: str) -> bool:
        """Whether the role has this right."""
        return right in self.rights

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        found: dict[str, Any] = {"rights": list(self.rights), "title_en": self.title.en}
        if "right" in given:
            found["granted"] = self.may(str(given["right"]))
        return found
