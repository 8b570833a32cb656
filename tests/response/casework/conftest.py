"""What the tests of cases share: files of evidence lie in a folder of their own."""

import pytest


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.BANYAN_DATA_DIR = settings.MEDIA_ROOT = tmp_path
