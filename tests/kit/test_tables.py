"""Tables made at once are those that the migrations leave, one after the other."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

AT_ONCE = "from banyan.kit import tables; assert tables.made_all()"
STEP_BY_STEP = (
    "from django.core.management import call_command; from django.core.management.commands import migrate;"
    "call_command(migrate.Command(), verbosity=0)"
)


def tables_of(folder: Path, command: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The shape of every table that a command makes in an empty folder, and how many rows each holds."""
    environment = {name: value for name, value in os.environ.items() if name != "BANYAN_DATABASE_URL"}
    start = "import django; django.setup();"
    environment |= {"BANYAN_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "banyan.config.settings"}
    subprocess.run([sys.executable, "-c", start + command], env=environment, check=True)
    [file] = folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        made = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        indexes = database.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
        triggers = database.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        shapes = {
            table: {
                "columns": sorted(row[1:] for row in database.execute(f'PRAGMA table_info("{table}")')),
                "foreign keys": sorted(row[2:] for row in database.execute(f'PRAGMA foreign_key_list("{table}")')),
                "constraints": sorted(re.findall(r'CONSTRAINT "(\w+)"', sql)),
                "indexes": sorted(sql for of, _name, sql in indexes if of == table and sql),
                "triggers": sorted((name, sql) for of, name, sql in triggers if of == table),
            }
            for table, sql in made.items()
        }
        rows = {
            table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            for table, sql in made.items()
            if not sql.startswith("CREATE VIRTUAL")
        }
    return shapes, rows


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="needs SQLite")
def test_tables_made_at_once_are_those_of_the_migrations(tmp_path):
    for name in ("at-once", "steps"):
        (tmp_path / name).mkdir()

    at_once, rows = tables_of(tmp_path / "at-once", AT_ONCE)
    migrated, rows_migrated = tables_of(tmp_path / "steps", STEP_BY_STEP)

    assert set(at_once) == set(migrated)
    assert {table for table in at_once if at_once[table] != migrated[table]} == set()
    assert rows["kit_event"] == rows_migrated["kit_event"]
    assert {table for table in rows if rows[table] != rows_migrated[table]} <= {"sqlite_sequence"}
