"""Firms whose samples, cases and certificates are entered, corrected and withdrawn, and what was known when."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from tests.base.facts.conftest import OFFICE, World, world
from tests.science.conftest import shared_file

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Certificate, Organisation
from banyan.kit import clock
from banyan.records.inspection.models import Sample
from banyan.response.casework.models import Case

__all__ = ["life", "shared_file", "world"]

FIRST = date(2024, 1, 1)
FIRMS = ("firm-0", "firm-1", "firm-2")
CHANGED = {
    Sample: ("conclusion", "grade", "sampled_on", "withdrawn_on"),
    Case: ("fine", "withdrawn_on"),
    Certificate: ("until_on", "withdrawn_on"),
    Organisation: ("merged_into", "closed_on"),
}


class Life:
    """A random life of three firms, and its plain history: day, noun, key, state."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.records: dict[tuple[str, str], Any] = {}
        self.history: list[tuple[date, str, str, dict[str, Any]]] = []
        self.firms = {key: Organisation(key=key, name=key, county_id="east") for key in FIRMS}
        self.tell(FIRST, *self.firms.values())

    def tell(self, day: date, *records: Any) -> None:
        """Enter new records, or changed ones, on a day."""
        for record in records:
            key = (record.noun, record.key)
            with clock.fixed_at(day):
                if key in self.records:
                    fields = CHANGED[type(record)]
                    self.world.change(records=[record], fields=fields, by=OFFICE, on=day)
                else:
                    self.world.enter(records=[record], by=OFFICE, on=day)
            self.records[key] = record
            self.history.append((day, *key, dict(vars(record))))

    def merge(self, day: date, firm: str, into: str) -> None:
        """Merge a firm into another on a day, or undo that it was."""
        record = self.firms[firm]
        record.merged_into_id, record.closed_on = (None, None) if record.merged_into_id else (into, day)
        self.tell(day, record)

    def live(self, days: int, *, seed: int) -> None:
        """Let a few things happen on some days, and some of them be corrected or withdrawn later."""
        chance = random.Random(seed)
        for step in range(days):
            day = FIRST + timedelta(days=23 * step)
            self.tell(day, sample(f"s{step}", day, chance), case(f"c{step}", day, chance))
            if step % 3 == 0:
                self.tell(day, certificate(f"l{step}", day, chance))
            if step % 2:
                others = sorted(key for key in self.records if key[0] != Organisation.noun)
                self.tell(day, changed(self.records[chance.choice(others)], day, chance))
            for every, firm, into in ((7, 0, 1), (11, 1, 2)):
                if step % every == every - 2:
                    self.merge(day, FIRMS[firm], FIRMS[into])
        collect()


def collect() -> None:
    """Collect what these records state, and the grades."""
    kinds = ("inspection.sample_judged", "casework.fined", "registry.certificate_held", "registry.firm_merged",
             "credit.graded")  # fmt: skip
    facts.collect(only=kinds)


def sample(key: str, day: date, chance: random.Random) -> Sample:
    return Sample(
        key=key, number=key, scheme=chance.choice(["product_supervision", "food_supervision", "risk_monitoring"]),
        product_name="Kettle", level="city", drawn="random", county_id="east", judged_on=day,
        sampled_on=day - timedelta(days=chance.randint(0, 60)), maker_id=chance.choice(FIRMS),
        conclusion=chance.choice(["passed", "failed", "failed"]), grade=chance.choice(["", "general", "serious"]),
    )  # fmt: skip


def case(key: str, day: date, chance: random.Random) -> Case:
    return Case(
        key=key, number=key, title="-", cause="sample", rules_on=day, county_id="east", filed_on=day,
        party_id=chance.choice(FIRMS), decided_on=day, state="closed",
        outcome=chance.choice(["penalty", "penalty", "minor"]), fine=chance.choice([None, 5000, 50_001, 900_000]),
    )  # fmt: skip


def certificate(key: str, day: date, chance: random.Random) -> Certificate:
    return Certificate(
        key=key, number=key, organisation_id=chance.choice(FIRMS), from_on=day,
        kind=chance.choice(["food_licence", "production_licence", "quality"]),
        until_on=chance.choice([None, day + timedelta(days=chance.randint(20, 300))]),
    )  # fmt: skip


def changed(record: Any, day: date, chance: random.Random) -> Any:
    if chance.random() < 0.4:
        record.withdrawn_on = None if record.withdrawn_on else day
    elif isinstance(record, Sample):
        record.conclusion, record.sampled_on = chance.choice(["passed", "failed"]), day - timedelta(days=90)
    elif isinstance(record, Case):
        record.fine = 120_000
    else:
        record.until_on = day + timedelta(days=chance.randint(0, 200))
    return record


@pytest.fixture
def life(world: World) -> Life:
    return Life(world)
