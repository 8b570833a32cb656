"""Predicted mean of one time per series: fit, give past outbreaks less weight, fit again, keep or drop the
trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from banyan.science.arguments import Floats
from banyan.science.early_warning.quasipoisson import Fit, Sample, Weights, fit

NO_SLOPE = 1e-9
"""A trend that changes the logarithm of the mean by less than this over the whole window is rounding."""
RUNAWAY = 300.0
"""A trend that changes it by more than this is an estimate that escapes to infinity."""
ROUNDING = 1e-9
ALONE = 1.0 - 1e-10
"""Leverage from which a value determines its own fit."""


@dataclass(frozen=True)
class Plan:
    """Everything the caller of a Farrington method chose, checked."""

    period: int
    years_back: int
    half_window: int
    periods: int
    reweight: bool
    weights_threshold: float
    exclude_recent: int
    trend: bool
    trend_alpha: float
    threshold: str
    power: str
    least_cases: float
    least_over: int
    alpha: float
    original: bool = False
    published: bool = False


@dataclass
class Prediction:
    mean: Floats
    spread: Floats
    """Standard error of the linear predictor."""
    dispersion: Floats
    trend: Floats
    converged: Floats

    def replace(self, rows: Floats, other: Prediction) -> None:
        for name, value in vars(self).items():
            value[rows] = getattr(other, name)


def predict(sample: Sample, offset: Floats, plan: Plan) -> Prediction:
    """Predicted mean of the evaluated time; the trend is dropped, and all fitted anew, where it is not
    wanted."""
    if not plan.trend:
        return _two_step(sample, offset, plan, trend=False)[0]
    prediction, p_value = _two_step(sample, offset, plan, trend=True)
    wanted = prediction.converged & (p_value < plan.trend_alpha)
    wanted &= prediction.mean <= sample.counts.max(axis=1)
    dropped = np.flatnonzero(~wanted)
    if dropped.size:
        without, _ = _two_step(sample.take(dropped), offset[dropped], plan, trend=False)
        prediction.replace(dropped, without)
    return prediction


def _two_step(sample: Sample, offset: Floats, plan: Plan, *, trend: bool) -> tuple[Prediction, Floats]:
    """Fit, give past outbreaks less weight, fit again; with the p-value of the trend."""
    freedom = sample.counts.shape[1] - sample.design.groups - int(trend)
    fitted = fit(sample, trend=trend)
    # A slope that runs away (one count among zeros) has no estimate, whatever the deviance says.
    span = np.ptp(sample.design.time)
    converged, weights = fitted.converged & (np.abs(fitted.slope) * span < RUNAWAY), None
    if plan.reweight:
        weights = _outlier_weights(sample, fitted, freedom, plan.weights_threshold, trend)
        fitted = fit(sample, weights=weights, trend=trend)
    squares = _relative_squares(sample, fitted)
    pearson = np.einsum("ij,ij->i", fitted.working_weight, squares) / freedom
    dispersion = np.maximum(pearson, 1.0)
    trend_scale = pearson
    if weights is not None and not (plan.original or plan.published):
        # The peer's test and standard errors rest on the outlier weights alone, without the fitted means.
        special_squares = weights.sums(squares[weights.row, weights.column])
        trend_scale = weights.scale * (squares.sum(axis=1) + special_squares) / freedom
    scale = dispersion if plan.original or plan.published else trend_scale
    p_value = 2.0 * special.stdtr(freedom, -np.abs(fitted.slope) / np.sqrt(trend_scale / fitted.spread))
    # A slope at the level of rounding, as in a constant series, is neither significant nor surely absent.
    p_value[np.abs(fitted.slope) * span < NO_SLOPE] = 0.5
    mean = np.exp(fitted.level[:, -1] + offset)
    centre = fitted.group_time[:, -1] / fitted.group_weight[:, -1]
    variance = 1.0 / fitted.group_weight[:, -1]
    if trend:
        variance = variance + centre * centre / fitted.spread
    used = np.full(mean.shape, trend)
    return Prediction(mean, np.sqrt(scale * variance), dispersion, used, converged), p_value


def _relative_squares(sample: Sample, fitted: Fit) -> Floats:
    """Squares of (count - mean) / mean."""
    relative = sample.counts / fitted.mean
    relative -= 1.0
    relative *= relative
    return relative


def _outlier_weights(sample: Sample, fitted: Fit, freedom: int, threshold: float, trend: bool) -> Weights:
    """Weights that fall with the square of a standardised Anscombe residual above the threshold; they sum to n.

    Above the mean an Anscombe residual is smaller than Pearson's, (count - mean) / √mean, whose squares the
    dispersion needs in any case: only the few values that these leave open are looked at one by one.
    """
    squares = _relative_squares(sample, fitted)
    squares *= fitted.working_weight
    dispersion = np.maximum(squares.sum(axis=1) / freedom, 1.0)
    largest = 1.0 / fitted.group_weight.min(axis=1)
    if trend:
        largest += (2.0 * np.abs(sample.design.time).max()) ** 2 / fitted.spread
    least = dispersion * threshold**2 * np.maximum(1.0 - largest * fitted.working_weight.max(axis=1), 0.0)
    # The squares carry the weights of the last step: what it changed must not hide a value.
    least *= np.exp(-fitted.last_change) * (1.0 - ROUNDING)
    row, column = np.nonzero(~(squares <= least[:, None]))
    y, mean = sample.counts[row, column], fitted.mean[row, column]
    high = y > mean
    row, column, y, mean = row[high], column[high], y[high], mean[high]
    leverage = _unit_variance(sample, fitted, trend, row, column) * fitted.working_weight[row, column]
    sixth = mean ** (1.0 / 6.0)
    residual = 1.5 * (np.cbrt(y) ** 2 / sixth - sixth * sixth * sixth)
    # A value that alone determines its own fit has no residual; what is left there is rounding.
    square = residual * residual / (dispersion[row] * (1.0 - leverage))
    out = (residual > 0) & (leverage < ALONE) & (square > threshold**2)
    row, column, extra = row[out], column[out], 1.0 / square[out] - 1.0
    size, total = sample.counts.shape
    return Weights(total / (total + np.bincount(row, extra, size)), row, column, extra)


def _unit_variance(sample: Sample, fitted: Fit, trend: bool, row: Floats, column: Floats) -> Floats:
    """Variance of the linear predictor at some reference values, for a dispersion of one."""
    group = sample.design.group[column]
    weight = fitted.group_weight[row, group]
    if not trend:
        return 1.0 / weight
    away = sample.design.time[column] - fitted.group_time[row, group] / weight
    return 1.0 / weight + away * away / fitted.spread[row]
