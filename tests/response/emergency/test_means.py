"""What is free of a resource for a real emergency and for an exercise, and where the roster has gaps."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.response.emergency.world import DAY, HOUSE, activated, again, entered, later

from banyan.kit import Refused, clock
from banyan.kit.refusals import NotAllowed
from banyan.response.emergency import actions, queries
from banyan.response.emergency.models import Duty

pytestmark = pytest.mark.django_db


def reserve(activation, resource, quantity):
    return actions.reserve(
        activation=again(activation), resource=resource, quantity=Decimal(quantity), by=HOUSE, on=DAY
    )


def free(city, people):
    return queries.resources(people.planner, on=DAY)[0]["free"]


def test_no_more_is_reserved_than_there_is(city, people):
    cars, one = entered(city), activated(city)
    reserve(one, cars, 2)

    with pytest.raises(Refused, match="1 of 3 is free"):
        reserve(one, cars, 2)
    assert free(city, people) == 1


def test_a_real_emergency_may_take_what_an_exercise_holds_and_not_the_other_way(city, people):
    cars, drill, real = entered(city), activated(city, is_drill=True), activated(city)
    reserve(drill, cars, 3)
    assert free(city, people) == 3
    reserve(real, cars, 3)

    with pytest.raises(Refused, match="is free"):
        reserve(drill, cars, 1)


def test_the_end_of_the_response_releases_what_it_held(city, people):
    cars, one = entered(city), activated(city)
    reserve(one, cars, 2)
    held = reserve(one, cars, 1)
    actions.release(reservation=held, by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="released already"):
        actions.release(reservation=again(held), by=HOUSE, on=DAY)

    actions.end_response(activation=again(one), by=HOUSE, on=DAY, reason="over")

    assert free(city, people) == 3


def test_a_resource_is_not_brought_below_what_is_held_nor_withdrawn_then(city):
    cars, one = entered(city), activated(city)
    reserve(one, cars, 2)

    with pytest.raises(Refused, match="2 of it is reserved"):
        actions.change_resource(resource=again(cars), quantity=Decimal(1), by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="is reserved"):
        actions.withdraw_resource(resource=again(cars), by=HOUSE, on=DAY, reason="sold")
    actions.change_resource(resource=again(cars), quantity=Decimal(5), by=HOUSE, on=DAY)
    assert again(cars).telephone == "0591-0000 0000"


# ---------------------------------------------------------------- duty


def duty(city, person, begins, ends, county="gulou"):
    one = Duty(county=getattr(city, county), person=person, from_at=later(begins), until_at=later(ends))
    return actions.enter_duties(duties=[one], by=HOUSE, on=DAY)[0]


def test_who_is_on_duty_now_and_what_the_roster_leaves_open(city, people):
    duty(city, people.officer_gulou, -60, 60)
    duty(city, people.planner, 120, 300)
    now = clock.now()

    assert [one.person for one in queries.on_duty(people.officer_gulou, at=now)] == [people.officer_gulou]
    assert queries.on_duty(people.officer_gulou, at=later(60)) == []  # the end is not on duty any more
    ((region, spans),) = queries.gaps(people.officer_gulou, at=now, days=1)
    midnight = datetime(2025, 6, 3, tzinfo=clock.zone())
    assert (region, spans) == (city.gulou, [(later(60), later(120)), (later(300), midnight)])
    assert len(queries.gaps(people.planner, at=now)) == 4  # the city and its three counties


def test_somebody_of_another_county_or_for_no_time_is_not_entered(city, people):
    with pytest.raises(Refused, match="could not see"):
        duty(city, people.officer_changle, 0, 60)
    with pytest.raises(Refused, match="ends before it begins"):
        duty(city, people.officer_gulou, 60, 60)


def test_a_withdrawn_duty_leaves_its_gap(city, people):
    one = duty(city, people.officer_gulou, -60, 60)
    actions.withdraw_duty(duty=one, by=people.officer_gulou, on=DAY, reason="ill")

    assert queries.on_duty(people.officer_gulou, at=clock.now()) == []
    with pytest.raises(NotAllowed):
        actions.withdraw_duty(duty=again(one), by=people.sampler, on=DAY, reason="x")


@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(0, 12)), max_size=8))
def test_open_spans_are_the_hours_that_nobody_covers(spans):
    start = datetime(2025, 6, 2, tzinfo=clock.zone())
    hour = timedelta(hours=1)
    covered = sorted((begins, begins + length) for begins, length in spans if length)

    found = queries.open_spans(
        [(start + begins * hour, start + ends * hour) for begins, ends in covered], start, start + 24 * hour
    )

    slow = {one for one in range(24) if not any(begins <= one < ends for begins, ends in covered)}
    fast = {one for one in range(24) if any(a <= start + one * hour < b for a, b in found)}
    assert slow == fast
    assert all(begins < ends for begins, ends in found)
