"""What reading yields: tables with a header, and rows as the office sees them; finds the header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from banyan.policy.mappings import header_key

Cells = list[str]


class Row(NamedTuple):
    """A row: its number as the program shows it, and its cells as written."""

    number: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Table:
    """
    One sheet of one file. `rows` can be walked through once, before the next table is asked for.

    A column without a header has the name "". `encoding` and `delimiter` are empty for workbooks.
    """

    file: str
    sheet: str
    columns: tuple[str, ...]
    header_row: int
    rows: Iterator[Row]
    encoding: str = ""
    delimiter: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook and, in an archive, the part that holds it."""

    name: str
    hidden: bool
    part: str = ""


class Header(NamedTuple):
    """Where the header stands, the names of the columns, and how many of the expected names are among them."""

    number: int
    columns: tuple[str, ...]
    known: int


def find_header(rows: Iterable[Row], *, expected: frozenset[str]) -> Header | None:
    """
    The header among the first rows of a sheet, or None if there are no rows.

    It is the first row with most of the expected names; where fewer than two of them occur, the first row that is
    nearly as wide as the widest and holds no number (titles above a table stand in one cell, or in few).
    """
    rows = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not rows:
        return None
    known = [sum(header_key(cell) in expected for cell in row.cells) for row in rows]
    best = max(known)
    if best >= min(2, len(expected)) > 0:
        return _header(rows[known.index(best)], best)
    widths = [sum(bool(cell.strip()) for cell in row.cells) for row in rows]
    for row, width in zip(rows, widths, strict=True):
        if width >= 0.8 * max(widths) and not any(_is_number(cell) for cell in row.cells):
            return _header(row, best)
    return _header(rows[widths.index(max(widths))], best)


def _header(row: Row, known: int) -> Header:
    names = [" ".join(cell.split()) for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    return Header(row.number, distinct(names), known)


def below(header: Header, first: Iterable[Row], rest: Iterable[Row]) -> Iterator[Row]:
    """The rows below the header that hold anything, of those already read and those still to come."""
    for row in chain((row for row in first if row.number > header.number), rest):
        if any(map(str.strip, row.cells)):
            yield row


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names with a number behind each repeated one: 结果, 结果 (2)."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return tuple(found)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*[+-]?\d[\d,.]*%?\s*", cell))
