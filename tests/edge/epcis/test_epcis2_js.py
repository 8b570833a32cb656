"""A client that nobody here wrote signs in, sends events, and finds each by the hash that it computed itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.edge.epcis.test_streams import town

pytestmark = [pytest.mark.client, pytest.mark.slow]
__all__ = ["town"]
SCRIPT = Path(__file__).resolve().parents[3] / "docs/how-to/epcis2-client.cjs"


def test_epcis2_js_sends_events_and_finds_them_by_its_own_hashes(town):
    command = ["node", str(SCRIPT), town.address, town.client, town.secret]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("found by its hash") == 3
    assert "captured: HTTP 202" in done.stdout
