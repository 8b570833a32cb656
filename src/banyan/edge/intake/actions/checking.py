"""Tries files without entering anything: what would become of every row, and the first rows as they would be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from banyan.edge.intake.queries.sorting import PART, Entry, Register, Sorting


class Scratch:
    """A ledger for trying: what it keeps lies in a file of its own that is gone afterwards, over the database's."""

    def __init__(self, below: Register) -> None:
        self._below = below
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32768;"
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
