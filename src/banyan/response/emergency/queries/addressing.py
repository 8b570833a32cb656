"""To whom a message of a region goes: those who hold the roles there and can acknowledge it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from banyan.base.registry.queries import Organisation, Region
from banyan.kit import rights
from banyan.kit.models import Grant, Person

BY_KEY = ("organisation", "laboratory")


def roles() -> list[str]:
    """The roles whose holders can acknowledge a message."""
    return sorted(rights.roles_with("emergency.acknowledge"))


def addressed(codes: Collection[str], *, region: Region, on: date) -> list[tuple[Any, str]]:
    """(person, role) for everyone at work who holds one of the roles at, above or below a region, by name.

    Firms and laboratories are those that lie in the region. Who holds several of the roles is told once.
    """
    held = Grant.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), from_on__lte=on, role__in=codes,
        person__is_active=True, person__is_present=True,
    )  # fmt: skip
    grants = list(held.order_by("person__username", "role").values_list("person", "role", "dimension", "path"))
    keys = {path for _person, _role, dimension, path in grants if dimension in BY_KEY}
    inside = _inside(keys, region)
    found: dict[int, str] = {}
    for person, role, dimension, path in grants:
        if _reaches(dimension, path, region.path, inside):
            found.setdefault(person, role)
    people = Person.objects.in_bulk(list(found))
    return [(people[person], role) for person, role in found.items()]


def _reaches(dimension: str, path: str, region: str, inside: Collection[str]) -> bool:
    if dimension == "region":
        return f"{region}/".startswith(f"{path}/") or f"{path}/".startswith(f"{region}/")
    return path in inside if dimension in BY_KEY else not dimension


def _inside(keys: Iterable[str], region: Region) -> set[str]:
    below = Q(county__path=region.path) | Q(county__path__startswith=f"{region.path}/")
    return set(Organisation.objects.filter(below, pk__in=list(keys)).values_list("pk", flat=True))
