"""Tables as workbooks, laid out by a template file: heading, columns with widths and formats, notes below."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Layout:
    """What a template says: the sheet's name, heading lines, columns, notes; each text may name values in braces."""

    sheet: str
    heading: tuple[str, ...]
    columns: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Layout:
        """A layout from its YAML file."""
        stored = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(stored["sheet"], tuple(stored["heading"]), tuple(stored["columns"]), tuple(stored["notes"]))

    def with_columns(self, names: Collection[str], formats: Mapping[str, str]) -> Layout:
        """The same with these of its columns only, some of them in another format."""
        kept = (one for one in self.columns if one["name"] in names)
        columns = tuple({**one, "format": formats[one["name"]]} if one["name"] in formats else one for one in kept)
        return replace(self, columns=columns)


def workbook(
    layout: Layout, rows: Sequence[Mapping[str, Any]], *, values: Mapping[str, Any], titles: Mapping[str, str]
) -> bytes:
    """A workbook with one sheet. `values` fill the braces of heading and notes, `titles` name the columns."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": values.get("created")} if values.get("created") else {})
    sheet = book.add_worksheet(layout.sheet[:31])
    bold, head = book.add_format({"bold": True, "font_size": 14}), _head(book)
    line = 0
    for text in layout.heading:
        sheet.write_string(line, 0, text.format_map(values), bold if line == 0 else None)
        line += 1
    line += 1
    formats = {column["name"]: book.add_format(_cell(column)) for column in layout.columns}
    for place, column in enumerate(layout.columns):
        sheet.set_column(place, place, column.get("width", 14))
        sheet.write_string(line, place, titles.get(column["name"], column["name"]), head)
    sheet.freeze_panes(line + 1, 0)
    for row in rows:
        line += 1
        for place, column in enumerate(layout.columns):
            _write(sheet, line, place, row.get(column["name"]), formats[column["name"]])
    line += 2
    for text in layout.notes:
        sheet.write_string(line, 0, text.format_map(values))
        line += 1
    book.close()
    return buffer.getvalue()


def sheets(tables: Sequence[tuple[str, Sequence[str], Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """A workbook of several plain sheets: of each the name, heading lines, names of columns, rows."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = _head(book)
    for name, heading, columns, rows in tables:
        sheet = book.add_worksheet(name[:31])
        for line, text in enumerate(heading):
            sheet.write_string(line, 0, text)
        top = len(heading) + 1
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 20)
            sheet.write_string(top, place, column, head)
        sheet.freeze_panes(top + 1, 0)
        for line, row in enumerate(rows, top + 1):
            for place, value in enumerate(row):
                _write(sheet, line, place, value, None)
    book.close()
    return buffer.getvalue()


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _write(sheet: Any, line: int, place: int, value: Any, cell: Any) -> None:
    if value is None:
        sheet.write_blank(line, place, None, cell)
    elif isinstance(value, bool | str):
        sheet.write_string(line, place, str(value), cell)
    else:
        sheet.write_number(line, place, value, cell)


def _head(book: Any) -> Any:
    return book.add_format({"bold": True, "bg_color": "#E5F1EC", "bottom": 1, "text_wrap": True, "valign": "top"})


def _cell(column: Mapping[str, Any]) -> dict[str, Any]:
    return {"num_format": column["format"]} if "format" in column else {}
