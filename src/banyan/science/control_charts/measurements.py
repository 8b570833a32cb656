"""Shewhart charts of measurements: X̄, R, S, individuals and moving range."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.chart import Chart, Flags, chart_of, phase_1, sigma_of_series, total
from banyan.science.control_charts.constants import c4, d2, d3

ESTIMATORS = ("UWAVE-R", "UWAVE-SD", "MVLUE-R", "MVLUE-SD", "RMSDF")


def xbar_chart(
    values: ArrayLike,
    *,
    estimator: str = "UWAVE-R",
    baseline: ArrayLike | None = None,
    width: float = 3.0,
    constants: str = "printed",
) -> Chart:
    """Chart of subgroup means.

    Parameters
    ----------
    values : array_like, shape (..., subgroups, units)
        Measurements; NaN where a subgroup has fewer units.
    estimator : str
        How sigma is estimated, named as in R `qcc`: "UWAVE-R" (mean of R / d2), "UWAVE-SD" (mean of s / c4),
        "MVLUE-R", "MVLUE-SD" (weighted), "RMSDF" (root mean square over c4).
    baseline : array_like of bool or int, optional
        Phase 1: the subgroups that centre line and limits are computed from (a mask, or their number counted
        from the first); all by default. The others are phase 2.
    width : float
        Limits at so many standard errors.
    constants : str
        "printed" (d2 with the three decimals of the standard's table) or "exact"; they differ by 3e-5 at most.

    References
    ----------
    GB/T 17989.2 (ISO 7870-2). Equal to R `qcc` 2.7.

    Examples
    --------
    >>> chart = xbar_chart([[5, 6, 7], [6, 7, 8], [4, 6, 8]])
    >>> chart.center.round(3).tolist(), chart.upper.round(3).tolist()
    ([6.333, 6.333, 6.333], [9.062, 9.062, 9.062])
    """
    data, sizes, used = _subgroups(values, baseline)
    means = np.nansum(data, axis=-1) / sizes
    sigma = _sigma(data, sizes, used, estimator, constants)
    center = total(means * sizes, used) / total(sizes, used)
    error = sigma[..., None] / np.sqrt(sizes)
    return chart_of("xbar", means, center[..., None], error, sizes, width, estimator, sigma=sigma)


def r_chart(
    values: ArrayLike,
    *,
    estimator: str = "UWAVE-R",
    baseline: ArrayLike | None = None,
    width: float = 3.0,
    constants: str = "printed",
) -> Chart:
    """Chart of subgroup ranges; the arguments are those of `xbar_chart`.

    Examples
    --------
    >>> r_chart([[5, 6, 7], [6, 7, 8], [4, 6, 8]]).upper.round(3)
    array([6.865, 6.865, 6.865])
    """
    data, sizes, used = _subgroups(values, baseline)
    sigma = _sigma(data, sizes, used, estimator, constants)
    center, error = d2(sizes, constants=constants) * sigma[..., None], d3(sizes) * sigma[..., None]
    return chart_of("R", _ranges(data), center, error, sizes, width, estimator, sigma=sigma, floor=0.0)


def s_chart(
    values: ArrayLike,
    *,
    estimator: str = "UWAVE-SD",
    baseline: ArrayLike | None = None,
    width: float = 3.0,
    constants: str = "printed",
) -> Chart:
    """Chart of subgroup standard deviations; the arguments are those of `xbar_chart`.

    Examples
    --------
    >>> s_chart([[5, 6, 7], [6, 7, 8], [4, 6, 8]]).center.round(3)
    array([1.333, 1.333, 1.333])
    """
    data, sizes, used = _subgroups(values, baseline)
    sigma = _sigma(data, sizes, used, estimator, constants)
    center = c4(sizes) * sigma[..., None]
    error = np.sqrt(1 - c4(sizes) ** 2) * sigma[..., None]
    return chart_of("S", _deviations(data), center, error, sizes, width, estimator, sigma=sigma, floor=0.0)


def individuals_chart(
    values: ArrayLike,
    *,
    estimator: str = "MR",
    baseline: ArrayLike | None = None,
    width: float = 3.0,
    constants: str = "printed",
) -> Chart:
    """Chart of single values.

    Parameters
    ----------
    values : array_like, shape (..., time)
        NaN where a value is missing; no moving range is taken across it.
    estimator : str
        "MR" (mean moving range over d2 = 1.128) or "SD" (standard deviation over c4, as R `qcc`).
    baseline, width, constants
        As in `xbar_chart`.

    Examples
    --------
    >>> chart = individuals_chart([10, 12, 11, 13, 10])
    >>> chart.lower[0].round(3).item(), chart.upper[0].round(3).item()
    (5.881, 16.519)
    """
    arguments.choice(estimator, name="estimator", among=("MR", "SD"))
    data, used = _series(values, baseline)
    sigma = sigma_of_series(data, used, estimator, constants)
    present = np.where(np.isnan(data), 0.0, 1.0)
    center = total(np.nan_to_num(data), used & (present > 0)) / total(present, used)
    error = sigma[..., None] * np.ones(data.shape)
    return chart_of("individuals", data, center[..., None], error, np.ones(data.shape), width, estimator, sigma=sigma)


def moving_range_chart(
    values: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0, constants: str = "printed"
) -> Chart:
    """Chart of moving ranges of two; the first point is NaN. The arguments are those of `individuals_chart`.

    Examples
    --------
    >>> chart = moving_range_chart([10, 12, 11, 13, 10])
    >>> chart.statistic.tolist(), chart.upper[0].round(3).item()
    ([nan, 2.0, 1.0, 2.0, 3.0], 6.535)
    """
    data, used = _series(values, baseline)
    sigma = sigma_of_series(data, used, "MR", constants)
    ranges = np.concatenate([np.full((*data.shape[:-1], 1), np.nan), np.abs(np.diff(data))], axis=-1)
    pair = np.full(data.shape, 2.0)
    center, error = d2(pair, constants=constants) * sigma[..., None], d3(pair) * sigma[..., None]
    return chart_of("MR", ranges, center, error, pair, width, "MR", sigma=sigma, floor=0.0)


def _subgroups(values: ArrayLike, baseline: ArrayLike | None) -> tuple[Floats, Floats, Flags]:
    """Measurements, sizes and the mask of phase 1."""
    data = arguments.real(values, name="values", finite=False)
    if data.ndim < 2:
        raise ValueError(
            f"values has the shape {data.shape}: (..., subgroups, units) is needed; see individuals_chart"
        )
    arguments.refuse_where(np.isinf(data), name="values", fault="not a finite number", values=data)
    sizes = (~np.isnan(data)).sum(axis=-1).astype(float)
    arguments.refuse_where(
        sizes < 2, name="units in subgroup", fault="a subgroup needs 2 or more; see individuals_chart", values=sizes
    )
    return data, sizes, phase_1(baseline, data.shape[-2])


def _series(values: ArrayLike, baseline: ArrayLike | None) -> tuple[Floats, Flags]:
    """Single values and the mask of phase 1."""
    data = arguments.real(values, name="values", finite=False)
    if data.ndim < 1 or data.shape[-1] < 2:
        raise ValueError(f"values has the shape {data.shape}: a series of 2 or more values is needed")
    arguments.refuse_where(np.isinf(data), name="values", fault="not a finite number", values=data)
    return data, phase_1(baseline, data.shape[-1])


def _ranges(data: Floats) -> Floats:
    return np.asarray(np.nanmax(data, axis=-1) - np.nanmin(data, axis=-1))


def _deviations(data: Floats) -> Floats:
    return np.asarray(np.nanstd(data, axis=-1, ddof=1))


def _sigma(data: Floats, sizes: Floats, used: Flags, estimator: str, constants: str) -> Floats:
    """Standard deviation of single values from the spread within subgroups, as R `qcc` names it."""
    arguments.choice(estimator, name="estimator", among=ESTIMATORS)
    if estimator == "RMSDF":
        degrees = total(sizes - 1, used)
        return np.sqrt(total((sizes - 1) * _deviations(data) ** 2, used) / degrees) / c4(degrees + 1)
    if estimator.endswith("-R"):
        mean_range = d2(sizes, constants=constants)
        estimates, weights = _ranges(data) / mean_range, (mean_range / d3(sizes)) ** 2
    else:
        estimates, weights = _deviations(data) / c4(sizes), c4(sizes) ** 2 / (1 - c4(sizes) ** 2)
    if estimator.startswith("UWAVE"):
        weights = np.ones_like(weights)
    return total(estimates * weights, used) / total(weights, used)
