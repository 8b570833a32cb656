"""The daily step makes what the first visitor of a day would wait for."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from tests.edge.conftest import KEY, TODAY

from banyan.edge.cockpit import actions, queries
from banyan.insight.indicators import queries as indicators
from banyan.kit import memory


@pytest.fixture(autouse=True)
def room_on_the_shelf() -> None:
    """What tests before kept is gone: what lies near is not kept for others anew, and a full shelf is thinned out."""
    caches[memory.NEAR].clear()
    caches[memory.SHARED].clear()


@pytest.fixture
def _counting_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**asked: Any) -> None:
        raise AssertionError(f"figures were counted for a page: {asked}")

    for name in ("trend", "target_lines"):
        monkeypatch.setattr(indicators, name, refuse)


def test_pages_that_were_prepared_count_nothing(browse: Any, judged: Any, request: pytest.FixtureRequest) -> None:
    done = actions.prepare_pages(on=TODAY)
    caches[memory.NEAR].clear()  # as in a process that has just started
    request.getfixturevalue("_counting_nothing")

    leader = browse(judged.people.leader)

    assert done["indicators"] > 0
    for address in ("/office/cockpit/", "/office/clauses/", f"/office/indicators/{KEY}/"):
        assert leader.get(address).status_code == 200, address


def test_preparing_again_changes_nothing(judged: Any, request: pytest.FixtureRequest) -> None:
    done = actions.prepare_pages(on=TODAY)
    request.getfixturevalue("_counting_nothing")

    assert actions.prepare_pages(on=TODAY) == done


def test_a_prepared_trend_is_the_counted_one(judged: Any) -> None:
    actions.prepare_pages(on=TODAY)

    assert queries.trend_of(key=KEY, on=TODAY, known_on=TODAY) == indicators.trend(key=KEY, on=TODAY, known_on=TODAY)
