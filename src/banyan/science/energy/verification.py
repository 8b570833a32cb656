"""What a measure saved: gates that a baseline has to pass, and metered savings with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.energy.baselines import Baseline
from banyan.science.energy.series import held_days, meter_matrix, temperature_matrix

# Fractional savings uncertainty: polynomial in the months of the reporting period (Sun, Baltazar), per kind of rows.
GROWTH = {"day": (-0.00024, 0.03535, 1.00286), "billing period": (-0.00022, 0.03306, 0.94054)}
DAYS_A_MONTH = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """Which baselines may be used.

    Attributes
    ----------
    passed : ndarray of bool
    cvrmse, nmbe : ndarray
        The figures judged, as shares (0.25 is 25 %).
    reason : tuple of str
        What each failed meter failed, in words; empty where it passed.
    n, method, warnings
        Days per meter, name, sentences on the whole.
    """

    passed: NDArray[np.bool_]
    cvrmse: Floats
    nmbe: Floats
    reason: tuple[str, ...]
    n: Floats
    method: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Savings:
    """Savings of each meter over the reporting period.

    Attributes
    ----------
    value, low, high : ndarray, shape (meters,)
        Expected less observed usage over the days used, and value ∓ `error`.
    error : ndarray
        Half width of the interval by the method asked for.
    fractional_error, least_squares_error, model_error, noise_error : ndarray
        Half widths: of the fractional savings uncertainty; of the least-squares way, and its two parts.
    share : ndarray
        value / expected usage.
    daily, expected : ndarray, shape (meters, days)
        Saving and expected usage of each day; NaN where the day was left out.
    observed : ndarray
        Usage over the days used.
    n, left_out : ndarray
        Days used and left out.
    reason : tuple of str
        Why a meter has no saving or no interval, in words; empty where it has both.
    level, method, warnings
    """

    value: Floats
    low: Floats
    high: Floats
    error: Floats
    fractional_error: Floats
    least_squares_error: Floats
    model_error: Floats
    noise_error: Floats
    share: Floats
    daily: Floats
    expected: Floats
    observed: Floats
    n: Floats
    left_out: NDArray
    reason: tuple[str, ...]
    level: float
    method: str
    warnings: tuple[str, ...]


def gates(fitted: Baseline, *, cvrmse: float, nmbe: float = 0.005, minimum_days: int = 328) -> Gates:
    """Judge baselines by their fit.

    Parameters
    ----------
    fitted : Baseline
    cvrmse : float
        Highest adjusted CVRMSE allowed, as a share; programmes set it between 0.2 and 1.
    nmbe : float
        Highest |NMBE| allowed.
    minimum_days : int
        Days needed; 328 is 90 % of a year. Billing periods count with their days.

    Raises
    ------
    ValueError
        Limits that are no shares of zero or more.

    References
    ----------
    ASHRAE Guideline 14-2014, 4.3.2; CalTRACK 2.0, 2.2.1.2.

    Examples
    --------
    >>> from banyan.science.energy import baseline
    >>> t = np.tile([0.0, 10.0, 20.0, 30.0], 100)
    >>> noise = np.random.default_rng(1).normal(0, 1, (2, 400)) * [[1.0], [25.0]]
    >>> fitted = baseline(60 + 2 * np.maximum(15 - t, 0) + noise, t, unit="degC", net=True)
    >>> judged = gates(fitted, cvrmse=0.25)
    >>> judged.passed.tolist()
    [True, False]
    >>> judged.reason[1]
    'CVRMSE 0.383 is above 0.25'
    """
    arguments.made(fitted, Baseline, name="fitted", by="baseline()")
    for name, limit in {"cvrmse": cvrmse, "nmbe": nmbe, "minimum_days": minimum_days}.items():
        arguments.number(limit, name=name, needs="a number of zero or more", least=0)
    q = fitted.quality
    reasons = []
    for i, why in enumerate(fitted.reason):
        faults = [why] if why else []
        if not why:
            if fitted.days[i] < minimum_days:
                faults.append(f"{fitted.days[i]:.0f} days are fewer than {minimum_days}")
            if not np.isfinite(q.cvrmse_adj[i]):
                faults.append("CVRMSE is undefined: mean usage is 0 or there are too few days")
            elif q.cvrmse_adj[i] > cvrmse:
                faults.append(f"CVRMSE {q.cvrmse_adj[i]:.3g} is above {cvrmse:g}")
            if abs(q.nmbe[i]) > nmbe:
                faults.append(f"NMBE {q.nmbe[i]:.3g} is beyond ±{nmbe:g}")
        reasons.append("; ".join(faults))
    passed = np.array([not why for why in reasons])
    warnings = () if passed.all() else (f"{(~passed).sum()} of {len(passed)} meters do not pass: see reason",)
    return Gates(passed, q.cvrmse_adj, q.nmbe, tuple(reasons), q.n, "CVRMSE and NMBE gates", warnings)


def savings(
    fitted: Baseline,
    usage: ArrayLike,
    temperature: ArrayLike,
    *,
    level: float = 0.9,
    method: str = "fractional",
    missing: str = "refuse",
    net: bool = False,
) -> Savings:
    """Return what each meter used less than its baseline expects at the reporting period's weather.

    Parameters
    ----------
    fitted : Baseline
        Models of the time before the measure.
    usage, temperature : array_like
        Days of the reporting period, shapes and unit as for `baseline`.
    level : float
        Two-sided confidence of the interval.
    method : {"fractional", "least_squares"}
        Which error makes the interval: fractional savings uncertainty, or model and noise error by least squares.
    missing : {"refuse", "leave_out"}
        What to do with NaN: refuse, or leave the day out of both sums and count it.
    net : bool
        Allow negative usage.

    Returns
    -------
    Savings

    Raises
    ------
    ValueError
        As `baseline`, or another number of meters than it has.

    Notes
    -----
    Both errors grow with the autocorrelation of the baseline's residuals through the effective number of days.
    Where it is undefined (an exact fit, one day) there is no interval, and the reason says so.

    References
    ----------
    ASHRAE Guideline 14-2014, annex B; Sun, Baltazar (2013), Energy Efficiency 6; CalTRACK 2.0, 3.5; the numbers are
    those of eemeter 2.10.11.

    Examples
    --------
    >>> from banyan.science.energy import baseline
    >>> t = np.tile([0.0, 10.0, 20.0, 30.0], 100)
    >>> noise = np.random.default_rng(3).normal(0, 2, (2, 400))
    >>> model = baseline(60 + 2 * np.maximum(15 - t, 0) + noise[0], t, unit="degC")
    >>> after = savings(model, 54 + 2 * np.maximum(15 - t, 0) + noise[1], t)
    >>> after.value.round(0).tolist(), after.error.round(0).tolist(), after.share.round(3).tolist()
    ([2397.0], [91.0], [0.086])
    """
    arguments.made(fitted, Baseline, name="fitted", by="baseline()")
    if fitted.period != "day":
        raise ValueError(f"fitted is a baseline of {fitted.period}s: billing_savings() takes it")
    y = meter_matrix(usage, name="usage", net=net)
    if len(y) != len(fitted.model):
        raise ValueError(f"usage has {len(y)} meters: the baseline has {len(fitted.model)}")
    t = temperature_matrix(temperature, shape=y.shape, unit=fitted.unit)
    held = held_days(missing, usage=y, temperature=t) & (fitted.model != "")[:, None]
    expected = np.where(held, fitted.expected(t).total, np.nan)
    days = held.sum(axis=1).astype(float)
    return savings_of(fitted, y, expected, held, rows=days, months=days / DAYS_A_MONTH, level=level, method=method)


def savings_of(
    fitted: Baseline,
    y: Floats,
    expected: Floats,
    held: NDArray[np.bool_],
    *,
    rows: Floats,
    months: Floats,
    level: float,
    method: str,
) -> Savings:
    """Return the savings of the days or billing periods held, with errors for so many `rows` and `months`."""
    level = arguments.confidence(level)
    arguments.choice(method, name="method", among=("fractional", "least_squares"))
    daily = expected - y
    n = held.sum(axis=1).astype(float)
    some = n > 0
    sums = [np.where(some, np.where(held, x, 0.0).sum(axis=1), np.nan) for x in (daily, expected, y)]
    value, total, observed = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        fractional, model, noise = _errors(fitted, rows, months, observed / n, level)
        share = value / total
    least_squares = np.hypot(model, noise)
    error = fractional if method == "fractional" else least_squares
    reasons = tuple(
        why
        or ("" if count else f"no {fitted.period} has both usage and temperature")
        or ("" if np.isfinite(e) else _NO_INTERVAL)
        for why, count, e in zip(fitted.reason, n, error, strict=True)
    )
    left_out = np.where(fitted.model != "", (~held).sum(axis=1), 0)
    warnings = []
    if any(reasons):
        warnings.append(f"{sum(map(bool, reasons))} of {len(y)} meters lack a saving or its interval: see reason")
    if left_out.any():
        warnings.append(
            f"{left_out.sum()} {fitted.period}s are left out; the saving is that of the {fitted.period}s used"
        )
    return Savings(
        value, value - error, value + error, error, fractional, least_squares, model, noise, share, daily, expected,
        observed, n, left_out, reasons, level, f"metered savings, {method} error", tuple(warnings),
    )  # fmt: skip


_NO_INTERVAL = "no interval: the autocorrelation of the baseline's residuals or its mean leaves it undefined"


def _errors(
    fitted: Baseline, n: Floats, months: Floats, observed_mean: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Half widths: fractional savings uncertainty, model error and noise of least squares."""
    q = fitted.quality
    freedom = q.n - fitted.slopes
    square, line, level_of_none = GROWTH[fitted.period]
    with np.errstate(divide="ignore", invalid="ignore"):
        t_value = np.where(freedom > 0, stdtrit(np.maximum(freedom, 1.0), (1 + level) / 2), np.nan)
        growth = square * months**2 + line * months + level_of_none
        effective = np.where(q.n_effective > 0, q.n_effective, np.nan)
        spread = np.sqrt(q.n / effective * (1 + 2 / effective) / n)
        fractional = q.mean * q.n * t_value * growth * q.rmse_adj / q.mean * spread
        distance = 1 + (q.mean - observed_mean) ** 2 / q.variance
        model = t_value * q.rmse_adj * n / np.sqrt(q.n) * np.sqrt(distance)
        noise = t_value * q.rmse_adj * np.sqrt(n * q.n / effective)
    defined = (n > 0) & (q.mean != 0) & (q.variance > 0)
    clean = [np.where(defined & np.isfinite(x), x, np.nan) for x in (fractional, model, noise)]
    return clean[0], clean[1], clean[2]
