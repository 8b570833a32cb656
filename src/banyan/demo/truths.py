"""What is planted in the city for detectors to find, and what looks like it and is nothing: the controls.

The truths are written to a file that only `banyan demo score` reads. No number here is shared with a detector.
"""

from __future__ import annotations

import math
import random as chance
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from banyan.base.registry.queries import Region
from banyan.demo.city import City, Firm, Kind
from banyan.demo.places import neighbours

FILE = "demo-truths.json"
MOST_SAMPLED = 6
"""Outbreaks, twins and surges are planted among this many classes of food: those that the plans look at most."""
OPENS = (date(2023, 11, 1), date(2025, 2, 1))
"""Between which days the new laboratory reports first."""
INVENTED_OF_SPARED = 0.5
SURGE_TIMES = 6
RESERVE_WEEKS = 20
"""How long a seller who swaps keeps one lot of good goods of a class for the inspectors."""
CHANCE_AT_MOST = 0.9


@dataclass(frozen=True, slots=True)
class Shape:
    """How an outbreak goes: over how many counties, so many weeks from one to the next, for how many weeks in all.

    It begins in one of `starts` weeks from `first`, and takes `grows` days to come to its full effect in a county.
    """

    name: str
    counties: int
    step_weeks: tuple[int, int]
    grows: int
    weeks: int
    first: date
    starts: int


SHAPES = (
    Shape("sudden", 4, (0, 0), 1, 26, date(2025, 3, 3), 15),
    Shape("slow", 3, (0, 0), 140, 38, date(2024, 7, 1), 34),
    Shape("spreading", 5, (3, 5), 1, 34, date(2024, 9, 2), 32),
)


@dataclass(frozen=True, slots=True)
class Outbreak:
    """Goods of a class that fail more often in some counties, in each from a day on, by one item that they share."""

    shape: str
    kind: Kind
    item: str
    begins: Mapping[str, date]
    grows: int
    until: date

    def times(self, effect: float, *, county: str, on: date) -> float:
        """How many times as often as else a batch fails there on a day."""
        begun = self.begins.get(county)
        if begun is None or not begun <= on <= self.until:
            return 1.0
        return 1.0 + (effect - 1.0) * min(1.0, ((on - begun).days + 1) / self.grows)


@dataclass(slots=True)
class Planted:
    """The truths and controls of one city, with the days on which each holds."""

    effect: float
    outbreaks: Sequence[Outbreak]
    laboratory: tuple[Firm, date]
    seller: tuple[Firm, date]
    county: tuple[Region, date]
    twin: tuple[Kind, str, int, int]
    surge: tuple[Kind, str, date, date]
    opening: tuple[Firm, Firm, date]
    """The laboratory that is new, the one that tests in its place before, and its first day."""

    def raised(self, chance: float, *, kind: Kind, county: str, on: date) -> tuple[float, str]:
        """The chance that a batch fails where an outbreak or the twin's season raises it, and the item they share.

        What goes wrong at many makers at once has one cause, such as a bad ingredient: the failures that are added
        break the same limit.
        """
        for outbreak in self.outbreaks:
            if kind is outbreak.kind and (times := outbreak.times(self.effect, county=county, on=on)) > 1:
                return min(CHANCE_AT_MOST, chance * times), outbreak.item
        same_season, item, first, last = self.twin
        if kind is same_season and first <= on.timetuple().tm_yday <= last:
            return min(CHANCE_AT_MOST, chance * self.effect), item
        return chance, ""

    def open_on(self, laboratory: Firm, *, on: date) -> Firm:
        """The laboratory that tests where one was chosen: another while the new one has not begun."""
        new, other, first = self.opening
        return other if laboratory is new and on < first else laboratory

    def hides_failure(self, *, laboratory: Firm, on: date, luck: float) -> bool:
        """Whether the cheating laboratory reports a true failure as a pass."""
        return laboratory is self.laboratory[0] and on >= self.laboratory[1] and luck > 1 / self.effect

    def reserve_of(self, *, seller: Firm, kind: Kind, stage: str, on: date, luck: float) -> str:
        """Which lot of good goods the laboratory gets instead of what was sampled; empty where nothing is swapped.

        The seller cannot know what would fail and swaps a share of all samples, from a lot of each class that is
        kept for it; what is bought in its web shop is out of its hands.
        """
        if seller is not self.seller[0] or on < self.seller[1] or stage == "online" or luck <= 1 / self.effect:
            return ""
        return f"{kind.record.pk} {(on - self.seller[1]).days // (7 * RESERVE_WEEKS)}"

    def invents(self, *, laboratory: Firm, on: date, luck: float) -> bool:
        """Whether the laboratory made up the numbers of a test: they then like to stay just below the limit.

        The stronger the effect, the more tests it spares itself, the honest passes among them too.
        """
        if laboratory is not self.laboratory[0] or on < self.laboratory[1]:
            return False
        return luck < INVENTED_OF_SPARED * (1 - 1 / self.effect)

    def delay(self, days: int, *, county: str, on: date) -> int:
        """Days until a result is reported; the late county takes longer from some day on."""
        if county == self.county[0].pk and on >= self.county[1]:
            return math.ceil(days * self.effect)
        return days

    def extra_batches(self, batches: int, *, kind: Kind, county: str, year: int) -> int:
        """How many more batches than planned are drawn while the surge lasts; they fail no more than others do."""
        busy, where, start, end = self.surge
        if kind is not busy or county != where or start.year != year:
            return 0
        share_of_year = ((end - start).days + 1) / 365
        return math.ceil(batches * share_of_year * (SURGE_TIMES - 1))


