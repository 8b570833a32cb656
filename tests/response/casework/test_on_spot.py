"""Penalties on the spot: decided, served and numbered at once, within the limits of the packs."""

from datetime import date
from decimal import Decimal

import pytest
from tests.response.casework.world import DAY

from banyan.kit import Refused
from banyan.response.casework import actions
from banyan.response.casework.models import Case, Duty, Paper

pytestmark = pytest.mark.django_db


def penalised(city, people, **fields):
    given = {"title": "no ledger", "party": city.gulou_firm, "grounds": "no ledger was kept", "breach": "pql_50",
             "step": "general", "goods_value": Decimal(1_000), "fine": Decimal(1_500),
             "second_officer": "officer_two"}  # fmt: skip
    return actions.penalise_on_spot(case=Case(**given | fields), by=people.officer_gulou, on=DAY)


def test_a_fine_on_the_spot_is_decided_and_served_the_same_day(city, people):
    case = Case.objects.get(pk=penalised(city, people).pk)

    assert (case.state, case.procedure, case.outcome) == ("served", "simple", "penalty")
    assert case.filed_on == case.decided_on == case.served_on == DAY
    assert (case.pay_by, case.number) == (date(2025, 3, 18), "350102-2025-000001")
    assert Paper.objects.get(case=case).number == "鼓楼区市监当罚〔2025〕1号"
    assert set(Duty.objects.filter(case=case).values_list("task", flat=True)) == {"collect", "publish"}
    actions.record_payment(case=case, amount=Decimal(1_500), by=people.officer_gulou, on=DAY)
    actions.publish_penalty(case=case, by=people.officer_gulou, on=DAY)
    actions.close_case(case=case, by=people.officer_gulou, on=DAY)


def test_a_warning_needs_no_range_and_is_not_to_be_published(city, people):
    case = penalised(city, people, fine=None, step="", goods_value=None)

    assert (case.state, case.pay_by, case.publish_by) == ("fulfilled", None, None)
    assert list(Duty.objects.filter(case=case).values_list("task", flat=True)) == ["close"]
    actions.close_case(case=case, by=people.officer_gulou, on=DAY)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"goods_value": Decimal(3_000), "fine": Decimal("3000.01")}, "at most 3000"),
        ({"party": None, "party_name": "Lin", "county_id": "gulou", "fine": Decimal(201)}, "at most 200"),
        ({"fine": Decimal(100)}, "For this breach and step"),
        ({"second_officer": ""}, "no second one"),
        ({"second_officer": "officer_gulou"}, "no second one"),
        ({"grounds": " "}, "are missing"),
    ],
)
def test_more_than_the_limit_or_less_than_the_form_is_refused(city, people, fields, words):
    with pytest.raises(Refused, match=words):
        penalised(city, people, **fields)
    assert not Case.objects.exists()
