"""A rule over weeks: loads its facts once, asks its detector week by week what was known then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from banyan.base.registry import queries as registry
from banyan.insight.alerts.queries import alike, clusters, counts, delays, rises, shares
from banyan.insight.alerts.queries.findings import Finding, Story, tell, weeks
from banyan.insight.alerts.queries.known import Known, known

Rule = Any
Watched = Known | counts.Counted
Detector = Callable[[Known, date, Any, dict[str, tuple[int, int]]], list[Finding]]


def settings_of(rule: Rule) -> dict[str, Any]:
    """The rule's options, decimals as floats."""
    return {name: float(one) if isinstance(one, Decimal) else one for name, one in rule.options.items()}


def _windows(options: Any) -> list[int]:
    return [int(one) for one in str(options["windows"]).split(",")]


def _scan(facts: Known, on: date, rule: Rule, place: dict[str, tuple[int, int]]) -> list[Finding]:
    asked = settings_of(rule)
    return clusters.clusters(
        facts, on=on, of=[name for name in rule.by if name != "county"], place=place, windows=_windows(asked),
        largest=int(asked["largest"]), prior=asked["prior"], season_weight=asked["season_weight"],
        least=int(asked["least"]), rate=asked["false_discovery_rate"], elsewhere=asked["elsewhere"],
        loose=asked["loose"],
    )  # fmt: skip


def _funnel(facts: Known, on: date, rule: Rule, _place: Any) -> list[Finding]:
    asked = settings_of(rule)
    return shares.too_few_failures(
        facts, on=on, by=rule.by[0], windows=_windows(asked), prior=asked["prior"], least=asked["least"],
        rate=asked["false_discovery_rate"],
    )  # fmt: skip


def _near_limit(facts: Known, on: date, rule: Rule, _place: Any) -> list[Finding]:
    asked = settings_of(rule)
    return shares.near_limit(
        facts, on=on, by=rule.by[0], band=asked["band"], items=int(asked["items"]), windows=_windows(asked),
        prior=asked["prior"], least=asked["least"], rate=asked["false_discovery_rate"],
    )  # fmt: skip


def _delays(facts: Known, on: date, rule: Rule, _place: Any) -> list[Finding]:
    asked = settings_of(rule)
    return delays.late_counties(
        facts, on=on, windows=_windows(asked), past=int(asked["past"]), least=int(asked["least"]),
        ratio=asked["ratio"], rate=asked["false_discovery_rate"],
    )  # fmt: skip


def _alike(facts: Known, on: date, rule: Rule, _place: Any) -> list[Finding]:
    asked = settings_of(rule)
    return alike.too_much_alike(
        facts, on=on, windows=_windows(asked), items=int(asked["items"]), band=asked["band"],
        apart=int(asked["apart"]), compared=int(asked["compared"]), level=asked["level"], tests=int(asked["tests"]),
        rate=asked["false_discovery_rate"],
    )  # fmt: skip


def _rises(facts: Known, on: date, rule: Rule, _place: Any) -> list[Finding]:
    return rises.rises(facts, on=on, rule=rule, numbers=settings_of)


DETECTORS: dict[str, Detector] = {
    **dict.fromkeys(rises.METHODS, _rises), "scan": _scan, "funnel": _funnel, "near_limit": _near_limit,
    "reporting_delay": _delays, "alike": _alike,
}  # fmt: skip


def facts_of(rule: Rule, read: dict[Any, Watched]) -> Watched:
    """The facts that a rule watches, with all their past. `read` keeps them: several rules watch the same."""
    counts_by = rule.by if rule.measure == "count" else ()
    asked = (rule.filters, counts_by, rule.options.get("copies_within") if counts_by else None)
    if asked not in read:
        among = {one.column: one.any_of for one in rule.filters}
        (kind,) = among.pop("kind")
        read[asked] = (
            counts.counted(kind, among=among, by=counts_by, copies_within=int(asked[2] or 0))
            if counts_by else known(kind, among=among)
        )  # fmt: skip
    return read[asked]


def places() -> dict[str, tuple[int, int]]:
    """Where each county lies in the tile grid."""
    return {
        one.pk: (one.tile_column, one.tile_row)
        for one in registry.counties()
        if one.tile_column is not None and one.tile_row is not None
    }


def neighbours(place: dict[str, tuple[int, int]]) -> dict[str, set[str]]:
    """The counties that touch each county in the tile grid, corners included."""
    return {
        key: {other for other, (x, y) in place.items() if max(abs(x - column), abs(y - row)) == 1}
        for key, (column, row) in place.items()
    }


def first_week(rule: Rule, facts: Watched) -> date | None:
    """The end of the first week with enough history for the lowest rung; None where there is no fact."""
    if not len(facts):
        return None
    return date.fromordinal(facts.first_day) + timedelta(weeks=rule.rungs[-1].history)


def judged(rule: Rule, facts: Watched, week: date, place: dict[str, tuple[int, int]]) -> list[Finding]:
    """One week's findings, by the rung that all records' past suffices for; each says which that was.

    The rungs of a rule that watches rises are for each of its series alone: what is sampled since last month has a
    short past among records of many years.
    """
    if isinstance(facts, counts.Counted):
        return counts.more_than_before(facts, on=week, rule=rule, numbers=settings_of)
    if rule.method in rises.METHODS:
        return DETECTORS[rule.method](facts, week, rule, place)
    history = (week.toordinal() - facts.first_day) // 7 if len(facts) else 0
    if (rung := rule.rung(history)) is None:
        return []
    found = DETECTORS[rung.method](facts, week, rule.standing_on(rung), place)
    return [replace(one, method=rung.method, history=history) for one in found]


def watched(
    rule: Rule, facts: Watched, *, over: Sequence[date], stories: list[Story]
) -> Iterator[tuple[date, list[Story]]]:
    """Judge one week after the other as it was known then; gives each week with the stories that changed."""
    place = places()
    near = neighbours(place)
    for week in over:
        findings = judged(rule, facts, week, place)
        gap = timedelta(weeks=int(rule.options["joins_within"]))
        yield week, tell(stories, findings, neighbours=near, gap=gap, most=rule.a_week or len(findings))


__all__ = ["facts_of", "first_week", "judged", "neighbours", "places", "watched", "weeks"]
