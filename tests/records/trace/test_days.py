"""What is told of a day agrees with counting by hand, and told bit by bit it is what is told at once."""

from __future__ import annotations

import random
from datetime import date

import pytest
from tests.records.trace.test_tracing import box, item, random_events
from tests.records.trace.test_tracing import told as event_of
from tests.records.traceability.conftest import FARM, MILL, event, lot, pack

from banyan.base.facts import actions as facts
from banyan.base.facts import queries as told_facts
from banyan.kit import clock
from banyan.records.trace import actions
from banyan.records.trace.actions import days
from banyan.records.trace.models import TraceDay

pytestmark = pytest.mark.django_db

SHIPPED = {"action": "OBSERVE", "bizStep": "shipping"}
RECEIVED = {"action": "OBSERVE", "bizStep": "receiving"}


@pytest.fixture(autouse=True)
def in_time(trade):
    with clock.fixed_at(date(2025, 5, 20)):
        yield


def counts(on: date, firm: str | None) -> dict[str, int]:
    """What is told of a firm's day, without what is nothing."""
    lines = [line for day in TraceDay.objects.filter(on=on) for line in day.firms if line["organisation_id"] == firm]
    return {name: count for line in lines for name, count in line.items() if count and name != "organisation_id"}


def told() -> dict[tuple[date, str | None], dict[str | None, dict[str, int]]]:
    """All that is told, firms without events left out."""
    found: dict = {}
    for day in TraceDay.objects.all():
        for line in day.firms:
            if line["events"]:
                found.setdefault((day.on, day.county_id), {})[line["organisation_id"]] = line
    return found


def tell(trade) -> int:
    return actions.tell_days(on=trade.today)["days_told"]


def test_a_lot_that_is_made_sent_and_used_is_counted_at_each_firm(send, trade):
    send(
        event(hour=7, action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot("A"), "quantity": 9}]),
        event(hour=8, quantityList=[{"epcClass": lot("A"), "quantity": 9}], **SHIPPED),
        event(hour=9, day=2, place=MILL, quantityList=[{"epcClass": lot("A"), "quantity": 9}], **RECEIVED),
        event(hour=9, day=2, place=MILL, quantityList=[{"epcClass": lot("unknown"), "quantity": 1}], **RECEIVED),
        event("TransformationEvent", hour=10, day=2, place=MILL,
              inputQuantityList=[{"epcClass": lot("A"), "quantity": 9}], outputEPCList=[pack(1)]),
    )  # fmt: skip

    tell(trade)

    farm, mill = trade.gulou_firm.pk, trade.changle_firm.pk
    assert counts(date(2025, 5, 1), farm) == {
        "events": 2, "taking": 1, "traced": 1, "goods": 1, "lots": 1, "forwarded": 1,
    }  # fmt: skip
    assert counts(date(2025, 5, 2), mill) == {"events": 3, "taking": 3, "traced": 2, "goods": 3, "gaps": 1}


def test_what_comes_late_changes_the_days_before(send, trade):
    made = event(hour=7, action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot("A"), "quantity": 9}])
    sent = event(hour=8, quantityList=[{"epcClass": lot("A"), "quantity": 9}], **SHIPPED)
    came = event(hour=9, day=3, place=MILL, quantityList=[{"epcClass": lot("A"), "quantity": 9}], **RECEIVED)
    send(sent)
    tell(trade)
    farm = trade.gulou_firm.pk
    assert counts(date(2025, 5, 1), farm) == {"events": 1, "taking": 1, "goods": 1, "gaps": 2}, "origin and receipt"

    send(made)
    tell(trade)
    assert counts(date(2025, 5, 1), farm) == {
        "events": 2, "taking": 1, "traced": 1, "goods": 1, "lots": 1, "gaps": 1,
    }  # fmt: skip

    send(came)
    tell(trade)
    assert counts(date(2025, 5, 1), farm) == {
        "events": 2, "taking": 1, "traced": 1, "goods": 1, "lots": 1, "forwarded": 1,
    }  # fmt: skip


