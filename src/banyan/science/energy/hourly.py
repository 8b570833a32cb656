"""Weather-normal baselines of hourly usage: hour of the week, temperature in bins, one model a month, many meters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.energy.series import ascending, held_days, meter_matrix, temperature_matrix

WEEK = 168
MONTHS = 12
NEIGHBOURS = 0.5  # weight of the months before and after the one that is fitted
# unit: (edges of the bins, heating and cooling point of the model that tells when a building is in use)
BINS = {
    "degF": ((30.0, 45.0, 55.0, 65.0, 75.0, 90.0), (50.0, 65.0)),
    "degC": ((-1.0, 7.0, 13.0, 18.0, 24.0, 32.0), (10.0, 18.5)),
}
MONDAY = np.datetime64("1970-01-05T00", "h")

Hours = NDArray[np.datetime64]


class _Month(NamedTuple):
    """The model of one month: edges kept, use per hour of the week, slopes per bin of hours not in use and in use."""

    in_use: NDArray[np.bool_]
    edges: tuple[Floats, Floats]
    level: Floats
    slopes: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class HourlyBaseline:
    """One model per meter and month of the year.

    Attributes
    ----------
    in_use : ndarray of bool, shape (meters, 12, 168)
        Per month and hour of the week (0 is Monday from 0 to 1 o'clock): whether usage then mostly exceeds what the
        weather explains.
    level : ndarray, shape (meters, 12, 168)
        Usage of each hour of the week where all bins are 0; NaN where there was no such hour.
    cvrmse, nmbe : ndarray
        Root mean squared error (by the hours less the parameters) and summed residual over mean and summed usage.
    n, left_out : ndarray
        Hours used and left out.
    months : tuple
        The models, per meter and month: hours in use, edges of the bins, level, slopes per bin.
    reason : tuple of str
        Which months have no model, in words; empty where all have one.
    unit, method, warnings
        Unit of the temperature, name of the method, sentences on the whole.
    """

    in_use: NDArray[np.bool_]
    level: Floats
    cvrmse: Floats
    nmbe: Floats
    n: Floats
    left_out: NDArray
    reason: tuple[str, ...]
    unit: str
    method: str
    warnings: tuple[str, ...]
    months: tuple[tuple[_Month | None, ...], ...]

    def expected(self, temperature: ArrayLike, *, first: str | np.datetime64) -> Floats:
        """Expected usage, (meters, hours), at hourly temperatures from the hour `first` on.

        NaN where a temperature, the month's model or its hour of the week is missing.
        """
        given = np.atleast_2d(arguments.real(temperature, name="temperature", finite=False))
        t = temperature_matrix(given, shape=(len(self.months), given.shape[-1]), unit=self.unit)
        week, month = _clock(first, t.shape[1])
        return _expected_of_all(self.months, t, week, month)


def hourly_baseline(
    usage: ArrayLike,
    temperature: ArrayLike,
    *,
    first: str | np.datetime64,
    unit: str,
    edges: Sequence[float] | None = None,
    bins: str = "by_use",
    minimum_hours: int = 20,
    in_use_share: float = 0.65,
    missing: str = "refuse",
    net: bool = False,
) -> HourlyBaseline:
    """Fit usage on the hour of the week and on temperature in bins, one model per meter and month.

    Parameters
    ----------
    usage : array_like, shape (meters, hours) or (hours,)
        Usage of each hour, without a break.
    temperature : array_like, shape (hours,) or (meters, hours)
        Mean temperature of the same hours.
    first : str or datetime64
        First hour in the time of the place, such as ``"2025-01-01T00"``.
    unit : {"degC", "degF"}
        Unit of the temperature.
    edges : sequence of float, optional
        Edges of the bins, ascending; default 30, 45, 55, 65, 75, 90 °F or -1, 7, 13, 18, 24, 32 °C.
    bins : {"by_use", "shared"}
        Edges chosen apart for the hours in use and the others (opendsm 1.2), or once for both (eemeter 2.10.11).
    minimum_hours : int
        Hours that a bin must hold; an edge of an emptier bin is dropped, from the outside inwards.
    in_use_share : float
        Share of hours with more usage than the weather explains above which an hour of the week is in use.
    missing : {"refuse", "leave_out"}
        What to do with NaN: refuse, or leave the hour out and count it.
    net : bool
        Allow negative usage.

    Returns
    -------
    HourlyBaseline

    Raises
    ------
    ValueError
        As `baseline`; a `first` that is no hour.

    Notes
    -----
    The month has weight 1, those before and after it 0.5. Hours in use are those whose residuals, from a straight
    model on degree hours below 50 °F and above 65 °F, are mostly positive. The 168 levels are taken out by their
    means (Frisch, Waugh, Lovell), so that a month of a meter costs a system of at most 14 equations.

    References
    ----------
    CalTRACK 2.0, section 3.9 to 3.11 (time of week and temperature); Mathieu, Price, Kiliccote, Piette (2011), IEEE
    Transactions on Smart Grid 2, 507-518. ``bins="by_use"`` equals opendsm 1.2.7 ``hourly_caltrack``,
    ``"shared"`` eemeter 2.10.11; both leave out the last hour of data whose end is not marked.

    Examples
    --------
    >>> hour = np.arange(24 * 365)
    >>> t = 15 + 12 * np.sin(hour / 1394) + 4 * np.sin(hour / 3.82)
    >>> shift = (hour % 24 >= 8) & (hour % 24 < 18)
    >>> used = 5 + 20 * shift + 0.5 * np.maximum(t - 18, 0)
    >>> found = hourly_baseline(used, t, first="2024-01-01T00", unit="degC")
    >>> round(float(found.cvrmse[0]), 3), found.in_use[0, 6].sum().item() > 0
    (0.0, True)
    >>> found.expected([[20.0]], first="2024-07-01T12").round(1).tolist()
    [[26.0]]
    """
    arguments.choice(bins, name="bins", among=("by_use", "shared"))
    y = meter_matrix(usage, name="usage", net=net)
    t = temperature_matrix(temperature, shape=y.shape, unit=unit)
    held = held_days(missing, usage=y, temperature=t)
    standard, points = BINS[unit]
    rules = _Rules(
        ascending(standard if edges is None else edges, name="edges"), points, bins == "shared",
        arguments.whole(minimum_hours, name="minimum_hours", needs="a whole number of at least 1", least=1),
        arguments.scalar(arguments.probability(in_use_share, name="in_use_share"), name="in_use_share"),
    )  # fmt: skip
    week, month = _clock(first, y.shape[1])
    fitted = tuple(_fit(*of_meter, week, month, rules) for of_meter in zip(y, t, held, strict=True))
    expected = _expected_of_all(fitted, t, week, month)
    return _baseline(fitted, y, expected, held, month, unit)


class _Rules(NamedTuple):
    edges: Floats
    points: tuple[float, float]
    shared: bool
    least: int
    share: float


def _clock(first: str | np.datetime64, hours: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return hour of the week and month (0 to 11) of each hour."""
    try:
        moment = np.datetime64(first)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"first is {first!r}: an hour such as '2025-01-01T00' is needed ({error})") from error
    if np.isnat(moment) or moment.astype("datetime64[h]") != moment:
        raise ValueError(f"first is {first!r}: a whole hour such as '2025-01-01T00' is needed")
    stamps = moment.astype("datetime64[h]") + np.arange(hours)
    week = (stamps - MONDAY).astype(np.int64) % WEEK
    return week, stamps.astype("datetime64[M]").astype(np.int64) % MONTHS


