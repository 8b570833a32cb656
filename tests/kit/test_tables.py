"""Tables made at once are the tables that the migrations make one after the other."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from banyan.kit import tables


@pytest.mark.slow
def test_tables_made_at_once_equal_migrated_ones(tmp_path: Path) -> None:
    at_once, migrated = tmp_path / "at_once", tmp_path / "migrated"

    _run(at_once, "-m", "banyan", "check", "events")
    _run(migrated, "-m", "django", "migrate", "--verbosity", "0", "--settings", "banyan.config.settings")

    ours, theirs = _shape(at_once / "banyan.sqlite3"), _shape(migrated / "banyan.sqlite3")
    assert len(ours) > 50
    assert ours == theirs


def _run(folder: Path, *words: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "BANYAN_DATABASE_URL"}
    subprocess.run([sys.executable, *words], env={**environment, "BANYAN_DATA_DIR": str(folder)}, check=True)


def _shape(path: Path) -> dict[str, Any]:
    """Per table: columns, foreign keys, indexes, number of checks, and how many rows it was born with."""
    found = {}
    with sqlite3.connect(path) as base:
        names = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for name, sql in names.fetchall():
            indexes = {
                (row[1] if not row[1].startswith("sqlite_") else "", *row[2:5],
                 tuple(one[2] for one in base.execute(f'PRAGMA index_info("{row[1]}")')))
                for row in base.execute(f'PRAGMA index_list("{name}")')
            }  # fmt: skip
            is_index = name.startswith("kit_searchwords")  # a table of FTS5, which counts no rows
            rows = None if is_index else base.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            found[name] = (
                {row[1:] for row in base.execute(f'PRAGMA table_info("{name}")')},
                {row[2:] for row in base.execute(f'PRAGMA foreign_key_list("{name}")')},
                indexes, sql.count("CHECK"), rows,
            )  # fmt: skip
    return found


@pytest.mark.django_db(transaction=True)
def test_a_database_filled_at_once_waits_for_the_disk_again_afterwards():
    def settings():
        with connection.cursor() as cursor:
            return [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "cache_size")]

    if connection.vendor == "postgresql":
        with tables.filled_at_once(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return
    before = settings()
    with tables.filled_at_once():
        assert settings() == [0, -tables.MEMORY_TO_FILL]
    assert settings() == before
