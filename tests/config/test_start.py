"""How a command starts: without the office's screens and without libraries that it may never use."""

from __future__ import annotations

import sqlite3
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


@pytest.mark.slow
def test_tables_of_an_earlier_version_are_refused_by_the_step_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("BANYAN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BANYAN_DATABASE_URL", raising=False)
    banyan = (sys.executable, "-m", "banyan")
    subprocess.run([*banyan, "people", "list"], capture_output=True, check=True)
    with sqlite3.connect(tmp_path / "banyan.sqlite3") as stored:
        stored.execute("DROP TABLE rules_draft")
        stored.execute("DELETE FROM django_migrations WHERE app = 'rules'")

    done = subprocess.run([*banyan, "--lang", "en", "people", "list"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "rules.0001_initial" in done.stderr
    assert "python manage.py migrate" in done.stderr
    assert "Traceback" not in done.stderr
    asked = subprocess.run([*banyan, "demo", "score", "--help"], capture_output=True, text=True, check=False)
    assert asked.returncode == 0, "how a command works is told whatever state the data are in"


def test_who_asks_in_no_language_we_speak_is_answered_in_that_of_the_place(tmp_path, monkeypatch):
    monkeypatch.setenv("BANYAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BANYAN_PACKS", "house,chicago")
    monkeypatch.delenv("BANYAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("BANYAN_LANG", raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    program = (
        "import django; django.setup(); from django.test import RequestFactory; from django.utils import translation;"
        "ask = lambda words: translation.get_language_from_request("
        "RequestFactory().get('/', headers={'accept-language': words}));"
        "import sys; sys.argv = ['banyan', '--help']; from banyan.config import cli; cli.language('');"
        "print(ask('fr'), ask('zh-CN'), translation.get_language())"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["en", "zh-hans", "en"]
