"""Detector of products that fail more often than in their own past, by a method that its length allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from banyan.insight.alerts.queries.clusters import bound, chance_of
from banyan.insight.alerts.queries.findings import Finding
from banyan.insight.alerts.queries.known import Known
from banyan.science import early_warning, rates

STEP, DAYS_A_YEAR = 28, 364
LEAST_POPULATION = 1e-3
"""A step without a sample expects next to nothing; its logarithm must be a number."""


@dataclass(frozen=True)
class Series:
    """Failures of some subjects in steps of four weeks that end today, and those expected of their samples.

    What is expected is what samples of such schemes, draws and counties do whatever the goods, so that more or other
    samples are no rise.
    """

    subject: NDArray[Any]
    weeks: NDArray[Any]
    """How long ago the first sample of each was taken."""
    failed: NDArray[Any]
    awaited: NDArray[Any]
    step: int = STEP
    """Days of a step."""

    @property
    def steps_a_year(self) -> int:
        return DAYS_A_YEAR // self.step

    def take(self, chosen: Any) -> Series:
        """The same for some of them."""
        arrays = {name: value[chosen] for name, value in vars(self).items() if name != "step"}
        return replace(self, **arrays)


@dataclass(frozen=True)
class Verdict:
    """For each series the latest steps: what was seen and expected, how surprising that is, and whether it alarms."""

    observed: NDArray[Any]
    expected: NDArray[Any]
    p_value: NDArray[Any]
    steps: NDArray[Any]
    alarm: NDArray[Any] | None = None


def rises(facts: Known, *, on: date, rule: Any, numbers: Callable[[Any], dict[str, Any]]) -> list[Finding]:
    """Products that fail more than their own past lets expect; each by the rung that its own past suffices for.

    `numbers` gives the options of a rule that stands on a rung.
    """
    rows = np.flatnonzero(facts.on(on))
    if not rows.size:
        return []
    series = _series(facts, rows, on)
    found = []
    for rung, below in zip(rule.rungs, (None, *rule.rungs), strict=False):
        reached = (series.weeks >= rung.history) & (series.weeks < below.history if below else True)
        if reached.any():
            stands = rule.standing_on(rung)
            part, asked = series.take(reached), numbers(stands)
            verdict = METHODS[rung.method](part, asked)
            found += _findings(facts, rows, on, part, verdict, rung.method, asked)
    return found


def _series(facts: Known, rows: NDArray[Any], on: date) -> Series:
    age = on.toordinal() - facts.happened[rows]
    product, failed = facts.codes["product"][rows], 1.0 - facts.numbers["passed"][rows]
    size, steps = len(facts.words["product"]), int(age.max(initial=0)) // STEP + 1
    awaited = chance_of(facts, rows, ())(rows)
    cell = product * steps + (steps - 1 - age // STEP)
    sums = (np.bincount(cell, part, size * steps).reshape(size, steps) for part in (failed, awaited))
    oldest = np.full(size, -1)
    np.maximum.at(oldest, product, age)
    seen, expected = sums
    series = Series(np.arange(size), (oldest + 1) // 7, seen, expected)
    return series.take((series.subject > 0) & (oldest >= 0))


def _farrington(series: Series, asked: dict[str, Any]) -> Verdict:
    """Farrington's flexible algorithm with its seasonal factor; the failures of like samples are the population."""
    last = series.failed.shape[1] - 1
    years = min(int(asked["years_back"]), (last - int(asked["half_window"])) // series.steps_a_year)
    if years < 1:
        return _rate(series, asked)
    told = early_warning.farrington_flexible(
        series.failed, at=[last], population=np.maximum(series.awaited, LEAST_POPULATION), period=series.steps_a_year,
        years_back=years, half_window=int(asked["half_window"]), periods=int(asked["periods"]),
        exclude_recent=int(asked["exclude_recent"]), trend="never", minimum=(asked["least"], 1), alpha=0.05,
        formula="published",
    )  # fmt: skip
    p_value = np.where(told.reason_code[:, 0] > 0, np.nan, told.p_value[:, 0])
    return Verdict(series.failed[:, -1], told.expected[:, 0], p_value, np.ones(len(p_value)))


def _cusum(series: Series, asked: dict[str, Any]) -> Verdict:
    """A sum of the failures beyond those of the series' own past, raised by as much as a season may raise them."""
    steps = min(int(asked["steps"]), series.failed.shape[1])
    usual = _usual(series, steps, asked["prior"]) * asked["season"]
    mean = np.maximum(series.awaited[:, -steps:] * usual[:, None], LEAST_POPULATION)
    at = np.arange(series.failed.shape[1] - steps, series.failed.shape[1])
    told = early_warning.cusum(
        series.failed, at=at, baseline=mean, reference=asked["reference"], decision=asked["decision"]
    )
    running = np.logical_and.accumulate(told.statistic[:, ::-1] > 0, axis=1)[:, ::-1]  # since the sum left zero
    seen, expected = (series.failed[:, -steps:] * running).sum(axis=1), (mean * running).sum(axis=1)
    return Verdict(seen, expected, _tail(seen, expected), running.sum(axis=1), told.alarm[:, -1])


def _rate(series: Series, asked: dict[str, Any]) -> Verdict:
    """The rate of the last weeks against the series' own past and, as far as that is short, that of all others."""
    steps = min(int(asked["steps"]), series.failed.shape[1])
    usual = _usual(series, steps, asked["prior"]) * asked["season"]
    seen, expected = series.failed[:, -steps:].sum(axis=1), series.awaited[:, -steps:].sum(axis=1) * usual
    told = early_warning.against_elsewhere(seen, expected, prior=asked["prior"])
    return Verdict(seen, expected, told.p_value, np.full(len(seen), steps))


def _usual(series: Series, steps: int, prior: float) -> NDArray[Any]:
    """How many times as often as like samples of other goods each failed before; 1 where nothing is known of it."""
    failed, awaited = (part[:, :-steps].sum(axis=1) for part in (series.failed, series.awaited))
    found: NDArray[Any] = (failed + prior) / (awaited + prior)
    return found


def _tail(seen: NDArray[Any], expected: NDArray[Any]) -> NDArray[Any]:
    return np.where(seen > 0, special.pdtrc(np.maximum(seen - 1, 0), expected), 1.0)


def first_week_above(seen: NDArray[Any], population: NDArray[Any], *, expected: float) -> int:
    """Which of some weeks is the first with more events than its share, by its population, of those expected in all.

    There is one where more was seen in all than was expected.
    """
    return int(np.flatnonzero(seen * population.sum() > expected * population)[0])


METHODS: dict[str, Callable[[Series, dict[str, Any]], Verdict]] = {
    "farrington_flexible": _farrington, "cusum": _cusum, "rate": _rate,
}  # fmt: skip


def _findings(
    facts: Known, rows: NDArray[Any], on: date, series: Series, verdict: Verdict, method: str, asked: dict[str, Any]
) -> list[Finding]:
    family = np.where(verdict.observed >= asked["least"], verdict.p_value, np.nan)  # fewer cannot alarm (Tarone)
    control = rates.benjamini_hochberg(family, level=asked["false_discovery_rate"])
    limits = np.array([bound(one) for one in np.nan_to_num(verdict.expected).tolist()])
    told = control.rejected & (verdict.observed > limits) & (True if verdict.alarm is None else verdict.alarm)
    found = []
    for one in np.flatnonzero(told).tolist():
        start = on - timedelta(days=STEP * int(verdict.steps[one]) - 1)
        inside = rows[
            (facts.codes["product"][rows] == series.subject[one]) & (facts.happened[rows] >= start.toordinal())
        ]
        failing = inside[facts.numbers["passed"][inside] == 0]
        expected = float(verdict.expected[one])
        weeks = STEP // 7 * int(verdict.steps[one])
        by_week = (
            np.bincount((facts.happened[some] - start.toordinal()) // 7, minlength=weeks)
            for some in (failing, inside)
        )
        above = first_week_above(*by_week, expected=expected)
        counties = np.unique(facts.codes["county"][failing])
        found.append(
            Finding(
                noticed_on=on, from_on=start, observed=float(verdict.observed[one]), expected=round(expected, 3),
                bound=float(limits[one]), n=len(inside), p_value=float(control.adjusted[one]),
                product=facts.words["product"][series.subject[one]], method=method, history=int(series.weeks[one]),
                counties=tuple(facts.words["county"][code] for code in counties if code),
                facts=facts.numbers_of(failing), begun_on=start + timedelta(weeks=above),
            )
        )  # fmt: skip
    return found
