"""Run rules, each with a name of its own: Nelson's eight and the four of Western Electric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """One run rule.

    Attributes
    ----------
    name, says : str
    kind : str
        "beyond" (k of m points beyond `sigmas` on one side), "same side", "trend", "alternating", "within" (all
        within `sigmas`), "outside" (none within `sigmas`, either side).
    k, m : int
        How many of how many consecutive points.
    sigmas : float
    """

    name: str
    says: str
    kind: str
    k: int
    m: int
    sigmas: float = 0.0


RULES = {
    rule.name: rule
    for rule in (
        Rule("N1", "a point beyond 3 sigma", "beyond", 1, 1, 3.0),
        Rule("N2", "9 points in a row on one side of the centre line", "same side", 9, 9),
        Rule("N3", "6 points in a row steadily rising or falling", "trend", 6, 6),
        Rule("N4", "14 points in a row alternating up and down", "alternating", 14, 14),
        Rule("N5", "2 of 3 points in a row beyond 2 sigma on one side", "beyond", 2, 3, 2.0),
        Rule("N6", "4 of 5 points in a row beyond 1 sigma on one side", "beyond", 4, 5, 1.0),
        Rule("N7", "15 points in a row within 1 sigma", "within", 15, 15, 1.0),
        Rule("N8", "8 points in a row beyond 1 sigma, on either side", "outside", 8, 8, 1.0),
        Rule("W1", "a point beyond 3 sigma", "beyond", 1, 1, 3.0),
        Rule("W2", "2 of 3 points in a row beyond 2 sigma on one side", "beyond", 2, 3, 2.0),
        Rule("W3", "4 of 5 points in a row beyond 1 sigma on one side", "beyond", 4, 5, 1.0),
        Rule("W4", "8 points in a row on one side of the centre line", "same side", 8, 8),
    )
}
NELSON = tuple(f"N{i}" for i in range(1, 9))
WESTERN_ELECTRIC = tuple(f"W{i}" for i in range(1, 5))


def run_rule_violations(
    statistic: ArrayLike,
    *,
    center: ArrayLike,
    standard_error: ArrayLike,
    rules: Sequence[str] = ("N1", "N2"),
    run: int | None = None,
) -> dict[str, Flags]:
    """Where each rule is broken: True at the point that completes the pattern, and while it goes on.

    Parameters
    ----------
    statistic : array_like, shape (..., time)
        Points of one or many charts; NaN (a missing subgroup) ends every run.
    center, standard_error : array_like
        Broadcast with the statistic; they may differ from point to point.
    rules : sequence of str
        "N1" .. "N8" (Nelson), "W1" .. "W4" (Western Electric). All eight together raise many times the false
        alarms of N1 alone. For R, s, p and c charts only N1 and W1 hold without reserve, since the others suppose
        a symmetric statistic.
    run : int, optional
        A further rule "run": so many points in a row on one side (R `qcc` has 7).

    Returns
    -------
    dict
        Name of the rule to a truth value per point.

    Notes
    -----
    A point on the centre line ends a run on one side, equal neighbours end a trend; the last point of "k of m"
    must itself lie beyond, or else the same pattern would be reported twice.

    References
    ----------
    Nelson (1984), Journal of Quality Technology 16, 237-239; Western Electric (1956), Statistical Quality Control
    Handbook; GB/T 17989.2.

    Examples
    --------
    >>> found = run_rule_violations([0.1, 2.1, 2.5, 3.2], center=0, standard_error=1, rules=("N1", "N5"))
    >>> found["N1"].tolist(), found["N5"].tolist()
    ([False, False, False, True], [False, False, True, True])
    """
    points = arguments.real(statistic, name="statistic", finite=False)
    if points.ndim < 1:
        raise ValueError("statistic is a single number: a series is needed")
    error = arguments.real(standard_error, name="standard_error")
    arguments.refuse_where(error < 0, name="standard_error", fault="it cannot be negative", values=error)
    with np.errstate(invalid="ignore", divide="ignore"):
        points, middle, error = arguments.fitting(
            statistic=points, center=arguments.real(center, name="center"), standard_error=error
        )
        deviation = points - middle
        scores = np.where(deviation == 0, 0.0, deviation / error)
    scores = np.where(np.isnan(points), np.nan, scores)
    found = {}
    for name in rules:
        rule = RULES[arguments.choice(name, name="rules", among=tuple(RULES))]
        found[name] = _broken(rule, scores, points)
    if run is not None:
        arguments.whole(run, name="run", needs="a run of at least 2 points", least=2)
        found["run"] = _broken(Rule("run", "", "same side", int(run), int(run)), scores, points)
    return found


def _broken(rule: Rule, scores: Floats, points: Floats) -> Flags:
    with np.errstate(invalid="ignore"):
        if rule.kind == "beyond":
            above, below = scores > rule.sigmas, scores < -rule.sigmas
            return _k_of_m(above, rule, scores) | _k_of_m(below, rule, scores)
        if rule.kind == "same side":
            return (_length(scores > 0) >= rule.k) | (_length(scores < 0) >= rule.k)
        if rule.kind == "within":
            return _length(np.abs(scores) < rule.sigmas) >= rule.k
        if rule.kind == "outside":
            return _length(np.abs(scores) > rule.sigmas) >= rule.k
        if points.shape[-1] < 2:
            return np.zeros(points.shape, dtype=bool)
        step = np.sign(np.diff(points))
        if rule.kind == "trend":  # k points make k - 1 steps
            ended = np.maximum(_length(step > 0), _length(step < 0)) >= rule.k - 1
        else:
            turns = np.concatenate([np.zeros((*step.shape[:-1], 1), bool), step[..., 1:] * step[..., :-1] < 0], -1)
            ended = _length(turns) >= rule.k - 2
    return np.concatenate([np.zeros((*ended.shape[:-1], 1), bool), ended], axis=-1)


def _length(holds: Flags) -> NDArray[np.int64]:
    """How many points in a row hold, up to and including each."""
    place = np.arange(1, holds.shape[-1] + 1)
    last_break = np.maximum.accumulate(np.where(holds, 0, place), axis=-1)
    return np.asarray(np.where(holds, place - last_break, 0))


def _k_of_m(beyond: Flags, rule: Rule, scores: Floats) -> Flags:
    """Points that lie beyond and complete k among the last m, none of these being missing."""
    total = np.cumsum(beyond, axis=-1, dtype=np.int64)
    before = np.zeros_like(total)
    before[..., rule.m :] = total[..., : -rule.m or None]
    present = _length(~np.isnan(scores))
    # A gap inside the window starts the count anew, so that runs are not bridged.
    number = np.where(present >= rule.m, total - before, _since_gap(total, present))
    return beyond & (number >= rule.k)


def _since_gap(total: NDArray[np.int64], present: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number beyond since the last gap, where it is nearer than the window is long."""
    place = np.arange(total.shape[-1]) - present
    earlier = np.take_along_axis(total, np.maximum(place, 0), axis=-1)
    return np.asarray(total - np.where(place >= 0, earlier, 0))