def _fit(
    y: Floats, t: Floats, held: NDArray[np.bool_], week: NDArray[np.int64], month: NDArray[np.int64], rules: _Rules
) -> tuple[_Month | None, ...]:
    """Return the twelve models of a meter; None for a month with no hour near it."""
    found: list[_Month | None] = []
    for centre in range(MONTHS):
        apart = np.abs((month - centre + 6) % MONTHS - 6)
        here = np.flatnonzero(held & (apart <= 1))
        if not (held & (apart == 0)).any():
            found.append(None)
            continue
        weight = np.where(apart[here] == 0, 1.0, NEIGHBOURS)
        found.append(_month(y[here], t[here], week[here], weight, rules))
    return tuple(found)


def _month(y: Floats, t: Floats, week: NDArray[np.int64], weight: Floats, rules: _Rules) -> _Month:
    in_use = _in_use(y, t, week, weight, rules)
    used = in_use[week]
    low, high = (t, t) if rules.shared else (t[~used], t[used])
    edges = _kept_edges(low, rules), _kept_edges(high, rules)
    columns = np.concatenate([_binned(t, edges[0]) * ~used[:, None], _binned(t, edges[1]) * used[:, None]], axis=1)
    total = np.bincount(week, weight, WEEK)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_y = np.bincount(week, weight * y, WEEK) / total
        mean_x = np.stack([np.bincount(week, weight * x, WEEK) / total for x in columns.T], axis=1)
    off_x, off_y = columns - mean_x[week], y - mean_y[week]
    normal = (off_x * weight[:, None]).T @ off_x
    # Of directions that hours do not vary in, the shortest solution is taken, as the peer's pseudo-inverse does.
    slopes = np.linalg.lstsq(normal, (off_x * weight[:, None]).T @ off_y, rcond=1e-12)[0]
    cut = len(edges[0]) + 1
    return _Month(in_use, edges, mean_y - mean_x @ slopes, (slopes[:cut], slopes[cut:]))


