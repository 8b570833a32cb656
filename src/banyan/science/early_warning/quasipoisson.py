"""Log-linear quasi-Poisson regression of many series at once: a level per part of the season and one trend.

The design has one indicator per part of the season and one column of time, so the normal equations of every
series are an arrowhead: solved by one division per part and one for the trend, for all series in a few array
operations. Start (counts + 0.1) and stop (relative change of the deviance below 1e-8, at most 25 steps) are
those of the usual reweighted least squares; they matter where a part of the season is all zero, because its
level then sinks by one per step and never settles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from banyan.science.arguments import Floats
from banyan.science.early_warning.design import Design

TOLERANCE = 1e-8
STEPS = 25
LEAST_MEAN = np.finfo(float).eps
CALM_SLOPE = 1e-7
CALM_LEVEL = 1e-12
"""A series is calm when a step would change its slope and the levels of its non-zero parts by nothing that
counts; one step after a change of the slope this small it changes by its square."""
COMPACT_BELOW = 0.7
"""Series that have settled leave the working set once this share of it or less is still moving."""


@dataclass(frozen=True)
class Totals:
    """What the starting step and the deviance need of the counts y, per series and part of the season.

    `count` (series, 3, groups) are the sums of y times 1, time, time²; `response` (series, groups) and
    `response_time` (series,) of (y + 0.1) log(y + 0.1) - 0.1 less the offset; `entropy` (series,) of y log
    y less y times the offset; `size` (series or 1, 3, groups) of 1, time, time².
    """

    count: Floats
    response: Floats
    response_time: Floats
    entropy: Floats
    size: Floats

    def take(self, rows: Floats) -> Totals:
        """The same for some of the series."""
        parts = {name: value[rows] for name, value in vars(self).items() if name != "size"}
        return Totals(**parts, size=self.size if self.size.shape[0] == 1 else self.size[rows])


def starting_response(counts: Floats) -> Floats:
    """Return (y + 0.1) log(y + 0.1) - 0.1."""
    raised = counts + 0.1
    return raised * np.log(raised) - 0.1


@dataclass(frozen=True)
class Sample:
    """Reference counts of many series (series, n), their totals and offset (log population or None), and the shared
    design."""

    counts: Floats
    offset: Floats | None
    design: Design
    totals: Totals

    @classmethod
    def of(cls, counts: Floats, *, offset: Floats | None, design: Design) -> Sample:
        """Take the totals from the reference counts themselves."""
        response, entropy = starting_response(counts), special.xlogy(counts, counts)
        if offset is not None:
            response -= (counts + 0.1) * offset
            entropy -= counts * offset
        sums = counts @ design.moments, response @ design.answers, entropy.sum(axis=1)
        return cls(counts, offset, design, totals_of(*sums, design))

    def take(self, rows: Floats) -> Sample:
        """The same for some of the series."""
        offset = None if self.offset is None else self.offset[rows]
        return Sample(self.counts[rows], offset, self.design, self.totals.take(rows))


def totals_of(moments: Floats, response: Floats, entropy: Floats, design: Design) -> Totals:
    """Totals from sums over the design: of the counts (series, 3 groups), of the response (series, groups + 1)."""
    size = design.moments.sum(axis=0).reshape(1, 3, -1)
    return Totals(moments.reshape(-1, 3, design.groups), response[:, :-1], response[:, -1], entropy, size)


@dataclass(frozen=True)
class Weights:
    """Prior weights (series, n) that are `scale` (series,) everywhere but at a few places, where they are
    scale × (1 + extra)."""

    scale: Floats
    row: Floats
    column: Floats
    extra: Floats

    def take(self, keep: Floats) -> Weights:
        """The same for the series where `keep` is true."""
        inside = keep[self.row]
        position = np.cumsum(keep) - 1
        return Weights(self.scale[keep], position[self.row[inside]], self.column[inside], self.extra[inside])

    def sums(self, values: Floats, design: Design | None = None) -> Floats:
        """Sums of extra × values over the special places per series, and per part of the season of a
        design."""
        if design is None:
            return np.bincount(self.row, self.extra * values, self.scale.size)
        place = self.row * design.groups + design.group[self.column]
        return np.bincount(place, self.extra * values, self.scale.size * design.groups).reshape(-1, design.groups)

    def moments(self, values: Floats, design: Design) -> Floats:
        """Such sums of values times 1, time and time²: (series, 3, groups)."""
        time = design.time[self.column]
        return np.stack([self.sums(values * time**power, design) for power in range(3)], axis=1)

    def apply(self, matrix: Floats) -> Floats:
        """Multiply a matrix (series, n) by the weights, in place."""
        matrix[self.row, self.column] *= 1.0 + self.extra
        matrix *= self.scale[:, None]
        return matrix

    def weigh(self, sample: Sample) -> Totals:
        """The totals of a sample under these weights."""
        design, base, scale = sample.design, sample.totals, self.scale
        y = sample.counts[self.row, self.column]
        response, entropy = starting_response(y), special.xlogy(y, y)
        if sample.offset is not None:
            offset = sample.offset[self.row, self.column]
            response -= (y + 0.1) * offset
            entropy -= y * offset
        return Totals(
            (base.count + self.moments(y, design)) * scale[:, None, None],
            (base.response + self.sums(response, design)) * scale[:, None],
            (base.response_time + self.sums(response * design.time[self.column])) * scale,
            (base.entropy + self.sums(entropy)) * scale,
            (base.size + self.moments(np.ones_like(y), design)) * scale[:, None, None],
        )


@dataclass(frozen=True)
class Fit:
    """Fitted levels (series, groups), slope (series,), means (series, n), and the weights of the last step
    with their sums per part of the season; `spread` (series,) is the weighted sum of squared times about
    the mean time of their part."""

    level: Floats
    slope: Floats
    mean: Floats
    working_weight: Floats
    group_weight: Floats
    group_time: Floats
    spread: Floats
    last_change: Floats
    """(series,): the logarithm of no mean has changed by more than this in the last step."""
    converged: Floats


def fit(sample: Sample, *, weights: Weights | None = None, trend: bool = True) -> Fit:
    """Fit every series of the sample, optionally with prior weights."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        return _iterate(sample, weights, trend)


