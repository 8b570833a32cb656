"""Average run length of CUSUM and EWMA charts of Poisson counts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.run_length import above_zero, each_case


def poisson_cusum_run_length(
    mean: ArrayLike, *, reference: ArrayLike, decision: ArrayLike, scale: ArrayLike = 1
) -> Floats:
    """Average run length of the upper CUSUM of Poisson counts.

    Parameters
    ----------
    mean : array_like of float
        Mean of the counts. All numbers broadcast.
    reference, decision : float or array_like
        The sum grows by count - reference and alarms above `decision`; both are multiples of 1 / scale.
    scale : int or array_like
        1 / scale is the lattice on which the sum moves.

    Notes
    -----
    Exact Markov chain (Brook and Evans 1972); equal to R `spc::pois.cusum.arl(mu, km, hm, m)` with
    `reference=km/m`, `decision=hm/m`, `scale=m`.

    Examples
    --------
    >>> poisson_cusum_run_length([1.0, 2.0], reference=1.5, decision=10, scale=2).round(1)
    array([19143.2,    20.4])
    """
    lattice = above_zero(arguments.counts(scale, name="scale"), "scale")
    parts = {"mean": above_zero(mean, "mean"), "scale": lattice}
    for name, given in (("reference", reference), ("decision", decision)):
        parts[name] = above_zero(given, name)
        values, fine = arguments.fitting(**{name: parts[name], "scale": lattice})
        broken = np.abs(values * fine - np.rint(values * fine)) > 1e-9
        arguments.refuse_where(broken, name=name, fault="no multiple of 1 / scale", values=values)

    def one(value: float, scale: float, reference: float, decision: float) -> float:
        fine, steps, top = int(scale), round(reference * scale), round(decision * scale)
        counts = np.arange((top + steps) // fine + 2)
        after = np.maximum(np.arange(top + 1)[:, None] + fine * counts[None, :] - steps, 0)
        stays = after <= top
        chances = np.broadcast_to(stats.poisson.pmf(counts, value), after.shape)
        matrix = np.zeros((top + 1, top + 1))
        np.add.at(matrix, (np.nonzero(stays)[0], after[stays]), chances[stays])
        return float(np.linalg.solve(np.eye(top + 1) - matrix, np.ones(top + 1))[0])

    return each_case(one, **parts)


def poisson_ewma_run_length(
    mean: ArrayLike,
    *,
    in_control: ArrayLike,
    weight: ArrayLike,
    lower_width: ArrayLike,
    upper_width: ArrayLike,
    start: ArrayLike | None = None,
    states: int = 101,
) -> Floats:
    """Average run length of a two-sided EWMA chart of Poisson counts.

    Parameters
    ----------
    mean : array_like of float
        Mean of the counts.
    in_control : float
        Mean for which the chart is made: its centre line.
    weight : float
        As in `ewma_chart`.
    lower_width, upper_width : float
        Limits at so many final standard errors √(in_control · weight / (2 - weight)) below and above the centre.
    start : float, optional
        First value of the average; default: the centre.
    states : int
        Cells between the limits. The result settles slowly as they grow, since counts are whole.

    Notes
    -----
    Markov chain between cells in which the average is taken as evenly spread; equal to R
    `spc::pois.ewma.arl(weight, lower_width, upper_width, in_control, start, mean)` with its 101 states.

    References
    ----------
    Borror, Champ, Rigdon (1998), Journal of Quality Technology 30, 352-361.

    Examples
    --------
    >>> poisson_ewma_run_length([10, 12], in_control=10, weight=0.2, lower_width=2.5, upper_width=2.5).round(2)
    array([141.15,  14.62])
    """
    states = arguments.whole(states, name="states", needs="a whole number from 2 to 5,000", least=2, most=5000)
    middle, share = above_zero(in_control, "in_control"), above_zero(weight, "weight", at_most=1.0)
    below, above = above_zero(lower_width, "lower_width"), above_zero(upper_width, "upper_width")
    first = middle if start is None else arguments.real(start, name="start")
    middle, share, below, above, first = arguments.fitting(
        in_control=middle, weight=share, lower_width=below, upper_width=above, start=first
    )
    error = np.sqrt(middle * share / (2 - share))
    low, high = middle - below * error, middle + above * error
    outside = (first < low) | (first > high)
    arguments.refuse_where(outside, name="start", fault="it must lie between the limits", values=first)

    def one(value: float, *chart: float) -> float:
        moves, counts, cell = _moves(*chart, states)
        matrix = np.tensordot(stats.poisson.pmf(counts, value), moves, axes=1)
        return float(np.linalg.solve(np.eye(states) - matrix, np.ones(states))[cell])

    return each_case(one, mean=above_zero(mean, "mean"), weight=share, low=low, high=high, start=first)


@lru_cache(maxsize=1)
def _moves(weight: float, low: float, high: float, start: float, states: int) -> tuple[Floats, Floats, int]:
    """How each count moves the average between cells, (counts, cells, cells); the counts; the cell of the start."""
    edges = np.linspace(low, high, states + 1)
    step = edges[1] - edges[0]
    counts = np.arange(max(int(np.ceil((high - (1 - weight) * low) / weight)), 0) + 2)
    begin = (1 - weight) * edges[:-1]
    # Share of a cell, moved by each count, that then lies below each edge: (counts, cells, edges).
    reach = max((1 - weight) * step, 1e-12 * step)
    below = np.clip((edges - begin[:, None] - weight * counts[:, None, None]) / reach, 0, 1)
    return np.diff(below, axis=2), counts, min(int((start - low) / step), states - 1)