def test_a_declared_error_takes_its_event_out_of_the_day(send, trade):
    made = event(hour=7, action="ADD", quantityList=[{"epcClass": lot("A"), "quantity": 9}])
    made["eventID"] = "urn:uuid:1b1c1ad0-0000-4000-8000-000000000001"
    send(made)
    tell(trade)

    send(made | {"errorDeclaration": {"declarationTime": "2025-05-09T08:00:00+08:00", "reason": "did_not_occur"}})
    tell(trade)

    assert told() == {}
    assert counts(date(2025, 5, 1), trade.gulou_firm.pk) == {}


def test_an_event_is_late_when_it_is_sent_after_the_term(send, trade):
    with clock.fixed_at(date(2025, 6, 1)):
        send(event(hour=10, action="ADD", epcList=[pack(1)]))  # 31 days less an hour
        send(event(hour=8, action="ADD", epcList=[pack(2)]))
    with clock.fixed_at(date(2025, 6, 2)):
        send(event(hour=8, action="ADD", epcList=[pack(3)]))

    tell(trade)

    assert counts(date(2025, 5, 1), trade.gulou_firm.pk)["late"] == 1, "whole days past the term alone count"


def test_a_second_run_has_nothing_to_tell(send, trade):
    send(event(hour=8, action="ADD", epcList=[pack(1)]))

    assert tell(trade) == 1
    assert tell(trade) == 0


@pytest.mark.parametrize("seed", range(12))
def test_told_bit_by_bit_it_is_what_is_told_at_once(send, trade, seed):
    chance = random.Random(seed)
    events = [event_of(one) for one in random_events(seed, count=30)]
    for hour in chance.sample(range(30), 12):
        moved = {"epcList": [box(chance.randrange(3))]} if chance.random() < 0.6 else {
            "quantityList": [{"epcClass": item(chance.randrange(30)), "quantity": 1}]
        }  # fmt: skip
        seen = {
            "eventTime": f"2025-01-0{1 + hour // 24}T{hour % 24:02d}:30:00+00:00",
            "eventTimeZoneOffset": "+00:00",
        }
        events.append({"type": "ObjectEvent", **seen, **moved, **chance.choice((SHIPPED, RECEIVED))})
    chance.shuffle(events)
    for number, one in enumerate(events):
        one["bizLocation"] = {"id": chance.choice((FARM, MILL))}
        one["eventID"] = f"urn:uuid:1b1c1ad0-0000-4000-8000-{seed:06d}{number:06d}"
    wrong = [
        one | {"errorDeclaration": {"declarationTime": "2025-05-09T08:00:00+08:00", "reason": "did_not_occur"}}
        for one in chance.sample(events, 5)
    ]
    for one in [*events, *wrong]:
        send(one)
        if chance.random() < 0.4:
            tell(trade)
    tell(trade)
    bit_by_bit = told()
    TraceDay.objects.all().delete()

    tell(trade)

    assert told() == bit_by_bit
    assert sum(line["events"] for firms in bit_by_bit.values() for line in firms.values()) == len(events) - 5


def test_a_day_of_more_firms_than_one_record_holds_has_another_and_firms_keep_their_places(send, trade, monkeypatch):
    monkeypatch.setattr(TraceDay, "FIRMS", 1)
    send(event(hour=8, place=MILL, action="ADD", epcList=[pack(1)]))
    tell(trade)
    first = TraceDay.objects.get()
    county = first.county_id
    TraceDay.objects.all().delete()

    cells = [days.Cell(date(2025, 5, 1), county, {None: dict.fromkeys(TraceDay.COUNTS, 1)})]
    days._tell(cells=cells, upto=0, by=days.System("test"), on=trade.today)
    tell(trade)

    assert [[line["organisation_id"] for line in day.firms] for day in TraceDay.objects.order_by("key")] == [
        [None], [trade.changle_firm.pk],
    ]  # fmt: skip


def test_a_line_becomes_a_fact_and_a_changed_line_replaces_it(send, trade):
    send(event(hour=8, quantityList=[{"epcClass": lot("A"), "quantity": 9}], **SHIPPED))
    tell(trade)
    facts.collect()
    send(event(hour=7, action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot("A"), "quantity": 9}]))
    tell(trade)
    facts.collect()

    found = told_facts.facts(["traceability.day"], known_on=trade.today).to_pyarrow().to_pylist()

    assert [(one["organisation"], one["value"], one["traced"], one["gaps"], one["passed"]) for one in found] == [
        (trade.gulou_firm.pk, 2.0, 1, 1, True)
    ]
