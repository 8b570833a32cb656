"""Reads workbooks of the old form (.xls), which hold at most 65,536 rows and are read as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import python_calamine
from django.utils.translation import gettext as _

from banyan.kit.sheets.bounds import Bounds, damaged, protected, refuse
from banyan.kit.sheets.merges import Merges
from banyan.kit.sheets.numbers import PLAIN, as_text
from banyan.kit.sheets.tables import Row, Sheet


class OldWorkbook:
    """An open workbook of the old form. Raises SheetRefused where it is protected, damaged or too large."""

    def __init__(self, path: Path, *, file: str, bounds: Bounds) -> None:
        self.file, self.bounds = file, bounds
        if path.stat().st_size > bounds.old_workbook_bytes:
            raise refuse(
                "file-too-large",
                file=file,
                prevents=_("It is a large workbook of the old form (.xls)."),
                instead=_("Save it as XLSX."),
            )
        try:
            self._book = python_calamine.load_workbook(str(path))
        except python_calamine.PasswordError as error:
            raise protected(file) from error
        except (python_calamine.CalamineError, OSError) as error:
            raise damaged(file) from error
        self.sheets = [
            Sheet(sheet.name, sheet.visible != python_calamine.SheetVisibleEnum.Visible)
            for sheet in self._book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()

    def first_rows(self, sheet: Sheet) -> list[Row]:
        """The rows among which the header must stand."""
        rows = self._values(sheet, most=self.bounds.header_within)
        return [Row(number, list(map(_text, cells))) for number, cells in rows]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """All rows with their merged cells filled downwards."""
        ranges = self._book.get_sheet_by_name(sheet.name).merged_cell_ranges or []
        merges = Merges((left + 1, top + 1, right + 1, bottom + 1) for (top, left), (bottom, right) in ranges)
        for number, cells in self._values(sheet):
            yield merges.fill(Row(number, list(map(_text, cells))))

    def _values(self, sheet: Sheet, *, most: int | None = None) -> list[tuple[int, list[object]]]:
        try:
            values = self._book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False, nrows=most)
        except (python_calamine.CalamineError, OSError) as error:
            raise damaged(self.file, sheet.name) from error
        return [(number, [*cells]) for number, cells in enumerate(values, start=1)]


def _text(value: object) -> str:
    """A cell as its reader sees it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return as_text(repr(value), PLAIN)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)
