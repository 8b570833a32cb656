"""The transfer to the police: by the threshold, with a clock for each step, and the case that comes back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.response.casework.world import DAY, filed

from banyan.kit import Refused
from banyan.response.casework import actions, queries
from banyan.response.casework.models import Case, Duty, Paper, Transfer

pytestmark = pytest.mark.django_db


def proposed(city, people):
    case = filed(city, people)
    return actions.propose_transfer(case=case, sales=Decimal(60_000), by=people.officer_gulou, on=DAY)


def sent(city, people):
    one = proposed(city, people)
    actions.approve_transfer(transfer=one, by=people.leader, on=DAY + timedelta(days=1))
    return actions.hand_over(transfer=one, police="Gulou police", by=people.officer_gulou, on=DAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("sales", "goods", "measure"),
    [(49_999, None, None), (50_000, None, "sales"), (None, 149_999, None), (None, 150_000, "unsold"),
     (40_000, 69_999, None), (40_000, 70_000, "combined"), (None, None, None)],
)  # fmt: skip
def test_each_measure_begins_at_its_own_amount(city, sales, goods, measure):
    """Of goods worth 70,000 for 40,000 sold, 30,000 are unsold: three times the sales and that are 150,000."""
    case = Case(sales=sales and Decimal(sales), goods_value=goods and Decimal(goods))

    found = queries.reached(case, on=DAY)

    assert (found.measure if found else None) == measure


def test_a_case_below_every_threshold_is_not_transferred_and_the_thresholds_are_said(city, people):
    case = filed(city, people)

    with pytest.raises(Refused, match="No threshold is reached") as refusal:
        actions.propose_transfer(case=case, sales=Decimal(100), by=people.officer_gulou, on=DAY)

    assert "50000" in refusal.value.prevents
    assert Case.objects.get().sales is None


def test_the_head_decides_within_three_days_and_is_not_whoever_proposed(city, people):
    one = proposed(city, people)

    assert (one.due_rule, one.due_on) == ("casework.transfer_decide", date(2025, 3, 6))
    assert Duty.objects.get(task="transfer").officer not in (None, people.officer_gulou)
    with pytest.raises(Refused, match="proposed on"):
        actions.propose_transfer(case=one.case, by=people.officer_gulou, on=DAY)
    actions.approve_transfer(transfer=one, by=people.leader, on=DAY)
    one = Transfer.objects.get()
    assert (one.state, one.due_on) == ("approved", date(2025, 3, 4))


def test_who_proposed_does_not_approve(city, people):
    case = filed(city, people)
    one = actions.propose_transfer(case=case, sales=Decimal(60_000), by=people.planner, on=DAY)

    with pytest.raises(Refused, match="yourself"):
        actions.approve_transfer(transfer=one, by=people.planner, on=DAY)


def test_a_case_sent_to_the_police_stops_and_its_copy_goes_to_the_prosecutor(city, people):
    one = sent(city, people)

    case = Case.objects.get()
    assert (case.state, case.outcome, case.due_on) == ("transferred", "police", None)
    assert Paper.objects.filter(case=case, template="transfer").exists()
    copy = Duty.objects.get(task="copy")
    assert copy.due_on == date(2025, 3, 6)
    actions.copy_to_prosecutor(transfer=one, prosecutor="Gulou", by=people.officer_gulou, on=date(2025, 3, 6))
    assert Duty.objects.get(task="copy").end == "done"
    with pytest.raises(Refused, match="Nothing has to be done"):
        actions.copy_to_prosecutor(transfer=one, prosecutor="Gulou", by=people.officer_gulou, on=date(2025, 3, 7))


def test_the_police_have_three_days_from_their_receipt(city, people):
    one = sent(city, people)
    with pytest.raises(Refused, match="which number"):
        actions.record_receipt(transfer=one, receipt=" ", by=people.officer_gulou, on=date(2025, 3, 6))

    actions.record_receipt(transfer=one, receipt="R-1", by=people.officer_gulou, on=date(2025, 3, 6))

    assert Transfer.objects.get().answer_by == date(2025, 3, 9)


def test_a_case_in_which_the_police_open_none_comes_back_without_the_days_between(city, people):
    one = sent(city, people)
    actions.record_receipt(transfer=one, receipt="R-1", by=people.officer_gulou, on=date(2025, 3, 6))
    with pytest.raises(Refused, match="Its state is"):
        actions.take_back(transfer=one, by=people.officer_gulou, on=date(2025, 3, 6))
    actions.record_answer(
        transfer=one, is_accepted=False, answer="the intent is not proved", by=people.officer_gulou,
        on=date(2025, 3, 9),
    )  # fmt: skip
    assert Transfer.objects.get().due_on == date(2025, 3, 12)

    actions.take_back(transfer=one, by=people.officer_gulou, on=date(2025, 3, 15))

    case = Case.objects.get()
    assert (case.state, case.outcome, case.days_stopped) == ("filed", "", 10)
    assert case.decide_by == date(2025, 6, 11)
    again = actions.propose_transfer(case=case, by=people.officer_gulou, on=date(2025, 3, 16))
    assert again.state == "proposed"


def test_the_answer_of_the_police_may_be_contested_and_answered_again(city, people):
    one = sent(city, people)
    actions.record_receipt(transfer=one, receipt="R-1", by=people.officer_gulou, on=date(2025, 3, 6))
    actions.record_answer(transfer=one, is_accepted=False, answer="no", by=people.officer_gulou, on=date(2025, 3, 9))
    actions.contest_answer(transfer=one, by=people.officer_gulou, on=date(2025, 3, 10), reason="intent is proved")

    actions.record_answer(
        transfer=one, is_accepted=True, answer="opened", by=people.officer_gulou, on=date(2025, 3, 12)
    )

    assert Transfer.objects.get().state == "accepted"
    actions.close_case(case=Case.objects.get(), by=people.officer_gulou, on=date(2025, 3, 13))
