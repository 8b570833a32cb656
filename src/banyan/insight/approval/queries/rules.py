"""What the packs say of approval: which data, which periods, which levels, and whose data a place's are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts.facts import Kind, kinds
from banyan.base.registry.queries import Region
from banyan.kit import Refused, recent
from banyan.policy import periods


def entries() -> tuple[Any, ...]:
    """The data that are approved. A repealed entry still locks what was approved under it."""
    return tuple(one for one in _book().entries("approval", None) if one.status != "draft")


def entry_of(key: str) -> Any:
    """One of them by its key. Raises Refused for any other."""
    found = next((one for one in entries() if one.key == key), None)
    if found is None:
        raise Refused(
            _("The data “%(key)s” were asked for.") % {"key": key},
            _("No pack says that such data are approved."),
            _("Choose one of: %(keys)s.") % {"keys": ", ".join(one.key for one in entries()) or _("none")},
            code="no-such-data",
        )
    return found


def span_of(entry: Any, period: str) -> tuple[date, date]:
    """First and last day of a period by its name (2025-Q3). Raises Refused for one that has no such name."""
    try:
        first, last = entry.span(periods.first_last(period)[0])
    except ValueError:
        first, last = date.max, date.max
    if entry.name_of(first) != period or first < entry.since:
        raise Refused(
            _("The period “%(period)s” was asked for.") % {"period": period},
            _("These data are approved by the %(length)s, from %(first)s on.")
            % {"length": length_in_words(entry), "first": entry.name_of(entry.since)},
            _("Name a period as in %(first)s.") % {"first": entry.name_of(entry.since)},
            code="no-such-period",
        )
    return first, last


def title_of(entry: Any) -> str:
    """What the data are called, in the language of the page."""
    return str(entry.title.in_language(get_language() or settings.LANGUAGE_CODE))


def length_in_words(entry: Any) -> str:
    """Month, quarter or year."""
    return {"month": _("month"), "quarter": _("quarter"), "year": _("year")}[entry.period]


@lru_cache(maxsize=16)
def _guarded(book: str) -> Mapping[str, tuple[tuple[Any, Kind], ...]]:
    found: dict[str, tuple[tuple[Any, Kind], ...]] = {}
    for entry in entries():
        for name in entry.facts:
            kind = kinds()[name]
            if not kind.day or not kind.place:
                raise ValueError(f"{entry.key}: {name} does not say by which fields its day and place are told")
            found[kind.noun] = (*found.get(kind.noun, ()), (entry, kind))
    return found


def guarded() -> Mapping[str, tuple[tuple[Any, Kind], ...]]:
    """The nouns whose versions state facts that are approved, each with the entry and the kind of fact."""
    return _guarded(_book().hash)


class Places:
    """The regions of the city, to tell whose data those of a place are."""

    def __init__(self) -> None:
        rows = Region.objects.filter(withdrawn_on=None).select_related(None)
        regions: tuple[Region, ...] = recent.made(("regions",), lambda: tuple(rows))
        top = _book().region() or "/"
        self.regions = {
            one.pk: one for one in regions if one.path == top or one.path.startswith(f"{top.rstrip('/')}/")
        }
        self._by_path = {one.path: one for one in self.regions.values()}
        self._within: dict[str, dict[str, list[Region]]] = {}

    def unit_of(self, entry: Any, place: str | None) -> str | None:
        """The unit that answers for data of a place: the nearest at or above it that approves; the highest for none.

        None where the place is not of this city.
        """
        if place is None:
            return next((one.pk for one in self.units(entry) if one.level == entry.levels[-1]), None)
        region = self.regions.get(place)
        while region is not None and region.level not in entry.levels:
            region = self._above(region)
        return region.pk if region else None

    def units(self, entry: Any) -> list[Region]:
        """The units that approve data, those of the highest level last."""
        units = [one for one in self.regions.values() if one.level in entry.levels]
        return sorted(units, key=lambda one: (entry.levels.index(one.level), one.order, one.pk))

    def within(self, entry: Any, unit: Region) -> list[Region]:
        """The units that approve data and lie within a unit, those of the lowest level first."""
        if entry.key not in self._within:
            found = self._within[entry.key] = {}
            for one in self.units(entry):
                region = self._above(one)
                while region is not None:
                    found.setdefault(region.pk, []).append(one)
                    region = self._above(region)
        return self._within[entry.key].get(unit.pk, [])

    def office(self, unit: Region, level: str) -> Region | None:
        """The unit of a level that a unit belongs to: itself, or the one above it."""
        region: Region | None = unit
        while region is not None and region.level != level:
            region = self._above(region)
        return region

    def _above(self, region: Region) -> Region | None:
        return self._by_path.get(region.path.rpartition("/")[0])


def _book() -> policy.Book:
    return policy.load(settings.BANYAN_PACKS)
