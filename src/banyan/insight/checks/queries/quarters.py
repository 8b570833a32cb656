"""What plans ask of counties and what was sampled for them, by the quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncQuarter

from banyan.base.registry.queries import counties_of_townships
from banyan.policy import periods
from banyan.records.inspection.queries import Sample
from banyan.records.plans.queries import Drawn, Quota

IN_FORCE = ("published", "closed")
BESIDE = (Drawn.COMPLAINT, Drawn.FOLLOW_UP)


@dataclass(frozen=True)
class Planned:
    """One quota of a published plan."""

    key: str
    line: str
    county: str
    batches: int
    year: int
    published_on: date
    title: str


class Plans:
    """The published plans as they stand on a day: each question to the database is asked once, when first needed."""

    def __init__(self, *, on: date) -> None:
        self.on = on

    @cached_property
    def quotas(self) -> list[Planned]:
        """The quotas of all plans that were published by the day."""
        rows = Quota.objects.filter(
            withdrawn_on=None, line__withdrawn_on=None, line__plan__withdrawn_on=None,
            line__plan__state__in=IN_FORCE, line__plan__published_on__lte=self.on,
        )  # fmt: skip
        said = ("pk", "line_id", "county_id", "batches", "line__plan__year", "line__plan__published_on",
                "line__product_class__name", "line__plan__title")  # fmt: skip
        return [
            Planned(key, line, county, batches, year, published_on, f"{plan} · {goods}"[:240])
            for key, line, county, batches, year, published_on, goods, plan in rows.values_list(*said)
        ]

    @cached_property
    def taken(self) -> Counter[tuple[str, str, date]]:
        """How many samples were taken for plans by the day, by plan line, county of the task and quarter.

        A township's are its county's. What follows a failure or a complaint is taken beside the plan and not counted.
        """
        rows: Any = Sample.objects.filter(withdrawn_on=None, sampled_on__lte=self.on, task__line__isnull=False)
        rows = rows.exclude(drawn__in=BESIDE).order_by().annotate(quarter=TruncQuarter("sampled_on"))
        cells = rows.values_list("task__line_id", "task__county_id", "quarter").annotate(n=Count("pk"))
        found: Counter[tuple[str, str, date]] = Counter()
        above = counties_of_townships()
        for line, place, quarter, n in cells:
            found[line, above.get(place, place), quarter] += n
        return found

    @property
    def counties(self) -> Counter[tuple[str, date]]:
        """The same by county and quarter, whatever the plan."""
        found: Counter[tuple[str, date]] = Counter()
        for (_line, county, quarter), n in self.taken.items():
            found[county, quarter] += n
        return found

    @property
    def lines(self) -> Counter[tuple[str, str]]:
        """The same by plan line and county, whenever they were taken."""
        found: Counter[tuple[str, str]] = Counter()
        for (line, county, _quarter), n in self.taken.items():
            found[line, county] += n
        return found


def quarters_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last day of each quarter that begins between two days or has begun before, the earliest first."""
    begins, ends = periods.span(first)
    while begins <= last:
        yield begins, ends
        begins, ends = periods.span(ends + timedelta(days=1))
