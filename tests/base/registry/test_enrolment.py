"""Parks enrolled from a day until a day, and what the enrolled share and the certificates say on a day."""

from datetime import date, timedelta

import pytest
from tests.base.facts.conftest import world

from banyan.base.facts import actions as facts
from banyan.base.registry import actions
from banyan.insight.indicators import queries as indicators
from banyan.kit import Refused, clock
from banyan.kit.rights import System

__all__ = ["world"]

BY = System("test")
DAY = date(2024, 3, 1)
LAST = date(2024, 6, 30)


def share(on: date, known_on: date | None = None) -> tuple[int, int]:
    (row,) = indicators.show(key="park_enrolled_share", on=on, known_on=known_on).rows
    return row["passed"], row["n"]


@pytest.fixture
def parks(world):
    with clock.fixed_at(DAY):
        made = [
            actions.enter_park(name=name, county=county, founded_on=date(2003, 1, 1), by=BY, on=DAY)
            for name, county in (("one", world_county("east")), ("two", world_county("west")))
        ]
    return made


def world_county(key):
    from banyan.base.registry.models import Region

    return Region.objects.get(pk=key)


def test_the_enrolled_share_changes_the_day_a_park_enrols_and_the_day_after_it_leaves(parks):
    one, _two = parks
    with clock.fixed_at(LAST):
        actions.enrol_park(park=one, from_on=DAY, document="1", by=BY, on=LAST)
        actions.end_park_enrolment(park=one, until_on=date(2024, 5, 31), by=BY, on=LAST)
        facts.collect()

        assert share(DAY - timedelta(days=1)) == (0, 2)
        assert share(DAY) == share(date(2024, 5, 31)) == (1, 2)
        assert share(date(2024, 6, 1)) == (0, 2)
        assert share(date(2024, 5, 31), known_on=DAY) == (0, 2)


def test_a_park_that_left_may_come_back_and_is_enrolled_once(parks):
    one, _two = parks
    with clock.fixed_at(LAST):
        actions.enrol_park(park=one, from_on=DAY, document="1", by=BY, on=LAST)
        with pytest.raises(actions.AlreadyThere, match="enrolled since"):
            actions.enrol_park(park=one, from_on=LAST, document="2", by=BY, on=LAST)
        actions.end_park_enrolment(park=one, until_on=date(2024, 5, 31), by=BY, on=LAST)
        actions.enrol_park(park=one, from_on=LAST, document="2", by=BY, on=LAST)
        facts.collect()

        assert share(LAST) == (1, 2)
        actions.withdraw_park_enrolment(park=one, by=BY, on=LAST, reason="by mistake")
        facts.collect()
        assert share(LAST) == (0, 2)


def test_a_park_is_not_enrolled_before_it_was_founded_nor_on_a_day_to_come(parks):
    for day in (date(2002, 12, 31), LAST + timedelta(days=1)):
        with clock.fixed_at(LAST), pytest.raises(Refused, match="still to come"):
            actions.enrol_park(park=parks[0], from_on=day, document="1", by=BY, on=LAST)
    with clock.fixed_at(LAST), pytest.raises(Refused, match="not enrolled"):
        actions.end_park_enrolment(park=parks[0], until_on=LAST, by=BY, on=LAST)


def test_a_certificate_lapses_in_the_figures_without_anybody_writing(parks):
    with clock.fixed_at(LAST):
        firm = actions.enter_organisation(name="firm", county=world_county("east"), by=BY, on=LAST)
        for number, until in (("a", date(2024, 5, 31)), ("b", None)):
            actions.enter_certificate(
                organisation=firm, kind="ccc", number=number, from_on=date(2023, 1, 1), until_on=until, by=BY, on=LAST
            )
        facts.collect()

        def held(on):
            return [
                (row["item"], row["n"]) for row in indicators.show(key="certificates_valid", on=on, by=("item",)).rows
            ]

        assert held(date(2024, 5, 31))[0][0] == "ccc"
        assert indicators.show(key="certificates_valid", on=date(2024, 5, 31)).rows[0]["n"] == 2
        assert indicators.show(key="certificates_valid", on=date(2024, 6, 1)).rows[0]["n"] == 1
        by_county = indicators.show(key="certificates_valid", on=LAST, by=("county",)).rows
        assert [row["county"] for row in by_county] == ["east"]


def test_a_certificate_counts_where_its_holder_is_and_before_a_move_where_it_was(parks):
    moved_on, again_on = LAST + timedelta(days=10), LAST + timedelta(days=20)
    with clock.fixed_at(LAST):
        firm = actions.enter_organisation(name="firm", county=world_county("east"), park=parks[0], by=BY, on=LAST)
        for number, until in (("a", LAST + timedelta(days=15)), ("b", None), ("lapsed", LAST)):
            actions.enter_certificate(
                organisation=firm, kind="ccc", number=number, from_on=date(2023, 1, 1), until_on=until, by=BY, on=LAST
            )
    for day, county, park in ((moved_on, "west", parks[1]), (again_on, "east", None)):
        with clock.fixed_at(day):
            actions.move_organisation(organisation=firm, county=world_county(county), park=park, by=BY, on=day)

    def held(on, by, known_on=None):
        rows = indicators.show(key="certificates_valid", on=on, by=(by,), known_on=known_on).rows
        return {row[by]: row["n"] for row in rows if row["n"]}

    with clock.fixed_at(again_on):
        facts.collect()
        before = moved_on - timedelta(days=1)
        assert held(LAST, "county") == {"east": 3}
        assert (held(before, "county"), held(before, "park")) == ({"east": 2}, {parks[0].pk: 2})
        assert (held(moved_on, "county"), held(moved_on, "park")) == ({"west": 2}, {parks[1].pk: 2})
        assert held(LAST + timedelta(days=16), "county") == {"west": 1}
        assert (held(again_on, "county"), held(again_on, "park")) == ({"east": 1}, {None: 1})
        assert held(before, "county", known_on=before) == {"east": 2}
