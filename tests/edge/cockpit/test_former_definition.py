"""An indicator whose definition changed: old publications keep their number, new ones follow the new definition."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import batches

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.insight.indicators import actions, queries
from banyan.kit import clock

KEY = "city_pass_rate"
SAMPLED, BEFORE = date(2025, 3, 10), date(2025, 6, 30)
TODAY = date(2025, 9, 30)


@pytest.fixture
def judged_in_2025(judged: SimpleNamespace) -> Any:
    """Of a hundred planned batches of the city five failed, of twenty follow-ups fifteen."""
    planned = batches("east", 100, 5, on=SAMPLED, laboratory=None)
    followed = batches("west", 20, 15, on=SAMPLED, laboratory=None)
    for sample in (*planned, *followed):
        sample.level = "city"
    for sample in followed:
        sample.drawn = "follow_up"
    judged.world.on(SAMPLED, judged.world.enter, [*planned, *followed])
    with clock.fixed_at(BEFORE):
        facts.collect()
        (publication,) = actions.publish(indicator=KEY, figures_on=BEFORE, title="Half-year", by=OFFICE, on=BEFORE)
    with clock.fixed_at(TODAY):
        facts.collect()
        yield SimpleNamespace(publication=publication)


def test_an_old_publication_keeps_the_number_of_the_definition_that_held(judged_in_2025: Any) -> None:
    entry = policy.load(settings.BANYAN_PACKS).indicator(KEY, on=TODAY)
    old = actions.resolve(key=judged_in_2025.publication.receipt)
    again = queries.show(key=KEY, on=BEFORE, known_on=BEFORE)
    new = queries.show(key=KEY, on=TODAY)

    assert (old.rows[0]["n"], old.rows[0]["passed"]) == (120, 100)
    assert (old.receipt["rule_version"], old.receipt["rule_from"]) == (1, "2012-11-05")
    assert again.rows == old.rows
    assert (new.rows[0]["n"], new.rows[0]["passed"]) == (100, 95)
    assert (new.receipt["rule_version"], new.receipt["rule_from"]) == (2, entry.since.isoformat())


def test_the_indicator_s_page_shows_both_definitions_and_which_one_a_figure_has(
    judged_in_2025: Any, judged: Any, browse: Any
) -> None:
    page = browse(judged.people.leader)
    present = page.get(f"/office/indicators/{KEY}/").content.decode()
    past = page.get(f"/office/indicators/{KEY}/?on={BEFORE}&known_at={BEFORE}").content.decode()
    rule = page.get(f"/rules/{KEY}/").content.decode()

    for text in (present, past, rule):
        assert "2012-11-05 – 2025-06-30" in text
        assert "counted too" in text
        assert "are left out" in text
    assert present.index("are left out") < present.index("counted too")
    assert past.index("counted too") < past.index("are left out")
    assert "invented, to show that old figures keep the old definition" in present
    assert "95.0" in present
    assert "83.3" in past


def test_the_trend_counts_each_quarter_by_the_definition_that_held_at_its_end(
    judged_in_2025: Any, judged: Any
) -> None:
    summer = batches("east", 30, 3, on=date(2025, 8, 1), laboratory=None)
    followed = batches("west", 10, 5, on=date(2025, 8, 1), laboratory=None)
    for sample in (*summer, *followed):
        sample.level = "city"
    for sample in followed:
        sample.drawn = "follow_up"
    judged.world.on(date(2025, 8, 1), judged.world.enter, [*summer, *followed])
    facts.collect()

    by_its_own = queries.trend(key=KEY, on=TODAY)
    by_the_present = queries.trend(key=KEY, on=TODAY, defined_on=TODAY)

    assert [(one["quarter"], one["n"], one["version"]) for one in by_its_own] == [
        ("2025-Q1", 120, 1),
        ("2025-Q3", 30, 2),
    ]
    assert [(one["quarter"], one["n"], one["version"]) for one in by_the_present] == [
        ("2025-Q1", 100, 2),
        ("2025-Q3", 30, 2),
    ]


def test_the_page_says_where_the_trend_steps(judged_in_2025: Any, judged: Any, browse: Any) -> None:
    summer = batches("east", 30, 3, on=date(2025, 8, 1), laboratory=None)
    for sample in summer:
        sample.level = "city"
    judged.world.on(date(2025, 8, 1), judged.world.enter, summer)
    facts.collect()

    page = browse(judged.people.leader).get(f"/office/indicators/{KEY}/").content.decode()
    beside = browse(judged.people.leader).get(f"/office/indicators/{KEY}/last-year/").content.decode()

    assert "the line steps where it changed, on: 2025-07-01" in " ".join(page.split())
    assert "The definition changed between the two windows" in beside or "no group with samples" in beside
