"""A mapping: how the columns of a kind of file become the fields of records, as an entry of a pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Dict
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from banyan.policy.entries import Entry, Name, Scalar, Strict, Text, Words
from banyan.policy.mappings.cells import header_key

if TYPE_CHECKING:
    from banyan.policy.book import Book

DateForm = Literal["year_first", "compact", "day_first", "serial", "mail"]
USUAL_FORMS: tuple[DateForm, ...] = ("year_first", "compact", "serial")


class Listed(Strict):
    """A table of the packs that lists places: its columns of their names in files, and of their keys."""

    table: Name
    named: Name
    place: Name


class Column(Strict):
    """Where a field comes from and how its cell is read."""

    named: tuple[Text, ...] = Field(min_length=1)  # names of the column, the usual one first
    type: Literal["text", "date", "decimal", "code", "place"] = "text"
    expected: bool = False  # the file must have the column
    required: bool = False  # every row must have a value; implies expected
    translate: dict[Text, Scalar | None] = Field(default_factory=dict)  # whole cell → value; others are refused
    forms: tuple[DateForm, ...] = USUAL_FORMS
    may_be_future: bool = False
    or_null: bool = False  # an unreadable cell gives null and a note instead of a refusal
    null_if_same_as: Name | None = None  # null where it merely repeats another field
    inside: tuple[Text, Text] | None = None  # only what stands between these two, where they enclose it
    check: Literal["uscc"] | None = None
    longest: int = Field(default=400, ge=1, le=10_000)
    after: tuple[Text, ...] = ()
    places: dict[Text, Name] = Field(default_factory=dict)
    listed: Listed | None = None  # the places stand in a table; `places` is filled from it

    @model_validator(mode="after")
    def _options_fit_the_type(self) -> Self:
        for option, kind in (("check", "code"), ("places", "place"), ("after", "place"), ("may_be_future", "date")):
            if getattr(self, option) and self.type != kind:
                raise ValueError(f"{option} belongs to a column of type {kind}")
        if (self.type == "place") != (bool(self.places) or self.listed is not None):
            raise ValueError("a column of type place lists its places, or names a table that does")
        return self

    @property
    def must_be_there(self) -> bool:
        return self.expected or self.required


class When(Strict):
    """A condition on one column of the file."""

    column: Text
    one_of: tuple[Text, ...] = ()
    starts_with: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if bool(self.one_of) == bool(self.starts_with):
            raise ValueError("give one_of or starts_with, one of them")
        return self


class Refusal(Strict):
    """Rows that the mapping knows and does not take, with the reason in words."""

    reason: Name
    when: When
    says: Words


class StandIn(Strict):
    """A field that the file never states, with the stated field whose value stands in its place and why."""

    by: Name
    says: Words


class Group(Strict):
    """How rows become records: rows with the same key are one record; `item` holds what differs between them."""

    key: tuple[Name, ...] = Field(min_length=1)
    item: tuple[Name, ...] = ()  # the first names the item, the others are what the row says of it
    conclusion: Name | None = None  # field of the verdict
    passed: Scalar | None = None  # its value for a record that passed


class Mapping(Entry):
    """A mapping. `into` names the room that takes the records; `constants` are fields that the file never states."""

    understands: ClassVar[frozenset[str]] = frozenset({"columns", "row", "rows"})

    kind: Literal["mapping"]
    into: Name
    says: Words
    fields: dict[Name, Column] = Field(min_length=1)
    constants: dict[Name, Scalar | None] = Field(default_factory=dict)
    stand_ins: dict[Name, StandIn] = Field(default_factory=dict)  # taken where the field itself is not stated
    counts_rows: bool = False  # a column without a name only counts the rows, and is passed over
    not_taken: dict[Text, Words] = Field(default_factory=dict)
    refuse: tuple[Refusal, ...] = ()
    blank: tuple[str, ...] = ("", "/", "-", "--", "—", "无", "N/A", "n/a")
    record: Group

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        both = self.fields.keys() & self.constants.keys()
        if both:
            raise ValueError(f"{sorted(both)} are both a field and a constant")
        known = self.fields.keys() | self.constants.keys()
        asked = {*self.record.key, *self.record.item, *([self.record.conclusion] if self.record.conclusion else [])}
        asked |= {column.null_if_same_as for column in self.fields.values() if column.null_if_same_as}
        if asked - known:
            raise ValueError(f"{sorted(asked - known)} are no fields of the mapping")
        strangers = {one.by for one in self.stand_ins.values()} - self.fields.keys()
        if strangers:
            raise ValueError(f"{sorted(strangers)} stand in for another field, and are no fields of the mapping")
        not_taken = {header_key(name) for name in self.not_taken}
        taken = {header_key(name) for column in self.fields.values() for name in column.named}
        if taken & not_taken:
            raise ValueError(f"{sorted(taken & not_taken)} are both taken and not taken")
        unknown = {header_key(rule.when.column) for rule in self.refuse} - taken - not_taken
        if unknown:
            raise ValueError(f"refuse speaks of {sorted(unknown)}, which are no columns")
        return self

    def links(self) -> tuple[tuple[str, str], ...]:
        return tuple(("table", column.listed.table) for column in self.fields.values() if column.listed)

    def listing(self, tables: Dict[str, Any]) -> Self:
        """The mapping with the places that tables list for it, in their newest edition. Raises ValueError."""
        filled = {name: _listing(column, tables) for name, column in self.fields.items()}
        return self.model_copy(update={"fields": filled})

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        """What becomes of the rows given, for a case: each accepted with its values, or refused and why."""
        from banyan.policy.mappings.binding import answer_case

        return answer_case(self, given=given, on=on)


def _listing(column: Column, tables: Dict[str, Any]) -> Column:
    if column.listed is None:
        return column
    table = tables[column.listed.table]
    if strange := {column.listed.named, column.listed.place} - table.columns.keys():
        raise ValueError(f"the table {table.key!r} has no column {', '.join(sorted(strange))}")
    rows = max(table.contents().items())[1]
    places = {row[column.listed.named]: row[column.listed.place] for row in rows}
    return column.model_copy(update={"places": places})
