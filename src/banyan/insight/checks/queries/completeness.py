"""How complete and how timely the data of each county are, by the quarter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from banyan import policy
from banyan.base.registry.queries import Region, counties_of_townships
from banyan.insight.checks.queries.quarters import Plans, quarters_between
from banyan.insight.checks.queries.questions import STANDING
from banyan.kit import recent, terms
from banyan.kit.scope import scoped
from banyan.policy import periods
from banyan.records.inspection.queries import Result, Sample

TERMS = {"food_supervision": "food_sampling.report", "food_evaluation": "food_sampling.report"}
HOUSE_TERM = "checks.report"


@dataclass(frozen=True)
class Cell:
    """One county in one quarter: samples of its plans against a quarter of the year's quota; reports in their term.

    `due` counts the samples whose report is there or should be by now, `in_time` those reported within the term.
    """

    first: date
    last: date
    planned: float
    sampled: int
    due: int
    in_time: int

    @property
    def name(self) -> str:
        """What the quarter is called."""
        return periods.name_of(self.first)

    @property
    def complete(self) -> float | None:
        """The share of what was planned; None where nothing was."""
        return self.sampled / self.planned if self.planned else None

    @property
    def timely(self) -> float | None:
        """The share of reports in their term; None where none is due."""
        return self.in_time / self.due if self.due else None


def completeness(person: Any, *, year: int, on: date) -> list[tuple[Region, list[Cell]]]:
    """Each county of a person's office with its quarters of a year that have begun by a day."""
    seen: Any = scoped(Region, person, right="checks.view").filter(level=Region.Level.COUNTY, withdrawn_on=None)
    quarters = [span for span in quarters_between(date(year, 1, 1), date(year, 12, 31)) if span[0] <= on]
    counts = recent.made(("completeness", year, on), lambda: _counts(year, on))
    planned, sampled, due, in_time = counts
    return [
        (
            county,
            [
                Cell(first, last, planned[county.pk] / 4, sampled[county.pk, first], due[county.pk, first],
                     in_time[county.pk, first])
                for first, last in quarters
            ],
        )
        for county in seen
    ]  # fmt: skip


def years_with_plans(*, on: date) -> list[int]:
    """The years of published plans, the newest first; none where no plan was published."""
    return sorted({one.year for one in Plans(on=on).quotas}, reverse=True)


def _counts(year: int, on: date) -> tuple[Counter[Any], ...]:
    """Quotas of the year by county; samples, reports due and reports in time by county and quarter."""
    plans = Plans(on=on)
    planned: Counter[Any] = Counter()
    for quota in plans.quotas:
        if quota.year == year:
            planned[quota.county] += quota.batches
    due: Counter[Any] = Counter()
    in_time: Counter[Any] = Counter()
    above = counties_of_townships()
    for place, scheme, taken, received, reported in _received(year):
        end = _end_of_term(policy.load(settings.BANYAN_PACKS).hash, scheme, received)
        if end is not None and (reported is not None or end < on):
            cell = (above.get(place, place), periods.span(taken)[0])
            due[cell] += 1
            in_time[cell] += reported is not None and reported <= end
    return planned, plans.counties, due, in_time


def _received(year: int) -> Any:
    """Samples of a year that a laboratory received: county, scheme, day, day of receipt, day of the first report."""
    first_reports = Result.objects.filter(STANDING, kind="initial")
    reported: Any = first_reports.filter(
        sample__withdrawn_on=None, sample__received_on__isnull=False, sample__sampled_on__year=year
    )
    of_sample = [f"sample__{name}" for name in _OF_SAMPLE]
    yield from reported.order_by().values_list(*of_sample, "reported_on")
    waiting: Any = Sample.objects.filter(withdrawn_on=None, received_on__isnull=False, sampled_on__year=year)
    waiting = waiting.exclude(state__in=("rejected", "lost")).filter(
        ~Exists(first_reports.filter(sample=OuterRef("pk")))
    )
    for row in waiting.order_by().values_list(*_OF_SAMPLE):
        yield *row, None


_OF_SAMPLE = ("county_id", "scheme", "sampled_on", "received_on")


@lru_cache(maxsize=20_000)
def _end_of_term(_rules: str, scheme: str, received: date) -> date | None:
    """The last day for the report of a sample received on a day, by the term of its scheme or the house's."""
    try:
        due = terms.due(TERMS.get(scheme, HOUSE_TERM), start=received)
    except terms.RuleMissing:
        due = terms.due(HOUSE_TERM, start=received)
    return due.on if due else None
