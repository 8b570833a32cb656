"""Average run length: how many points until an alarm, for Shewhart charts with run rules, EWMA and CUSUM."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, sparse, special, stats
from scipy.sparse.linalg import spsolve

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.rules import RULES, Rule

NODES = 80
LARGEST_CHAIN = 200_000


def shewhart_run_length(
    shift: ArrayLike = 0.0, *, rules: Sequence[str] = ("N1",), width: float | None = None
) -> Floats:
    """Average run length of a Shewhart chart of normal points.

    Parameters
    ----------
    shift : array_like of float
        Shift of the mean in standard errors of a point.
    rules : sequence of str
        Rules in force, of the kinds "beyond" and "same side": N1, N2, N5, N6, W1 .. W4.
    width : float, optional
        Limits of a chart without run rules, instead of 3.

    Notes
    -----
    Exact: a Markov chain over the zones of the last points (Champ and Woodall 1987).

    Examples
    --------
    >>> shewhart_run_length([0, 1]).round(2)
    array([370.4 ,  43.89])
    >>> shewhart_run_length([0], rules=("W1", "W2", "W3", "W4")).round(2)
    array([91.75])
    """
    shifts = arguments.real(shift, name="shift")
    if width is not None:
        if not width > 0:
            raise ValueError(f"width is {width}: limits lie above 0")
        return np.asarray(1 / (special.ndtr(-width - shifts) + special.ndtr(shifts - width)))
    chosen = [RULES[arguments.choice(name, name="rules", among=tuple(RULES))] for name in rules]
    wrong = [rule.name for rule in chosen if rule.kind not in {"beyond", "same side"}]
    if wrong or not chosen:
        raise ValueError(f"rules {wrong or 'missing'}: the run length is known for N1, N2, N5, N6 and W1 .. W4")
    edges, moves = _chain(tuple(chosen))
    return np.asarray([_chain_length(edges, moves, value) for value in shifts.ravel()]).reshape(shifts.shape)


def _chain(rules: tuple[Rule, ...]) -> tuple[Floats, list[list[int]]]:
    """Zones' edges and, for each state, the state that a point in each zone leads to (-1: alarm)."""
    edges = np.unique([0.0, *(side * rule.sigmas for rule in rules for side in (-1, 1))])
    inner = np.concatenate([[edges[0] - 1], (edges[1:] + edges[:-1]) / 2, [edges[-1] + 1]])
    marks = []  # per rule and side: does a point in the zone count?
    for rule in rules:
        bound = rule.sigmas if rule.kind == "beyond" else 0.0
        marks.append((rule, inner > bound))
        marks.append((rule, inner < -bound))
    start = tuple((0,) * (rule.m - 1) for rule, _ in marks)
    states, moves, place = {start: 0}, [], 0
    order = [start]
    while place < len(order):
        row = []
        for zone in range(inner.size):
            after, alarm = [], False
            for (rule, counts), history in zip(marks, order[place], strict=True):
                window = (*history, int(counts[zone]))
                alarm |= bool(counts[zone]) and sum(window) >= rule.k
                after.append(_shortest(window[1:], rule))
            key = tuple(after)
            if alarm:
                row.append(-1)
                continue
            if key not in states:
                states[key] = len(order)
                order.append(key)
                if len(order) > LARGEST_CHAIN:
                    raise ValueError("rules: together they need too many states")
            row.append(states[key])
        moves.append(row)
        place += 1
    return edges, moves


def _shortest(history: tuple[int, ...], rule: Rule) -> tuple[int, ...]:
    """Forget marks that can no longer take part in k of m, so that equal futures are one state."""
    kept = list(history)
    for place in range(len(kept)):
        # A mark helps only if enough marks can still join it before it leaves the window.
        if kept[place]:
            if sum(kept[place:]) + place + (rule.m - len(kept)) >= rule.k:
                break
            kept[place] = 0
    return tuple(kept)


def _chain_length(edges: Floats, moves: list[list[int]], shift: float) -> float:
    """Expected number of points until the alarm, from the start of the chain."""
    chances = np.diff(np.concatenate([[0.0], special.ndtr(edges - shift), [1.0]]))
    size = len(moves)
    rows = np.repeat(np.arange(size), chances.size)
    columns, weights = np.array(moves).ravel(), np.tile(chances, size)
    stays = columns >= 0
    matrix = sparse.csc_array((weights[stays], (rows[stays], columns[stays])), shape=(size, size))
    solved = spsolve(sparse.eye_array(size, format="csc") - matrix, np.ones(size))
    return float(np.atleast_1d(solved)[0])


