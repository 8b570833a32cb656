"""Places of the city: its counties with codes and tiles, and its parks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banyan.base.registry import actions
from banyan.base.registry.queries import Region, code_on, counties
from banyan.demo.city import ENTERED_ON, City, at_work

PARKS = 40
PROGRAMME_BEGAN = date(2012, 11, 5)
ENROLLED, LEFT = 0.8, 0.05
TOWNSHIPS = (("dongjie", "gulou", "东街街道", "Dongjie Subdistrict"),)
"""Townships that report by themselves: key, county, name, English name."""
ONE_IN = 3
"""One seller in so many of their county lies in the township."""


def build(city: City) -> None:
    """Enter nation, province, city, counties, townships and parks."""
    with at_work(ENTERED_ON):
        _regions(city)
        _parks(city)
        _enrolments(city)


def neighbours(city: City, county: Region, count: int) -> list[Region]:
    """A county and those nearest to it in the tile grid."""

    def distance(other: Region) -> tuple[int, int]:
        across = (county.tile_column or 0) - (other.tile_column or 0)
        down = (county.tile_row or 0) - (other.tile_row or 0)
        return across * across + down * down, other.order

    return sorted(city.counties, key=distance)[:count]


def _regions(city: City) -> None:
    """The frame of the packs, and the nation above it, whose authorities have plans of their own."""
    actions.load_reference(by=city.system("administrator"), on=ENTERED_ON)
    nation = actions.enter_region(
        key="china", path="/china", level="nation", name="中华人民共和国", name_en="China",
        by=city.system("administrator"), on=ENTERED_ON,
    )  # fmt: skip
    above = {region.level: region for region in Region.objects.filter(level__in=("province", "city"))}
    city.regions = {"nation": nation, **above}
    city.counties = counties(below=above["city"].path)
    for region in (above["city"], *city.counties):
        city.codes[region.pk] = code_on(region=region, on=ENTERED_ON).code
    by_key = {county.pk: county for county in city.counties}
    for key, county, name, name_en in TOWNSHIPS:
        parent = by_key[county]
        city.townships.append(
            actions.enter_region(
                key=key, path=f"{parent.path}/{key}", level="township", name=name, name_en=name_en, parent=parent,
                order=parent.order, by=city.system("administrator"), on=ENTERED_ON,
            )
        )  # fmt: skip


def settle(city: City) -> None:
    """Say which sellers lie in a township, once the registry has them."""
    for township in city.townships:
        for seller in city.sellers_of[township.parent_id][::ONE_IN]:
            city.in_township[seller.key] = township.pk


def _parks(city: City) -> None:
    random = city.random("parks")
    for number in range(city.count(PARKS, least=len(city.counties))):
        county = city.counties[number % len(city.counties)]
        park = actions.enter_park(
            key=f"park-{number + 1:02d}", name=city.names.park(county.name[:-1]), county=county,
            founded_on=date(random.randint(1992, 2018), random.randint(1, 12), 1), by=city.system(), on=ENTERED_ON,
        )  # fmt: skip
        city.parks.append(park)


def _enrolments(city: City) -> None:
    """Four parks in five took part in “quality in parks” when the records begin; a few had left again."""
    random = city.random("enrolments")
    for park in random.sample(city.parks, round(len(city.parks) * ENROLLED)):
        days = (ENTERED_ON - max(park.founded_on, PROGRAMME_BEGAN)).days
        day = ENTERED_ON - timedelta(days=random.randrange(1, days))
        _enrol(city, park, day, on=ENTERED_ON)
        if random.random() < LEFT:
            last = day + (ENTERED_ON - day) * random.random()
            actions.end_park_enrolment(park=park, until_on=last, by=city.system(), on=ENTERED_ON)


def enrol_another(city: City, *, on: date) -> None:
    """One more park of those that do not take part enrols."""
    if outside := [park for park in city.parks if park.pk not in city.enrolled]:
        _enrol(city, outside[0], on, on=on)


def _enrol(city: City, park: Any, day: date, *, on: date) -> None:
    number = city.random(f"enrolment {park.pk}").randint(1, 60)
    city.enrolled.add(park.pk)
    actions.enrol_park(park=park, from_on=day, document=f"质量兴园〔{day.year}〕{number}号", by=city.system(), on=on)
