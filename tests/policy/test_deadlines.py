"""Terms: calendar days, working days, months and years, roll-over, windows, extensions, provisional days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan import policy
from banyan.policy import NotInForce, calendar

DAYS = st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2026, 6, 30))


@pytest.fixture(scope="module")
def book():
    return policy.load()


def test_calendar_days_run_through_a_holiday_and_roll_over_only_at_the_end(book):
    term = book.deadline("spot_check.objection", on=dt.date(2024, 1, 1))

    over_the_holiday = term.due(dt.date(2024, 2, 8))
    into_the_holiday = term.due(dt.date(2024, 1, 27))

    assert over_the_holiday.on == dt.date(2024, 2, 23)
    assert into_the_holiday.on == dt.date(2024, 2, 18)
    assert "2024-02-11 is a free day" in into_the_holiday.counted
    assert "顺延" in into_the_holiday.counted_zh


def test_working_days_skip_the_holiday_and_count_make_up_sundays(book):
    term = book.deadline("food_sampling.objection", on=dt.date(2024, 1, 1))

    assert term.due(dt.date(2024, 2, 8)).on == dt.date(2024, 2, 23)


def test_the_same_key_answers_by_the_rule_of_the_day(book):
    old = book.deadline("spot_check.correct", on=dt.date(2019, 12, 31))
    present = book.deadline("spot_check.correct", on=dt.date(2020, 1, 1))

    assert (old.amount, old.is_confirmed, old.until) == (30, False, dt.date(2019, 12, 31))
    assert (present.amount, present.is_confirmed, present.until) == (60, True, None)
    assert present.reference.clause == "46"
    with pytest.raises(NotInForce):
        book.deadline("spot_check.correct", on=dt.date(2011, 1, 31))


def test_an_extension_is_granted_only_where_the_rule_knows_one(book):
    old = book.deadline("spot_check.correct", on=dt.date(2015, 6, 1))
    present = book.deadline("spot_check.correct", on=dt.date(2024, 6, 1))

    assert old.due(dt.date(2015, 6, 1), extended=True).on == dt.date(2015, 7, 31)
    with pytest.raises(ValueError, match="knows no extension"):
        present.due(dt.date(2024, 6, 1), extended=True)


def test_a_window_opens_and_closes_and_other_terms_do_not_open(book):
    window = book.deadline("spot_check.second_recheck", on=dt.date(2024, 3, 1))

    assert window.opens(dt.date(2024, 7, 1)).on == dt.date(2024, 8, 30)
    assert window.due(dt.date(2024, 7, 1)).on == dt.date(2024, 9, 29)
    with pytest.raises(ValueError, match="is no window"):
        book.deadline("spot_check.objection", on=dt.date(2024, 3, 1)).opens(dt.date(2024, 3, 1))


def test_a_term_over_days_that_are_not_announced_is_provisional_and_says_so(book):
    due = book.deadline("food_sampling.report", on=dt.date(2026, 12, 21)).due(dt.date(2026, 12, 21))

    assert due.provisional
    assert "provisional" in due.counted
    assert "暂定" in due.counted_zh


def test_months_end_on_the_last_day_of_a_short_month(book):
    term = book.deadline("spot_check.no_repeat_window", on=dt.date(2023, 8, 31))

    assert term.due(dt.date(2023, 8, 31)).on == dt.date(2024, 2, 29)


@given(start=DAYS, later=st.integers(min_value=0, max_value=30))
def test_no_term_of_the_packs_ends_sooner_for_a_later_start_or_on_the_wrong_side_of_it(start, later):
    book = policy.load()
    held = [entry for entry in book.entries("deadline") if entry.holds(start)]
    assert len(held) >= 20
    for entry in held:
        term = book.deadline(entry.key, on=start)
        due = term.due(start)
        assert due.on < start if entry.form == "before" else due.on > start
        assert term.due(start + dt.timedelta(days=later)).on >= due.on
        if term.unit == "workday" or term.term.rolls_over:
            assert calendar.is_working_day(due.on)


DEADLINE = """
trial.term:
  kind: deadline
  title: {{zh: 期限, en: Term}}
  status: draft
  form: {form}
  actor: {{zh: 企业, en: Firm}}
  starts_with: {{zh: 通知, en: Notice}}
  values: {{2020-01-01: {{{term}}}}}
"""


@pytest.mark.parametrize(
    ("form", "term", "words"),
    [
        ("max", "amount: 5, unit: week", "unit"),
        ("max", "amount: 0, unit: day", "amount"),
        ("max", "amount: 1.5, unit: day", "amount"),
        ("max", "amount: 5, unit: workday, rolls_over: true", "rolls_over: a term in working days"),
        ("window", "amount: 5, unit: day", "earliest: a window, and only a window"),
        ("max", "amount: 5, earliest: 2, unit: day", "earliest: a window, and only a window"),
        ("window", "amount: 5, earliest: 9, unit: day", "after the end of the window"),
        ("before", "amount: 5, unit: workday", "not counted in working days"),
    ],
)
def test_a_term_that_cannot_be_counted_is_refused(pack, form, term, words):
    pack.write("term.yaml", DEADLINE.format(form=form, term=term))

    assert words in str(pack.refusal())


def test_a_term_before_an_event_is_counted_back(pack):
    pack.write("term.yaml", DEADLINE.format(form="before", term="amount: 1, unit: month"))
    entry = pack.load().entry("trial.term").model_copy(update={"status": "in_force"})

    assert entry.on_day(dt.date(2024, 3, 31)).due(dt.date(2024, 3, 31)).on == dt.date(2024, 2, 29)
