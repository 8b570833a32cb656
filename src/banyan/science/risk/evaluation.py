"""How good an order of inspections is: days gained, precision, calibration, fairness over groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.rates import binomial_interval


@dataclass(frozen=True, slots=True, eq=False)
class DaysGained:
    """How much earlier findings would have come in another order.

    Attributes
    ----------
    mean, low, high : float
        Mean over the findings of actual day less new day, with an interval.
    first_half, first_half_actual : float
        Share of the findings made in the first half of the inspections, in the new and the actual order.
    best : float
        Mean gain of the order that knows the outcome.
    findings, n : int
    level : float
    """

    mean: float
    low: float
    high: float
    first_half: float
    first_half_actual: float
    best: float
    findings: int
    n: int
    level: float


@dataclass(frozen=True, slots=True, eq=False)
class Precision:
    """What the first inspections of an order find.

    Attributes
    ----------
    k : ndarray of int, shape (sizes,)
    precision, low, high : ndarray, shape (sizes,)
        Share of the first k that found something, with Wilson's interval.
    recall : ndarray, shape (sizes,)
        Share of all findings that are among the first k.
    lift : ndarray, shape (sizes,)
        Precision over the share found overall.
    """

    k: NDArray[np.int64]
    precision: Floats
    low: Floats
    high: Floats
    recall: Floats
    lift: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How far stated probabilities agree with what was found.

    Attributes
    ----------
    stated, seen, low, high : ndarray, shape (bins,)
        Mean probability stated and share found per bin of equal size, with Wilson's interval.
    n : ndarray of int, shape (bins,)
    brier : float
        Mean squared distance of probability and outcome.
    skill : float
        1 - brier / brier of the constant share; 0 or less is worthless.
    mean_gap : float
        Mean distance of `stated` and `seen`, weighted by n.
    """

    stated: Floats
    seen: Floats
    low: Floats
    high: Floats
    n: NDArray[np.int64]
    brier: float
    skill: float
    mean_gap: float


@dataclass(frozen=True, slots=True, eq=False)
class Fairness:
    """How an order treats groups of subjects.

    Attributes
    ----------
    group : ndarray
        Sorted labels.
    n, visited : ndarray of int, shape (groups,)
        Subjects, and how many of them are among the first k.
    visit_rate : ndarray, shape (groups,)
        visited / n.
    precision, precision_low, precision_high : ndarray, shape (groups,)
        Share of the visited with a finding; NaN and 0..1 where none is visited.
    recall, recall_low, recall_high : ndarray, shape (groups,)
        Share of the group's findings that are made among the first k.
    needless_rate : ndarray, shape (groups,)
        Share of the subjects without a finding that are visited all the same.
    stated, seen : ndarray, shape (groups,)
        Mean probability stated and share found; a gap means that the group is judged too hard or too mildly.
    widest_recall_gap : float
        Largest less smallest recall among groups with findings.
    k : int
    warnings : tuple of str
    """

    group: NDArray
    n: NDArray[np.int64]
    visited: NDArray[np.int64]
    visit_rate: Floats
    precision: Floats
    precision_low: Floats
    precision_high: Floats
    recall: Floats
    recall_low: Floats
    recall_high: Floats
    needless_rate: Floats
    stated: Floats
    seen: Floats
    widest_recall_gap: float
    k: int
    warnings: tuple[str, ...]


def days_gained(day: ArrayLike, found: ArrayLike, score: ArrayLike, *, level: float = 0.95) -> DaysGained:
    """Return how much earlier findings come when inspections are made in order of score.

    Parameters
    ----------
    day : array_like of int, shape (inspections,)
        Day on which each inspection was made. As many are made on each day in the new order.
    found : array_like, shape (inspections,)
        1 or True where something was found.
    score : array_like, shape (inspections,)
        The highest is inspected first; ties keep the order of the actual days.
    level : float
        Level of the interval, from the spread over findings.

    Returns
    -------
    DaysGained

    References
    ----------
    City of Chicago (2015), Food inspection forecasting: the measure of its published gain.

    Examples
    --------
    >>> g = days_gained([1, 2, 3, 4], [0, 0, 1, 1], [0.1, 0.2, 0.9, 0.8])
    >>> g.mean, g.best
    (2.0, 2.0)
    """
    when = arguments.real(day, name="day", ndim=1)
    y, s = _outcomes(found, score)
    arguments.same_length(len(y), day=when)
    if not y.any():
        raise ValueError("found holds no finding: there is nothing to find earlier")
    slots = np.sort(when)
    order = np.lexsort((when, -s))
    moved = np.empty(len(y))
    moved[order] = slots
    gain = (when - moved)[y]
    half = len(y) // 2
    by_day = np.argsort(when, kind="stable")
    error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.inf
    z = -ndtri((1 - arguments.confidence(level)) / 2)
    return DaysGained(
        mean=float(gain.mean()), low=float(gain.mean() - z * error), high=float(gain.mean() + z * error),
        first_half=float(y[order[:half]].sum() / y.sum()), first_half_actual=float(y[by_day[:half]].sum() / y.sum()),
        best=float(when[y].mean() - slots[: y.sum()].mean()), findings=int(y.sum()), n=len(y), level=level,
    )  # fmt: skip


