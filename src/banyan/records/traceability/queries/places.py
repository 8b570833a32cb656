"""Places and what lies in them, and what master data tell of places, steps and goods."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from banyan.records.masterdata import queries as masterdata
from banyan.records.traceability.models import EventThing, Thing
from banyan.records.traceability.queries.words import canonical

COLUMNS = {
    "readPoint": "read_point", "bizLocation": "biz_location", "bizStep": "biz_step", "disposition": "disposition",
}  # fmt: skip


def within_places(person: Any, field: str, identifiers: Iterable[str]) -> Q:
    """Events at some places or at a part of them: a GLN's extensions, and what master data tell to lie there."""
    places = {canonical(one) for one in identifiers}
    column = COLUMNS[field]
    condition = Q(**{f"{column}__in": sorted(masterdata.descendants(person, field, places))})
    for place in sorted(places):
        condition |= Q(**{column: place}) | Q(**{f"{column}__startswith": place + "/"})
    return condition


def described(person: Any, field: str, names: Iterable[str], values: Collection[str] | None) -> Q:
    """Events of whose place, step, disposition or class of goods master data tell an attribute, or a value of it."""
    told = masterdata.having(person, field, names, values)
    if field != "epcClass":
        return Q(**{f"{COLUMNS[field]}__in": told.values("identifier")})
    classes = Q(thing__epc__in=told.values("identifier")) | Q(thing__gtin__in=told.exclude(gtin="").values("gtin"))
    kinds = (Thing.Kind.LOT, Thing.Kind.CLASS)
    return Q(pk__in=EventThing.objects.filter(classes, thing__kind__in=kinds).values("event_id"))
