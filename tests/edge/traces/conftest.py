"""What the tests of the page share: the trade of two firms, and an index in a folder of its own."""

import pytest
from tests.records.traceability.conftest import send, trade

__all__ = ["send", "trade"]


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path
