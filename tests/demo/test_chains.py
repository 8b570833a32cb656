"""The supply chains: what is told of them is right by the standard, and the truth is what a plain look finds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from banyan import epcis
from banyan.demo import building, chains, codes, scoring, telling, tracking
from banyan.demo.city import City, Firm, Good, Kind
from banyan.records.trace import actions as tracing


def city_of(seed: int, scale: float = 0.02) -> City:
    """A city of firms that are in no database."""
    city = City(seed=seed, scale=scale)
    city.makers, city.sellers = (
        [Firm(record=SimpleNamespace(pk=f"{letter}-{number}"), county=None, care=0) for number in range(120)]
        for letter in "ms"
    )
    for number in range(12):
        kind = Kind(record=None, is_food=number < 8, risk=0.1, season=0, peak=0, weight=1)
        maker = city.makers[number]
        kind.goods.append(Good(record=SimpleNamespace(gtin=f"0{codes.gtin(number + 1)}"), maker=maker, kind=kind))
        city.kinds.append(kind)
    return city


def reached(steps: list[telling.Step], poisoned: str) -> tuple[set[str], set[str]]:
    """What of the steps, taken one by one in time order, has anything of the poisoned lot, and who had it."""
    spoilt: set[str] = set()
    lying_in: dict[str, set[str]] = {}
    firms: set[str] = set()
    for step in sorted(steps, key=lambda one: one.at):
        said, names = step.said, lambda key, said=step.said: {lot.name for lot in said.get(key, ())}
        if step.what == "commissioning" and poisoned in names("quantities"):
            spoilt.add(poisoned)
        if step.what == "transforming":
            inside = lying_in.setdefault(said.get("silo") or step.at.isoformat() + step.place.gln, set())
            inside |= names("inputs")
            spoilt |= names("outputs") if inside & spoilt else set()
        here = names("quantities") | names("inputs") | names("outputs")
        if step.what in ("packing", "unpacking") and here & spoilt and "/00/" in said["parent"]:
            spoilt.add(said["parent"])
        units = {unit for unit in said.get("units", ()) if "/00/" in unit}
        if (here | units) & spoilt:
            firms.add(step.place.firm.key)
    return spoilt, firms


@pytest.mark.parametrize("seed", range(5))
def test_the_truth_about_the_poisoned_lot_is_what_a_plain_look_at_all_steps_finds(seed):
    city = city_of(seed)

    trade = chains.build(city)

    [truth] = city.truths
    things, firms = reached(trade.steps, truth["lot"])
    assert len(things) > 5
    assert things == set(truth["things"])
    assert firms == set(truth["organisations"])
    assert len(things) < len(trade.steps) / 20, "most lots are innocent"


def test_every_event_is_right_by_the_standard_and_sent_after_it_happened():
    city = city_of(3)
    sent = list(telling.told(city, chains.build(city).steps))

    assert not [problems for one in sent if (problems := epcis.check(one.event))]
    assert all(one.sent_on.isoformat() >= one.event["eventTime"][:10] for one in sent)
    assert {one.event["type"] for one in sent} == {"ObjectEvent", "AggregationEvent", "TransformationEvent"}


def test_what_partners_get_wrong_is_declared_wrong_and_sent_again():
    city = city_of(4, scale=0.05)
    sent = list(telling.told(city, chains.build(city).steps))
    hashes: dict[str, Any] = {}
    for one in sent:
        hashes.setdefault(epcis.event_hash(one.event), []).append(one)

    declared = [one for one in sent if "errorDeclaration" in one.event]
    numbers = {one.event.get("eventID") for one in sent}

    assert declared
    for one in declared:
        first, *_later = hashes[epcis.event_hash(one.event)]
        assert "errorDeclaration" not in first.event
        assert first.sent_on < one.sent_on
        assert set(one.event["errorDeclaration"]["correctiveEventIDs"]) <= numbers
    assert city.counts["events never sent"] > 0
    assert city.counts["events sent twice"] > 0


def test_the_same_seed_tells_the_same_and_another_something_else():
    told = [list(telling.told(city, chains.build(city).steps)) for city in map(city_of, (5, 5, 6))]

    assert told[0] == told[1]
    assert told[0] != told[2]


@pytest.mark.django_db
def test_the_trace_finds_what_was_told_of_the_poisoned_lot_and_names_nothing_innocent(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path
    building.build(seed=7, scale=0.01, only="trade")
    tracing.update()

    found = tracking.score_trace(scoring.planted())

    assert found["things"] * 0.7 <= found["things_found"] <= found["things"]
    assert found["firms"] * 0.7 <= found["firms_found"] <= found["firms"]
    assert found["innocent_things"] == found["innocent_firms"] == 0
