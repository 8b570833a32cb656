"""Writes refused rows, with the reason in words, to a file that an office opens, mends and sends again."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")


def _titles() -> tuple[str, ...]:
    return (_("source file"), _("sheet"), _("row number"), _("reason code"), _("reason in words"))


def reject_columns() -> tuple[str, ...]:
    """The names of the columns that a rejects file adds, in every language of the house."""
    names: list[str] = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names += _titles()
    return tuple(dict.fromkeys(names))


def is_rejects(columns: Iterable[str]) -> bool:
    """Whether the columns are those of a rejects file, in any language."""
    present = set(columns)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if present.issuperset(_titles()):
                return True
    return False


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    if cell.startswith(_FORMULA_SIGNS) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return "'" + cell if cell.startswith("'") else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") else cell


class RejectsWriter:
    """
    A CSV file of refused rows, in UTF-8 with a mark so that spreadsheet programs read it.

    `columns` are those of all files of the intake; cells are placed by the names of their own file's columns, and
    what has no name there stands at the end of the row. Use it in a `with` block; with `append` it goes on in a file
    that an interrupted intake began with the same columns.
    """

    def __init__(self, path: Path, *, columns: Sequence[str], append: bool = False) -> None:
        self.columns = tuple(dict.fromkeys(name for name in columns if name))
        begun = append and path.exists() and path.stat().st_size > 0
        self._stream = path.open("a" if begun else "w", encoding="utf-8" if begun else "utf-8-sig", newline="")
        self._writer = csv.writer(self._stream)
        self._order: tuple[tuple[str, ...], list[int | None], list[int]] = ((), [], [])
        self.written = 0
        if not begun:
            self._writer.writerow([*_titles(), *map(guarded, self.columns)])

    def write(
        self,
        *,
        file: str,
        sheet: str,
        number: int,
        columns: tuple[str, ...],
        cells: Sequence[str],
        code: str,
        words: str,
    ) -> None:
        """Add a refused row with where it stands and why it was refused."""
        if columns is not self._order[0]:
            self._order = self._placed(columns)
        _known, places, others = self._order
        original = [cells[place] if place is not None and place < len(cells) else "" for place in places]
        original += [cells[place] for place in others if place < len(cells)]
        original += cells[len(columns) :]
        self._writer.writerow(map(guarded, [file, sheet, str(number), code, words, *original]))
        self.written += 1

    def _placed(self, columns: tuple[str, ...]) -> tuple[tuple[str, ...], list[int | None], list[int]]:
        """For each column of the rejects file the place in the row, and the places that have no column here."""
        by_name = {name: place for place, name in enumerate(columns) if name}
        others = [place for place, name in enumerate(columns) if name not in self.columns]
        return columns, [by_name.get(name) for name in self.columns], others

    def flush(self) -> int:
        """Put on the disk what is still held; how many bytes the file has then."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return os.fstat(self._stream.fileno()).st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is still held and close the file."""
        self._stream.close()
