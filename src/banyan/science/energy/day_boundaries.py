"""Are the days of usage and the days of temperature the same days? A shift of one day spoils every baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.energy.baselines import baseline
from banyan.science.energy.series import meter_matrix, temperature_matrix


@dataclass(frozen=True, slots=True, eq=False)
class DayShift:
    """Fit of each meter when its usage is moved by some days against the temperature.

    Attributes
    ----------
    value : ndarray of int
        Shift with the best fit, in days; 1: usage stands one day too late in the data.
    suspected : ndarray of bool
        Whether that shift is not 0 and lowers CVRMSE by more than `gain`.
    cvrmse : ndarray, shape (meters, shifts)
        Adjusted CVRMSE per shift; NaN where there is no model.
    shifts : ndarray of int
    n, method, warnings
        Days used per meter, name, sentences on the whole.
    """

    value: NDArray
    suspected: NDArray[np.bool_]
    cvrmse: Floats
    shifts: NDArray
    n: Floats
    method: str
    warnings: tuple[str, ...]


def day_shift(
    usage: ArrayLike,
    temperature: ArrayLike,
    *,
    unit: str,
    shifts: Sequence[int] = (-1, 0, 1),
    gain: float = 0.05,
    missing: str = "refuse",
    net: bool = False,
) -> DayShift:
    """Find meters whose days seem to be cut or stamped in another time zone than the temperature's.

    Parameters
    ----------
    usage, temperature, unit, missing, net
        As in `baseline`.
    shifts : sequence of int
        Days to move the usage by; 0 must be among them.
    gain : float
        Share by which CVRMSE must fall for a shift to be suspected.

    Returns
    -------
    DayShift

    Raises
    ------
    ValueError
        As `baseline`; shifts without 0, or as long as the series.

    Examples
    --------
    >>> random = np.random.default_rng(5)
    >>> t = 15 + 10 * np.sin(np.arange(366) / 58.1) + random.normal(0, 3, 366)
    >>> used = 40 + 3 * np.maximum(16 - t, 0) + random.normal(0, 1, 366)
    >>> found = day_shift([used[1:], used[:-1]], t[1:], unit="degC")
    >>> found.value.tolist(), found.suspected.tolist()
    ([0, 1], [False, True])
    """
    moves = np.asarray(shifts)
    if moves.ndim != 1 or moves.dtype.kind not in "iu" or 0 not in moves:
        raise ValueError(f"shifts is {shifts!r}: whole days with 0 among them are needed")
    least = arguments.scalar(arguments.counts(gain, name="gain", whole=False), name="gain")
    y = meter_matrix(usage, name="usage", net=net)
    t = temperature_matrix(temperature, shape=y.shape, unit=unit)
    reach = int(np.abs(moves).max())
    days = y.shape[1] - 2 * reach
    if days < 4:
        raise ValueError(f"usage has {y.shape[1]} days: too few for shifts of up to {reach} days")
    fits = []
    for move in moves:
        moved = y[:, reach + move : reach + move + days]
        made = baseline(moved, t[:, reach : reach + days], unit=unit, missing=missing, net=net)
        fits.append(made.quality.cvrmse_adj)
    cvrmse = np.stack(fits, axis=1)
    unmoved = cvrmse[:, moves.tolist().index(0)]
    best = np.where(np.isnan(cvrmse), np.inf, cvrmse).argmin(axis=1)
    lowest = cvrmse[np.arange(len(y)), best]
    # A fit without error cannot be better: then the unmoved series stands.
    suspected = (moves[best] != 0) & (lowest < (1 - least) * unmoved)
    value = np.where(suspected | (lowest < unmoved), moves[best], 0)
    warnings = (f"{suspected.sum()} of {len(y)} meters fit better when moved: check where their days begin",)
    return DayShift(
        value, suspected, cvrmse, moves, np.full(len(y), float(days)), "fit of moved days",
        warnings if suspected.any() else (),
    )  # fmt: skip