def ewma_run_length(
    shift: ArrayLike = 0.0, *, weight: float, width: float, start: float = 0.0, sided: str = "two"
) -> Floats:
    """Average run length of an EWMA chart with its final limits.

    Parameters
    ----------
    shift : array_like of float
        Shift of the mean in standard errors of a point.
    weight, width : float
        As in `ewma_chart`.
    start : float
        First value of the average, in standard errors of a point.
    sided : str
        "two", or "one" (upper, with a reflecting barrier at 0).

    Notes
    -----
    Crowder's integral equation by Gauss-Legendre nodes; equal to R `spc::xewma.arl`.

    Examples
    --------
    >>> ewma_run_length([0, 1], weight=0.1, width=2.7).round(2)
    array([368.99,   9.73])
    """
    arguments.choice(sided, name="sided", among=("one", "two"))
    if not (0 < weight <= 1 and width > 0):
        raise ValueError(f"weight is {weight}, width {width}: 0 < weight <= 1 and width > 0 are needed")
    limit = width * np.sqrt(weight / (2 - weight))
    low = -limit if sided == "two" else 0.0
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    nodes, weights = (limit - low) / 2 * nodes + (limit + low) / 2, (limit - low) / 2 * weights

    def one(mean: float) -> float:
        rows = np.append(nodes, start if sided == "two" else max(start, 0.0))
        kernel = stats.norm.pdf((nodes[None, :] - (1 - weight) * rows[:, None]) / weight - mean) / weight * weights
        atom = special.ndtr((low - (1 - weight) * rows) / weight - mean) if sided == "one" else None
        return _solve(kernel, atom, low, weight, mean, nodes, weights)

    shifts = arguments.real(shift, name="shift")
    return np.asarray([one(value) for value in shifts.ravel()]).reshape(shifts.shape)


def _solve(
    kernel: Floats, atom: Floats | None, low: float, weight: float, mean: float, nodes: Floats, weights: Floats
) -> float:
    """Length from the last row's start; `atom` is the chance of falling on the reflecting barrier."""
    if atom is None:
        lengths = np.linalg.solve(np.eye(nodes.size) - kernel[:-1], np.ones(nodes.size))
        return float(1 + kernel[-1] @ lengths)
    at_low = stats.norm.pdf((nodes - (1 - weight) * low) / weight - mean) / weight * weights
    atom_low = special.ndtr((low - (1 - weight) * low) / weight - mean)
    matrix = np.block([[kernel[:-1], atom[:-1, None]], [at_low[None, :], np.array([[atom_low]])]])
    lengths = np.linalg.solve(np.eye(nodes.size + 1) - matrix, np.ones(nodes.size + 1))
    return float(1 + kernel[-1] @ lengths[:-1] + atom[-1] * lengths[-1])


def cusum_run_length(
    shift: ArrayLike = 0.0, *, allowance: float, decision: float, start: float = 0.0, sided: str = "two"
) -> Floats:
    """Average run length of a CUSUM chart.

    Parameters
    ----------
    shift : array_like of float
        Shift of the mean in standard errors of a point.
    allowance, decision : float
        Reference value k (half the shift to be found) and decision interval h.
    start : float
        First value of the sum (head start), for one-sided charts.
    sided : str
        "two" or "one" (upper).

    Notes
    -----
    Page's integral equation by Gauss-Legendre nodes, the two sides joined by Kemp's relation; equal to R
    `spc::xcusum.arl`.

    Examples
    --------
    >>> cusum_run_length([0, 1], allowance=0.5, decision=5).round(2)
    array([465.44,  10.38])
    """
    arguments.choice(sided, name="sided", among=("one", "two"))
    if not (allowance >= 0 and decision > 0 and 0 <= start < decision):
        raise ValueError("allowance of at least 0, decision above 0 and start in 0 .. decision are needed")
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    nodes, weights = decision / 2 * (nodes + 1), decision / 2 * weights

    def upper(mean: float, first: float) -> float:
        rows = np.concatenate([nodes, [0.0, first]])
        kernel = stats.norm.pdf(nodes[None, :] - rows[:, None] + allowance - mean) * weights
        atom = special.ndtr(allowance - rows - mean)
        matrix = np.column_stack([kernel[:-1], atom[:-1]])
        lengths = np.linalg.solve(np.eye(nodes.size + 1) - matrix, np.ones(nodes.size + 1))
        return float(1 + kernel[-1] @ lengths[:-1] + atom[-1] * lengths[-1])

    def one(mean: float) -> float:
        if sided == "one":
            return upper(mean, start)
        if start:
            raise ValueError("start: a head start is for one-sided charts here")
        return 1 / (1 / upper(mean, 0.0) + 1 / upper(-mean, 0.0))

    shifts = arguments.real(shift, name="shift")
    return np.asarray([one(value) for value in shifts.ravel()]).reshape(shifts.shape)


