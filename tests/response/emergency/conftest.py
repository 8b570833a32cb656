"""What the tests of emergencies share: files of their own, and a browser that asks for English."""

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})
