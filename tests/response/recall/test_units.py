"""Units: the scope by the trace, the counts at each holder, and that nothing closes while they disagree."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.traceability.conftest import MILL, event, lot
from tests.response.recall.world import holding, running, stated

from banyan.kit import Refused
from banyan.records.traceability import actions as traceability
from banyan.response.recall import actions, queries
from banyan.response.recall.models import TALLIES, Recall, Scope
from banyan.response.recall.queries import tracing

pytestmark = pytest.mark.django_db
PALLET = "urn:epc:id:sscc:690123.40000000001"
RECALLED = lot("A")


def of(number: str, quantity: float) -> dict:
    return {"epcClass": number, "quantity": quantity, "uom": "KGM"}


def trading(returned: int = 30) -> list[dict]:
    """100 made in Gulou; 60 on a pallet and 40 loose go to Changle, which sells all; some come back."""
    amount = of(RECALLED, returned)
    return [
        event(hour=1, bizStep="commissioning", action="ADD", quantityList=[of(RECALLED, 100)]),
        event("AggregationEvent", hour=2, bizStep="packing", action="ADD", parentID=PALLET,
              childQuantityList=[of(RECALLED, 60)]),
        event(hour=3, bizStep="shipping", action="OBSERVE", epcList=[PALLET]),
        event(hour=4, bizStep="shipping", action="OBSERVE", quantityList=[of(RECALLED, 40)]),
        event(hour=5, place=MILL, bizStep="receiving", action="OBSERVE", epcList=[PALLET]),
        event("AggregationEvent", hour=6, place=MILL, bizStep="unpacking", action="DELETE", parentID=PALLET,
              childQuantityList=[of(RECALLED, 60)]),
        event(hour=7, place=MILL, bizStep="receiving", action="OBSERVE", quantityList=[of(RECALLED, 40)]),
        event(hour=8, place=MILL, bizStep="retail_selling", action="OBSERVE", quantityList=[of(RECALLED, 100)]),
        event(hour=9, place=MILL, bizStep="receiving", disposition="returned", action="OBSERVE",
              quantityList=[amount]),
        event(hour=10, place=MILL, bizStep="shipping", disposition="returned", action="OBSERVE",
              quantityList=[amount]),
        event(hour=11, bizStep="receiving", disposition="returned", action="OBSERVE", quantityList=[amount]),
        event(hour=12, bizStep="destroying", action="DELETE", quantityList=[amount]),
    ]  # fmt: skip


def test_the_scope_is_computed_from_the_trace_with_what_lay_on_pallets(trade, people, send):
    assert send(*trading()).success
    on = trade.today
    recall = running(trade, people, on=on)
    with pytest.raises(Refused):
        actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.officer_gulou, on=on)  # without a purpose
    traceability.state_purpose(says=f"the units of recall {recall.number}", until_on=on, by=people.planner, on=on)

    scope = actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.planner, on=on)

    assert (scope.way, scope.units, scope.firms, scope.lots) == (Scope.Way.TRACE, 100, 2, 1)
    assert "forward" in scope.receipt
    maker, seller = holding(recall, "firm-g"), holding(recall, "firm-c")
    assert {name: Decimal(value) for name, value in maker.traced.items()} == {
        "made": 100, "sold": 100, "returned": 30, "destroyed": 30,
    }  # fmt: skip
    assert {name: Decimal(value) for name, value in seller.traced.items()} == {
        "received": 100, "sold": 100, "returned": 30, "sent_back": 30,
    }  # fmt: skip


def test_a_recall_is_not_closed_while_a_firm_states_otherwise_than_the_trace(trade, people, send):
    send(*trading())
    on = trade.today
    recall = running(trade, people, on=on)
    traceability.state_purpose(says=f"the units of recall {recall.number}", until_on=on, by=people.planner, on=on)
    actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.planner, on=on)
    actions.state_units(
        holding=holding(recall, "firm-g"), made=100, sold=100, returned=31, destroyed=31, by=people.gulou_firm, on=on
    )
    actions.state_units(
        holding=holding(recall, "firm-c"), received=100, sold=100, returned=30, sent_back=30,
        by=people.changle_firm, on=on,
    )  # fmt: skip
    ended(recall, people, on)

    with pytest.raises(Refused, match="came back 31 as stated, 30 by the trace, 1 apart") as refusal:
        actions.close_recall(recall=recall, by=people.officer_gulou, on=on)
    assert refusal.value.code == "units-disagree"
    actions.state_units(
        holding=holding(recall, "firm-g"), returned=30, destroyed=30, by=people.gulou_firm, on=on
    )  # fmt: skip
    actions.close_recall(recall=recall, by=people.officer_gulou, on=on)

    assert Recall.objects.get(pk=recall.pk).state == "closed"


def test_what_is_declared_wrong_counts_no_more(trade, people, send):
    wrong = event(hour=1, bizStep="commissioning", action="ADD", quantityList=[of(RECALLED, 100)])
    send(wrong)
    declared = {
        **wrong,
        "errorDeclaration": {"declarationTime": "2025-05-02T08:00:00+08:00", "reason": "incorrect_data"},
    }
    send(declared)

    assert tracing.holders_of([RECALLED], known_at=trade.today) == []


def ended(recall: Recall, people, on: date) -> None:
    """Summary and effect check of a running recall."""
    actions.complete_measures(recall=recall, by=people.gulou_firm, on=on)
    actions.file_summary(recall=recall, summary="done", by=people.gulou_firm, on=on)
    actions.find_effective(recall=recall, found="visited", by=people.officer_gulou, on=on)


def tried(recall: Recall, party: str, units: dict, people, on: date) -> str:
    """Why a step was refused, by its code; empty where it was done."""
    firms = {"firm-g": people.gulou_firm, "firm-c": people.changle_firm}
    try:
        if party == "close":
            actions.close_recall(recall=recall, by=people.officer_gulou, on=on)
        else:
            actions.state_units(holding=holding(recall, party), by=firms[party], on=on, **units)
    except Refused as refusal:
        return refusal.code
    return ""


counts = st.dictionaries(st.sampled_from(sorted(TALLIES)), st.integers(0, 3), max_size=7)
STEPS = st.lists(st.tuples(st.sampled_from(["firm-g", "firm-c", "close"]), counts), min_size=1, max_size=10)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_path_of_verbs_closes_a_recall_while_its_units_disagree(city, people, steps):
    from django.db import transaction

    with transaction.atomic():
        recall = running(city, people)
        day = date(2024, 3, 4)
        stated(city, people, recall, on=day)
        ended(recall, people, day)
        for party, given_counts in steps:
            apart = queries.differences(Recall.objects.get(pk=recall.pk))
            given_units = {name: Decimal(value) for name, value in given_counts.items()}
            refused = tried(recall, party, given_units, people, day)
            assert refused in ("", "units-disagree", "not-now", "recall-ended")
            assert party != "close" or bool(apart) == (refused == "units-disagree") or refused == "not-now"
            if Recall.objects.get(pk=recall.pk).state == "closed":
                assert not queries.differences(recall)
        transaction.set_rollback(True)


def test_a_scope_of_the_trace_is_not_replaced_by_what_the_maker_states(trade, people, send):
    assert send(*trading()).success
    on = trade.today
    recall = running(trade, people, on=on)
    traceability.state_purpose(says=f"the units of recall {recall.number}", until_on=on, by=people.planner, on=on)
    actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.planner, on=on)
    lines = [(trade.gulou_firm, "", Decimal(10))]

    with pytest.raises(Refused) as refused:
        actions.state_scope(recall=recall, lines=lines, by=people.gulou_firm, on=on)

    assert refused.value.code == "scope-traced"
    assert recall.scopes.get(replaced_on=None).way == Scope.Way.TRACE


def test_a_firm_states_its_own_units_and_not_those_of_another(city, people):
    recall = running(city, people)
    maker, seller = stated(city, people, recall)

    actions.state_units(holding=maker, made=Decimal(100), by=people.gulou_firm, on=recall.published_on)
    with pytest.raises(Refused) as refused:
        actions.state_units(holding=seller, received=Decimal(100), by=people.gulou_firm, on=recall.published_on)

    assert refused.value.code == "not-its-units"
    assert holding(recall, "firm-c").stated_on is None


def test_a_maker_that_states_fewer_units_made_than_the_scope_recalls_does_not_agree(city, people):
    recall = running(city, people)
    maker, _seller = stated(city, people, recall)
    on = recall.published_on
    actions.state_units(holding=maker, made=Decimal(10), sold=Decimal(10), by=people.gulou_firm, on=on)

    apart = [one for one in queries.differences(Recall.objects.get(pk=recall.pk)) if one.kind == "not_all"]

    assert [(one.stated, one.traced) for one in apart] == [(10, 100)]