@dataclass
class _Rows:
    """The series that are still moving, and where each stands."""

    place: Floats
    level: Floats
    slope: Floats
    weights: Weights | None
    offset: Floats | None
    observed: Floats
    observed_time: Floats
    plain_level: Floats
    constant: Floats
    deviance: Floats
    turn: Floats
    """Last change of the slope."""
    opportunity: Floats | None
    open: Floats

    def compact(self) -> None:
        keep = self.open
        for name, value in vars(self).items():
            if value is not None:
                setattr(self, name, value.take(keep) if isinstance(value, Weights) else value[keep])


@dataclass
class _Path:
    """Where each series ended, and where it stood one step before."""

    level: Floats
    slope: Floats
    last_level: Floats
    last_slope: Floats
    converged: Floats

    @classmethod
    def at_start(cls, size: int, groups: int) -> _Path:
        levels, slopes = np.zeros((2, size, groups)), np.zeros((2, size))
        return cls(levels[0], slopes[0], levels[1], slopes[1], np.zeros(size, bool))

    def close(self, rows: _Rows, done: Floats, converged: Floats) -> None:
        where = rows.place[done]
        self.level[where], self.slope[where] = rows.level[done], rows.slope[done]
        self.converged[where] = converged[done]
        rows.open &= ~done

    def remember(self, rows: _Rows) -> None:
        moving = rows.place[rows.open]
        self.last_level[moving], self.last_slope[moving] = rows.level[rows.open], rows.slope[rows.open]


def _iterate(sample: Sample, weights: Weights | None, trend: bool) -> Fit:
    size, groups = sample.counts.shape[0], sample.design.groups
    rows = _first_step(sample, weights, trend)
    path = _Path.at_start(size, groups)
    for step in range(1, STEPS + 1):
        sums = _weight_sums(rows, sample.design, trend)
        moved = _deviance(rows, sums[:, 0])
        settled = np.abs(moved - rows.deviance) < TOLERANCE * (np.abs(moved) + 0.1)
        path.close(rows, rows.open & (settled | ~np.isfinite(moved) | (step == STEPS)), settled)
        rows.deviance = moved
        path.remember(rows)
        if rows.open.any():
            _sink(rows, sums[:, 0], step, sample.design, path)
        if not rows.open.any():
            break
        if rows.open.mean() <= COMPACT_BELOW:
            sums = sums[rows.open]
            rows.compact()
        left = rows.observed - sums[:, 0]
        _solve(rows, sums, left, rows.observed_time - sums[:, 1].sum(axis=1) if trend else None)
    return _result(sample, weights, path)


def _sink(rows: _Rows, weight: Floats, step: int, design: Design, path: _Path) -> None:
    """Finish at once the series in which only levels of all-zero parts still move.

    Such a level falls by one per step and touches nothing else, so the step at which the deviance changes too
    little can be computed instead of walked to.
    """
    empty = rows.observed == 0
    calm = rows.open & empty.any(axis=1) & (np.abs(rows.turn) * np.abs(design.time[0]) < CALM_SLOPE)
    if not calm.any():
        return
    left = np.where(empty, 0.0, np.abs(rows.observed / weight - 1.0))
    calm &= left.max(axis=1) < CALM_LEVEL
    if not calm.any():
        return
    ahead = np.arange(1, STEPS - step + 1)
    falling = 2.0 * np.where(empty, weight, 0.0)[calm].sum(axis=1)[:, None]
    deviance = np.abs(rows.deviance[calm][:, None] - falling * -np.expm1(-ahead))
    settled = falling * np.exp(-ahead) * np.expm1(1.0) < TOLERANCE * (deviance + 0.1)
    converged = np.zeros(calm.size, bool)
    converged[calm] = settled.any(axis=1)
    steps = np.zeros(calm.size)
    steps[calm] = np.where(settled.any(axis=1), settled.argmax(axis=1) + 1, ahead.size)
    level = rows.level
    rows.level = np.where(calm[:, None] & empty, level - (steps - 1.0)[:, None], level)
    path.remember(rows)
    rows.level = np.where(calm[:, None] & empty, level - steps[:, None], level)
    path.close(rows, calm, converged)
    rows.level = level


