"""What every pack entry has: words in two languages, a reference, a confidence, days from which it holds."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Literal, NamedTuple, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)

from banyan.policy.errors import NotInForce
from banyan.policy.said import Said, wrong

if TYPE_CHECKING:
    from banyan.policy.book import Book

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(?:[.-][a-z0-9_]+)*$")]
Status = Literal["draft", "in_force", "repealed"]
Confidence = Literal["verified", "recalled"]
_CHINESE = re.compile(r"[㐀-鿿]")


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise wrong("", Said("a number must be finite"))
    return number


Number = StrictInt | Annotated[Decimal, Field(strict=True), AfterValidator(_finite)]
Scalar = StrictBool | Number | Text


class Strict(BaseModel):
    """A frozen model in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Words(Strict):
    """One text in Chinese and in English; both are compulsory."""

    zh: Text
    en: Text

    @model_validator(mode="after")
    def _languages_are_not_swapped(self) -> Self:
        if not _CHINESE.search(self.zh):
            raise wrong("zh", Said("holds no Chinese character"))
        if _CHINESE.search(self.en):
            raise wrong("en", Said("holds Chinese characters"))
        return self

    def in_language(self, language: str) -> str:
        """The text for a language code such as `zh-hans` or `en`."""
        return self.zh if language.lower().startswith("zh") else self.en


class Reference(Strict):
    """Where a rule is written: the document, its clause, and what it says in our own words."""

    document: Name
    clause: Text | None = None
    says: Words | None = None


class Origin(Strict):
    """Which pack, file and line an entry came from."""

    key: Name
    pack: str
    path: Path
    line: int | None = None


class Entry(Strict):
    """Base of all kinds. `since` and `until` bound the days on which the entry holds."""

    # Names of a case's `given` that every entry of this kind understands; anything else is refused.
    understands: ClassVar[frozenset[str]] = frozenset()

    kind: str
    title: Words
    status: Status
    origin: Origin
    reference: Reference | None = None
    confidence: Confidence = "verified"
    replaces: Name | None = None
    note: Words | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    former: tuple[dict[str, Any], ...] = ()

    @property
    def key(self) -> str:
        return self.origin.key

    @property
    def pack(self) -> str:
        return self.origin.pack

    @property
    def is_confirmed(self) -> bool:
        """False where the value is recalled only, not found in a text."""
        return self.confidence == "verified"

    @property
    def version(self) -> int:
        """Counts from 1; each former definition adds one."""
        return len(self.former) + 1

    def references(self) -> tuple[Reference, ...]:
        """Every reference of the entry."""
        return (self.reference,) if self.reference else ()

    def documents(self) -> set[str | None]:
        """The documents that ordered the entry, the present definition and the former ones."""
        former = [Reference.model_validate(item["reference"]) for item in self.former if item.get("reference")]
        found = [*former, *self.references()]
        return {reference.document for reference in found}

    def changes(self) -> tuple[dt.date, ...]:
        """The days on which what the entry says changed."""
        return tuple(sorted(item["since"] for item in self.former)) + ((self.since,) if self.former else ())

    @property
    def first(self) -> dt.date | None:
        """The day from which the entry says anything, its former definitions too; None where it has no first day."""
        return min([item["since"] for item in self.former], default=self.since)

    def holds(self, on: dt.date) -> bool:
        """Whether the entry says anything about this day."""
        first = self.first
        return self.status != "draft" and (first is None or first <= on) and (self.until is None or on <= self.until)

    def on(self, day: dt.date) -> Self:
        """The entry as it was defined on a day; a former definition where one held then."""
        if not self.holds(day):
            raise NotInForce(
                asked=f"{self.key!r} was asked for on {day}",
                prevents=f"it holds {_spell(self.since, self.until)} and is {self.status.replace('_', ' ')}.",
                instead="Ask for a day on which it holds, or add the earlier definition to the pack.",
                where=str(self.origin.path),
            )
        if self.since is None or day >= self.since:
            return self
        held = [place for place, item in enumerate(self._former_in_order()) if item["since"] <= day]
        return self._as_former(held[-1])

    def _former_in_order(self) -> list[dict[str, Any]]:
        return sorted(self.former, key=lambda item: item["since"])

    def _as_former(self, place: int) -> Self:
        ordered = self._former_in_order()
        changed = ordered[place]
        after: Any = ordered[place + 1]["since"] if place + 1 < len(ordered) else self.since
        fields = {name: getattr(self, name) for name in self.model_fields_set}
        fields |= changed | {"until": after - dt.timedelta(days=1), "former": tuple(ordered[:place])}
        return type(self).model_validate(fields)

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"until {self.until} is before since {self.since}")
        if self.former and self.since is None:
            raise ValueError("former needs since: the day from which the present definition holds")
        starts = []
        for item in self.former:
            if not isinstance(item.get("since"), dt.date):
                raise ValueError("each former definition needs since, a date")
            if item.keys() & {"kind", "status", "origin", "former", "until", "replaces"}:
                raise ValueError("a former definition gives since and the fields that differed, no others")
            starts.append(item["since"])
        if len(set(starts)) < len(starts) or (self.since and any(day >= self.since for day in starts)):
            raise ValueError("former definitions must start on different days, all before since")
        for place in range(len(self.former)):
            self._as_former(place)
        return self

    def links(self) -> tuple[tuple[str, str], ...]:
        """Other entries that this one names, as (kind, key); each must exist in the book."""
        return ()

    def understood(self) -> frozenset[str]:
        """The names that a case's `given` may use."""
        return self.understands

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        """What the entry says on a day, for a case to compare with."""
        return {"title_zh": self.title.zh, "title_en": self.title.en}


