"""Working days by the State Council's calendar, and what happens where it is not announced."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.policy import calendar

DAYS = st.dates(min_value=dt.date(2003, 6, 1), max_value=dt.date(2028, 6, 30))
TERMS = st.integers(min_value=0, max_value=60)


def test_a_make_up_saturday_is_a_working_day_and_a_bridged_monday_is_not():
    assert calendar.is_working_day(dt.date(2024, 2, 18))  # a Sunday, worked for the spring festival
    assert not calendar.is_working_day(dt.date(2024, 2, 12))  # a Monday inside it


def test_the_published_number_of_odd_days_is_met():
    def odd(year):
        days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365 + (year % 4 == 0))]
        worked = sum(calendar.is_working_day(day) and day.weekday() > 4 for day in days)
        free = sum(not calendar.is_working_day(day) and day.weekday() < 5 for day in days)
        return worked, free

    assert [odd(year) for year in (2024, 2025, 2026)] == [(8, 19), (5, 18), (6, 19)]


def test_a_year_that_is_not_announced_is_counted_by_weekdays_and_called_provisional():
    assert not calendar.is_announced(dt.date(2027, 1, 1))

    counted = calendar.count_working_days(dt.date(2026, 12, 31), 5)

    assert counted == (dt.date(2027, 1, 7), True)


@given(start=DAYS, days=TERMS)
def test_a_term_never_ends_on_a_free_day(start, days):
    assert calendar.is_working_day(calendar.add_working_days(start, days))


@given(start=DAYS, shorter=TERMS, longer=TERMS, later=st.integers(min_value=0, max_value=40))
def test_a_longer_term_or_a_later_start_never_ends_sooner(start, shorter, longer, later):
    shorter, longer = sorted((shorter, longer))

    end = calendar.add_working_days(start, shorter)

    assert end <= calendar.add_working_days(start, longer)
    assert end <= calendar.add_working_days(start + dt.timedelta(days=later), shorter)


@given(start=DAYS, days=st.integers(min_value=1, max_value=60))
def test_counting_back_gives_the_number_that_was_counted(start, days):
    end = calendar.add_working_days(start, days)

    assert calendar.working_days_between(start, end) == days
    assert calendar.working_days_between(end, start) == -days


@given(start=DAYS, days=TERMS)
def test_a_term_is_provisional_exactly_when_a_day_on_the_way_is_not_announced(start, days):
    counted = calendar.count_working_days(start, days)
    first = start + dt.timedelta(days=1 if days else 0)
    passed = [first + dt.timedelta(days=n) for n in range((counted.on - first).days + 1)]

    assert counted.provisional == any(not calendar.is_announced(day) for day in passed)


def test_a_term_of_fewer_than_no_days_is_refused():
    with pytest.raises(ValueError, match="days is -1"):
        calendar.count_working_days(dt.date(2024, 1, 1), -1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2023, 1, 31), 1, dt.date(2023, 2, 28)),
        (dt.date(2024, 8, 31), 6, dt.date(2025, 2, 28)),
        (dt.date(2024, 3, 15), -3, dt.date(2023, 12, 15)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_months_last(start, months, end):
    assert calendar.add_months(start, months) == end
