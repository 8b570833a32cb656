"""Reconsideration and lawsuits against a penalty: until when, what they change, and what leaves the public pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.response.casework.world import DAY, announced, served

from banyan.kit import Refused
from banyan.response.casework import actions, queries
from banyan.response.casework.models import Case, Duty, Remedy

pytestmark = pytest.mark.django_db

LATER = DAY + timedelta(days=5)


def contested(city, people, *, kind="reconsider", on=DAY, **more):
    case = served(city, people, **more)
    actions.ask_remedy(
        case=case, kind=kind, authority="Fuzhou", asked_on=on, by=people.officer_gulou, on=max(on, DAY)
    )
    return Case.objects.get(pk=case.pk), Remedy.objects.get(case=case)


def ended(people, remedy, end, *, on=LATER, **more):
    actions.end_remedy(remedy=remedy, end=end, words="the court has found", by=people.officer_gulou, on=on, **more)
    return Case.objects.get(pk=remedy.case_id)


def test_until_when_a_party_may_ask_follows_from_the_service(city, people):
    _case, remedy = contested(city, people)

    assert (remedy.ask_by, remedy.fine_before) == (date(2025, 5, 2), Decimal("30000.00"))


def test_who_sues_after_reconsideration_has_fifteen_days_from_its_end(city, people):
    case, remedy = contested(city, people)
    ended(people, remedy, "upheld")

    actions.ask_remedy(case=case, kind="lawsuit", authority="court", by=people.officer_gulou, on=LATER)

    assert Remedy.objects.get(kind="lawsuit").ask_by == LATER + timedelta(days=15)


def test_one_remedy_at_a_time_and_none_before_the_service(city, people):
    case, _remedy = contested(city, people)

    with pytest.raises(Refused, match="is still open"):
        actions.ask_remedy(case=case, kind="lawsuit", authority="court", by=people.officer_gulou, on=DAY)
    early = announced(city, people, on=LATER)
    with pytest.raises(Refused):
        actions.ask_remedy(case=early, kind="lawsuit", authority="court", by=people.officer_gulou, on=LATER)


def test_no_court_enforces_while_a_remedy_is_open(city, people):
    case, remedy = contested(city, people)
    late = DAY + timedelta(days=40)
    actions.demand_payment(case=case, by=people.officer_gulou, on=late)

    with pytest.raises(Refused, match="no court enforces"):
        actions.enforce_payment(case=case, by=people.officer_gulou, on=late)
    ended(people, remedy, "upheld", on=late)
    actions.enforce_payment(case=case, by=people.officer_gulou, on=late)

    assert Case.objects.get(pk=case.pk).state == "fulfilled"


def test_a_changed_fine_may_already_be_paid(city, people):
    case, remedy = contested(city, people)
    actions.record_payment(case=case, amount=Decimal(12_000), by=people.officer_gulou, on=DAY)

    case = ended(people, remedy, "changed", fine=Decimal(12_000))

    assert (case.state, case.fine, case.outcome) == ("fulfilled", Decimal("12000.00"), "penalty")
    assert case.fine_position == pytest.approx(0.04)
    assert Remedy.objects.get().fine_after == Decimal("12000.00")


@pytest.mark.parametrize(("end", "fine"), [("changed", None), ("upheld", Decimal(1)), ("nothing", None)])
def test_a_fine_belongs_to_an_end_that_changes_it(city, people, end, fine):
    _case, remedy = contested(city, people)

    with pytest.raises(Refused, match="to no other"):
        ended(people, remedy, end, fine=fine)


def test_a_quashed_penalty_leaves_the_public_at_once_and_its_days_are_told(city, people):
    case, remedy = contested(city, people)
    actions.publish_penalty(case=case, by=people.officer_gulou, on=DAY)
    assert [one.pk for one in queries.public_penalties(on=DAY)] == [case.pk]

    case = ended(people, remedy, "quashed", ended_on=LATER - timedelta(days=1))

    assert list(queries.public_penalties(on=LATER)) == []
    assert (case.state, case.outcome) == ("dropped", "quashed")
    duty = Duty.objects.get(case=case, task="unpublish")
    assert (duty.from_on, duty.due_on, duty.ended_on) == (date(2025, 3, 7), date(2025, 3, 12), LATER)
    actions.close_case(case=case, by=people.officer_gulou, on=LATER)
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_a_quashed_penalty_that_was_not_public_is_not_to_be_published_any_more(city, people):
    _case, remedy = contested(city, people)

    case = ended(people, remedy, "quashed")

    assert Duty.objects.get(case=case, task="publish").end == "void"
    assert not Duty.objects.filter(case=case, task="unpublish").exists()
    with pytest.raises(Refused, match="has no penalty"):
        actions.publish_penalty(case=case, by=people.officer_gulou, on=LATER)
