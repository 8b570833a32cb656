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
    shift: ArrayLike = 0.0, *, rules: Sequence[str] = ("N1",), width: ArrayLike | None = None
) -> Floats:
    """Average run length of a Shewhart chart of normal points.

    Parameters
    ----------
    shift : array_like of float
        Shift of the mean in standard errors of a point.
    rules : sequence of str
        Rules in force, of the kinds "beyond" and "same side": N1, N2, N5, N6, W1 .. W4.
    width : float or array_like, optional
        Limits of a chart without run rules, instead of 3; broadcast with `shift`.

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
        shifts, limits = arguments.fitting(shift=shifts, width=above_zero(width, "width"))
        return np.asarray(1 / (special.ndtr(-limits - shifts) + special.ndtr(shifts - limits)))
    chosen = [RULES[arguments.choice(name, name="rules", among=tuple(RULES))] for name in rules]
    wrong = [rule.name for rule in chosen if rule.kind not in {"beyond", "same side"}]
    if wrong or not chosen:
        raise ValueError(f"rules {wrong or 'missing'}: the run length is known for N1, N2, N5, N6 and W1 .. W4")
    edges, moves = _chain(tuple(chosen))
    return np.asarray([_chain_length(edges, moves, value) for value in shifts.ravel()]).reshape(shifts.shape)


def above_zero(values: ArrayLike, name: str, *, or_zero: bool = False, at_most: float = np.inf) -> Floats:
    """Numbers above zero (or not below), and not above `at_most`."""
    array = arguments.real(values, name=name)
    wrong = (array < 0) | (array > at_most) | ((array == 0) & (not or_zero))
    wanted = "zero or more" if or_zero else "a number above 0"
    upper = "" if at_most == np.inf else f" and at most {at_most:g}"
    arguments.refuse_where(wrong, name=name, fault=f"{wanted}{upper} is needed", values=array)
    return array


def each_case(one: Callable[..., float], **parts: Floats) -> Floats:
    """A function of single numbers for arrays that fit together."""
    fitted = arguments.fitting(**parts)
    cases = zip(*(part.ravel().tolist() for part in fitted), strict=True)
    return np.asarray([one(*case) for case in cases], dtype=float).reshape(fitted[0].shape)


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
    shift: ArrayLike = 0.0, *, weight: ArrayLike, width: ArrayLike, start: ArrayLike = 0.0, sided: str = "two"
) -> Floats:
    """Average run length of an EWMA chart with its final limits.

    Parameters
    ----------
    shift : array_like of float
        Shift of the mean in standard errors of a point. All numbers broadcast.
    weight, width : float or array_like
        As in `ewma_chart`.
    start : float or array_like
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
    unit, unit_weights = np.polynomial.legendre.leggauss(NODES)

    def one(mean: float, weight: float, width: float, start: float) -> float:
        limit = width * np.sqrt(weight / (2 - weight))
        low = -limit if sided == "two" else 0.0
        nodes, weights = (limit - low) / 2 * unit + (limit + low) / 2, (limit - low) / 2 * unit_weights
        rows = np.append(nodes, start if sided == "two" else max(start, 0.0))
        kernel = stats.norm.pdf((nodes[None, :] - (1 - weight) * rows[:, None]) / weight - mean) / weight * weights
        atom = special.ndtr((low - (1 - weight) * rows) / weight - mean) if sided == "one" else None
        return _solve(kernel, atom, low, weight, mean, nodes, weights)

    return each_case(
        one,
        shift=arguments.real(shift, name="shift"),
        weight=above_zero(weight, "weight", at_most=1.0),
        width=above_zero(width, "width"),
        start=arguments.real(start, name="start"),
    )


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
    shift: ArrayLike = 0.0,
    *,
    allowance: ArrayLike,
    decision: ArrayLike,
    start: ArrayLike = 0.0,
    sided: str = "two",
) -> Floats:
    """Average run length of a CUSUM chart.

    Parameters
    ----------
    shift : array_like of float
        Shift of the mean in standard errors of a point. All numbers broadcast.
    allowance, decision : float or array_like
        Reference value k (half the shift to be found) and decision interval h.
    start : float or array_like
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
    reach, first = above_zero(decision, "decision"), above_zero(start, "start", or_zero=True)
    late = np.greater_equal(*arguments.fitting(start=first, decision=reach))
    arguments.refuse_where(late, name="start", fault="it must lie below the decision interval", values=first)
    if sided == "two":
        arguments.refuse_where(
            first > 0, name="start", fault="a head start is for one-sided charts here", values=first
        )
    unit, unit_weights = np.polynomial.legendre.leggauss(NODES)

    def upper(mean: float, k: float, h: float, start: float) -> float:
        nodes, weights = h / 2 * (unit + 1), h / 2 * unit_weights
        rows = np.concatenate([nodes, [0.0, start]])
        kernel = stats.norm.pdf(nodes[None, :] - rows[:, None] + k - mean) * weights
        atom = special.ndtr(k - rows - mean)
        matrix = np.column_stack([kernel[:-1], atom[:-1]])
        lengths = np.linalg.solve(np.eye(nodes.size + 1) - matrix, np.ones(nodes.size + 1))
        return float(1 + kernel[-1] @ lengths[:-1] + atom[-1] * lengths[-1])

    def one(mean: float, k: float, h: float, start: float) -> float:
        if sided == "one":
            return upper(mean, k, h, start)
        return 1 / (1 / upper(mean, k, h, 0.0) + 1 / upper(-mean, k, h, 0.0))

    return each_case(
        one,
        shift=arguments.real(shift, name="shift"),
        allowance=above_zero(allowance, "allowance", or_zero=True),
        decision=reach,
        start=first,
    )


def ewma_width(run_length: ArrayLike, *, weight: ArrayLike) -> Floats | float:
    """Width of the limits with which a two-sided EWMA chart has this run length in control.

    Examples
    --------
    >>> round(ewma_width(370, weight=0.2), 4)
    2.859
    >>> ewma_width(370, weight=[0.1, 0.2]).round(3)
    array([2.701, 2.859])
    """

    def one(length: float, weight: float) -> float:
        return _search(lambda width: float(ewma_run_length(weight=weight, width=width)), length)

    return arguments.plain(
        each_case(one, run_length=_length(run_length), weight=above_zero(weight, "weight", at_most=1.0))
    )


def cusum_decision(run_length: ArrayLike, *, allowance: ArrayLike, sided: str = "one") -> Floats | float:
    """Decision interval with which a CUSUM chart has this run length in control.

    Examples
    --------
    >>> round(cusum_decision(500, allowance=0.5), 4)
    4.3891
    """
    arguments.choice(sided, name="sided", among=("one", "two"))

    def one(length: float, allowance: float) -> float:
        return _search(lambda h: float(cusum_run_length(allowance=allowance, decision=h, sided=sided)), length)

    found = each_case(one, run_length=_length(run_length), allowance=above_zero(allowance, "allowance", or_zero=True))
    return arguments.plain(found)


def _length(run_length: ArrayLike) -> Floats:
    lengths = arguments.real(run_length, name="run_length")
    arguments.refuse_where(lengths <= 2, name="run_length", fault="more than 2 points are needed", values=lengths)
    return lengths


def _search(length: Callable[[float], float], wanted: float) -> float:
    high = 1.0
    while length(high) < wanted:
        high *= 1.5
        if high > 100:
            raise ValueError(f"run_length is {wanted}: no such chart within 100 standard errors")
    return float(optimize.brentq(lambda value: np.log(length(value) / wanted), 1e-3, high, xtol=1e-10))
