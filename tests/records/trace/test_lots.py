"""A lot that stands in the master data of an event (ILMD) only is traced like any other."""

import pytest
from tests.records.trace.test_tracing import found
from tests.records.traceability.conftest import event, lot, pack

from banyan import epcis
from banyan.kit import rights
from banyan.records.trace import actions, queries

pytestmark = pytest.mark.django_db

BY = rights.System("test")
L7 = epcis.canonical(lot("L7"))
CLASS = L7.partition("/10/")[0]
PACKED = f"https://id.gs1.org/01/{epcis.identify(epcis.canonical(pack(1))).gtin}/10/L7"
ILMD = {"cbvmda:lotNumber": "L7"}


def test_a_class_with_a_lot_number_in_its_master_data_is_that_lot(send):
    send(
        event(hour=7, action="ADD", bizStep="commissioning", ilmd=ILMD,
              quantityList=[{"epcClass": CLASS, "quantity": 10, "uom": "KGM"}]),
        event("TransformationEvent", hour=8, inputQuantityList=[{"epcClass": lot("L7"), "quantity": 9, "uom": "KGM"}],
              outputQuantityList=[{"epcClass": lot("B"), "quantity": 8, "uom": "KGM"}]),
    )  # fmt: skip
    actions.update()

    trace = queries.forward([lot("L7")], person=BY)

    assert found(trace) == {L7, epcis.canonical(lot("B"))}
    assert "no origin" not in {one.kind for one in queries.gaps(trace)}
    assert queries.balance(lot("L7"), person=BY).accounts[0].made == 10


def test_items_made_under_a_lot_number_are_followed_when_the_lot_is_asked_about(send):
    send(
        event("TransformationEvent", hour=8, ilmd=ILMD, outputEPCList=[pack(1), pack(2)],
              inputQuantityList=[{"epcClass": lot("grain"), "quantity": 9, "uom": "KGM"}]),
        event("TransformationEvent", hour=9, inputEPCList=[pack(2)],
              outputQuantityList=[{"epcClass": lot("meal"), "quantity": 1, "uom": "KGM"}]),
        event(hour=8, action="ADD", bizStep="commissioning", epcList=[pack(3)]),
    )  # fmt: skip
    actions.update()

    assert found(queries.forward([PACKED], person=BY)) == {
        PACKED, *(epcis.canonical(one) for one in (pack(1), pack(2), lot("meal")))
    }  # fmt: skip
    assert epcis.canonical(lot("grain")) in found(queries.backward([PACKED], person=BY))
    assert PACKED in found(queries.common(pack(1), pack(2), person=BY)), "both are of one lot"
    assert PACKED not in found(queries.common(pack(1), pack(3), person=BY))


@pytest.mark.parametrize("number", ["a lot number of more than twenty characters", ["L7"], ""])
def test_a_number_that_no_lot_can_have_leaves_the_class_as_it_was_told(number):
    told = event(
        action="ADD",
        quantityList=[{"epcClass": CLASS, "quantity": 1}],
        ilmd={"{urn:epcglobal:cbv:mda}lotNumber": number},
    )

    assert [one.kind for one in epcis.things(told)] == ["class"]
