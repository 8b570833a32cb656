"""Targets: each with the figure it is judged by, its verdict, or the record that is still missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.insight.indicators.queries.figures import Figures, computed, computed_all, is_recorded
from banyan.insight.indicators.queries.judging import goals
from banyan.insight.indicators.queries.published import newest_published
from banyan.policy.kinds.target import Target

ORDER = ("not met", "not published", "reference missing", "cannot be told", "met")
"""A target of several comparisons is as good as its worst one."""


@dataclass(frozen=True)
class JudgedPart:
    """One comparison of a target: the whole city's row, what it is compared with, and the verdict."""

    indicator: str
    measure: str
    figures: Figures
    row: dict[str, Any] | None
    threshold: float | None
    source: str
    verdict: str
    probability: float | None


@dataclass(frozen=True)
class TargetLine:
    """A target as a page shows it: the comparisons that there are figures for, and for how many records are kept."""

    target: Target
    parts: tuple[JudgedPart, ...]
    kept: int

    @property
    def verdict(self) -> str:
        """The verdict over all comparisons, or what is missing for it: a publication, or the record itself."""
        said = {part.verdict for part in self.parts} | ({"not published"} if self.kept > len(self.parts) else set())
        return next((verdict for verdict in ORDER if verdict in said), "record missing")


def target_lines(*, on: date, known_on: date | None = None, keys: Sequence[str] | None = None) -> list[TargetLine]:
    """Every target of the packs (or the named ones), judged by the figures of a day."""
    stored = computed_all(on=on) if known_on in (None, on) else {}

    def figures_of(key: str) -> Figures:
        return stored.get(key) or computed(key=key, on=on, known_on=known_on)

    return _lines(figures_of, on=on, known_on=known_on, keys=keys)


def published_target_lines(*, published_by: date) -> list[TargetLine]:
    """Every target, judged by what was published by a day: for the public."""
    figures_of = newest_published(published_by=published_by)
    return _lines(figures_of, on=published_by, known_on=published_by, keys=None)


def _lines(
    figures_of: Callable[[str], Figures | None], *, on: date, known_on: date | None, keys: Sequence[str] | None
) -> list[TargetLine]:
    book = policy.load(settings.BANYAN_PACKS)
    wanted: Any = book.entries("target")
    lines = []
    for entry in wanted:
        if keys is not None and entry.key not in keys:
            continue
        target = entry.on(on) if entry.holds(on) else entry
        judged = (
            _judged(target, place, part, figures_of, book, on, known_on) for place, part in enumerate(target.parts)
        )
        kept = sum(is_recorded(book.indicator(part.indicator, on=on)) for part in target.parts)
        lines.append(TargetLine(target, tuple(part for part in judged if part is not None), kept))
    return lines


def _judged(
    target: Target, place: int, part: Any, figures_of: Callable[[str], Figures | None], book: policy.Book, on: date,
    known_on: date | None,
) -> JudgedPart | None:  # fmt: skip
    indicator = book.indicator(part.indicator, on=on)
    figures = figures_of(part.indicator) if is_recorded(indicator) else None
    if figures is None:
        return None
    row = figures.rows[0] if figures.rows else None
    mine = [
        goal
        for goal in goals(indicator, book=book, on=figures.on, known_on=known_on or figures.known_on)
        if goal.target.key == target.key
    ]
    goal = mine[min(place, len(mine) - 1)] if mine else None
    low, high = (row["low"], row["high"]) if row else (None, None)
    verdict = part.verdict(low=low, high=high, reference=goal.reference if goal else None)
    judged_by_figure = figures.receipt.get("target") == target.key
    probability = row["probability_met"] if row and judged_by_figure else None
    return JudgedPart(
        part.indicator, indicator.measure, figures, row, goal.threshold if goal else None,
        goal.source if goal else "", verdict, probability,
    )  # fmt: skip
