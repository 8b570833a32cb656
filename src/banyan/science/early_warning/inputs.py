"""What callers of an early-warning method pass in, as arrays; refusals name the argument, the place and the fault."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

Indices = NDArray[np.int64]
Days = NDArray[np.datetime64]


def count_matrix(values: ArrayLike, *, name: str = "counts") -> Floats:
    """Return counts as a float matrix (series, time); a single series may be given as one row.

    Fractions are allowed, since counts may be weighted.
    """
    matrix = np.atleast_2d(arguments.counts(values, name=name, whole=False))
    if matrix.ndim != 2:
        raise ValueError(f"{name} has {matrix.ndim} dimensions {matrix.shape}: a matrix (series, time) is expected")
    if matrix.size == 0:
        raise ValueError(f"{name} is empty {matrix.shape}: at least one series and one time are needed")
    return matrix


def time_indices(at: ArrayLike, *, length: int) -> Indices:
    """Return the 0-based time indices to evaluate; refuse one outside the series."""
    given = np.atleast_1d(arguments.real(at, name="at"))
    if given.ndim != 1 or given.size == 0:
        raise ValueError(f"at has shape {given.shape}: a vector of at least one time index is expected")
    arguments.refuse_where(given != np.floor(given), name="at", fault="a time index is a whole number", values=given)
    outside = (given < 0) | (given >= length)
    arguments.refuse_where(outside, name="at", fault=f"the series have the times 0 to {length - 1}", values=given)
    return given.astype(np.int64)


def ascending_days(dates: ArrayLike | None, *, length: int) -> Days | None:
    """Return one day per time in ascending order, or None if no dates are given."""
    if dates is None:
        return None
    try:
        days = np.asarray(dates, dtype="datetime64[D]")
    except (TypeError, ValueError) as error:
        raise ValueError(f"dates holds something that is not a date: {error}") from error
    if days.shape != (length,):
        raise ValueError(f"dates has shape {days.shape}: ({length},) expected, one per time of the series")
    arguments.refuse_where(np.isnat(days), name="dates", fault="a date is missing", values=days)
    backwards = np.append(False, np.diff(days).astype(np.int64) <= 0)
    arguments.refuse_where(backwards, name="dates", fault="it does not come after the date before it", values=days)
    return days


def population_matrix(
    population: ArrayLike | None, *, shape: tuple[int, ...], name: str = "population"
) -> Floats | None:
    """Return the population in the shape of the counts; missing and zero values are left to be told per cell."""
    if population is None:
        return None
    people = arguments.real(population, name=name, finite=False)
    arguments.refuse_where(people < 0, name=name, fault="it cannot be negative", values=people)
    try:
        return np.broadcast_to(people, shape)
    except ValueError as error:
        raise ValueError(f"{name} has shape {people.shape}: it does not fit the counts {shape}") from error


def share(value: float, *, name: str) -> float:
    """Return a probability strictly between 0 and 1."""
    return arguments.scalar(arguments.probability(value, name=name, open_ends=True), name=name)


def whole(value: float, *, name: str, least: int) -> int:
    """Return a whole number not below `least`."""
    return arguments.whole(value, name=name, needs=f"a whole number of at least {least}", least=least)


def positive(value: float, *, name: str, or_zero: bool = False) -> float:
    """Return a finite number above zero, or not below it."""
    number = arguments.scalar(arguments.real(value, name=name), name=name)
    if number < 0 or (number == 0 and not or_zero):
        raise ValueError(f"{name} is {value!r}: a number {'of zero or more' if or_zero else 'above zero'} is needed")
    return number
