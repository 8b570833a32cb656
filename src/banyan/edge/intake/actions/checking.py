"""Tries files without entering anything: what would become of every row, and the first rows as they would be read."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from banyan.edge.intake.actions.running import alone, batches, counted, folder_of, reject
from banyan.edge.intake.models import Import, nothing_counted
from banyan.edge.intake.queries.files import Line, Source, lines, survey
from banyan.edge.intake.queries.imports import file_names
from banyan.edge.intake.queries.sorting import PART, REFUSED, Entry, Register, Sorted, Sorter, Sorting
from banyan.edge.intake.queries.targets import Target, target_of
from banyan.kit import clock
from banyan.kit.sheets import RejectsWriter
from banyan.policy.mappings import Mapping

FIRST_ROWS = 12
ROWS_PER_REASON = 20
LONGEST_CELL = 80


class Scratch:
    """A ledger for trying: what it keeps lies in a file of its own that is gone afterwards, over the database's.

    Its few pages in memory are filled by the first hundred thousand rows and do not grow with the file.
    """

    def __init__(self, below: Register) -> None:
        self._below = below
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192;"
            "CREATE TABLE said (digest INTEGER PRIMARY KEY, content, verdict, record, entered_by, seen_by, file, row)"
        )

    def entries(self, digests: Sequence[int]) -> dict[int, Entry]:
        """The statements with these digests, its own before the database's."""
        found = self._below.entries(digests)
        for start in range(0, len(digests), PART):
            part = digests[start : start + PART]
            marks = ",".join("?" * len(part))
            rows = self._rows.execute(f"SELECT * FROM said WHERE digest IN ({marks})", part)  # noqa: S608 - marks
            found.update({row[0]: Entry._make(row) for row in rows})
        return found

    def keep(self, sorting: Sorting) -> None:
        """Keep what a sorting found."""
        marks = ",".join("?" * len(Entry._fields))
        for entries in (sorting.fresh, sorting.changed):
            self._rows.executemany(f"REPLACE INTO said VALUES ({marks})", entries.values())  # noqa: S608 - marks

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


def try_files(*, record: Import, sources: Sequence[Source], mapping: Mapping, by: Any) -> bool:
    """
    Try all rows of an import: what would become of each is counted, and those refused lie in a file of their own.

    False where the import was stopped meanwhile. Raises FormRefused or SheetRefused where a file does not fit.
    """
    with alone(record):
        columns = survey(sources, mapping, on=record.on).columns
        target = target_of(mapping, by=by, on=record.on)
        scratch = Scratch(Register())
        names = file_names(record.number, [source.name for source in sources])
        sorter = Sorter(mapping, number=record.number, ledger=scratch, gate=target, file_name=names)
        found: dict[str, Any] = {"counts": nothing_counted(), "columns": columns, "first": [], "refused": {}}
        try:
            rejects = RejectsWriter(folder_of(record) / "check.csv", columns=columns)
            with rejects, closing(batches(lines(sources, mapping, on=record.on))) as every:
                for batch in every:
                    sorting = sorter.sort([line._replace(fate=target.checked(line.fate)) for line in batch])
                    scratch.keep(sorting)
                    for one in sorting.lines:
                        if one.lot == REFUSED:
                            reject(rejects, one, sources, target)
                            _remember(found["refused"], one, sources, target)
                    fresh = Counter({"records": sum(one.is_new_record for one in sorting.lines)})
                    found["counts"] = counted(found["counts"], sorting, fresh)
                    found["first"] += [
                        _shown(one.line, target) for one in sorting.lines[: FIRST_ROWS - len(found["first"])]
                    ]
                    if not _told(record, found):
                        return False
        finally:
            scratch.close()
    return True


def _remember(refused: dict[str, Any], one: Sorted, sources: Sequence[Source], target: Target) -> None:
    """Keep the first rows refused for each reason, for the page."""
    rows = refused.setdefault(one.fate.code, [])
    if len(rows) < ROWS_PER_REASON:
        place = one.line.place
        rows.append([sources[place.file].name, one.line.sheet, place.row, target.words_of(one.fate)])


def _shown(line: Line, target: Target) -> dict[str, Any]:
    cells = target.open_cells(line.columns, line.cells)
    return {
        "row": line.place.row, "columns": line.columns, "cells": [cell[:LONGEST_CELL] for cell in cells],
        "why": "" if not hasattr(line.fate, "code") else target.words_of(line.fate),
    }  # fmt: skip


def _told(record: Import, found: dict[str, Any]) -> bool:
    """Write how far the check is; False where somebody ended it."""
    moved = {"found": found, "rows": found["counts"]["read"], "moved_at": clock.now()}
    return bool(Import.objects.filter(pk=record.pk, state="checking").update(**moved))
