"""Reads of regions and of the classifications: by code on a day, by the words of an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from banyan.base.registry.models import Industry, Park, ProductClass, Region, RegionCode
from banyan.kit import recent
from banyan.kit.refusals import BadRequest, NotFound
from banyan.kit.scope import with_places_below

_STOPS = re.compile(r"[\s,，;；、()（）]")


def region_by_code(*, code: str, on: date | None = None) -> Region | None:
    """The region that bears a code on a day (or bore it on any day, where no day is given)."""
    rows = RegionCode.objects.filter(code=code.strip(), withdrawn_on=None).select_related("region")
    if on is not None:
        rows = rows.filter(from_on__lte=on).filter(Q(until_on=None) | Q(until_on__gte=on))
    found = rows.order_by("-from_on").first()
    return found.region if found else None


def code_on(*, region: Region | str, on: date) -> RegionCode | None:
    """The official code and name of a region on a day."""
    rows = RegionCode.objects.filter(region=region, withdrawn_on=None, from_on__lte=on)
    return rows.filter(Q(until_on=None) | Q(until_on__gte=on)).order_by("-from_on").first()


def counties(*, below: str = "") -> list[Region]:
    """The counties in their order, within a path where one is given."""
    rows = Region.objects.filter(level=Region.Level.COUNTY, withdrawn_on=None)
    found: tuple[Region, ...] = recent.made(("counties",), lambda: tuple(rows))
    return [one for one in found if not below or one.path.startswith(below + "/")]


def counties_of_townships() -> dict[str, str]:
    """The key of the county that each township lies in, by the township's; empty where townships are not entered."""
    levels = (Region.Level.COUNTY, Region.Level.TOWNSHIP)
    rows = Region.objects.filter(level__in=levels, withdrawn_on=None).order_by().values_list("pk", "path", "level")
    places: tuple[tuple[str, str, str], ...] = recent.made(("townships",), lambda: tuple(rows))
    by_path = {path: key for key, path, level in places if level == Region.Level.COUNTY}
    within = {
        key: by_path.get(path.rpartition("/")[0]) for key, path, level in places if level != Region.Level.COUNTY
    }
    return {key: county for key, county in within.items() if county}


def townships_of(county: str) -> list[str]:
    """The keys of the townships of a county."""
    return [key for key, above in counties_of_townships().items() if above == county]


def within(county: str) -> list[str]:
    """The keys of a county and of all that lies in it: whose records a list of the county holds.

    Raises BadRequest for a key that no place has.
    """
    found = with_places_below(Region, county)
    if not found:
        raise BadRequest(
            _("What lies in “%(county)s” was asked for.") % {"county": county[:60]},
            _("There is no place with this key."), _("Take its key from `/api/v1/regions`."), code="unknown-key",
        )  # fmt: skip
    return found


def county_of_park(*, key: str) -> Region:
    """The county that a park lies in. Raises NotFound for an unknown park."""
    park = Park.objects.filter(pk=key).select_related("county").first()
    if park is None:
        raise NotFound(
            _("The park “%(key)s” was asked for.") % {"key": key},
            _("There is no such park."),
            _("Take its key from the list of parks."),
        )
    return park.county


def parks() -> list[Park]:
    """All parks."""
    rows = Park.objects.filter(withdrawn_on=None).select_related("county")
    return list(recent.made(("parks",), lambda: tuple(rows)))


def industries() -> dict[str, Industry]:
    """Industries by code."""
    return {one.pk: one for one in Industry.objects.filter(withdrawn_on=None)}


def product_classes() -> dict[str, ProductClass]:
    """Product classes by key."""
    return {one.pk: one for one in ProductClass.objects.filter(withdrawn_on=None)}


def county_finder() -> Callable[[str], str | None]:
    """A function that finds the county an address names; make it once where many addresses are read."""
    rows = RegionCode.objects.filter(region__level=Region.Level.COUNTY, withdrawn_on=None)
    keys: dict[tuple[str, str], str] = {}
    patterns: dict[str, str] = {}
    for row in rows.select_related("region__parent__parent"):
        before = "".join(_optional(one.name) for one in _above(row.region))
        keys[before, row.name] = row.region_id
        patterns[before] = patterns.get(before, "") + "|" + re.escape(row.name)
    compiled = [(before, re.compile(f"(?:中国)?{before}({names[1:]})")) for before, names in patterns.items()]

    def finder(text: str) -> str | None:
        plain = _STOPS.sub("", text)
        found = {keys[before, hit.group(1)] for before, pattern in compiled if (hit := pattern.match(plain))}
        return found.pop() if len(found) == 1 else None

    return finder


def county_of_address(text: str) -> str | None:
    """The key of the county that an address names in full (闽侯县, 长乐市, 长乐区), else None.

    Only a whole unit name counts, at the beginning of the address or right after its own province and city:
    a short form (闽侯) may be a street, and 鼓楼区 after another city is another county.
    """
    return county_finder()(text)


def _above(region: Region) -> list[Region]:
    """Province and city of a county, the highest first."""
    above: list[Region] = []
    while region.parent is not None:
        region = region.parent
        above.insert(0, region)
    return above


def _optional(name: str) -> str:
    """A pattern for a unit that may be left out, or written without its last character (福建 for 福建省)."""
    return f"(?:{re.escape(name[:-1])}{re.escape(name[-1])}?)?"


def names_of_regions(*, keys: Any) -> dict[str, str]:
    """Names of regions by key."""
    return dict(Region.objects.filter(pk__in=keys).values_list("pk", "name"))


def region_for_names(*, key: str = "") -> Region:
    """The region with a key; without one the city, or what is highest where there is none. Raises `NotFound`."""
    if key:
        found = Region.objects.filter(pk=key).first()
    else:
        cities = Region.objects.filter(level=Region.Level.CITY, withdrawn_on=None).order_by("path")
        found = cities.first() or Region.objects.order_by("path").first()
    if found is None:
        raise NotFound(
            _("The region “%(key)s” was asked for.") % {"key": key},
            _("There is no such region in the registry."),
            _("Give the key of a region as `banyan` shows it under Regions in the office."),
        )
    return found
