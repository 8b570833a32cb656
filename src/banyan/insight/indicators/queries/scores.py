"""Scores of an assessment: what its indicators bring, weighed, for each unit; with what is not known left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.insight.indicators.queries.figures import Figures, computed, is_recorded, show
from banyan.kit import clock
from banyan.policy.kinds.assessment import Assessment


@dataclass(frozen=True)
class Score:
    """What one unit reaches: points of the total, the grade, and what each item brought.

    `low` and `high` are the scores if every indicator stood at the worse, or the better, end of its interval.
    """

    unit: str
    score: float | None
    low: float | None
    high: float | None
    grade: str | None
    values: dict[str, float]
    points: dict[str, float]


def assessments(*, on: date) -> list[Assessment]:
    """The assessments in force on a day, as they are defined then."""
    found: Any = policy.load(settings.BANYAN_PACKS).entries("assessment")
    return [one.on(on) for one in found if one.holds(on)]


def scores(*, assessment: Assessment, on: date, known_on: date | None = None, anew: bool = False) -> list[Score]:
    """The scores of the units of an assessment on a day, the best first.

    They rest on what the daily flow computed where it has; `anew` counts everything now, by the rules as tried.
    """
    book, known = policy.load(settings.BANYAN_PACKS), known_on or clock.today()
    ask: Callable[..., Figures] = show if anew else computed
    ends: dict[str, dict[str, tuple[float, float, float]]] = {}
    for item in assessment.items:
        indicator = book.indicator(item.indicator) if item.indicator else None
        if indicator is None or not indicator.holds(on) or not is_recorded(indicator):
            continue
        for row in ask(key=indicator.key, on=on, by=(assessment.of,), known_on=known).rows:
            if row[assessment.of] is not None and not row["suppressed"] and row["value"] is not None:
                value, low, high = (float(row[name]) for name in ("value", "low", "high"))
                worse, better = sorted((low, high), key=item.points)
                ends.setdefault(row[assessment.of], {})[item.key] = (value, worse, better)
    found = [_score(assessment, unit, of_unit) for unit, of_unit in ends.items()]
    return sorted(found, key=lambda one: (one.score is None, -(one.score or 0), one.unit))


def _score(assessment: Assessment, unit: str, ends: dict[str, tuple[float, float, float]]) -> Score:
    reached, low, high = (assessment.score({key: three[place] for key, three in ends.items()}) for place in range(3))
    values = {key: three[0] for key, three in ends.items()}
    points = {item.key: item.points(values[item.key]) for item in assessment.items if item.key in values}
    grade = None if reached is None else assessment.grade(reached, {})
    return Score(unit, reached, low, high, grade, values, points)