def _first_step(sample: Sample, weights: Weights | None, trend: bool) -> _Rows:
    """The weighted least-squares step from the starting means y + 0.1."""
    totals = sample.totals if weights is None else weights.weigh(sample)
    observed = totals.count[:, 0]
    size, groups = observed.shape
    plain = np.log(np.where(observed > 0, observed, 1.0))
    opportunity = None
    if not trend and sample.offset is None:
        opportunity = np.broadcast_to(totals.size[:, 0], (size, groups))
    elif not trend:
        opportunity = _exponential_sums(np.zeros(size), sample.design, sample.offset, weights)[:, 0]
    rows = _Rows(
        np.arange(size), np.zeros((size, groups)), np.zeros(size), weights, sample.offset, observed,
        totals.count[:, 1].sum(axis=1), plain, totals.entropy - (observed * plain).sum(axis=1),
        np.full(size, np.inf), np.zeros(size), opportunity, np.ones(size, bool),
    )  # fmt: skip
    sums = totals.count + 0.1 * totals.size
    _solve(rows, sums, totals.response, totals.response_time if trend else None)
    return rows


def _exponential_sums(slope: Floats, design: Design, offset: Floats | None, weights: Weights | None) -> Floats:
    """Weighted sums of exp(slope × time + offset) times 1, time, time²: (series, 3, groups)."""
    sums = design.sums(slope, offset)
    if weights is None:
        return sums
    power = slope[weights.row] * design.time[weights.column]
    if offset is not None:
        power += offset[weights.row, weights.column]
    sums += weights.moments(np.exp(power), design)
    sums *= weights.scale[:, None, None]
    return sums


def _weight_sums(rows: _Rows, design: Design, trend: bool) -> Floats:
    height = np.exp(rows.level)
    if not trend:
        return (height * rows.opportunity)[:, None]
    return height[:, None] * _exponential_sums(rows.slope, design, rows.offset, rows.weights)


def _deviance(rows: _Rows, weight: Floats) -> Floats:
    """Deviance, written so that its change between two steps is exact even for large counts."""
    linear = ((rows.level - rows.plain_level) * rows.observed).sum(axis=1) + rows.slope * rows.observed_time
    return 2.0 * (rows.constant - linear + (weight - rows.observed).sum(axis=1))


def _solve(rows: _Rows, sums: Floats, right: Floats, right_time: Floats | None) -> None:
    """Move levels and slope by the solution of the arrowhead system; without a trend the levels alone."""
    if right_time is None:
        rows.level = rows.level + right / sums[:, 0]
        return
    mean_time = sums[:, 1] / sums[:, 0]
    spread = (sums[:, 2] - sums[:, 1] * mean_time).sum(axis=1)
    rows.turn = (right_time - (mean_time * right).sum(axis=1)) / spread
    rows.slope = rows.slope + rows.turn
    rows.level = rows.level + right / sums[:, 0] - rows.turn[:, None] * mean_time


def _result(sample: Sample, weights: Weights | None, path: _Path) -> Fit:
    design, offset = sample.design, sample.offset
    mean = _mean(design, path.level, path.slope, offset)
    working = _mean(design, path.last_level, path.last_slope, offset)
    if weights is not None:
        weights.apply(working)
    sums = np.exp(path.last_level)[:, None] * _exponential_sums(path.last_slope, design, offset, weights)
    weight, time, square = sums[:, 0], sums[:, 1], sums[:, 2]
    spread = (square - time * time / weight).sum(axis=1)
    change = np.abs(path.level - path.last_level).max(axis=1)
    change += np.abs(path.slope - path.last_slope) * np.abs(design.time).max()
    return Fit(path.level, path.slope, mean, working, weight, time, spread, change, path.converged)


def _mean(design: Design, level: Floats, slope: Floats, offset: Floats | None) -> Floats:
    mean = np.exp(level) @ design.indicator.T
    mean *= design.exponentials(slope, offset)
    lowest = level.min() - np.abs(slope).max() * np.abs(design.time).max()
    if offset is None and lowest > np.log(LEAST_MEAN):
        return mean
    return np.maximum(mean, LEAST_MEAN, out=mean)
