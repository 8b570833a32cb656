"""Events are found by the parameters of EPCIS, within what a person may read and has said what for."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.records.traceability.conftest import BY, MILL, event, lot, pack

from banyan.kit import clock
from banyan.kit.refusals import BadRequest, NotAllowed
from banyan.records.traceability import actions, queries

pytestmark = pytest.mark.django_db

EVENTS = (
    event(epcList=[pack(1)], action="ADD", bizStep="commissioning", hour=8),
    event(epcList=[pack(1)], action="OBSERVE", bizStep="shipping", hour=9, disposition="in_transit"),
    event(
        "TransformationEvent", hour=10, place=MILL, outputEPCList=[pack(2)],
        inputQuantityList=[{"epcClass": lot("A"), "quantity": 3, "uom": "KGM"}],
    ),
    event("AggregationEvent", hour=11, parentID="urn:epc:id:sscc:690123.40000000017", childEPCs=[pack(2)],
          action="ADD"),
    event(epcList=[pack(3)], action="OBSERVE", hour=12,
          bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:1"}]),
)  # fmt: skip


@pytest.fixture
def kept(send):
    job = send(*EVENTS)
    assert job.success, job.problems
    return job


def found(person, **parameters) -> list[int]:
    return [one.pk for one in queries.events(person, **parameters).events]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"eventType": "TransformationEvent|AggregationEvent"}, [3, 4]),
        ({"EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}, [2]),
        ({"EQ_disposition": ["in_transit"]}, [2]),
        ({"EQ_action": "OBSERVE"}, [2, 5]),
        ({"GE_eventTime": "2025-05-01T01:00:00Z", "LT_eventTime": "2025-05-01T11:00:00+08:00"}, [2, 3]),
        ({"MATCH_epc": pack(1)}, [1, 2]),
        ({"MATCH_anyEPC": pack(2)}, [3, 4]),
        ({"MATCH_outputEPC": pack(2)}, [3]),
        ({"MATCH_inputEPCClass": lot("A")}, [3]),
        ({"MATCH_anyEPCClass": "urn:epc:idpat:sgtin:690999.2000002.*"}, [1, 2, 3, 4, 5]),
        ({"EQ_bizLocation": MILL}, [3]),
        ({"WD_bizLocation": MILL}, [3]),
        ({"EQ_bizTransaction_po": "urn:x:1"}, [5]),
        ({"EXISTS_errorDeclaration": ""}, []),
        ({"orderBy": "eventTime"}, [5, 4, 3, 2, 1]),
        ({"orderBy": "eventTime", "orderDirection": "ASC", "eventCountLimit": 2}, [1, 2]),
    ],
)
def test_each_parameter_finds_its_events(kept, parameters, expected):
    from tests.records.traceability.conftest import BY

    assert found(BY, **parameters) == expected


def test_an_unknown_parameter_and_a_wrong_time_are_refused(kept):
    from tests.records.traceability.conftest import BY

    with pytest.raises(BadRequest, match="EQ_colour"):
        found(BY, EQ_colour="red")
    with pytest.raises(BadRequest, match="GE_eventTime"):
        found(BY, GE_eventTime="2025-05-01")


@pytest.mark.parametrize("order", ["eventTime", "recordTime"])
def test_pages_follow_each_other_without_a_gap(kept, order):
    from tests.records.traceability.conftest import BY

    pages, after = [], ""
    while True:
        page = queries.events(BY, limit=2, after=after, orderBy=order)
        pages += [one.pk for one in page.events]
        after = page.after
        if not after:
            break

    assert sorted(pages) == [1, 2, 3, 4, 5]
    assert pages == found(BY, orderBy=order)


def test_a_page_asks_no_question_per_event(kept, django_assert_max_num_queries):
    from tests.records.traceability.conftest import BY

    with django_assert_max_num_queries(1):
        assert len(queries.events(BY, MATCH_epc=pack(1), EQ_bizStep="shipping").events) == 1


def test_a_firm_reads_what_names_it_and_an_officer_says_what_for(kept, trade, people):
    assert found(people.gulou_firm) == [1, 2, 3, 4, 5]
    assert found(people.changle_firm) == [3]
    with pytest.raises(NotAllowed, match="what for"):
        found(people.officer_gulou)

    actions.state_purpose(says="Complaint 12 about rice", by=people.officer_gulou, on=trade.today)

    assert found(people.officer_gulou) == [1, 2, 4, 5]
    with pytest.raises(NotAllowed):
        found(people.sampler)


def test_events_are_found_by_when_they_were_recorded_also_where_the_clock_was_set_back(send, trade):
    noon = datetime(2025, 6, 2, 12, tzinfo=UTC)
    for number, hours in enumerate((0, 1, -1, 2)):
        with clock.fixed_at(noon + timedelta(hours=hours)):
            send(event(epcList=[pack(number)], action="OBSERVE", hour=number))
    at = {hours: noon + timedelta(hours=hours) for hours in (-1, 0, 1, 2, 3)}

    def numbers(**asked) -> list[int]:
        return [one.pk for one in queries.events(BY, **asked).events]

    assert [numbers(GE_recordTime=one) for one in at.values()] == [[1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4], [4], []]
    assert [numbers(LT_recordTime=one) for one in at.values()] == [[], [], [1], [1, 2, 3], [1, 2, 3, 4]]
    assert numbers(GE_recordTime=at[1], LT_recordTime=at[2]) == [2, 3]
    assert [queries.last_event_known(at=one) for one in at.values()] == [0, 1, 3, 4, 4]
