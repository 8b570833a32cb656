"""From counts to verdicts: what the interval says of the target, how likely it is met, what is too small to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from banyan.base.facts.queries import Cut
from banyan.insight.indicators.models import ReferenceFigure
from banyan.insight.indicators.queries.measuring import Counts, measure
from banyan.policy import Book
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.target import Comparison, Part, Target
from banyan.science import rates

SMALLEST_COUNT = "disclosure.smallest_count"


@dataclass(frozen=True)
class Goal:
    """What an indicator is judged by on a day: the target's comparison and the number it comes to, if known."""

    target: Target
    part: Part
    threshold: float | None
    reference: float | None
    source: str


def goals(indicator: Indicator, *, book: Book, on: date, known_on: date | Cut) -> tuple[Goal, ...]:
    """Every comparison of a target with this indicator, with its reference figure as known on a day."""
    found = []
    for target in book.entries("target"):
        for part in target.parts:  # type: ignore[attr-defined]
            if part.indicator == indicator.key:
                reference, source = _reference(part, book=book, on=on, known_on=known_on)
                threshold = part.threshold(reference=reference)
                found.append(
                    Goal(target, part, None if threshold is None else float(threshold), reference, source)  # type: ignore[arg-type]
                )
    return tuple(found)


def verdicts(counts: Counts, goal: Goal | None) -> list[str | None]:
    """One verdict per group, from the interval alone; None where no target speaks of the indicator."""
    if goal is None:
        return [None] * len(counts.n)
    return [
        goal.part.verdict(low=_number(low), high=_number(high), reference=goal.reference)
        for low, high in zip(counts.low, counts.high, strict=True)
    ]


def probabilities(counts: Counts, goal: Goal | None, *, is_rate: bool) -> list[float | None]:
    """The probability that each group's true figure meets the target; None where it cannot be told."""
    if goal is None or goal.threshold is None or not len(counts.n):
        return [None] * len(counts.n)
    if not is_rate or goal.part.op == "=":
        return [None if verdict is None else float(verdict == "met") for verdict in verdicts(counts, goal)]
    passed, n = counts.effective
    known = ~np.isnan(n) & (n > 0)
    found: list[float | None] = [None] * len(n)
    if known.any():
        values = rates.probability_target_met(passed[known], n[known], target=goal.threshold, op=goal.part.op)
        # A sample makes nothing certain, so rounding must not either.
        told = np.atleast_1d(values).clip(1e-6, 1 - 1e-6).round(6)
        for place, value in zip(np.flatnonzero(known), told, strict=True):
            found[int(place)] = float(value)
    return found


def too_small(counts: Counts, *, by: Sequence[str], book: Book, on: date) -> np.ndarray:
    """Which cells of a breakdown count too little to be shown. The whole city's figure is never hidden.

    Where exactly one cell of a table would be hidden, the next smallest is hidden with it: otherwise the total
    beside it would give it away.
    """
    hidden = np.zeros(len(counts.n), dtype=bool)
    if not by:
        return hidden
    least = float(book.value(SMALLEST_COUNT, on=on).value)
    hidden = (counts.n > 0) & (counts.n < least)
    if hidden.sum() == 1 and len(counts.n) > 1:
        others = np.where(hidden | (counts.n == 0), np.inf, counts.n)
        if np.isfinite(others).any():
            hidden[int(np.argmin(others))] = True
    return hidden


def reference_figure(figure: str, *, period: int, known_on: date) -> ReferenceFigure | None:
    """The newest edition of a published figure of a year, as published by a day."""
    return (
        ReferenceFigure.objects.filter(
            figure=figure, period=period, published_on__lte=known_on, withdrawn_on__isnull=True
        )
        .order_by("-published_on", "-edition")
        .first()
    )


def reference_state() -> tuple[int, int]:
    """What the reference figures are now, in short: changes whenever one is entered or withdrawn."""
    stands = ReferenceFigure.objects.filter(withdrawn_on__isnull=True).count()
    return stands, ReferenceFigure.objects.count()


def _reference(part: Part, *, book: Book, on: date, known_on: date | Cut) -> tuple[float | None, str]:
    """The figure that a comparison needs, and where it comes from."""
    if not isinstance(part.value, Comparison):
        return None, ""
    about = part.value.indicator or part.indicator
    if part.value.reference == "city_average":
        whole = measure(book.indicator(about, on=on), on=on, known_on=known_on)
        return (_number(whole.value[0]) if len(whole.value) else None), about
    year = 2010 if part.value.reference == "base_year_2010" else on.year
    day = known_on.day if isinstance(known_on, Cut) else known_on
    figure = reference_figure(f"{part.value.reference}.{about}", period=year, known_on=day)
    return (float(figure.value), f"{figure.source}, {figure.published_on}") if figure else (None, "")


def _number(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
