"""A small world of samples, and verbs that change them at will."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from banyan.base.facts import actions
from banyan.base.registry.models import Region
from banyan.kit import clock
from banyan.kit.rights import System
from banyan.kit.verbs import REGISTRY, Deed, verb
from banyan.records.inspection.models import Sample

OFFICE = System("test")
FIRST_DAY = date(2024, 1, 1)


def _enter_records(deed: Deed, *, records: list[Any]) -> None:
    deed.add_many(records)


def _change_records(deed: Deed, *, records: list[Any], fields: tuple[str, ...]) -> None:
    deed.save_many(records, *fields)


class World:
    """Samples that are entered, corrected and withdrawn on known days, and a plain list of what was known when."""

    def __init__(self) -> None:
        self.enter = verb("test.entered", right="test.enter")(_enter_records)
        self.change = verb("test.changed", right="test.change")(_change_records)
        self.samples: dict[str, Sample] = {}
        self.history: list[tuple[date, str, dict[str, Any]]] = []

    def on(self, day: date, verb_: Any, records: list[Sample], **given: Any) -> None:
        with clock.fixed_at(day):
            verb_(records=records, by=OFFICE, on=day, **given)
        for record in records:
            self.samples[record.key] = record
            self.history.append((day, record.key, {name: getattr(record, name) for name in TOLD}))

    def live(self, days: int, *, seed: int) -> None:
        """Let a random life happen: some samples a day, some corrections and withdrawals of earlier ones."""
        chance = random.Random(seed)
        for step in range(days):
            day = FIRST_DAY + timedelta(days=step)
            self.on(
                day, self.enter, [self._sample(f"s-{step}-{i}", day, chance) for i in range(chance.randint(1, 4))]
            )
            if step % 3 == 2:
                old = chance.sample(sorted(self.samples), k=min(3, len(self.samples)))
                self.on(day, self.change, [self._changed(key, day, chance) for key in old], fields=CHANGED)

    def known_on(self, day: date) -> dict[str, dict[str, Any]]:
        """The slow, obvious way: replay the history up to the end of a day."""
        told: dict[str, dict[str, Any]] = {}
        for recorded, key, state in self.history:
            if recorded <= day:
                told[key] = state
        return {key: state for key, state in told.items() if state["conclusion"] and state["withdrawn_on"] is None}

    def _sample(self, key: str, day: date, chance: random.Random) -> Sample:
        return Sample(
            key=key, number=key, scheme="product_supervision", product_name="Kettle",
            level=chance.choice(["province", "city"]), drawn=chance.choice(["random", "targeted", "follow_up"]),
            county_id=chance.choice(["east", "west"]), sampled_on=day - timedelta(days=chance.randint(0, 400)),
            conclusion=chance.choice(["", "passed", "passed", "failed"]), judged_on=day,
            weight=float(chance.randint(1, 9)), stratum=chance.choice("ab"),
        )  # fmt: skip

    def _changed(self, key: str, day: date, chance: random.Random) -> Sample:
        sample = self.samples[key]
        what = chance.choice(["conclusion", "county", "withdraw", "nothing", "day"])
        if what == "conclusion":
            sample.conclusion = chance.choice(["", "passed", "failed"])
        elif what == "county":
            sample.county_id = "west" if sample.county_id == "east" else "east"
        elif what == "withdraw":
            sample.withdrawn_on = None if sample.withdrawn_on else day
        elif what == "day":
            sample.sampled_on -= timedelta(days=200)
        return sample


TOLD = ("conclusion", "county_id", "level", "drawn", "scheme", "sampled_on", "withdrawn_on", "weight", "stratum")
CHANGED = ("conclusion", "county_id", "sampled_on", "withdrawn_on")


@pytest.fixture
def world(db: None, tmp_path: Any) -> Iterator[World]:
    settings_before, settings.BANYAN_DATA_DIR = settings.BANYAN_DATA_DIR, tmp_path
    verbs_before = dict(REGISTRY)
    made = World()
    regions = [Region(key=key, level="county", path=f"/{key}", name=key, name_en=key) for key in ("east", "west")]
    with clock.fixed_at(FIRST_DAY):
        made.enter(records=regions, by=OFFICE, on=FIRST_DAY)
    yield made
    settings.BANYAN_DATA_DIR = settings_before
    REGISTRY.clear()
    REGISTRY.update(verbs_before)


def collect_all() -> None:
    """Collect every version that there is."""
    actions.collect()
