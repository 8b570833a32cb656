"""A decreed table: rows in the pack file, or in a CSV file beside it, dated as a whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from banyan.policy.entries import Dated, DatedEntry, Text
from banyan.policy.reading import is_short

if TYPE_CHECKING:
    from banyan.policy.book import Book

ColumnType = Literal["text", "number", "integer", "flag", "date"]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+\.csv$")]
Cell = str | int | Decimal | bool | dt.date | None
_FLAGS = {"true": True, "false": False}
_IN_WORDS = {
    "text": "words",
    "number": "numbers",
    "integer": "whole numbers",
    "flag": "true or false",
    "date": "days such as 2024-05-20",
}


class Row(Mapping[str, Cell]):
    """One row, read only."""

    __slots__ = ("_cells",)

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = dict(cells)

    def __getitem__(self, column: str) -> Cell:
        return self._cells[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return f"Row({self._cells!r})"


class Edition(Dated):
    """One dated edition of a table: the name of a CSV file, or the rows themselves."""

    file: FileName | None = None
    rows: tuple[dict[str, Any], ...] | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.file is None) == (self.rows is None):
            raise ValueError("give either file or rows")
        return self


class Table(DatedEntry[Edition]):
    """A table. `columns` names and types them; empty cells are allowed in `optional` columns only."""

    understands: ClassVar[frozenset[str]] = frozenset({"where"})

    kind: Literal["table"]
    columns: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")], ColumnType] = Field(min_length=1)
    optional: tuple[Text, ...] = ()
    unique: tuple[Text, ...] = Field(min_length=1)
    _content: dict[dt.date, tuple[Row, ...]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _rows_are_read(self) -> Self:
        for named in (*self.optional, *self.unique):
            if named not in self.columns:
                raise ValueError(f"{named!r} is not among the columns {', '.join(self.columns)}")
        for start, edition in self.values.items():
            if edition is not None:
                raw = self._raw_rows(edition)
                self._content[start] = self._checked(raw)
        return self

    def _raw_rows(self, edition: Edition) -> list[tuple[str, dict[str, Any]]]:
        if edition.rows is not None:
            return [(f"row {place}", dict(row)) for place, row in enumerate(edition.rows, start=1)]
        path = self.origin.path.parent / str(edition.file)
        return read_csv(path, columns=tuple(self.columns))

    def _checked(self, raw: list[tuple[str, dict[str, Any]]]) -> tuple[Row, ...]:
        rows: list[Row] = []
        seen: dict[tuple[Cell, ...], str] = {}
        for place, cells in raw:
            if cells.keys() - self.columns.keys():
                odd = ", ".join(sorted(cells.keys() - self.columns.keys()))
                raise ValueError(f"{place}: unknown column {odd}; columns are {', '.join(self.columns)}")
            row = Row({name: self._cell(place, name, cells.get(name)) for name in self.columns})
            mark = tuple(row[name] for name in self.unique)
            if mark in seen:
                raise ValueError(f"{place}: {dict(zip(self.unique, mark, strict=True))} stands at {seen[mark]} too")
            seen[mark] = place
            rows.append(row)
        return tuple(rows)

    def _cell(self, place: str, name: str, cell: Any) -> Cell:
        if cell is None or cell == "":
            if name not in self.optional:
                raise ValueError(f"{place}: {name} is empty; fill it, or list it under optional")
            return None
        try:
            read: Callable[[Any], Cell] = _READ[self.columns[name]]
            return read(cell)
        except (ValueError, TypeError, KeyError, InvalidOperation) as error:
            wanted = _IN_WORDS[self.columns[name]]
            raise ValueError(f"{place}: {name} is {cell!r}; this column holds {wanted}") from error

    def rows_on(self, on: dt.date) -> tuple[Row, ...]:
        """The rows in force on a day, in their order."""
        return self._content[self.at(on).since]

    def contents(self) -> dict[dt.date, tuple[Row, ...]]:
        """The rows of every edition by the day from which it holds."""
        return dict(self._content)

    def answer(self, *, given: dict[str, Any], on: dt.date, book: Book) -> dict[str, Any]:
        wanted = given.get("where", {})
        unknown = sorted(wanted.keys() - self.columns.keys())
        if unknown:
            raise ValueError(f"where names {', '.join(unknown)}; columns are {', '.join(self.columns)}")
        rows = [row for row in self.rows_on(on) if all(row[name] == cell for name, cell in wanted.items())]
        found: dict[str, Any] = {"rows": len(rows)}
        if len(rows) == 1:
            found["row"] = dict(rows[0])
        return found


def _text(cell: Any) -> str:
    if not isinstance(cell, str):
        raise TypeError("not a text")
    return cell.strip()


def _integer(cell: Any) -> int:
    if isinstance(cell, bool) or not isinstance(cell, int | str):
        raise TypeError("not a whole number")
    return int(cell)


def _number(cell: Any) -> Decimal:
    number = Decimal(cell) if not isinstance(cell, bool | float) else Decimal("NaN")
    if not is_short(number):
        raise ValueError("not a finite number, or one of more digits than any rule has")
    return number


def _flag(cell: Any) -> bool:
    return cell if isinstance(cell, bool) else _FLAGS[cell]


def _date(cell: Any) -> dt.date:
    return cell if isinstance(cell, dt.date) else dt.date.fromisoformat(cell)


_READ: dict[str, Any] = {"text": _text, "integer": _integer, "number": _number, "flag": _flag, "date": _date}


def read_csv(path: Path, *, columns: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a pack's CSV file, each with its line; ValueError says what is wrong where."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ValueError(f"the file {path.name} is not beside the YAML file; add it") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"the file {path.name} is not written in UTF-8; save it as UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(reader, [])
        if tuple(head) != columns:
            raise ValueError(f"{path.name} starts with {', '.join(head)}; columns are {', '.join(columns)}")
        rows = []
        for cells in reader:
            place = f"{path.name}, line {reader.line_num}"
            if len(cells) != len(columns):
                raise ValueError(f"{place}: {len(cells)} cells, but there are {len(columns)} columns")
            rows.append((place, dict(zip(columns, cells, strict=True))))
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from error
    return rows
