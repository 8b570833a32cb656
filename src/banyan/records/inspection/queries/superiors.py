"""To whom late work goes up: those who supervise a place, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from banyan.kit import rights
from banyan.kit.models import Grant


def superiors(*, on: date, right: str = "inspection.supervise") -> list[tuple[str, int]]:
    """(path, person) of those to whom late work goes up, the nearest (longest path) first."""
    roles = rights.roles_with(right)
    grants = Grant.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on), from_on__lte=on, role__in=roles,
        dimension__in=("", "region"), person__is_active=True, person__is_present=True,
    )  # fmt: skip
    found = list(grants.values_list("path", "person_id"))
    return sorted(found, key=lambda place: (-len(place[0]), place[1]))


def next_superior(chain: Sequence[tuple[str, int]], path: str, present: int | None) -> int | None:
    """The nearest superior above the one who has it now; whoever has it keeps it where there is none."""
    own = [len(place) for place, person in chain if person == present]
    limit = min(own) if own else len(path) + 1
    for place, person in chain:
        above = path == place or path.startswith(f"{place}/")
        if person != present and above and len(place) < limit:
            return person
    return present
