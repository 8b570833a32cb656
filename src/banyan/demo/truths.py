"""What is planted in the city for detectors to find, and what looks like it and is nothing: the controls.

The truths are written to a file that only `banyan demo score` reads. No number here is shared with a detector.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from banyan.base.registry.queries import Region
from banyan.demo.city import City, Firm, Kind
from banyan.demo.places import neighbours

FILE = "demo-truths.json"
MOST_SAMPLED = 6
"""Clusters, twins and surges are planted among this many classes of food: those that the plans look at most."""
CLUSTER_COUNTIES, CLUSTER_WEEKS = 4, 26
INVENTED_OF_SPARED = 0.5
SURGE_TIMES = 6
RESERVE_WEEKS = 20
"""How long a seller who swaps keeps one lot of good goods of a class for the inspectors."""
CHANCE_AT_MOST = 0.9


@dataclass(slots=True)
class Planted:
    """The truths and controls of one city, with the days on which each holds."""

    effect: float
    cluster: tuple[Kind, frozenset[str], date, date]
    causes: tuple[str, str]
    laboratory: tuple[Firm, date]
    seller: tuple[Firm, date]
    county: tuple[Region, date]
    twin: tuple[Kind, int, int]
    surge: tuple[Kind, str, date, date]

    def raised(self, chance: float, *, kind: Kind, county: str, on: date) -> tuple[float, str]:
        """The chance that a batch fails where a cluster or the twin's season raises it, and the item they share.

        What goes wrong at many makers at once has one cause, such as a bad ingredient: the failures that are added
        break the same limit.
        """
        where, counties, start, end = self.cluster
        if kind is where and county in counties and start <= on <= end:
            return min(CHANCE_AT_MOST, chance * self.effect), self.causes[0]
        same_season, first, last = self.twin
        if kind is same_season and first <= on.timetuple().tm_yday <= last:
            return min(CHANCE_AT_MOST, chance * self.effect), self.causes[1]
        return chance, ""

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
    sick, twin, busy = random.sample(foods[:MOST_SAMPLED], 3)
    large = sorted(city.counties, key=lambda county: -len(city.sellers_of[county.pk]))
    centre = random.choice(large[: len(large) // 2])
    start = date(2025, 3, 3) + timedelta(weeks=random.randrange(15))
    summer = random.choice((160, 180, 200))
    planted = Planted(
        effect=city.effect,
        cluster=(
            sick,
            frozenset(one.pk for one in neighbours(city, centre, CLUSTER_COUNTIES)),
            start,
            start + timedelta(weeks=CLUSTER_WEEKS),
        ),
        causes=(random.choice(sick.items).name, random.choice(twin.items).name),
        laboratory=(random.choice(city.laboratories), date(2024, random.randint(3, 9), 1)),
        seller=(city.sellers_of[random.choice(large[:2]).pk][0], date(2024, random.randint(2, 6), 1)),
        county=(random.choice(city.counties), date(2024, random.randint(4, 10), 1)),
        twin=(twin, summer, summer + 70),
        surge=(busy, random.choice(large[:4]).pk, date(2025, 4, 1), date(2025, 6, 30)),
    )
    city.truths = _told(planted)
    return planted


def _told(planted: Planted) -> list[dict[str, Any]]:
    sick, counties, start, end = planted.cluster
    twin, first, last = planted.twin
    busy, where, from_on, until_on = planted.surge
    return [
        {
            "kind": "cluster",
            "product": sick.record.pk,
            "item": planted.causes[0],
            "county": sorted(counties),
            "from": start,
            "until": end,
        },
        {"kind": "laboratory", "laboratory": planted.laboratory[0].key, "from": planted.laboratory[1]},
        {"kind": "seller", "counterparty": planted.seller[0].key, "from": planted.seller[1]},
        {"kind": "late_county", "county": [planted.county[0].pk], "from": planted.county[1]},
        {"kind": "control", "product": twin.record.pk, "item": planted.causes[1], "season": [first, last]},
        {"kind": "control", "product": busy.record.pk, "county": [where], "from": from_on, "until": until_on},
    ]
