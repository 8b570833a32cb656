"""Daily series of meters as matrices; what is missing is refused or left out and counted, never silent."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

# unit: (default balance points, degree days that count as many as 20 °F days, plausible daily means)
TEMPERATURE = {
    "degF": (tuple(range(30, 91)), 20.0, (-80.0, 140.0)),
    "degC": (tuple(x / 2 for x in range(-2, 65)), 20.0 / 1.8, (-62.0, 60.0)),
}


def meter_matrix(values: ArrayLike, *, name: str, net: bool = False) -> Floats:
    """Return usage as (meters, days); NaN stands for a missing day, negative usage is refused unless `net`."""
    matrix = np.atleast_2d(arguments.real(values, name=name, finite=False))
    if matrix.ndim != 2:
        raise ValueError(f"{name} has {matrix.ndim} dimensions {matrix.shape}: a matrix (meters, days) is expected")
    if not matrix.size:
        raise ValueError(f"{name} is empty {matrix.shape}: at least one meter and one day are needed")
    arguments.refuse_where(np.isinf(matrix), name=name, fault="a finite number is needed", values=matrix)
    if not net:
        fault = "usage cannot be negative; a meter that also counts what is fed in needs net=True"
        arguments.refuse_where(matrix < 0, name=name, fault=fault, values=matrix)
    return matrix


def temperature_matrix(values: ArrayLike, *, shape: tuple[int, ...], unit: str) -> Floats:
    """Return daily mean temperatures in the shape of the usage; refuse what cannot be in `unit`."""
    arguments.choice(unit, name="unit", among=tuple(TEMPERATURE))
    matrix = np.atleast_2d(arguments.real(values, name="temperature", finite=False))
    low, high = TEMPERATURE[unit][2]
    fault = f"no daily mean in {unit} lies outside {low:g} to {high:g}: a fault of the sensor or of the unit"
    arguments.refuse_where((matrix < low) | (matrix > high), name="temperature", fault=fault, values=matrix)
    if matrix.ndim != 2 or matrix.shape[1] != shape[1] or matrix.shape[0] not in {1, shape[0]}:
        raise ValueError(
            f"temperature has shape {np.shape(values)}: ({shape[1]},) for all meters or {shape} are expected"
        )
    return np.broadcast_to(matrix, shape)


def held_days(missing: str, **matrices: Floats) -> NDArray[np.bool_]:
    """Return which days have all of the values; refuse missing ones unless they are to be left out."""
    arguments.choice(missing, name="missing", among=("refuse", "leave_out"))
    held = np.ones(next(iter(matrices.values())).shape, bool)
    for name, matrix in matrices.items():
        absent = np.isnan(matrix)
        if missing == "refuse":
            fault = 'the day is missing; find it, or pass missing="leave_out" to go without it'
            arguments.refuse_where(absent, name=name, fault=fault, values=matrix)
        held &= ~absent
    return held


def ascending(values: Any, *, name: str) -> Floats:
    """Return numbers in strictly ascending order as an array."""
    array = np.atleast_1d(arguments.real(values, name=name))
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}: a list of at least one number is needed")
    backwards = np.append(False, np.diff(array) <= 0)
    arguments.refuse_where(backwards, name=name, fault="they must ascend", values=array)
    return array
