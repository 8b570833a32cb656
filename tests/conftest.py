"""What every test may use: a data folder of its own and people with roles."""

from __future__ import annotations

import os
import shutil
import tempfile

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
MADE_HERE = "BANYAN_DATA_DIR" not in os.environ
if MADE_HERE:
    os.environ["BANYAN_DATA_DIR"] = tempfile.mkdtemp(prefix="banyan-test-")
FOLDER = os.environ["BANYAN_DATA_DIR"]
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each worker has a database of its own, so it needs segments and secrets of its own.
    os.environ["BANYAN_DATA_DIR"] = os.path.join(FOLDER, worker)
django.setup()


def pytest_unconfigure() -> None:
    """Leave nothing behind; a worker inherits the folder and does not remove it."""
    if MADE_HERE:
        shutil.rmtree(FOLDER, ignore_errors=True)
