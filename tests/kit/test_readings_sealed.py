"""Readings under a purpose cannot vanish or change unseen once the night has sealed them."""

from datetime import timedelta

import pytest

from banyan.kit import events, readings, rights
from banyan.kit.models import Event, Reading

pytestmark = pytest.mark.django_db
HOUSE = rights.System("daily")


@pytest.fixture
def sealed(city, people):
    """Three readings of today, sealed by the next night."""
    for number in range(3):
        with readings.asked_at(f"/office/trace/?epc={number}"):
            readings.note(person=people.planner, under="traceability.purpose:one")
    assert readings.run_clocks(by=HOUSE, on=city.today) == 0  # of today more may come
    assert readings.run_clocks(by=HOUSE, on=city.today + timedelta(days=1)) == 3
    return list(Reading.objects.order_by("pk"))


def test_the_night_seals_each_reading_once_in_the_chain_of_events(city, sealed):
    again = readings.run_clocks(by=HOUSE, on=city.today + timedelta(days=1))

    (event,) = Event.objects.filter(name="readings.sealed")
    assert again == 0
    assert event.subject == f"kit.reading:1-{sealed[-1].pk}"
    assert list(readings.faults()) == []
    assert list(events.faults()) == []


def test_a_reading_that_was_taken_out_is_told_by_the_seal(sealed):
    Reading.objects.filter(pk=sealed[1].pk).delete()

    (fault,) = readings.faults()
    assert "3 were sealed, 2 are left" in fault


def test_a_reading_that_was_changed_is_told_by_the_seal(sealed):
    Reading.objects.filter(pk=sealed[2].pk).update(address="/office/")

    (fault,) = readings.faults()
    assert "one was changed" in fault


def test_a_later_seal_begins_where_the_earlier_one_ended(city, people, sealed):
    readings.note(person=people.planner, under="traceability.purpose:two")

    assert readings.run_clocks(by=HOUSE, on=city.today + timedelta(days=2)) == 1
    assert Event.objects.filter(name="readings.sealed").count() == 2
    assert list(readings.faults()) == []
