"""Gives each test of plans and draws the same small world."""

import pytest
from tests.records.inspection.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()
