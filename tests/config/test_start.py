"""How a command starts: without the office's screens and without libraries that it may never use."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "ninja", "scipy.stats", "scipy.optimize", "duckdb", "ibis", "altair", "docx", "banyan.records.inspection.admin",
)  # fmt: skip
HEAVY_FOR_DAILY = ("ninja", "scipy.stats", "scipy.optimize", "ibis", "xlsxwriter", "unfold.admin")


@pytest.mark.parametrize(
    ("loads", "without"),
    [("django", HEAVY), ("banyan.config.daily", HEAVY_FOR_DAILY)],
    ids=["any command", "the daily flow"],
)
def test_a_command_starts_without_what_it_does_not_use(tmp_path, monkeypatch, loads, without):
    monkeypatch.setenv("BANYAN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BANYAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    program = (
        "import importlib, sys, django; django.setup(); "
        f"importlib.import_module({loads!r}); print([name for name in {without} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
