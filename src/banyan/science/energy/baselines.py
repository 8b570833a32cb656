"""Weather-normal baselines of daily usage: change-point models of one to five parameters, many meters at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.energy.candidates import MODELS, Best, Rules, best_candidates, days_of
from banyan.science.energy.fit_quality import FitQuality, fit_quality
from banyan.science.energy.series import TEMPERATURE, ascending, held_days, meter_matrix, temperature_matrix

CALTRACK = ("intercept_only", "hdd_only", "cdd_only", "cdd_hdd")
BLOCK = 16  # meters fitted together, so that their degree days stay in the cache


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """Expected usage, (meters, days), and what it is made of; NaN where a temperature or a model is missing."""

    total: Floats
    base: Floats
    heating: Floats
    cooling: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """One model per meter; a parameter that the model does not have is NaN.

    Attributes
    ----------
    model : ndarray of str
        Name of the chosen model; empty where there is none (see `reason`).
    parameters : ndarray
        1 to 5, change points included.
    intercept, heating_slope, cooling_slope, slope : ndarray
        Usage per day; per degree day below `heating_point` and above `cooling_point`; per degree (straight line).
    heating_point, cooling_point : ndarray
        Balance points in the unit of the temperature.
    r_squared_adj : ndarray
        By which the model was chosen; 0 for the intercept alone.
    quality : FitQuality
    tried, qualified : ndarray
        Candidates with enough degree days, and of these the ones that fulfil every rule.
    left_out : ndarray
        Days without usage or temperature that were left out.
    reason : tuple of str
        Why a meter has no model, in words; empty where it has one.
    slopes : ndarray
        Number of the model's slopes.
    unit, n, method, warnings
        Unit of the temperature, days (or billing periods) used per meter, name of the method, sentences on the whole.
    days : ndarray
        Days that the rows used stand for.
    period : {"day", "billing period"}
        What one row of the usage is.
    """

    model: NDArray
    parameters: Floats
    intercept: Floats
    heating_slope: Floats
    cooling_slope: Floats
    slope: Floats
    heating_point: Floats
    cooling_point: Floats
    r_squared_adj: Floats
    quality: FitQuality
    tried: NDArray
    qualified: NDArray
    left_out: NDArray
    reason: tuple[str, ...]
    slopes: Floats
    unit: str
    n: Floats
    days: Floats
    period: str
    method: str
    warnings: tuple[str, ...]

    def expected(self, temperature: ArrayLike) -> Loads:
        """Expected usage at daily mean temperatures, (days,) for all meters or (meters, days), in the same unit."""
        given = np.atleast_2d(arguments.real(temperature, name="temperature", finite=False))
        t = temperature_matrix(given, shape=(len(self.model), given.shape[-1]), unit=self.unit)
        return loads_of(self, t)


def baseline(
    usage: ArrayLike,
    temperature: ArrayLike,
    *,
    unit: str,
    points: Sequence[float] | None = None,
    models: Sequence[str] = CALTRACK,
    minimum_days: int = 10,
    minimum_degree_days: float | None = None,
    maximum_p_value: float = 1.0,
    missing: str = "refuse",
    net: bool = False,
) -> Baseline:
    """Fit the best change-point model of daily usage on daily mean temperature to each meter.

    Parameters
    ----------
    usage : array_like, shape (meters, days) or (days,)
        Usage per day.
    temperature : array_like, shape (days,) or (meters, days)
        Mean temperature of the same days.
    unit : {"degC", "degF"}
        Unit of the temperature.
    points : sequence of float, optional
        Balance points to try, ascending; default 30 to 90 °F by 1 °F (as CalTRACK), or -1 to 32 °C by 0.5 °C.
    models : sequence of str
        Among ``intercept_only`` (1 parameter), ``straight_line`` (2, slope of any sign), ``hdd_only`` and
        ``cdd_only`` (3), ``one_balance_point`` (4, one change point, slopes of any sign), ``cdd_hdd`` (5).
    minimum_days, minimum_degree_days : int, float
        Non-zero degree days and their sum below which a balance point is not tried; default 10 days and 20 °F days
        (11.1 °C days).
    maximum_p_value : float
        A candidate with a slope of higher p-value is rejected; 1 rejects none, as the peer's default.
    missing : {"refuse", "leave_out"}
        What to do with NaN: refuse, or leave the day out and count it.
    net : bool
        Allow negative usage (a meter that also counts what is fed in).

    Returns
    -------
    Baseline

    Raises
    ------
    ValueError
        Shapes that do not fit, missing days (unless left out), negative usage, temperatures that `unit` cannot have.

    Notes
    -----
    Ordinary least squares of usage on heating degree days max(h - T, 0) and cooling degree days max(T - c, 0) for
    every pair h ≤ c. Candidates with a negative intercept or slope are rejected, the highest adjusted R² wins; of
    equal ones the first in the order of the models, the lower cooling, then the lower heating point. A meter for
    which nothing qualifies has no model and a reason.

    References
    ----------
    CalTRACK 2.0, sections 3.2 to 3.4; eemeter 2.10.11 chooses the same model. Kissock, Haberl, Claridge (2003),
    ASHRAE RP-1050.

    Examples
    --------
    >>> t = 15 + 12 * np.sin(np.arange(365) / 58.1)
    >>> heating, cooling = 40 + 3 * np.maximum(12 - t, 0), 25 + 2 * np.maximum(t - 20, 0)
    >>> found = baseline([heating, cooling], t, unit="degC")
    >>> found.model.tolist(), found.heating_point.tolist(), found.cooling_point.tolist()
    (['hdd_only', 'cdd_only'], [12.0, nan], [nan, 20.0])
    >>> found.intercept.round(6).tolist(), found.expected([[0.0], [30.0]]).total.round(6).tolist()
    ([40.0, 25.0], [[76.0], [45.0]])
    """
    y = meter_matrix(usage, name="usage", net=net)
    t = temperature_matrix(temperature, shape=y.shape, unit=unit)
    held = held_days(missing, usage=y, temperature=t)
    rules = rules_of(unit, points, models, minimum_days, minimum_degree_days, maximum_p_value)
    parts = [
        best_candidates(y[i : i + BLOCK], days_of(t[i : i + BLOCK], held[i : i + BLOCK], rules), rules)
        for i in range(0, len(y), BLOCK)
    ]
    best = Best(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    fitted = loads_of(best, t).total
    return baseline_of(best, y, fitted, held, unit=unit, days=held.sum(axis=1).astype(float), period="day")


def rules_of(
    unit: str, points: Sequence[float] | None, models: Sequence[str], days: int, total: float | None, p_value: float
) -> Rules:
    arguments.choice(unit, name="unit", among=tuple(TEMPERATURE))
    standard, least, _ = TEMPERATURE[unit]
    if isinstance(models, str) or not models:
        raise ValueError(f"models is {models!r}: a list of at least one of {', '.join(MODELS)} is needed")
    for i, model in enumerate(models):
        arguments.choice(model, name=f"models[{i}]", among=tuple(MODELS))
    if len(set(models)) < len(models):
        raise ValueError(f"models names one twice: {', '.join(models)}")
    if not isinstance(days, int | np.integer) or isinstance(days, bool) or days < 0:
        raise ValueError(f"minimum_days is {days!r}: a whole number of zero or more is needed")
    if total is not None:
        needs = "a number of zero or more"
        least = arguments.number(total, name="minimum_degree_days", needs=needs, least=0)
    ordered = tuple(model for model in MODELS if model in models)
    p = arguments.scalar(arguments.probability(p_value, name="maximum_p_value"), name="maximum_p_value")
    return Rules(ascending(standard if points is None else points, name="points"), ordered, int(days), least, p)


def baseline_of(
    best: Best, usage: Floats, fitted: Floats, held: NDArray[np.bool_], *, unit: str, days: Floats, period: str
) -> Baseline:
    """Return the chosen models with the quality of their fit, by totals of the days or billing periods."""
    known = [MODELS.get(name, (np.nan, np.nan)) for name in best.model.tolist()]
    parameters, slopes = (np.array(column, dtype=float) for column in zip(*known, strict=True))
    left_out = (~held).sum(axis=1)
    reasons = tuple(
        "" if name else _why(int(rows), int(tried), period)
        for name, rows, tried in zip(best.model, held.sum(axis=1), best.tried, strict=True)
    )
    without = sum(map(bool, reasons))
    warnings = []
    if without:
        warnings.append(f"{without} of {len(reasons)} meters have no model: see reason")
    if left_out.any():
        warnings.append(f"{left_out.sum()} {period}s of {(left_out > 0).sum()} meters are left out: see left_out")
    return Baseline(
        best.model, parameters, best.intercept, best.heating_slope, best.cooling_slope, best.slope,
        best.heating_point, best.cooling_point, best.r_squared_adj, fit_quality(usage, fitted, held, slopes),
        best.tried, best.qualified, left_out, reasons, slopes, unit, held.sum(axis=1).astype(float), days, period,
        f"change-point models by least squares, one {period} a row", tuple(warnings),
    )  # fmt: skip


def _why(rows: int, tried: int, period: str) -> str:
    if not rows:
        return f"no {period} has both usage and temperature"
    if not tried:
        return f"{rows} {period}s: no balance point has enough degree days"
    return f"none of {tried} candidates has slopes and intercept of zero or more and a low enough p-value"


def loads_of(fitted: Best | Baseline, temperature: Floats) -> Loads:
    """Return what the models expect per day at the mean temperatures of (meters, days)."""

    def column(values: Floats) -> Floats:
        return np.nan_to_num(values)[:, None]

    t = temperature
    there = np.where((fitted.model != "")[:, None] & ~np.isnan(t), 1.0, np.nan)
    base = (fitted.intercept[:, None] + column(fitted.slope) * t) * there
    below = column(fitted.heating_slope) * np.maximum(column(fitted.heating_point) - t, 0.0) * there
    above = column(fitted.cooling_slope) * np.maximum(t - column(fitted.cooling_point), 0.0) * there
    return Loads(base + below + above, base, below, above)
