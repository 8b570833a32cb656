"""Weather-normal baselines and savings where a meter is read once a month: billing periods against daily weather."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.energy.baselines import CALTRACK, Baseline, baseline_of, loads_of, rules_of
from banyan.science.energy.candidates import Rows, Rules, best_candidates
from banyan.science.energy.series import held_days, meter_matrix, temperature_matrix
from banyan.science.energy.verification import Savings, savings_of

PERIOD = "billing period"


def billing_baseline(
    usage: ArrayLike,
    temperature: ArrayLike,
    *,
    days: ArrayLike,
    unit: str,
    points: Sequence[float] | None = None,
    models: Sequence[str] = CALTRACK,
    minimum_periods: int = 0,
    minimum_degree_days: float | None = None,
    maximum_p_value: float = 1.0,
    minimum_share: float = 0.9,
    missing: str = "refuse",
    net: bool = False,
) -> Baseline:
    """Fit the best change-point model of usage per day to the billing periods of each meter.

    Parameters
    ----------
    usage : array_like, shape (meters, periods) or (periods,)
        Usage of each whole billing period.
    temperature : array_like, shape (days,) or (meters, days)
        Mean temperature of every day from the first period's first to the last period's last.
    days : array_like of int, shape (periods,) or (meters, periods)
        Days of each period, in order; those of a meter add up to the days of `temperature`.
    unit, points, models, maximum_p_value, net
        As in `baseline`.
    minimum_periods, minimum_degree_days : int, float
        Periods with degree days, and sum of degree days, below which a balance point is not tried; default none and
        20 °F days (11.1 °C days).
    minimum_share : float
        Share of a period's days that must have a temperature; else the period is left out.
    missing : {"refuse", "leave_out"}
        What to do with NaN: refuse, or leave out the period without usage, and the day without temperature.

    Returns
    -------
    Baseline
        Its models expect usage per day, as those of `baseline` do; its quality is that of the periods' totals.

    Raises
    ------
    ValueError
        As `baseline`; periods that do not add up to the days of the temperature.

    Notes
    -----
    Least squares of a period's usage per day on the means of its days' degree days, weighted by its days (those with
    a temperature). Degree days are taken day by day, not from a monthly mean, which would hide cold days in mild
    months.

    References
    ----------
    CalTRACK 2.0, sections 3.2.2.2 and 3.4.2; eemeter 2.10.11 with ``use_billing_presets=True`` has the same models.

    Examples
    --------
    >>> t = 15 + 12 * np.sin(np.arange(365) / 58.1)
    >>> a_day = 40 + 3 * np.maximum(12 - t, 0)
    >>> months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    >>> bills = np.add.reduceat(a_day, np.cumsum([0, *months[:-1]]))
    >>> found = billing_baseline(bills, t, days=months, unit="degC")
    >>> found.model[0].item(), found.heating_point.tolist(), found.intercept.round(6).tolist(), found.n.tolist()
    ('hdd_only', [12.0], [40.0], [12.0])
    """
    needs = "a whole number of zero or more"
    least = arguments.whole(minimum_periods, name="minimum_periods", needs=needs, least=0)
    rules = rules_of(unit, points, models, least, minimum_degree_days, maximum_p_value)
    share = arguments.scalar(arguments.probability(minimum_share, name="minimum_share"), name="minimum_share")
    y, t, length = _periods(usage, temperature, days, unit=unit, net=net)
    here, kept = _held(y, t, length, missing, share)
    rows = _rows(t, length, here, kept, rules)
    best = best_candidates(y / length, rows, rules)
    fitted = _means(loads_of(best, t).total, length) * length
    covered = np.where(here, length, 0.0).sum(axis=1)
    return baseline_of(best, y, fitted, here, unit=unit, days=covered, period=PERIOD)


def billing_savings(
    fitted: Baseline,
    usage: ArrayLike,
    temperature: ArrayLike,
    *,
    days: ArrayLike,
    level: float = 0.9,
    method: str = "fractional",
    minimum_share: float = 0.9,
    missing: str = "refuse",
    net: bool = False,
) -> Savings:
    """Return what each meter used less in billing periods than its baseline expects at their weather.

    Parameters
    ----------
    fitted : Baseline
        Of `billing_baseline`: its error is that of billing periods.
    usage, temperature, days, minimum_share, missing, net
        Billing periods of the reporting time, shapes and unit as for `billing_baseline`.
    level, method
        As in `savings`.

    Returns
    -------
    Savings
        `daily` and `expected` have one column per billing period.

    Raises
    ------
    ValueError
        As `billing_baseline`; a baseline of days, or another number of meters than it has.

    Notes
    -----
    Months of the reporting time are its days / 30, rounded, as in eemeter 2.10.11, whose numbers these are.

    References
    ----------
    ASHRAE Guideline 14-2014, annex B; Sun, Baltazar (2013), Energy Efficiency 6.

    Examples
    --------
    >>> random, months = np.random.default_rng(4), np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    >>> t = 15 + 12 * np.sin(np.arange(365) / 58.1)
    >>> bills = np.add.reduceat(40 + 3 * np.maximum(12 - t, 0), np.cumsum([0, *months[:-1]]))
    >>> before = billing_baseline(bills + random.normal(0, 20, 12), t, days=months, unit="degC")
    >>> after = billing_savings(before, 0.9 * bills, t, days=months)
    >>> after.share.round(2).tolist(), bool(after.low[0] > 0)
    ([0.1], True)
    """
    arguments.made(fitted, Baseline, name="fitted", by="billing_baseline()")
    if fitted.period != PERIOD:
        raise ValueError(f"fitted is a baseline of {fitted.period}s: savings() takes it, or fit billing_baseline()")
    share = arguments.scalar(arguments.probability(minimum_share, name="minimum_share"), name="minimum_share")
    y, t, length = _periods(usage, temperature, days, unit=fitted.unit, net=net)
    if len(y) != len(fitted.model):
        raise ValueError(f"usage has {len(y)} meters: the baseline has {len(fitted.model)}")
    here, _ = _held(y, t, length, missing, share)
    here &= (fitted.model != "")[:, None]
    expected = np.where(here, _means(loads_of(fitted, t).total, length) * length, np.nan)
    months = np.round(np.where(here, length, 0.0).sum(axis=1) / 30.0)
    return savings_of(fitted, y, expected, here, rows=months, months=months, level=level, method=method)


def _periods(
    usage: ArrayLike, temperature: ArrayLike, days: ArrayLike, *, unit: str, net: bool
) -> tuple[Floats, Floats, Floats]:
    """Return usage and days as (meters, periods) and temperature as (meters, days)."""
    y = meter_matrix(usage, name="usage", net=net)
    given = np.atleast_2d(arguments.counts(days, name="days"))
    if given.ndim != 2 or given.shape[1] != y.shape[1] or given.shape[0] not in {1, len(y)}:
        raise ValueError(f"days has shape {np.shape(days)}: ({y.shape[1]},) for all meters or {y.shape} are expected")
    arguments.refuse_where(given < 1, name="days", fault="a billing period has at least one day", values=given)
    held = np.atleast_2d(arguments.real(temperature, name="temperature", finite=False))
    total = given.sum(axis=1)
    fault = f"the periods of a meter must add up to the {held.shape[-1]} days of temperature"
    arguments.refuse_where(total != held.shape[-1], name="sum of days", fault=fault, values=total)
    t = temperature_matrix(temperature, shape=(len(y), held.shape[-1]), unit=unit)
    return y, t, np.broadcast_to(given, y.shape)


def _held(
    usage: Floats, temperature: Floats, days: Floats, missing: str, share: float
) -> tuple[NDArray[np.bool_], Floats]:
    """Return which periods count and how many of their days have a temperature."""
    held_days(missing, temperature=temperature)
    kept = days * _means((~np.isnan(temperature)).astype(float), days)
    return held_days(missing, usage=usage) & (kept >= share * days - 1e-9) & (kept > 0.5), np.round(kept)


def _means(values: Floats, days: Floats) -> Floats:
    """Return the mean of daily values, (meters, days) or (meters, days, points), over each period; NaN left out."""
    means = []
    for of_meter, length in zip(values, days, strict=True):
        first = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64)
        there = ~np.isnan(of_meter)
        count = np.add.reduceat(there.astype(float), first, axis=0)
        total = np.add.reduceat(np.where(there, of_meter, 0.0), first, axis=0)
        means.append(total / np.where(count > 0, count, np.nan))
    return np.stack(means)


def _rows(temperature: Floats, days: Floats, here: NDArray[np.bool_], kept: Floats, rules: Rules) -> Rows:
    heating = _means(np.maximum(rules.points - temperature[..., None], 0.0), days)
    cooling = _means(np.maximum(temperature[..., None] - rules.points, 0.0), days)
    weight = np.where(here, kept, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    scaled = weight * here.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    zero = np.where(here[..., None], 0.0, np.nan)
    heating, cooling = (np.nan_to_num(columns + zero) for columns in (heating, cooling))
    mean = np.nan_to_num(_means(temperature, days) + zero[..., 0])
    return Rows(heating, cooling, mean, scaled, weight, apart=False)
