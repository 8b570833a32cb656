"""Late work goes up a level: to those who supervise its place, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from banyan.kit import rights
from banyan.kit.models import Grant
from banyan.kit.terms import demand_late
from banyan.kit.verbs import Deed

PART = 2000


def raise_a_level(deed: Deed, rows: Sequence[Any]) -> None:
    """
    Give late records of one noun to the next of those in their region who hold the right of the deed, once per step.

    A record's place is the first path of its region that is known.
    """
    if not rows:
        return
    chain, paths = superiors(on=deed.on, right=deed.right), _paths(rows)
    for act in rows:
        demand_late(act, on=deed.on)
        act.escalated_on = deed.on
        act.assignee_id = next_superior(chain, paths.get(act.pk, ""), act.assignee_id)
    deed.save_many(rows, "escalated_on", "assignee")


def superiors(*, on: date, right: str) -> list[tuple[str, int]]:
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


def _paths(rows: Sequence[Any]) -> dict[str, str]:
    """The path of the place of each record; "" where it has none."""
    model = type(rows[0])
    found: dict[str, str] = {}
    keys = [row.pk for row in rows]
    for start in range(0, len(keys), PART):
        part = model.objects.filter(pk__in=keys[start : start + PART]).values_list("pk", *model.reach["region"])
        found |= {key: next(filter(None, paths), "") for key, *paths in part}
    return found
