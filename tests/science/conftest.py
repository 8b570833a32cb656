"""Where the reference data lie, and how a test asks for them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BANYAN_SHARED", ROOT.parent / "shared"))


@pytest.fixture
def shared_file() -> Callable[[str], Path]:
    """Return a path inside the folder of reference data; skip the test where it is absent."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"{name} is not in the shared folder")
        return path

    return find


@pytest.fixture
def shared_rows(shared_file: Callable[[str], Path]) -> Callable[[str], list[dict[str, str]]]:
    """Return the rows of a CSV file of the reference data."""

    def read(name: str) -> list[dict[str, str]]:
        with shared_file(name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read
