"""How a command starts: without the office's screens and without libraries that it may never use."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("scipy.stats", "scipy.optimize", "duckdb", "ibis", "altair", "docx", "banyan.records.inspection.admin")


def test_a_command_starts_without_what_it_does_not_use(tmp_path, monkeypatch):
    monkeypatch.setenv("BANYAN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BANYAN_DATABASE_URL", raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    program = f"import sys, django; django.setup(); print([name for name in {HEAVY} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
