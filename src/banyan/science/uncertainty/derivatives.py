"""Sensitivity coefficients of a model, without the model knowing: complex steps, checked by differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from banyan.science.arguments import Floats

TINY = 1e-30
AGREEMENT = 1e-4


def gradient(
    model: Callable[..., Any], values: Mapping[str, Floats], scales: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Derivative by each input at `values`.

    A complex step is exact to rounding where the model is analytic and takes complex numbers; differences over
    the input's scale check it, and serve where it is not (absolute values, conditions, tables).
    """
    return {name: _derivative(model, values, name, scales[name]) for name in values}


def _derivative(model: Callable[..., Any], values: Mapping[str, Floats], name: str, scale: Floats) -> Floats:
    here = np.asarray(values[name], dtype=float)
    by_difference = _by_differences(model, values, name, here, scale)
    try:
        with np.errstate(all="ignore"):
            stepped = np.asarray(model(**{**values, name: here + 1j * TINY}))
    except (TypeError, ValueError, ArithmeticError):
        return by_difference
    if not np.iscomplexobj(stepped):
        # Either the model ignores this input, or it dropped the imaginary part on the way.
        return by_difference
    exact = stepped.imag / TINY
    size = np.maximum(np.abs(exact), np.abs(by_difference))
    agree = np.abs(exact - by_difference) <= AGREEMENT * size + 1e-12
    return np.where(agree & np.isfinite(exact), exact, by_difference)


def _by_differences(
    model: Callable[..., Any], values: Mapping[str, Floats], name: str, here: Floats, scale: Floats
) -> Floats:
    """Central differences of two widths, extrapolated."""
    step = np.where(scale > 0, scale, np.maximum(np.abs(here), 1.0)) * 1e-3
    step = np.maximum(step, np.abs(here) * 1e-9)

    def slope(width: Floats) -> Floats:
        above, below = here + width, here - width
        rise = np.asarray(model(**{**values, name: above})) - np.asarray(model(**{**values, name: below}))
        return np.asarray(rise / (above - below), dtype=float)

    return np.asarray((4 * slope(step / 2) - slope(step)) / 3)


def second_order_variance(
    model: Callable[..., Any], values: Mapping[str, Floats], scales: Mapping[str, Floats], first: Mapping[str, Floats]
) -> Floats:
    """The terms of second order that GUM 5.1.2 (note) adds to the variance, for independent inputs."""
    names = [name for name in values if np.any(scales[name] > 0)]
    total: Any = 0.0
    for j in names:
        u_j = scales[j]
        step = np.where(u_j > 0, u_j * 1e-2, np.maximum(np.abs(values[j]), 1.0) * 1e-6)
        above = gradient(model, {**values, j: values[j] + step}, scales)
        below = gradient(model, {**values, j: values[j] - step}, scales)
        for i in names:
            mixed = (above[i] - below[i]) / (2 * step)
            third = (above[i] - 2 * first[i] + below[i]) / step**2
            total = total + (mixed**2 / 2 + first[i] * third) * scales[i] ** 2 * u_j**2
    return np.asarray(total)
