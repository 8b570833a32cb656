"""What the tests of complaints share: a data folder of their own, so that nothing learnt elsewhere is found."""

import pytest


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path
