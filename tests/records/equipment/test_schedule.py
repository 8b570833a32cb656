"""When equipment is due: elevators by the list of years, the others by months, or as a report states."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.records.equipment.models import Equipment
from banyan.records.equipment.queries.schedule import Passed, duties, month_end, year_end

BASE = date(2020, 5, 14)
ON = date(2024, 1, 8)
INSPECTED = {1, 4, 7, 9, 11, 13, 15}


def elevator(base: date = BASE) -> Equipment:
    return Equipment(kind="elevator", installed_on=base)


def due(passed: dict, *, equipment: Equipment | None = None, on: date = ON) -> dict[str, date]:
    return {one.what: one.due_on for one in duties(equipment or elevator(), Passed(passed), on=on)}


def test_an_elevator_inspected_in_its_fourth_year_tests_itself_in_the_fifth_and_is_inspected_in_the_seventh():
    found = due({"supervision": BASE, "periodic": date(2024, 5, 20)})

    assert found == {"self_test": date(2025, 5, 31), "periodic": date(2027, 5, 31)}


@pytest.mark.parametrize(
    ("done_on", "next_inspection"),
    [
        (date(2024, 2, 29), date(2024, 5, 31)),  # three months early: it counts for no year that needs one
        (date(2024, 3, 1), date(2027, 5, 31)),  # two months early is early enough
        (date(2024, 5, 31), date(2027, 5, 31)),
        (date(2025, 1, 6), date(2027, 5, 31)),  # late, but done
        (date(2027, 2, 28), date(2027, 5, 31)),
        (date(2027, 3, 1), date(2029, 5, 31)),
    ],
)
def test_an_inspection_counts_for_the_year_that_it_is_near_enough_to(done_on, next_inspection):
    assert due({"supervision": BASE, "periodic": done_on})["periodic"] == next_inspection


@pytest.mark.parametrize(
    ("done_on", "next_test"),
    [(date(2025, 3, 31), date(2025, 5, 31)), (date(2025, 4, 1), date(2026, 5, 31))],
)
def test_a_self_test_may_be_one_month_early(done_on, next_test):
    found = due({"supervision": BASE, "periodic": date(2024, 5, 6), "self_test": done_on})

    assert found["self_test"] == next_test


def test_a_self_test_does_not_stand_in_for_a_missed_inspection():
    found = due({"supervision": BASE, "periodic": date(2021, 5, 10), "self_test": date(2025, 5, 12)})

    assert found["periodic"] == date(2024, 5, 31)


def test_after_fifteen_years_an_elevator_is_inspected_every_year():
    old = elevator(date(2004, 8, 2))

    assert due({"supervision": date(2004, 8, 2), "periodic": date(2021, 8, 9)}, equipment=old) == {
        "periodic": date(2022, 8, 31)
    }


def test_before_the_list_of_2023_no_rule_says_when_an_elevator_is_due():
    assert due({"supervision": BASE}, on=date(2023, 4, 1)) == {}


@given(base=st.dates(date(2000, 1, 1), date(2022, 12, 31)), after=st.integers(0, 9000))
def test_the_next_inspection_is_the_first_year_of_the_list_that_was_not_covered(base, after):
    """The slow, obvious way: walk through all years and take the first whose window opens after the inspection."""
    done_on = base + timedelta(days=after)
    found = due({"supervision": base, "periodic": done_on}, equipment=elevator(base))["periodic"]

    for year in range(1, 60):
        if year not in INSPECTED and year <= 15:
            continue
        last = year_end(base, year)
        months = last.year * 12 + last.month - 1 - 2
        window_opens = date(months // 12, months % 12 + 1, 1)
        if window_opens > done_on:
            assert found == last
            return


def test_a_vessel_has_its_yearly_check_and_after_three_years_the_term_of_its_grade():
    vessel = Equipment(kind="vessel", variety="grade_2", installed_on=date(2021, 3, 10))

    first = due({"supervision": date(2021, 3, 10)}, equipment=vessel)
    later = due({"supervision": date(2021, 3, 10), "periodic": date(2024, 2, 1)}, equipment=vessel)

    assert first == {"yearly_check": date(2022, 3, 31), "periodic": date(2024, 3, 31)}
    assert later["periodic"] == date(2030, 2, 28)


def test_a_variety_that_the_rule_does_not_name_has_the_term_of_its_kind():
    crane, tower = (Equipment(kind="crane", variety=name, installed_on=date(2023, 1, 9)) for name in ("", "tower"))

    assert due({}, equipment=crane) == {"periodic": date(2025, 1, 31)}
    assert due({}, equipment=tower) == {"periodic": date(2024, 1, 31)}


def test_an_earlier_day_that_the_report_states_comes_first():
    found = duties(elevator(), Passed({"periodic": date(2024, 5, 20)}, date(2024, 11, 20)), on=ON)

    assert (found[0].what, found[0].due_on, found[0].rule) == ("periodic", date(2024, 11, 20), "")


@pytest.mark.parametrize(
    ("day", "end"), [(date(2024, 2, 1), date(2024, 2, 29)), (date(2023, 12, 31), date(2023, 12, 31))]
)
def test_a_term_ends_with_the_last_day_of_its_month(day, end):
    assert month_end(day) == end