def plant(city: City) -> Planted:
    """Choose what is planted. Subjects are taken from those with enough samples for anything to be seen."""
    random = city.random("truths")
    foods = sorted((kind for kind in city.kinds if kind.is_food), key=lambda kind: -(kind.weight**2) * kind.risk)
    *sick, twin, busy = random.sample(foods[:MOST_SAMPLED], len(SHAPES) + 2)
    large = sorted(city.counties, key=lambda county: -len(city.sellers_of[county.pk]))
    summer = random.choice((160, 180, 200))
    cheat, new, other = random.sample(city.laboratories, 3)
    first, last = OPENS
    planted = Planted(
        effect=city.effect,
        outbreaks=[_outbreak(city, random, *one, large[: len(large) // 2]) for one in zip(SHAPES, sick, strict=True)],
        laboratory=(cheat, date(2024, random.randint(3, 9), 1)),
        seller=(city.sellers_of[random.choice(large[:2]).pk][0], date(2024, random.randint(2, 6), 1)),
        county=(random.choice(city.counties), date(2024, random.randint(4, 10), 1)),
        twin=(twin, random.choice(twin.items).name, summer, summer + 70),
        surge=(busy, random.choice(large[:4]).pk, date(2025, 4, 1), date(2025, 6, 30)),
        opening=(new, other, first + timedelta(days=random.randrange((last - first).days))),
    )
    city.truths = _told(planted)
    return planted


def _outbreak(city: City, random: chance.Random, shape: Shape, kind: Kind, centres: Sequence[Region]) -> Outbreak:
    start = shape.first + timedelta(weeks=random.randrange(shape.starts))
    begins, day = {}, start
    for county in neighbours(city, random.choice(centres), shape.counties):
        begins[county.pk] = day
        day += timedelta(weeks=random.randint(*shape.step_weeks))
    return Outbreak(
        shape.name, kind, random.choice(kind.items).name, begins, shape.grows, start + timedelta(weeks=shape.weeks)
    )


def _told(planted: Planted) -> list[dict[str, Any]]:
    twin, item, first, last = planted.twin
    busy, where, from_on, until_on = planted.surge
    new, _other, opened_on = planted.opening
    return [
        *(
            {
                "kind": f"outbreak_{one.shape}",
                "product": one.kind.record.pk,
                "item": one.item,
                "county": sorted(one.begins),
                "begins": dict(one.begins),
                "grows": one.grows,
                "from": min(one.begins.values()),
                "until": one.until,
            }
            for one in planted.outbreaks
        ),
        {"kind": "laboratory", "laboratory": planted.laboratory[0].key, "from": planted.laboratory[1]},
        {"kind": "seller", "counterparty": planted.seller[0].key, "from": planted.seller[1]},
        {"kind": "late_county", "county": [planted.county[0].pk], "from": planted.county[1]},
        {"kind": "control", "of": "season", "product": twin.record.pk, "item": item, "season": [first, last]},
        {
            "kind": "control",
            "of": "more samples",
            "product": busy.record.pk,
            "county": [where],
            "from": from_on,
            "until": until_on,
        },
        {"kind": "control", "of": "new laboratory", "laboratory": new.key, "from": opened_on},
    ]
