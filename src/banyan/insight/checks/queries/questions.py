"""The questions that checks ask of the data: each is one or two questions to the database, however many the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from banyan.insight.checks.queries.outlying import outlying_value
from banyan.insight.checks.queries.quarters import Plans, quarters_between
from banyan.insight.checks.queries.seen import Seen
from banyan.policy import periods
from banyan.records.inspection.queries import Conclusion, Result, Sample

STANDING = Q(withdrawn_on=None, awaits_since=None)


AT_ONCE = 2000


def seen_by(rule: Any, *, plans: Plans) -> Iterator[Seen]:
    """All that a rule is true of in the data as they are, one after the other; plans are those of their day.

    Rows are read some thousand at a time, each time by a question of its own: between two of them who asks may write.
    """
    return QUESTIONS[rule.asks](rule.options, plans)


def judged_before_sampled(_options: Mapping[str, Any], _plans: Plans) -> Iterator[Seen]:
    """Samples with a verdict before their day; those whose day the source does not state are left out."""
    rows = Sample.objects.filter(withdrawn_on=None, dated_by="", judged_on__lt=F("sampled_on"))
    said = ("pk", "number", "county_id", "laboratory_id", "judged_on", "sampled_on")
    for key, number, county, laboratory, judged, sampled in _in_parts(rows.values_list(*said)):
        detail = {"judged": judged.isoformat(), "sampled": sampled.isoformat()}
        yield Seen("inspection.sample", key, number, county, laboratory, detail=detail)


def reported_before_received(_options: Mapping[str, Any], _plans: Plans) -> Iterator[Seen]:
    """First reports that are dated before the laboratory had the sample."""
    rows = Result.objects.filter(STANDING, kind="initial", reported_on__lt=F("sample__received_on"))
    for *result, reported, received in _in_parts(rows.values_list(*_OF_RESULT, "reported_on", "sample__received_on")):
        yield _of_result(result, {"reported": reported.isoformat(), "received": received.isoformat()})


def passed_with_failed_item(_options: Mapping[str, Any], _plans: Plans) -> Iterator[Seen]:
    """Reports that pass a sample although an item of it failed."""
    rows = Result.objects.filter(STANDING, conclusion=Conclusion.PASSED, items__conclusion=Conclusion.FAILED)
    for *result, failed in _in_parts(rows.values_list(*_OF_RESULT).annotate(failed=Count("items"))):
        yield _of_result(result, {"failed": failed})


def report_number_twice(_options: Mapping[str, Any], _plans: Plans) -> Iterator[Seen]:
    """Reports of one laboratory under one number on several samples: each of them."""
    numbered = Result.objects.filter(STANDING).exclude(report_number="").exclude(laboratory=None)
    several = numbered.order_by().values("laboratory_id", "report_number").annotate(n=Count("sample", distinct=True))
    found = {(one["laboratory_id"], one["report_number"]): one["n"] for one in several.filter(n__gt=1)}
    twice = [number for _laboratory, number in found]
    for start in range(0, len(twice), 500):
        for result in numbered.filter(report_number__in=twice[start : start + 500]).values_list(*_OF_RESULT):
            _key, number, _sample, _county, laboratory = result
            if n := found.get((laboratory, number)):
                yield _of_result(result, {"number": number, "samples": n})


def no_sample_in_quarter(_options: Mapping[str, Any], plans: Plans) -> Iterator[Seen]:
    """Counties with a quota for a year and no sample of its plans in a quarter that lies after their publication."""
    begun: dict[tuple[str, int], date] = {}
    totals: dict[tuple[str, int], int] = defaultdict(int)
    for one in plans.quotas:
        place = (one.county, one.year)
        totals[place] += one.batches
        begun[place] = min(begun.get(place, one.published_on), one.published_on)
    done = plans.counties
    for (county, year), batches in totals.items():
        for first, last in quarters_between(date(year, 1, 1), date(year, 12, 31)):
            if batches and begun[county, year] <= first and last < plans.on and not done[county, first]:
                name = periods.name_of(first)
                yield Seen("", "", name, county, part=name, detail={"quarter": name, "planned": batches})


def more_than_planned(options: Mapping[str, Any], plans: Plans) -> Iterator[Seen]:
    """Quotas that the samples of their plan line in their county exceed by more than tolerance and least number."""
    done = plans.lines
    for one in plans.quotas:
        sampled = done[one.line, one.county]
        if sampled - one.batches > max(options["least"], one.batches * options["tolerance"]):
            detail = {"sampled": sampled, "planned": one.batches}
            yield Seen("plans.quota", one.key, one.title, one.county, detail=detail)


_OF_RESULT = ("pk", "report_number", "sample__number", "sample__county_id", "laboratory_id")


def _of_result(result: Sequence[Any], detail: Mapping[str, Any]) -> Seen:
    key, number, sample, county, laboratory = result
    return Seen("inspection.result", key, f"{sample} · {number or key}", county, laboratory, detail=detail)


def _in_parts(rows: Any) -> Iterator[Sequence[Any]]:
    """The rows of a question whose first column is the key, each part behind the last key of the one before."""
    rows, last = rows.order_by("pk"), ""
    while part := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield from part
        if len(part) < AT_ONCE:
            return
        last = part[-1][0]


QUESTIONS: Mapping[str, Callable[[Mapping[str, Any], Plans], Iterator[Seen]]] = {
    "judged_before_sampled": judged_before_sampled,
    "reported_before_received": reported_before_received,
    "passed_with_failed_item": passed_with_failed_item,
    "report_number_twice": report_number_twice,
    "no_sample_in_quarter": no_sample_in_quarter,
    "more_than_planned": more_than_planned,
    "outlying_value": outlying_value,
}
