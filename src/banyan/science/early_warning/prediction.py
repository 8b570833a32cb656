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


def predict(sample: Sample, power: Floats, offset: Floats, plan: Plan) -> Prediction:
    """Predicted mean of the evaluated time; the trend is dropped, and all fitted anew, where it is not
    wanted."""
    if not plan.trend:
        return _two_step(sample, power, offset, plan, trend=False)[0]
    prediction, p_value = _two_step(sample, power, offset, plan, trend=True)
    wanted = prediction.converged & (p_value < plan.trend_alpha)
    wanted &= prediction.mean <= sample.counts.max(axis=1)
    dropped = np.flatnonzero(~wanted)
    if dropped.size:
        without, _ = _two_step(sample.take(dropped), power[dropped], offset[dropped], plan, trend=False)
        prediction.replace(dropped, without)
    return prediction


def _two_step(sample: Sample, power: Floats, offset: Floats, plan: Plan, *, trend: bool) -> tuple[Prediction, Floats]:
    """Fit, give past outbreaks less weight, fit again; with the p-value of the trend."""
    freedom = sample.counts.shape[1] - sample.design.groups - int(trend)
    fitted = fit(sample, trend=trend)
    # A slope that runs away (one count among zeros) has no estimate, whatever the deviance says.
    span = np.ptp(sample.design.time)
    converged, weights = fitted.converged & (np.abs(fitted.slope) * span < RUNAWAY), None
    if plan.reweight:
        weights = _outlier_weights(sample, power, fitted, freedom, plan.weights_threshold, trend)
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


def _outlier_weights(
    sample: Sample, power: Floats, fitted: Fit, freedom: int, threshold: float, trend: bool
) -> Weights:
    """Weights that fall with the square of a standardised Anscombe residual above the threshold; they sum
    to n.

    The residual is compared by its square, (y^(2/3) / m^(1/6) - m^(1/2))² against what the threshold
    allows: only the few values above it need a root.
    """
    pearson = np.einsum("ij,ij->i", fitted.working_weight, _relative_squares(sample, fitted)) / freedom
    dispersion = np.maximum(pearson, 1.0)
    leverage = _unit_variance(sample, fitted, trend)
    leverage *= fitted.working_weight
    sixth = fitted.power(sample, 1.0 / 6.0)
    residual = power / sixth
    sixth *= sixth * sixth
    residual -= sixth
    # A value that alone determines its own fit has no residual; what is left there is rounding.
    allowed = (1.0 - leverage) * (dispersion * (threshold / 1.5) ** 2)[:, None]
    row, column = np.nonzero((residual > 0) & (residual * residual > allowed) & (leverage < ALONE))
    square = 2.25 * residual[row, column] ** 2 / (dispersion[row] * (1.0 - leverage[row, column]))
    extra = 1.0 / square - 1.0
    size, total = sample.counts.shape
    return Weights(total / (total + np.bincount(row, extra, size)), row, column, extra)


def _unit_variance(sample: Sample, fitted: Fit, trend: bool) -> Floats:
    """Variance of the linear predictor at each reference time, for a dispersion of one."""
    indicator = sample.design.indicator
    levels = (1.0 / fitted.group_weight) @ indicator.T
    if trend:
        away = sample.design.time - (fitted.group_time / fitted.group_weight) @ indicator.T
        away *= away
        away /= fitted.spread[:, None]
        levels += away
    return levels
