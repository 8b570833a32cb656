"""Charts with a memory: EWMA and CUSUM, for small lasting shifts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.chart import Chart
from banyan.science.control_charts.measurements import individuals_chart, xbar_chart


@dataclass(frozen=True, eq=False)
class EwmaChart:
    """Exponentially weighted moving averages with their limits; the shapes are those of `Chart`."""

    statistic: Floats
    center: Floats
    lower: Floats
    upper: Floats
    sigma: Floats
    beyond: NDArray[np.bool_]
    method: str


@dataclass(frozen=True, eq=False)
class CusumChart:
    """Cumulative sums in standard errors: `upper` (0 or more) and `lower` (0 or less), and where they alarm."""

    upper: Floats
    lower: Floats
    decision: float
    beyond_upper: NDArray[np.bool_]
    beyond_lower: NDArray[np.bool_]
    center: Floats
    sigma: Floats
    method: str


def ewma_chart(
    values: ArrayLike,
    *,
    weight: float = 0.2,
    width: float = 3.0,
    subgroups: bool = False,
    estimator: str | None = None,
    baseline: ArrayLike | None = None,
    center: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
) -> EwmaChart:
    """EWMA chart of single values or of subgroup means.

    Parameters
    ----------
    values : array_like, shape (..., time) or, with `subgroups`, (..., time, units)
    weight : float
        Weight of the newest point, above 0, at most 1 (then it is the Shewhart chart).
    width : float
        Limits at so many standard errors of the average, which grow with time to their final width.
    subgroups : bool
        Whether the last axis holds the units of subgroups.
    estimator, baseline
        As in `xbar_chart` or `individuals_chart`.
    center, sigma : array_like, optional
        Known target and standard deviation of single values, instead of estimates.

    Notes
    -----
    A missing point leaves the average as it was.

    References
    ----------
    Roberts (1959), Technometrics 1, 239-250. Equal to R `qcc::ewma` 2.7.

    Examples
    --------
    >>> chart = ewma_chart([10, 12, 11, 13, 15], weight=0.2, center=10, sigma=1)
    >>> chart.statistic.round(3).tolist(), chart.beyond.tolist()
    ([10.0, 10.4, 10.52, 11.016, 11.813], [False, False, False, True, True])
    """
    needs = "a share above 0 and at most 1"
    if arguments.number(weight, name="weight", needs=needs, least=0, most=1) == 0:
        raise ValueError(f"weight is {weight}: {needs} is needed")
    arguments.number(width, name="width", needs="a number of standard errors above 0", least=0, strictly=True)
    points, middle, spread, sizes = _points(values, subgroups, estimator, baseline, center, sigma)
    average = np.empty(points.shape)
    last = middle
    for time in range(points.shape[-1]):
        now = points[..., time]
        last = np.where(np.isnan(now), last, weight * now + (1 - weight) * last)
        average[..., time] = last
    steps = np.arange(1, points.shape[-1] + 1)
    growth = np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * steps)))
    half = width * spread[..., None] / np.sqrt(sizes) * growth
    lower, upper = middle[..., None] - half, middle[..., None] + half
    held = (average, np.broadcast_to(middle[..., None], average.shape), lower, upper, spread)
    beyond = ((average < lower) | (average > upper)) & ~np.isnan(points)
    average, middle, lower, upper, spread = map(arguments.sealed, held)
    return EwmaChart(
        statistic=average,
        center=middle,
        lower=lower,
        upper=upper,
        sigma=spread,
        beyond=arguments.sealed(beyond),
        method=f"weight {weight:g}, limits at {width:g} standard errors",
    )


def cusum_chart(
    values: ArrayLike,
    *,
    shift: float = 1.0,
    decision: float = 5.0,
    subgroups: bool = False,
    estimator: str | None = None,
    baseline: ArrayLike | None = None,
    center: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    reset: bool = False,
) -> CusumChart:
    """Two-sided tabular CUSUM.

    Parameters
    ----------
    values, subgroups, estimator, baseline, center, sigma
        As in `ewma_chart`.
    shift : float
        Shift to be found, in standard errors of a point; half of it is the allowance.
    decision : float
        Alarm beyond so many standard errors.
    reset : bool
        Whether the sums begin anew after an alarm.

    References
    ----------
    Page (1954), Biometrika 41, 100-115. Equal to R `qcc::cusum` 2.7 without `reset`.

    Examples
    --------
    >>> chart = cusum_chart([10, 12, 13, 13, 12], center=10, sigma=1, decision=4)
    >>> chart.upper.tolist(), chart.beyond_upper.tolist()
    ([0.0, 1.5, 4.0, 6.5, 8.0], [False, False, False, True, True])
    """
    for name, given in (("shift", shift), ("decision", decision)):
        arguments.number(given, name=name, needs="a number of standard errors above 0", least=0, strictly=True)
    points, middle, spread, sizes = _points(values, subgroups, estimator, baseline, center, sigma)
    if np.any(spread == 0):
        raise ValueError("the values do not vary: sigma is 0 and nothing can be measured by it")
    scores = (points - middle[..., None]) / (spread[..., None] / np.sqrt(sizes))
    upper, lower = np.empty(scores.shape), np.empty(scores.shape)
    high = low = np.zeros(scores.shape[:-1])
    for time in range(scores.shape[-1]):
        now = scores[..., time]
        missing = np.isnan(now)
        high = np.where(missing, high, np.maximum(0.0, high + now - shift / 2))
        low = np.where(missing, low, np.minimum(0.0, low + now + shift / 2))
        upper[..., time], lower[..., time] = high, low
        if reset:
            alarm = (high > decision) | (low < -decision)
            high, low = np.where(alarm, 0.0, high), np.where(alarm, 0.0, low)
    return CusumChart(
        arguments.sealed(upper),
        arguments.sealed(lower),
        float(decision),
        arguments.sealed(upper > decision),
        arguments.sealed(lower < -decision),
        arguments.sealed(middle),
        arguments.sealed(spread),
        f"allowance {shift / 2:g}, decision interval {decision:g}{', reset after alarms' if reset else ''}",
    )


def _points(
    values: ArrayLike,
    subgroups: bool,
    estimator: str | None,
    baseline: ArrayLike | None,
    center: ArrayLike | None,
    sigma: ArrayLike | None,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Points, centre and spread of each series, and the size of each subgroup."""
    chart: Chart
    if subgroups:
        chart = xbar_chart(values, estimator=estimator or "UWAVE-R", baseline=baseline)
    else:
        chart = individuals_chart(values, estimator=estimator or "MR", baseline=baseline)
    series = chart.statistic.shape[:-1]
    middle = chart.center[..., 0] if center is None else arguments.real(center, name="center")
    spread = chart.sigma if sigma is None else arguments.real(sigma, name="sigma")
    arguments.refuse_where(spread < 0, name="sigma", fault="it cannot be negative", values=spread)
    return chart.statistic, np.broadcast_to(middle, series), np.broadcast_to(spread, series), chart.n
