"""On whose desk work lies: the nearest officer who holds the right, has no tie, and has the least to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Q

from banyan.kit import rights
from banyan.kit.models import Grant
from banyan.records.plans.queries.ties import ties_of
from banyan.response.casework.models import Duty


class Desks:
    """Who holds which right where, to whom each is tied, and how much lies there; asked once for a whole batch."""

    def __init__(self, *, on: date) -> None:
        self.on = on
        self._holders: dict[str, list[tuple[str, int, Collection[str]]]] = {}
        self._load: Counter[int] | None = None

    def pick(self, right: str, path: str, *, party: Any = None, but: Collection[int] = ()) -> int | None:
        """The person on whose desk a new duty lies, who then has one more; None where nobody holds the right."""
        if self._load is None:
            counted = Duty.objects.filter(ended_on=None, withdrawn_on=None).order_by().values_list("officer")
            self._load = Counter(dict(counted.annotate(n=Count("pk"))))
        able = [
            (-len(place), self._load[person], person)
            for place, person, firms in self._who(right)
            if (not place or f"{path}/".startswith(f"{place}/")) and person not in but and party not in firms
        ]
        if not able:
            return None
        person = min(able)[2]
        self._load[person] += 1
        return person

    def _who(self, right: str) -> list[tuple[str, int, Collection[str]]]:
        """Those who hold a right: below which path, and the firms in which they have declared an interest."""
        if right not in self._holders:
            grants = Grant.objects.filter(
                Q(until_on__isnull=True) | Q(until_on__gte=self.on), role__in=rights.roles_with(right),
                from_on__lte=self.on, dimension__in=("", "region"), person__is_active=True, person__is_present=True,
            )  # fmt: skip
            found = list(grants.values_list("path", "person_id", "person__username"))
            ties = ties_of({username for _path, _person, username in found}, on=self.on)
            self._holders[right] = [(path, person, ties.get(username, ())) for path, person, username in found]
        return self._holders[right]
