"""A crate whose unpacking nobody told may have carried on: whom it then reached is not said to have had it."""

import pytest
from tests.records.trace.test_tracing import box, found
from tests.records.traceability.conftest import FARM, MILL, event, lot

from banyan import epcis
from banyan.kit import rights
from banyan.records.trace import actions, queries
from banyan.records.traceability import actions as traceability

pytestmark = pytest.mark.django_db

BY = rights.System("test")
SHOP, KIOSK = "urn:epc:id:sgln:690888.222222.0", "urn:epc:id:sgln:690888.333333.0"
CRATE = "urn:epc:id:grai:690123.456789.1"


@pytest.fixture(autouse=True)
def more_firms(trade):
    records = [{"identifier": SHOP, "organisation": trade.east_laboratory},
               {"identifier": KIOSK, "organisation": trade.west_laboratory}]  # fmt: skip
    traceability.enter_locations(records=records, by=BY, on=trade.today)


def packed(hour: int, parent: str, name: str = "L", place: str = FARM, action: str = "ADD") -> dict:
    children = [{"epcClass": lot(name), "quantity": 5, "uom": "KGM"}]
    return event(
        "AggregationEvent", hour=hour, action=action, parentID=parent, childQuantityList=children, place=place
    )


def seen(hour: int, parent: str, place: str) -> dict:
    return event(epcList=[parent], hour=hour, action="OBSERVE", bizStep="receiving", place=place)


def trace_of(name: str) -> queries.Trace:
    actions.update()
    return queries.forward([lot(name)], person=BY)


def test_a_crate_that_went_on_may_have_carried_it_further_than_the_first_firm(send):
    send(packed(8, CRATE), seen(9, CRATE, MILL), seen(10, CRATE, SHOP))

    trace = trace_of("L")

    assert trace.holders == ("firm-c", "firm-g")
    assert trace.may_have == ("lab-e",)
    assert trace.as_json()["may_have"] == ["lab-e"]
    assert next(one for one in trace.things if not one.carries).holder == "firm-c", "where it surely was last"


def test_where_the_unpacking_was_told_nothing_is_in_doubt(send):
    send(packed(8, CRATE), seen(9, CRATE, MILL), seen(10, CRATE, SHOP),
         packed(11, CRATE, place=SHOP, action="DELETE"), seen(12, CRATE, KIOSK))  # fmt: skip

    trace = trace_of("L")

    assert set(trace.holders) == {"firm-g", "firm-c", "lab-e"}
    assert trace.may_have == ()


def test_a_pallet_of_its_own_number_is_sure_until_it_is_filled_elsewhere(send):
    send(packed(8, box(1)), seen(9, box(1), MILL), seen(10, box(1), SHOP))
    assert set(trace_of("L").holders) == {"firm-g", "firm-c", "lab-e"}

    send(packed(11, box(1), "M", place=SHOP), seen(12, box(1), KIOSK))
    trace = trace_of("L")

    assert trace.may_have == ("lab-w",)
    assert "lab-w" in trace_of("M").holders


def test_a_crate_that_came_home_and_was_filled_again_names_nobody_surely(send):
    send(packed(8, CRATE), seen(9, CRATE, MILL), packed(10, CRATE, "M"), seen(11, CRATE, SHOP))

    trace = trace_of("L")

    assert trace.holders == ("firm-c", "firm-g")
    assert trace.may_have == ("lab-e",)
    assert "lab-e" in trace_of("M").holders
    assert found(trace) == {epcis.canonical(lot("L"))}