def _spell(since: dt.date | None, until: dt.date | None) -> str:
    start = f"from {since}" if since else "from the beginning"
    return f"{start} to {until}" if until else start


class Dated(Strict):
    """One value and its own reference and confidence, where they differ from the entry's."""

    reference: Reference | None = None
    confidence: Confidence | None = None


Item = TypeVar("Item", bound=Dated)


class Spell(NamedTuple):
    """A value and the days from and to which it held; `until` is None while it still holds."""

    item: Any
    since: dt.date
    until: dt.date | None


class DatedEntry(Entry, Generic[Item]):
    """An entry with one value per start date; a null value ends it from that day."""

    values: dict[dt.date, Item | None] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_are_dated_once(self) -> Self:
        if self.since or self.until or self.former:
            raise ValueError("give the days in values; since, until and former are for undated kinds")
        previous: Item | None = None
        for start in sorted(self.values):
            if self.values[start] is None and previous is None:
                raise ValueError(f"values: {start} ends the entry, but nothing held before it")
            previous = self.values[start]
        return self

    @property
    def version(self) -> int:
        return sum(item is not None for item in self.values.values())

    def references(self) -> tuple[Reference, ...]:
        own = [item.reference or self.reference for item in self.values.values() if item is not None]
        return tuple(found for found in own if found is not None)

    def every_value_has_reference(self) -> bool:
        return all(item is None or item.reference or self.reference for item in self.values.values())

    def changes(self) -> tuple[dt.date, ...]:
        return tuple(sorted(self.values))

    def holds(self, on: dt.date) -> bool:
        return self.status != "draft" and self._find(on) is not None

    def _find(self, on: dt.date) -> Spell | None:
        starts = sorted(self.values)
        held = [start for start in starts if start <= on]
        if not held or self.values[held[-1]] is None:
            return None
        after = starts[len(held)] if len(held) < len(starts) else None
        until = after - dt.timedelta(days=1) if after else None
        return Spell(self.values[held[-1]], held[-1], until)

    def at(self, on: dt.date) -> Spell:
        """The value in force on a day. Raises NotInForce in words when there was none."""
        found = self._find(on) if self.status != "draft" else None
        if found is None:
            starts = sorted(self.values)
            ended = [day for day in starts if day <= on and self.values[day] is None]
            reason = f"it ended on {ended[-1]}." if ended else f"its first value holds from {starts[0]}."
            if self.status == "draft":
                reason = "it is a draft, and a draft never counts."
            raise NotInForce(
                asked=f"{self.key!r} was asked for on {on}",
                prevents=reason,
                instead="Ask for a day on which it holds, or add the dated value with its reference.",
                where=str(self.origin.path),
            )
        return found

    def reference_of(self, item: Item) -> Reference | None:
        return item.reference or self.reference

    def confidence_of(self, item: Item) -> Confidence:
        return item.confidence or self.confidence