def _in_use(y: Floats, t: Floats, week: NDArray[np.int64], weight: Floats, rules: _Rules) -> NDArray[np.bool_]:
    """Return per hour of the week whether usage mostly exceeds what degree hours explain."""
    heating, cooling = np.maximum(rules.points[0] - t, 0.0), np.maximum(t - rules.points[1], 0.0)
    design = np.column_stack([np.ones_like(t), cooling, heating])
    root = np.sqrt(weight)
    solved = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    above = np.bincount(week, y - design @ solved > 0, WEEK)
    count = np.bincount(week, minlength=WEEK)
    # An hour of the week that never occurred counts as in use, as in the peer; it has no level.
    return np.where(count > 0, above > rules.share * count, True)


def _kept_edges(t: Floats, rules: _Rules) -> Floats:
    """Drop edges until every bin holds enough hours: outer bins first, then those between."""
    edges = rules.edges
    while len(edges):
        count = np.bincount(np.searchsorted(edges, t, side="left"), minlength=len(edges) + 1)
        few = count < rules.least
        drop = {0} if few[0] else set()
        drop |= {len(edges) - 1} if few[-1] else set()
        if not drop:
            drop = {int(i) for i in np.flatnonzero(few[1:-1]) + 1}
        if not drop:
            return edges
        edges = np.delete(edges, sorted(drop))
    return edges


def _binned(t: Floats, edges: Floats) -> Floats:
    """Return the share of each temperature that lies within each bin: (hours, bins)."""
    low, high = np.concatenate([[-np.inf], edges]), np.concatenate([edges, [np.inf]])
    parts = np.minimum(t[:, None], high) - np.where(np.isfinite(low), low, 0.0)
    parts[:, 1:] = np.maximum(parts[:, 1:], 0.0)
    return parts


def _expected_of_all(
    months: tuple[tuple[_Month | None, ...], ...], t: Floats, week: NDArray[np.int64], month: NDArray[np.int64]
) -> Floats:
    return np.stack([_expected(models, of_meter, week, month) for models, of_meter in zip(months, t, strict=True)])


def _expected(
    models: tuple[_Month | None, ...], t: Floats, week: NDArray[np.int64], month: NDArray[np.int64]
) -> Floats:
    expected = np.full(len(t), np.nan)
    for i, model in enumerate(models):
        if model is None:
            continue
        here = month == i
        used = model.in_use[week[here]]
        low, high = (_binned(t[here], e) @ s for e, s in zip(model.edges, model.slopes, strict=True))
        expected[here] = model.level[week[here]] + np.where(used, high, low)
    return expected


def _baseline(
    fitted: tuple[tuple[_Month | None, ...], ...], y: Floats, expected: Floats, held: NDArray[np.bool_],
    month: NDArray[np.int64], unit: str,
) -> HourlyBaseline:  # fmt: skip
    shape = (len(y), MONTHS, WEEK)
    in_use, level, parameters = np.zeros(shape, bool), np.full(shape, np.nan), np.zeros(len(y))
    reasons = []
    for m, models in enumerate(fitted):
        for i, model in enumerate(models):
            if model is not None:
                in_use[m, i], level[m, i] = model.in_use, model.level
                parameters[m] += (np.isfinite(model.level).sum() + sum(map(len, model.slopes))) / MONTHS
        without = [i + 1 for i, model in enumerate(models) if model is None]
        reasons.append(f"no hour to fit in month {', '.join(map(str, without))}" if without else "")
    n = held.sum(axis=1).astype(float)
    residual, used = np.where(held, expected - y, 0.0), np.where(held, y, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.where(n > parameters, n - parameters, np.nan)
        cvrmse, nmbe = np.sqrt((residual**2).sum(axis=1) / freedom) / (used / n), residual.sum(axis=1) / used
    left_out = (~held).sum(axis=1)
    warnings = []
    if any(reasons):
        warnings.append(f"{sum(map(bool, reasons))} of {len(y)} meters lack the model of a month: see reason")
    if left_out.any():
        warnings.append(f"{left_out.sum()} hours of {(left_out > 0).sum()} meters are left out: see left_out")
    return HourlyBaseline(
        in_use, level, cvrmse, nmbe, n, left_out, tuple(reasons), unit, "hour of week and temperature, by month",
        tuple(warnings), fitted,
    )  # fmt: skip
