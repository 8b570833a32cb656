"""Readings into whole local days: what is missing, doubled or cut at the wrong hour is said, never filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True, eq=False)
class DayTotals:
    """Usage per meter and local day.

    Attributes
    ----------
    meter : ndarray
        Sorted labels.
    days : ndarray of datetime64[D]
    value : ndarray, shape (meters, days)
        Usage of the day; NaN exactly where `reason` says why.
    held, doubled : ndarray of int
        Intervals of the day with a reading, and readings beyond one per interval.
    expected : int
        Intervals in a day.
    scaled : ndarray of bool
        Days scaled up from a part of their intervals (see `minimum_share`).
    reason : ndarray of str
        Why a day has no value; empty where it has one.
    completeness : ndarray, shape (meters,)
        Share of the intervals of all days that have a reading.
    longest_gap : ndarray of int, shape (meters,)
        Longest run of days without value.
    n, method, warnings
        Readings used, name, sentences on the whole.
    """

    meter: NDArray
    days: NDArray[np.datetime64]
    value: Floats
    held: NDArray
    doubled: NDArray
    expected: int
    scaled: NDArray[np.bool_]
    reason: NDArray
    completeness: Floats
    longest_gap: NDArray
    n: int
    method: str
    warnings: tuple[str, ...]


def day_totals(
    times: ArrayLike,
    usage: ArrayLike,
    *,
    first: Any,
    last: Any,
    step: int,
    offset: float,
    stamped: str = "start",
    meter: ArrayLike | None = None,
    minimum_share: float = 1.0,
    net: bool = False,
) -> DayTotals:
    """Add up readings per interval to local days, and say which days are not whole.

    Parameters
    ----------
    times : array_like of datetime64, shape (readings,)
        Stamps in UTC.
    usage : array_like, shape (readings,)
        Usage of each interval; NaN counts as not read.
    first, last : date
        Local days wanted, both included.
    step : int
        Minutes of an interval; a divisor of 1,440.
    offset : float
        Hours that the local clock is ahead of UTC (8 in China).
    stamped : {"start", "end"}
        Whether a stamp is the start or the end of its interval: at 00:00 this decides the day.
    meter : array_like, shape (readings,), optional
        Label of the meter; default: one meter.
    minimum_share : float
        Share of a day's intervals above which the day is scaled up to the whole; 1: never.
    net : bool
        Allow negative usage.

    Returns
    -------
    DayTotals

    Raises
    ------
    ValueError
        Missing stamps, negative usage, a step that does not divide the day, days in the wrong order.

    Examples
    --------
    >>> stamps = np.datetime64("2015-03-01T16:00") + np.arange(0, 48, 6) * np.timedelta64(1, "h")
    >>> found = day_totals(stamps, [1, 2, 3, 4, 5, np.nan, 7, 8], first="2015-03-02", last="2015-03-04",
    ...                    step=360, offset=8)
    >>> found.value.tolist(), found.reason[0, 1:].tolist()
    ([[10.0, nan, nan]], ['1 of 4 intervals are missing', 'no reading'])
    """
    if isinstance(step, bool) or not isinstance(step, int | np.integer) or step < 1 or MINUTES_A_DAY % step:
        raise ValueError(f"step is {step!r}: whole minutes that divide {MINUTES_A_DAY} are needed, for example 15")
    arguments.choice(stamped, name="stamped", among=("start", "end"))
    share = arguments.scalar(arguments.probability(minimum_share, name="minimum_share"), name="minimum_share")
    days = day_range(first, last)
    local, value = _readings(times, usage, offset, "usage")
    if not net:
        fault = "usage cannot be negative; a meter that also counts what is fed in needs net=True"
        arguments.refuse_where(value < 0, name="usage", fault=fault, values=value)
    names, code = _meters(meter, len(value))
    if stamped == "end":
        local = local - np.timedelta64(1, "ms")
    minute = (local - days[0].astype("datetime64[ms]")).astype(np.int64) // 60_000
    expected = MINUTES_A_DAY // int(step)
    slot = minute // int(step)
    inside = (slot >= 0) & (slot < expected * len(days))
    used = inside & ~np.isnan(value)
    cell = code[used] * expected * len(days) + slot[used]
    count = np.bincount(cell, minlength=len(names) * expected * len(days)).reshape(len(names), len(days), expected)
    total = np.bincount(code[used] * len(days) + slot[used] // expected, value[used], len(names) * len(days))
    held, doubled = (count > 0).sum(axis=2), np.maximum(count - 1, 0).sum(axis=2)
    scaled = (held < expected) & (held >= share * expected) & (held > 0) & (doubled == 0)
    whole = (held == expected) & (doubled == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(whole | scaled, total.reshape(held.shape) * expected / held, np.nan)
    reason = np.full(held.shape, "", dtype=object)
    for i, j in np.argwhere(~(whole | scaled)):
        reason[i, j] = _why(int(held[i, j]), int(doubled[i, j]), expected)
    warnings = []
    if (~inside).any():
        warnings.append(f"{(~inside).sum()} readings lie outside {days[0]} to {days[-1]}")
    return _day_totals(
        names, days, value, held, doubled, expected, scaled, reason, int(used.sum()), "sum of intervals", warnings
    )


def register_days(
    times: ArrayLike,
    register: ArrayLike,
    *,
    first: Any,
    last: Any,
    offset: float,
    tolerance: float = 15.0,
    capacity: float | None = None,
    meter: ArrayLike | None = None,
) -> DayTotals:
    """Return usage per local day from the counter of a meter, read at the boundaries of the days.

    Parameters
    ----------
    times : array_like of datetime64, shape (readings,)
        Stamps in UTC.
    register : array_like, shape (readings,)
        What the counter showed; NaN counts as not read.
    first, last, offset, meter
        As in `day_totals`.
    tolerance : float
        Minutes that a reading may lie beside local midnight. Farther off the day's boundary was not read.
    capacity : float, optional
        What the counter shows before it starts again at 0; without it a falling counter has no value.

    Returns
    -------
    DayTotals
        `held` is the number of boundaries read, of 2.

    Raises
    ------
    ValueError
        Missing stamps, negative counters, a counter above its capacity.

    Examples
    --------
    >>> stamps = ["2015-03-01T16:00", "2015-03-02T16:05", "2015-03-03T18:00"]
    >>> found = register_days(stamps, [100.0, 130.0, 170.0], first="2015-03-02", last="2015-03-03", offset=8)
    >>> found.value.tolist(), found.reason[0, 1]
    ([[30.0, nan]], 'no reading within 15 minutes of the end of the day')
    """
    days = day_range(first, last)
    local, value = _readings(times, register, offset, "register")
    arguments.refuse_where(value < 0, name="register", fault="a counter cannot be negative", values=value)
    near = arguments.scalar(arguments.counts(tolerance, name="tolerance", whole=False), name="tolerance")
    if near >= MINUTES_A_DAY / 2:
        raise ValueError(f"tolerance is {tolerance}: half a day or more would take another day's boundary")
    if capacity is not None:
        arguments.number(capacity, name="capacity", needs="a number above 0", least=0, strictly=True)
        arguments.refuse_where(
            value >= float(capacity), name="register", fault=f"not below the capacity {capacity:g}", values=value
        )
    names, code = _meters(meter, len(value))
    start = days[0].astype("datetime64[ms]")
    minute = (local - start).astype(np.int64) / 60_000
    boundary = np.rint(minute / MINUTES_A_DAY).astype(np.int64)
    away = np.abs(minute - boundary * MINUTES_A_DAY)
    use = (away <= near) & (boundary >= 0) & (boundary <= len(days)) & ~np.isnan(value)
    shown = np.full((len(names), len(days) + 1), np.nan)
    order = np.flatnonzero(use)[np.argsort(-away[use], kind="stable")]  # the nearest is written last
    shown[code[order], boundary[order]] = value[order]
    gone = np.diff(shown, axis=1)
    if capacity is not None:  # a full turn of the counter
        gone = np.where(gone < 0, gone + float(capacity), gone)
    read = ~np.isnan(shown)
    held = read[:, :-1].astype(int) + read[:, 1:]
    reason = np.full(gone.shape, "", dtype=object)
    within = f"no reading within {near:g} minutes of"
    reason[~read[:, :-1]] = f"{within} the start of the day"
    reason[read[:, :-1] & ~read[:, 1:]] = f"{within} the end of the day"
    reason[gone < 0] = "the counter fell: it was exchanged, set back or misread"
    gone = np.where(gone < 0, np.nan, gone)
    none = np.zeros(gone.shape, int)
    return _day_totals(
        names, days, gone, held, none, 2, none.astype(bool), reason, len(order), "difference of counters", []
    )


def day_range(first: Any, last: Any) -> NDArray[np.datetime64]:
    """Return the days from `first` to `last`, both included."""
    try:
        start, end = np.datetime64(first, "D"), np.datetime64(last, "D")
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"first or last is no date: {error}") from error
    if np.isnat(start) or np.isnat(end) or end < start:
        raise ValueError(f"first is {first} and last {last}: a first day and one not before it are needed")
    return np.arange(start, end + 1)


def _readings(times: ArrayLike, values: ArrayLike, offset: float, name: str) -> tuple[NDArray, Floats]:
    try:
        stamps = np.asarray(times, dtype="datetime64[ms]")
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"times holds something that is no time: {error}") from error
    if stamps.ndim != 1 or not stamps.size:
        raise ValueError(f"times has shape {stamps.shape}: one stamp per reading is needed, and at least one")
    arguments.refuse_where(np.isnat(stamps), name="times", fault="a stamp is missing", values=stamps)
    array = arguments.real(values, name=name, finite=False)
    arguments.same_length(len(stamps), **{name: array})
    arguments.refuse_where(np.isinf(array), name=name, fault="a finite number is needed", values=array)
    hours = arguments.scalar(arguments.real(offset, name="offset"), name="offset")
    if not -14 <= hours <= 14:
        raise ValueError(f"offset is {offset}: local clocks are at most 14 hours from UTC")
    return stamps + np.timedelta64(round(hours * 3_600_000), "ms"), array


def _meters(meter: ArrayLike | None, length: int) -> tuple[NDArray, NDArray[np.int64]]:
    if meter is None:
        return np.array([""]), np.zeros(length, np.int64)
    return arguments.labels(meter, name="meter", length=length)


def _why(held: int, doubled: int, expected: int) -> str:
    if not held:
        return "no reading"
    faults = [f"{expected - held} of {expected} intervals are missing"] if held < expected else []
    faults += [f"{doubled} readings stand in an interval already read"] if doubled else []
    return "; ".join(faults)


def _day_totals(
    names: NDArray,
    days: NDArray[np.datetime64],
    value: Floats,
    held: NDArray,
    doubled: NDArray,
    expected: int,
    scaled: NDArray[np.bool_],
    reason: NDArray,
    n: int,
    method: str,
    warnings: list[str],
) -> DayTotals:
    absent = np.isnan(value)
    run, longest = np.zeros(len(names), int), np.zeros(len(names), int)
    for j in range(len(days)):
        run = np.where(absent[:, j], run + 1, 0)
        longest = np.maximum(longest, run)
    if absent.any():
        warnings.append(f"{absent.sum()} of {absent.size} days have no value: see reason")
    if scaled.any():
        warnings.append(f"{scaled.sum()} days are scaled up from a part of their intervals")
    return DayTotals(
        names, days, value, held, doubled, expected, scaled, reason, held.sum(axis=1) / (expected * len(days)),
        longest, n, method, tuple(warnings),
    )  # fmt: skip
