"""Months, quarters and years have names, and their names have days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.policy import periods


@given(day=st.dates(), length=st.sampled_from(sorted(periods.MONTHS)))
def test_a_day_lies_in_the_period_that_is_named_after_it_and_the_next_day_after_its_end_does_not(day, length):
    first, last = periods.span(day, length)
    name = periods.name_of(day, length)

    assert first <= day <= last
    assert periods.first_last(name) == (first, last)
    assert {periods.name_of(one, length) for one in (first, last)} == {name}
    assert last == date.max or periods.name_of(last + timedelta(days=1), length) != name


def test_the_third_quarter_of_2025():
    assert periods.name_of(date(2025, 9, 30)) == "2025-Q3"
    assert periods.first_last("2025-Q3") == (date(2025, 7, 1), date(2025, 9, 30))


@pytest.mark.parametrize("name", ["", "2025-Q5", "2025-13", "2025-Q", "25", "0000", "2025-09-01", "２０２５"])
def test_what_names_no_period_is_refused(name):
    with pytest.raises(ValueError, match="is no year"):
        periods.first_last(name)