def poisson_cusum_run_length(mean: ArrayLike, *, reference: float, decision: float, scale: int = 1) -> Floats:
    """Average run length of the upper CUSUM of Poisson counts.

    Parameters
    ----------
    mean : array_like of float
        Mean of the counts.
    reference, decision : float
        The sum grows by count - reference and alarms above `decision`; both are multiples of 1 / scale.
    scale : int
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
    steps, top = reference * scale, decision * scale
    if not (steps > 0 and top > 0 and abs(steps - round(steps)) < 1e-9 and abs(top - round(top)) < 1e-9):
        raise ValueError(f"reference {reference} and decision {decision} must be positive multiples of 1 / {scale}")
    steps, top = round(steps), round(top)
    means = arguments.real(mean, name="mean")
    arguments.refuse_where(means <= 0, name="mean", fault="a mean count above 0 is needed", values=means)
    counts = np.arange((top + steps) // scale + 2)
    after = np.maximum(np.arange(top + 1)[:, None] + scale * counts[None, :] - steps, 0)
    stays = after <= top

    def one(value: float) -> float:
        chances = np.broadcast_to(stats.poisson.pmf(counts, value), after.shape)
        matrix = np.zeros((top + 1, top + 1))
        np.add.at(matrix, (np.nonzero(stays)[0], after[stays]), chances[stays])
        return float(np.linalg.solve(np.eye(top + 1) - matrix, np.ones(top + 1))[0])

    return np.asarray([one(value) for value in means.ravel()]).reshape(means.shape)


def poisson_ewma_run_length(
    mean: ArrayLike,
    *,
    in_control: float,
    weight: float,
    lower_width: float,
    upper_width: float,
    start: float | None = None,
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
    means = arguments.real(mean, name="mean")
    arguments.refuse_where(means <= 0, name="mean", fault="a mean count above 0 is needed", values=means)
    if not (0 < weight <= 1 and lower_width > 0 and upper_width > 0 and in_control > 0 and states >= 2):
        raise ValueError(
            f"weight {weight}, widths {lower_width} and {upper_width}, in_control {in_control}, states {states}: "
            "0 < weight <= 1, widths and in_control above 0 and 2 or more states are needed"
        )
    error = np.sqrt(in_control * weight / (2 - weight))
    low, high = in_control - lower_width * error, in_control + upper_width * error
    first = in_control if start is None else float(start)
    if not low <= first <= high:
        raise ValueError(f"start is {first}: it must lie between the limits {low:.4g} and {high:.4g}")
    edges = np.linspace(low, high, int(states) + 1)
    step = edges[1] - edges[0]
    counts = np.arange(max(int(np.ceil((high - (1 - weight) * low) / weight)), 0) + 2)
    begin = (1 - weight) * edges[:-1]
    # Share of a cell, moved by each count, that then lies below each edge: (counts, cells, edges).
    reach = max((1 - weight) * step, 1e-12 * step)
    below = np.clip((edges - begin[:, None] - weight * counts[:, None, None]) / reach, 0, 1)
    moves = np.diff(below, axis=2)
    cell = min(int((first - low) / step), int(states) - 1)

    def one(value: float) -> float:
        matrix = np.tensordot(stats.poisson.pmf(counts, value), moves, axes=1)
        return float(np.linalg.solve(np.eye(int(states)) - matrix, np.ones(int(states)))[cell])

    return np.asarray([one(value) for value in means.ravel()]).reshape(means.shape)


def ewma_width(run_length: float, *, weight: float) -> float:
    """Width of the limits with which a two-sided EWMA chart has this run length in control.

    Examples
    --------
    >>> round(ewma_width(370, weight=0.2), 4)
    2.859
    """
    return _search(lambda width: float(ewma_run_length(weight=weight, width=width)), run_length)


def cusum_decision(run_length: float, *, allowance: float, sided: str = "one") -> float:
    """Decision interval with which a CUSUM chart has this run length in control.

    Examples
    --------
    >>> round(cusum_decision(500, allowance=0.5), 4)
    4.3891
    """
    return _search(
        lambda decision: float(cusum_run_length(allowance=allowance, decision=decision, sided=sided)), run_length
    )


def _search(length: Callable[[float], float], wanted: float) -> float:
    if not (np.isfinite(wanted) and wanted > 2):
        raise ValueError(f"run_length is {wanted}: more than 2 points are needed")
    high = 1.0
    while length(high) < wanted:
        high *= 1.5
        if high > 100:
            raise ValueError(f"run_length is {wanted}: no such chart within 100 standard errors")
    return float(optimize.brentq(lambda value: np.log(length(value) / wanted), 1e-3, high, xtol=1e-10))
