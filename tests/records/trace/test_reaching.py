"""An officer of a county begins with what that county holds, and follows it to wherever it went."""

import pytest
from tests.records.trace.test_tracing import found, made
from tests.records.traceability.conftest import MILL, lot

from banyan import epcis
from banyan.kit import clock
from banyan.kit.refusals import NotFound
from banyan.records.trace import actions, queries
from banyan.records.traceability import actions as traceability

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def that_day(trade, people):
    with clock.fixed_at(trade.today):
        for person in (people.planner, people.officer_gulou, people.officer_changle):
            traceability.state_purpose(says="Complaint 12 about bread", by=person, on=trade.today)
        yield


@pytest.fixture
def goods(send):
    """Grain is milled in Gulou, the flour baked in Changle, the bread crumbled there."""
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread"), place=MILL),
         made(10, lot("bread"), lot("crumb"), place=MILL))  # fmt: skip
    actions.update()


def test_a_county_begins_with_what_an_event_in_it_names(goods, people):
    changle = people.officer_changle

    assert found(queries.forward([lot("flour")], person=changle)) == {
        epcis.canonical(lot(name)) for name in ("flour", "bread", "crumb")
    }
    assert queries.forward([lot("grain")], person=changle).unknown == (lot("grain"),)
    assert queries.forward([lot("grain")], person=people.planner).n == 4


def test_from_there_it_is_followed_beyond_the_county(goods, people):
    back = queries.backward([lot("bread")], person=people.officer_changle)
    on = queries.forward([lot("grain")], person=people.officer_gulou)

    assert epcis.canonical(lot("grain")) in found(back), "milled in Gulou"
    assert "firm-c" in on.holders, "crumbled in Changle"


def test_common_sources_and_balances_are_limited_as_well(goods, people):
    assert queries.common(lot("bread"), lot("crumb"), person=people.officer_gulou).n == 0
    assert queries.balance(lot("flour"), person=people.officer_gulou).accounts
    with pytest.raises(NotFound) as refused:
        queries.balance(lot("crumb"), person=people.officer_gulou)
    assert "No event that you may read" in str(refused.value)
