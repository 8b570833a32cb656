"""Where the fact sheets lie that the packs were written from, if they are there."""

import os
from pathlib import Path

import pytest
import yaml


@pytest.fixture
def fact_sheet():
    """Reads a table of facts by name; the test is skipped where the folder is absent."""
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    tables = Path(os.environ.get("BANYAN_SHARED", beside)) / "facts" / "tables"
    if not tables.is_dir():
        pytest.skip(f"no fact sheets in {tables}")
    return lambda name: yaml.safe_load((tables / f"{name}.yaml").read_text(encoding="utf-8"))
