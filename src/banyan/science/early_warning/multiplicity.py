"""Alarms from thousands of series at once, with a stated share or chance of false ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs

METHODS = ("benjamini-hochberg", "benjamini-yekutieli", "holm", "bonferroni")
FAMILIES = ("time", "all")


@dataclass(frozen=True)
class ControlledAlarms:
    """Which p-values are alarms once it is counted how many were looked at.

    Attributes
    ----------
    alarm : (series, times) bool
    adjusted : (series, times) float
        Adjusted p-value: the smallest `rate` at which the cell would be an alarm; NaN where there was no p-value.
    tested : (families,) int
        How many p-values each family has.
    limit : (families,) float
        Largest p-value that is an alarm in each family; NaN where there is none.
    rate : float
    method : str
    """

    alarm: np.ndarray
    adjusted: np.ndarray
    tested: np.ndarray
    limit: np.ndarray
    rate: float
    method: str


def control_alarms(
    p_values: ArrayLike,
    *,
    evaluated: ArrayLike | None = None,
    rate: float = 0.05,
    method: str = "benjamini-hochberg",
    family: str = "time",
) -> ControlledAlarms:
    """Turn p-values of many series into alarms of which a stated part at most is false.

    Parameters
    ----------
    p_values : (series, times) array
        As the methods of this family give them; NaN where there is none, which then does not count.
    evaluated : (series, times) bool, optional
        Where the method gave a verdict (`reason_code == 0`); other cells do not count, whatever their p-value. The
        Farrington methods tell one, as their peer does, where too few cases or only zeros allow no verdict.
    rate : float
        For "benjamini-hochberg" and "benjamini-yekutieli" the expected share of false ones among the alarms; for
        "holm" and "bonferroni" the probability of any false alarm in a family.
    method : {"benjamini-hochberg", "benjamini-yekutieli", "holm", "bonferroni"}
        The first holds for independent or positively dependent series, the others for any.
    family : {"time", "all"}
        Whether each time is a family of its own, as when each week is judged when it comes, or all cells are one.

    Returns
    -------
    ControlledAlarms

    Raises
    ------
    ValueError
        If an argument is out of its range; the place is named.

    Notes
    -----
    p-values of counts are discrete and so larger than needed: the true rate lies below the one stated.

    References
    ----------
    Benjamini, Hochberg (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B 57,
    289-300.
    Benjamini, Yekutieli (2001). The control of the false discovery rate in multiple testing under dependency. Annals
    of Statistics 29, 1165-1188.

    Examples
    --------
    >>> p_values = [[0.001], [0.008], [0.039], [0.041], [0.27]]
    >>> control_alarms(p_values).alarm[:, 0].tolist()
    [True, True, False, False, False]
    >>> control_alarms(p_values).adjusted[:, 0].round(4).tolist()
    [0.005, 0.02, 0.0512, 0.0512, 0.27]
    """
    given = np.atleast_2d(arguments.real(p_values, name="p_values", finite=False))
    outside = (given < 0) | (given > 1)
    arguments.refuse_where(outside, name="p_values", fault="a probability lies in 0..1", values=given)
    if given.ndim != 2 or given.size == 0:
        raise ValueError(f"p_values has shape {given.shape}: a matrix (series, times) is expected")
    if evaluated is not None:
        judged = arguments.real(evaluated, name="evaluated")
        wrong = (judged != 0) & (judged != 1)
        arguments.refuse_where(wrong, name="evaluated", fault="true or false (1 or 0) is needed", values=judged)
        if np.atleast_2d(judged).shape != given.shape:
            raise ValueError(f"evaluated has shape {judged.shape}: that of p_values, {given.shape}, is expected")
        given = np.where(np.atleast_2d(judged) == 1, given, np.nan)
    rate = inputs.share(rate, name="rate")
    arguments.choice(method, name="method", among=METHODS)
    arguments.choice(family, name="family", among=FAMILIES)
    columns = given if family == "time" else given.reshape(-1, 1)
    tested = np.count_nonzero(~np.isnan(columns), axis=0)
    adjusted = _adjusted(columns, tested, method)
    with np.errstate(invalid="ignore"):
        alarm = adjusted <= rate
    largest = np.where(alarm, columns, -1.0).max(axis=0)
    return ControlledAlarms(
        arguments.sealed(alarm.reshape(given.shape)),
        arguments.sealed(adjusted.reshape(given.shape)),
        arguments.sealed(tested),
        arguments.sealed(np.where(largest >= 0, largest, np.nan)),
        rate,
        method,
    )


def _adjusted(columns: Floats, tested: np.ndarray, method: str) -> Floats:
    if method == "bonferroni":
        return np.minimum(columns * tested, 1.0)
    order = np.argsort(columns, axis=0, kind="stable")  # NaN last
    ordered = np.take_along_axis(columns, order, axis=0)
    rank = np.arange(1, columns.shape[0] + 1)[:, None]
    if method == "holm":
        stepped = np.fmax.accumulate(ordered * np.maximum(tested - rank + 1, 1), axis=0)
    else:
        harmonic = np.cumsum(1.0 / rank[:, 0])[np.maximum(tested, 1) - 1] if method == "benjamini-yekutieli" else 1.0
        scaled = ordered * tested * harmonic / rank
        stepped = np.fmin.accumulate(scaled[::-1], axis=0)[::-1]
    stepped = np.where(np.isnan(ordered), np.nan, np.minimum(stepped, 1.0))
    adjusted = np.empty_like(columns)
    np.put_along_axis(adjusted, order, stepped, axis=0)
    return adjusted
