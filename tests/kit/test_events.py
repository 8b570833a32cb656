"""The chain of events: it holds, and it names what was altered, deleted or back-dated."""

from datetime import date, timedelta

import pytest

from banyan.base.registry import actions
from banyan.kit import clock, events
from banyan.kit.models import ChainHead, Event, Version
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
BY = System("test")


def first_fault():
    return next(events.faults(), None)


def test_an_untouched_chain_holds(city):
    assert first_fault() is None
    assert events.last_number() == Event.objects.count() == ChainHead.objects.get().number


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("by", "somebody"),
        ("reason", "another"),
        ("name", "x.y"),
        ("after", "{}"),
        ("on", date(2001, 1, 1)),
        ("rows", 9),
    ],
)
def test_an_altered_event_is_named(city, field, value):
    Event.objects.filter(number=3).update(**{field: value})

    fault = first_fault()
    assert fault.number == 3
    assert "altered" in fault.what


def test_a_rewritten_event_with_a_new_hash_is_betrayed_by_the_next_one(city):
    forged = Event.objects.get(number=3)
    forged.by = "somebody"
    Event.objects.filter(number=3).update(by="somebody", hash=events.hash_of(forged))

    fault = first_fault()
    assert (fault.number, "does not link" in fault.what) == (4, True)


def test_a_deleted_event_is_named(city):
    Event.objects.filter(number=3).delete()

    fault = first_fault()
    assert fault.number == 3
    assert "deleted" in fault.what


def test_an_end_that_was_cut_off_is_named(city):
    last = events.last_number()
    Version.objects.filter(event=last).delete()
    Event.objects.filter(number=last).delete()

    assert first_fault().what == f"deleted: the chain once ended at number {last}"


def test_an_event_that_was_dated_back_is_named(city):
    Event.objects.filter(number=5).update(at=clock.now() - timedelta(days=400))

    assert any(fault.number == 5 and "back-dated" in fault.what for fault in events.faults())


def test_a_changed_version_is_named_by_its_event(city):
    version = Version.objects.filter(noun="registry.park").first()
    Version.objects.filter(pk=version.pk).update(state=version.state.replace("软件园", "硬件园"))

    fault = first_fault()
    assert fault.number == version.event
    assert "versions" in fault.what


def test_a_version_that_vanished_or_was_slipped_in_is_named(city):
    version = Version.objects.filter(noun="registry.park").first()
    Version.objects.create(event=version.event, at=version.at, noun="registry.park", key="p-x", state="{}")

    assert first_fault().number == version.event
    Version.objects.filter(noun="registry.park").delete()
    assert first_fault().number == version.event


def test_events_are_never_earlier_than_the_one_before(city):
    with clock.fixed_at(date(2020, 1, 1)):
        actions.enter_park(name="新园", county=city.gulou, by=BY, on=date(2020, 1, 1))

    latest, before = Event.objects.order_by("-number")[:2]
    assert latest.at >= before.at
    assert first_fault() is None


def test_an_event_outside_a_transaction_is_an_error_of_ours(transactional_db):
    with pytest.raises(RuntimeError, match="transaction"):
        events.write(name="x.y", by="", on=date(2025, 1, 1), reason="", subject="", before="", after="", versions=[])
