"""Holders by the trace: what lay on pallets and was taken off, what was made of it, and at whose place."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.traceability.conftest import FARM, MILL, event, lot, pack
from tests.response.recall.world import running

from banyan.records.traceability import actions as traceability
from banyan.response.recall import actions
from banyan.response.recall.models import Holding, Recall
from banyan.response.recall.queries import tracing

pytestmark = pytest.mark.django_db
PALLET, CARTON = "urn:epc:id:sscc:690123.40000000001", "urn:epc:id:sscc:690123.40000000002"
SHOP = "urn:epc:id:sgln:690555.000001.0"  # whose it is, nobody has registered
RECALLED, CAKE = lot("A"), "urn:epc:class:lgtin:690999.2000002.C"


def of(number: str, quantity: float, unit: str = "KGM") -> dict:
    return {"epcClass": number, "quantity": quantity} | ({"uom": unit} if unit else {})


def put(
    hour: int, box: str, *things: dict, action: str = "ADD", place: str = FARM, epcs: tuple[str, ...] = ()
) -> dict:
    return event("AggregationEvent", hour=hour, place=place, bizStep="packing" if action == "ADD" else "unpacking",
                 action=action, parentID=box, childQuantityList=list(things), childEPCs=list(epcs))  # fmt: skip


def seen(hour: int, step: str, *epcs: str, place: str = FARM, quantities: tuple[dict, ...] = (), **more: str) -> dict:
    return event(hour=hour, place=place, bizStep=step, action="OBSERVE", epcList=list(epcs),
                 quantityList=list(quantities), **more)  # fmt: skip


MADE = event(hour=1, bizStep="commissioning", action="ADD", quantityList=[of(RECALLED, 100)])


def counted(trade, *asked: str) -> dict[tuple[str, str], dict[str, int]]:
    """The counts by holder (or place) and unit."""
    found = tracing.holders_of(list(asked or [RECALLED]), known_at=trade.today)
    return {(one.holder, one.unit): {name: int(value) for name, value in one.counts.items()} for one in found}


def test_what_was_taken_off_a_pallet_does_not_travel_with_it(trade, send):
    assert send(
        MADE, put(2, PALLET, of(RECALLED, 60)), put(3, PALLET, of(RECALLED, 20), action="DELETE"),
        seen(4, "shipping", PALLET), seen(5, "receiving", PALLET, place=MILL),
    ).success  # fmt: skip

    assert counted(trade) == {("firm-g", "KGM"): {"made": 100, "sold": 40}, ("firm-c", "KGM"): {"received": 40}}


def test_what_lies_in_a_carton_on_a_pallet_travels_with_the_pallet_until_the_carton_is_taken_off(trade, send):
    assert send(
        MADE, put(2, CARTON, of(RECALLED, 30)), put(3, PALLET, epcs=(CARTON,)), put(4, PALLET, of(RECALLED, 10)),
        seen(5, "shipping", PALLET), seen(6, "receiving", PALLET, place=MILL),
        put(7, PALLET, epcs=(CARTON,), action="DELETE", place=MILL), seen(8, "shipping", PALLET, place=MILL),
        seen(9, "retail_selling", CARTON, place=MILL),
    ).success  # fmt: skip

    assert counted(trade) == {
        ("firm-g", "KGM"): {"made": 100, "sold": 40}, ("firm-c", "KGM"): {"received": 40, "sold": 40},
    }  # fmt: skip


def test_an_event_that_names_pallet_carton_and_lot_counts_the_units_once(trade, send):
    assert send(
        MADE, put(2, CARTON, of(RECALLED, 30)), put(3, PALLET, epcs=(CARTON,)),
        seen(4, "shipping", PALLET, CARTON), seen(5, "receiving", PALLET, place=MILL, quantities=(of(RECALLED, 30),)),
    ).success  # fmt: skip

    assert counted(trade) == {("firm-g", "KGM"): {"made": 100, "sold": 30}, ("firm-c", "KGM"): {"received": 30}}


def test_a_pallet_that_was_asked_for_is_counted_by_what_lies_on_it(trade, send):
    units = [f"urn:epc:id:sgtin:690123.4000001.{number}" for number in (1, 2)]
    assert send(
        event(hour=1, bizStep="commissioning", action="ADD", epcList=units), put(2, PALLET, epcs=tuple(units)),
        seen(3, "shipping", PALLET), seen(4, "receiving", PALLET, place=MILL),
    ).success  # fmt: skip

    assert counted(trade, PALLET) == {("firm-g", ""): {"made": 2, "sold": 2}, ("firm-c", ""): {"received": 2}}


def test_who_holds_what_was_made_of_the_lot_is_a_holder_in_its_own_unit(trade, send, people):
    assert send(
        MADE, seen(2, "shipping", quantities=(of(RECALLED, 60),)),
        seen(3, "receiving", place=MILL, quantities=(of(RECALLED, 60),)),
        event("TransformationEvent", hour=4, place=MILL, bizStep="creating_class_instance",
              inputQuantityList=[of(RECALLED, 60)], outputQuantityList=[of(CAKE, 500, "")]),
        seen(5, "shipping", place=MILL, quantities=(of(CAKE, 500, ""),)),
        seen(6, "receiving", place=SHOP, quantities=(of(CAKE, 500, ""),)),
    ).success  # fmt: skip
    on = trade.today
    recall = running(trade, people, on=on)
    traceability.state_purpose(says=f"the units of recall {recall.number}", until_on=on, by=people.planner, on=on)

    scope = actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.planner, on=on)

    assert counted(trade) == {
        ("firm-g", "KGM"): {"made": 100, "sold": 60}, ("firm-c", ""): {"made": 500, "sold": 500},
        ("firm-c", "KGM"): {"received": 60, "sold": 60}, (SHOP_LINK, ""): {"received": 500},
    }  # fmt: skip
    assert (scope.units, scope.firms, scope.lots) == (40, 3, 2)  # 60 of the 100 became cakes, which count apart
    assert Recall.objects.get(pk=recall.pk).unit == "KGM"
    rows = Holding.objects.filter(recall=recall)
    assert {(row.party_id, row.place, row.unit) for row in rows} == {
        ("firm-g", "", "KGM"), ("firm-c", "", "KGM"), ("firm-c", "", ""), (None, SHOP_LINK, ""),
    }  # fmt: skip
    assert [row.is_maker for row in rows.filter(party="firm-g")] == [True]


SHOP_LINK = "https://id.gs1.org/414/6905550000019"


def test_two_firms_of_one_name_are_two_holders(trade, send, people):
    on = trade.today
    assert send(
        MADE, seen(2, "shipping", quantities=(of(RECALLED, 60),)),
        seen(3, "receiving", place=MILL, quantities=(of(RECALLED, 60),)),
    ).success  # fmt: skip
    recall = running(trade, people, on=on)
    type(trade.changle_firm).objects.filter(pk="firm-c").update(name=trade.gulou_firm.name)
    traceability.state_purpose(says=f"the units of recall {recall.number}", until_on=on, by=people.planner, on=on)

    actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.planner, on=on)

    held = {row.party_id: row.traced for row in Holding.objects.filter(recall=recall)}
    assert held["firm-g"] == {"made": "100.000", "sold": "60.000"}
    assert held["firm-c"] == {"received": "60.000"}


def test_what_a_firm_stated_before_is_kept_when_the_trace_finds_it_under_its_present_name(trade, send, people):
    on = trade.today
    assert send(
        MADE, seen(2, "shipping", quantities=(of(RECALLED, 60),)),
        seen(3, "receiving", place=MILL, quantities=(of(RECALLED, 60),)),
    ).success  # fmt: skip
    recall = running(trade, people, on=on)
    lines = [(trade.gulou_firm, "", Decimal(100)), (trade.changle_firm, "", Decimal(60))]
    actions.state_scope(recall=recall, lines=lines, by=people.planner, on=on)
    held = Holding.objects.get(recall=recall, party="firm-c")
    actions.state_units(holding=held, received=Decimal(60), by=people.changle_firm, on=on)
    type(trade.changle_firm).objects.filter(pk="firm-c").update(name="Changle Millers")
    traceability.state_purpose(says=f"the units of recall {recall.number}", until_on=on, by=people.planner, on=on)

    actions.freeze_scope(recall=recall, asked=[RECALLED], by=people.planner, on=on)

    assert Holding.objects.filter(recall=recall).count() == 2
    after = Holding.objects.get(pk=held.pk)
    assert (after.received, after.traced, after.unit) == (60, {"received": "60.000"}, "KGM")


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "take", "empty", "load", "unload", "ship"]), st.integers(1, 9)), max_size=14
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_a_pallet_takes_along_is_what_the_slow_way_finds_on_it(trade, send, steps):
    """A carton is filled, emptied, put on and off a pallet, and the pallet is shipped: simulated step by step."""
    from django.db import transaction

    from banyan.records.trace import actions as index

    told, inside, on_pallet, shipped = [MADE], Fraction(0), False, Fraction(0)
    for hour, (step, amount) in enumerate(steps, start=2):
        if step == "put":
            told.append(put(hour, CARTON, of(RECALLED, amount)))
            inside += amount
        elif step == "take" and amount < inside:
            told.append(put(hour, CARTON, of(RECALLED, amount), action="DELETE"))
            inside -= amount
        elif step == "empty":
            told.append(put(hour, CARTON, action="DELETE"))
            inside = Fraction(0)
        elif step == "load" and not on_pallet:
            told.append(put(hour, PALLET, epcs=(CARTON,)))
            on_pallet = True
        elif step == "unload" and on_pallet:
            told.append(put(hour, PALLET, epcs=(CARTON,), action="DELETE"))
            on_pallet = False
        elif step == "ship":
            told.append(seen(hour, "shipping", PALLET))
            shipped += inside if on_pallet else 0

    with transaction.atomic():
        assert send(*told).success
        found = counted(trade)
        transaction.set_rollback(True)
    index.rebuild()

    assert found[("firm-g", "KGM")].get("sold", 0) == shipped


def test_single_items_are_counted_one_by_one(trade, send):
    assert send(
        event(hour=1, place=MILL, bizStep="commissioning", action="ADD", epcList=[pack(1), pack(2)]),
        seen(2, "retail_selling", pack(1), place=MILL),
    ).success  # fmt: skip

    assert counted(trade, pack(1), pack(2)) == {("firm-c", ""): {"made": 2, "sold": 1}}
