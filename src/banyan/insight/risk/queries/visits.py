"""A table of inspections, as offices and cities have it, read into arrays; refused with the row and the column."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from banyan.kit import sheets
from banyan.kit.refusals import Refused
from banyan.policy.mappings.cells import read_date

MOST_ROWS = 2_000_000
FORMS = ("year_first", "compact")
"""How days are written; 01/02/2020 is two days, so it is none of them."""
UNKNOWN = frozenset({"", "NA", "N/A", "NULL", "NaN", "nan"})


def inspections_of(path: Path, *, day: str, numbers: Sequence[str], texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The named columns of the table in a file: days as ordinals, numbers (NaN where unknown), texts.

    Raises Refused for a file that is no table, a column that it lacks, and a cell that is no day or no number.
    """
    names = list(dict.fromkeys((day, *numbers, *texts)))
    for table in sheets.read_tables(path, expected=names):
        missing = [name for name in names if name not in table.columns]
        if missing:
            raise _refused(
                path, _("It has no column “%(column)s”.") % {"column": missing[0]},
                _("Name columns as the first line of the file does: %(columns)s.")
                % {"columns": ", ".join(filter(None, table.columns))[:400]}, code="no-column",
            )  # fmt: skip
        return _columns(path, table, day=day, numbers=numbers, texts=texts)
    raise _refused(path, _("It has no rows."), _("Give a table with a row for each inspection."), code="no-rows")


def _columns(
    path: Path, table: sheets.Table, *, day: str, numbers: Sequence[str], texts: Sequence[str]
) -> dict[str, NDArray[Any]]:
    at = {name: table.columns.index(name) for name in (day, *numbers, *texts)}
    days = array("q")
    counted = {name: array("d") for name in numbers}
    told: dict[str, list[str]] = {name: [] for name in texts}
    same: dict[str, str] = {}  # a text that occurs again is kept once
    for row in table.rows:
        if len(days) == MOST_ROWS:
            raise _refused(
                path, _("It has more than %(most)d rows.") % {"most": MOST_ROWS},
                _("Judge fewer years at once."), code="file-too-large",
            )  # fmt: skip
        cells = [*row.cells, *[""] * (len(table.columns) - len(row.cells))]
        days.append(_day(path, row.number, day, cells[at[day]]))
        for name, kept in counted.items():
            kept.append(_number(path, row.number, name, cells[at[name]]))
        for name, held in told.items():
            text = cells[at[name]].strip()
            held.append(same.setdefault(text, text))
    if not days:
        raise _refused(path, _("It has no rows."), _("Give a table with a row for each inspection."), code="no-rows")
    found: dict[str, NDArray[Any]] = {name: np.array(held, dtype=object) for name, held in told.items()}
    found |= {name: np.frombuffer(kept, dtype=np.float64) for name, kept in counted.items()}
    return found | {day: np.frombuffer(days, dtype=np.int64)}


def _day(path: Path, row: int, column: str, cell: str) -> int:
    found = read_date(cell, FORMS)
    if found is None:
        raise _refused(
            path,
            _("Row %(row)d has “%(cell)s” in the column “%(column)s”, which is no day.") % _where(row, column, cell),
            _("Write days as year-month-day, for example 2025-12-31."), code="no-day",
        )  # fmt: skip
    return found.toordinal()


def _number(path: Path, row: int, column: str, cell: str) -> float:
    text = cell.strip()
    if text in UNKNOWN:
        return math.nan
    try:
        found = float(text)
    except ValueError:
        found = math.inf
    if not math.isfinite(found):
        raise _refused(
            path,
            _("Row %(row)d has “%(cell)s” in the column “%(column)s”, which is no number.")
            % _where(row, column, cell),
            _("Name a column of numbers; a cell may be empty where nothing is known."), code="no-number",
        )  # fmt: skip
    return found


def _where(row: int, column: str, cell: str) -> dict[str, Any]:
    return {"row": row, "cell": cell.strip()[:40], "column": column}


def _refused(path: Path, prevents: str, instead: str, *, code: str) -> Refused:
    asked = _("Inspections of “%(file)s” were to be judged.") % {"file": path.name}
    return Refused(asked, prevents, instead, code=code)