def precision_at(found: ArrayLike, score: ArrayLike, *, k: Sequence[int] | int, level: float = 0.95) -> Precision:
    """Return what the first k inspections in order of score find, for one or several k.

    Examples
    --------
    >>> p = precision_at([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], k=[1, 2])
    >>> p.precision.tolist(), p.recall.tolist(), p.lift.tolist()
    ([1.0, 0.5], [0.5, 0.5], [2.0, 1.0])
    """
    y, s = _outcomes(found, score)
    sizes = np.atleast_1d(arguments.counts(k, name="k"))
    arguments.some(k=sizes)
    bad = (sizes < 1) | (sizes > len(y)) | (sizes != np.floor(sizes))
    arguments.refuse_where(bad, name="k", fault=f"a whole number from 1 to {len(y)} is needed", values=sizes)
    sizes = sizes.astype(np.int64)
    hits = np.cumsum(y[np.argsort(-s, kind="stable")])[sizes - 1]
    low, high = binomial_interval(hits, sizes, level=level)
    everything = y.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        recall, lift = hits / everything, hits / sizes / (everything / len(y))
    return Precision(sizes, hits / sizes, low, high, recall, lift)


def calibration(found: ArrayLike, probability: ArrayLike, *, bins: int = 10, level: float = 0.95) -> Calibration:
    """Return stated against seen shares, in bins of equal size.

    Examples
    --------
    >>> c = calibration([0, 0, 0, 1, 0, 1, 1, 1], [0.25] * 4 + [0.75] * 4, bins=2)
    >>> c.stated.tolist(), c.seen.tolist(), c.mean_gap
    ([0.25, 0.75], [0.25, 0.75], 0.0)
    """
    y, p = _outcomes(found, probability, name="probability")
    arguments.probability(p, name="probability")
    bins = arguments.whole(bins, name="bins", needs=f"a whole number from 1 to {len(y)}", least=1, most=len(y))
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    n = np.array([len(part) for part in parts])
    stated = np.array([p[part].mean() for part in parts])
    hits = np.array([y[part].sum() for part in parts])
    low, high = binomial_interval(hits, n, level=level)
    brier, share = float(np.mean((p - y) ** 2)), float(y.mean())
    constant = share * (1 - share)
    return Calibration(
        stated, hits / n, low, high, n, brier, float(1 - brier / constant) if constant else float("nan"),
        float(np.average(np.abs(stated - hits / n), weights=n)),
    )  # fmt: skip


def fairness(found: ArrayLike, probability: ArrayLike, *, group: ArrayLike, k: int, level: float = 0.95) -> Fairness:
    """Return how the first k inspections fall on groups, districts for example, and what they find there.

    Parameters
    ----------
    found, probability : array_like, shape (subjects,)
        Outcome, and the probability by which subjects are ordered.
    group : array_like, shape (subjects,)
    k : int
        Inspections that can be made.
    level : float
        Level of the intervals.

    Returns
    -------
    Fairness

    Examples
    --------
    >>> f = fairness([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.1], group=["N", "N", "S", "S"], k=2)
    >>> f.visit_rate.tolist(), f.recall.tolist(), f.widest_recall_gap
    ([1.0, 0.0], [1.0, 0.0], 1.0)
    """
    y, p = _outcomes(found, probability, name="probability")
    arguments.probability(p, name="probability")
    names, code = arguments.labels(group, name="group", length=len(y))
    k = arguments.whole(k, name="k", needs=f"a whole number from 1 to {len(y)}", least=1, most=len(y))
    first = np.zeros(len(y), bool)
    first[np.argsort(-p, kind="stable")[:k]] = True
    count = len(names)

    def per_group(mask: NDArray) -> Floats:
        return np.bincount(code, mask, count)

    n, visited, findings = np.bincount(code, minlength=count), per_group(first), per_group(y)
    hits = per_group(first & y)
    precision_low, precision_high = binomial_interval(hits, visited, level=level)
    recall_low, recall_high = binomial_interval(hits, findings, level=level)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = hits / visited, hits / findings
        needless = per_group(first & ~y) / (n - findings)
    known = findings > 0
    gap = float(np.ptp(recall[known])) if known.any() else float("nan")
    bare = int(np.count_nonzero(~known))
    return Fairness(
        names, n, visited.astype(np.int64), visited / n, precision, precision_low, precision_high, recall, recall_low,
        recall_high, needless, per_group(p) / n, findings / n, gap, k,
        (f"{bare} groups have no finding, so no recall",) if bare else (),
    )  # fmt: skip


def _outcomes(found: ArrayLike, score: ArrayLike, *, name: str = "score") -> tuple[NDArray[np.bool_], Floats]:
    y = arguments.real(found, name="found", ndim=1)
    s = arguments.real(score, name=name, ndim=1)
    arguments.some(found=y)
    arguments.same_length(len(y), **{name: s})
    arguments.refuse_where((y != 0) & (y != 1), name="found", fault="0 or 1 is needed", values=y)
    return y.astype(bool), s
