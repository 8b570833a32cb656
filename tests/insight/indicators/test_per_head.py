"""What happens for each 10,000 people or pieces of equipment, as known on a day, of the city and of its counties."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.records.equipment.world import entered

from banyan.base.facts import actions as facts
from banyan.insight.indicators import queries
from banyan.kit import clock, rights
from banyan.records.equipment import actions as equipment
from banyan.records.equipment.models import Incident
from banyan.response.complaints import actions as complaints
from banyan.response.complaints.models import Message

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 2)
HOUSE = {"by": rights.System("test"), "on": DAY}


def shown(key, *by):
    with clock.fixed_at(DAY):
        facts.collect()
    rows = queries.show(key=key, on=DAY, known_on=DAY, by=by).rows
    return {tuple(row[name] for name in by): row for row in rows}


def test_complaints_are_set_against_the_residents_of_their_county_and_those_of_none_against_nobody(city):
    at = datetime(2025, 5, 30, tzinfo=clock.zone())
    filings = [
        complaints.Filing(Message(channel="web", received_at=at, words="A"), {"county_id": county} if county else {})
        for county in ["gulou"] * 6 + ["changle"] * 7 + [""] * 5
    ]
    complaints.file_messages(filings=filings, **HOUSE)

    whole = shown("complaints_per_10000_residents")[()]
    by_county = shown("complaints_per_10000_residents", "county")

    assert (whole["n"], whole["value"]) == (18, pytest.approx(18 * 10_000 / 8_295_000))
    assert by_county[("gulou",)]["value"] == pytest.approx(6 * 10_000 / 669_000)
    assert by_county[("changle",)]["value"] == pytest.approx(7 * 10_000 / 790_000)
    assert by_county[(None,)]["value"] is None


def test_incidents_are_set_against_what_is_in_use_on_the_day_without_what_they_stopped(city):
    first = entered(city, on=DAY)
    for number in "23":
        entered(city, on=DAY, code=f"3110350012020000{number}", certificate=f"梯11闽A0000{number}(20)")
    incident = Incident(equipment=first, happened_on=DAY, what_happened="-", deaths=1)
    equipment.report_incidents(incidents=[incident], **HOUSE)

    whole = shown("incidents_per_10000_devices")[()]

    assert (whole["n"], whole["value"]) == (1, pytest.approx(5_000))
