"""Rates against targets: the probability of being met, verdicts, and many tests at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincc, betaincinv

from banyan.science import arguments
from banyan.science.arguments import Floats

OPERATORS = (">=", ">", "<=", "<")
MET, NOT_MET, CANNOT_BE_TOLD, REFERENCE_MISSING = "met", "not met", "cannot be told", "reference missing"


def probability_target_met(
    passed: ArrayLike,
    tested: ArrayLike,
    *,
    target: ArrayLike | None = None,
    op: str = ">=",
    target_passed: ArrayLike | None = None,
    target_tested: ArrayLike | None = None,
    factor: ArrayLike = 1.0,
    prior: tuple[float, float] = (0.5, 0.5),
) -> Floats | float:
    """Return the posterior probability that the rate meets its target.

    Parameters
    ----------
    passed, tested : array_like
        Counts, or effective counts of a weighted sample (`RateEstimate.effective_size`).
    target : array_like, optional
        The rate to reach, a constant in 0..1. NaN gives NaN.
    op : {">=", ">", "<=", "<"}
        How the rate must stand to the target. The posterior is continuous, so ``>=`` and ``>``
        have the same probability.
    target_passed, target_tested : array_like, optional
        Counts of another, independent rate to compare with, in place of `target`.
    factor : array_like
        The rate must reach `factor` times the other rate ("twice the base year").
    prior : tuple of float
        Beta prior of every rate; (1/2, 1/2) is Jeffreys'.

    Returns
    -------
    ndarray or float
        Probabilities; NaN where nothing was tested on one side.

    Notes
    -----
    Against a constant the Beta posterior gives it in closed form. Against another rate the narrower
    posterior is integrated out by the double exponential rule; the error is below 1e-9.

    Examples
    --------
    >>> round(probability_target_met(97, 100, target=0.95), 4)
    0.8186
    >>> round(probability_target_met(45, 50, target_passed=40, target_tested=50), 4)
    0.92
    """
    arguments.choice(op, name="op", among=OPERATORS)
    a, b = (arguments.real(p, name="prior").item() for p in prior)
    if a <= 0 or b <= 0:
        raise ValueError(f"prior is {prior}: both numbers must be positive")
    x, n = arguments.passed_and_tested(passed, tested)
    if (target is None) == (target_passed is None):
        raise ValueError("give either target or target_passed with target_tested")
    if target is not None:
        if target_tested is not None or np.any(np.asarray(factor) != 1):
            raise ValueError("target_tested and factor are of use only with target_passed")
        goal = arguments.real(target, name="target", finite=False)
        arguments.refuse_where((goal < 0) | (goal > 1), name="target", fault="a rate lies in 0..1", values=goal)
        arguments.some(target=goal)
        x, n, goal = arguments.fitting(passed=x, tested=n, target=goal)
        known = (n > 0) & ~np.isnan(goal)
        above = np.full(x.shape, np.nan)
        above[known] = betaincc(a + x[known], b + n[known] - x[known], goal[known])
    else:
        if target_passed is None or target_tested is None:
            raise ValueError("target_passed needs target_tested beside it")
        above = _above_other(x, n, target_passed, target_tested, factor, (a, b))
    return arguments.plain(above if op in (">=", ">") else 1 - above)


def _above_other(
    x: Floats, n: Floats, target_passed: ArrayLike, target_tested: ArrayLike, factor: ArrayLike,
    prior: tuple[float, float],
) -> Floats:  # fmt: skip
    x2, n2 = arguments.passed_and_tested(target_passed, target_tested, prefix="target_")
    times = arguments.real(factor, name="factor")
    arguments.refuse_where(times <= 0, name="factor", fault="a positive number is needed", values=times)
    x, n, x2, n2, times = arguments.fitting(passed=x, tested=n, target_passed=x2, target_tested=n2, factor=times)
    above = np.full(x.shape, np.nan)
    known = (n > 0) & (n2 > 0)
    a, b = prior
    first = a + x[known], b + (n - x)[known]
    second = a + x2[known], b + (n2 - x2)[known]
    above[known] = _probability_greater(first, second, times[known])
    return above


def _probability_greater(first: tuple[Floats, Floats], second: tuple[Floats, Floats], times: Floats) -> Floats:
    """Return P(first >= times * second) for two independent Beta variables."""
    step = 1 / 16
    grid = np.arange(-56, 57) * step
    inner = np.pi / 2 * np.sinh(grid)
    u = 1 / (1 + np.exp(-2 * inner))
    weight = step * np.pi / 2 * np.cosh(grid) / (2 * np.cosh(inner) ** 2)
    u, weight = u[:, None], (weight / weight.sum())[:, None]

    def spread(ab: tuple[Floats, Floats]) -> Floats:
        return ab[0] * ab[1] / ((ab[0] + ab[1]) ** 2 * (ab[0] + ab[1] + 1))

    out = np.empty(times.shape)
    narrow_first = spread(first) < spread(second) * times**2
    for chosen in (True, False):
        here = narrow_first == chosen
        if not here.any():
            continue
        f, s, k = tuple(v[here] for v in first), tuple(v[here] for v in second), times[here]
        if chosen:
            inside = betainc(s[0], s[1], np.minimum(betaincinv(f[0], f[1], u) / k, 1.0))
        else:
            inside = betaincc(f[0], f[1], np.minimum(betaincinv(s[0], s[1], u) * k, 1.0))
        out[here] = (weight * inside).sum(axis=0)
    return np.clip(out, 0.0, 1.0)


def verdict(low: ArrayLike, high: ArrayLike, target: ArrayLike | None, op: str = ">=") -> NDArray | str:
    """Return what the interval says of the target: met, not met, cannot be told.

    Parameters
    ----------
    low, high : array_like
        Interval of the figure; NaN where there is none.
    target : array_like or None
        The figure to reach. None or NaN: the reference is missing.
    op : {">=", ">", "<=", "<"}
        How the figure must stand to the target.

    Returns
    -------
    str or ndarray of str
        ``"met"`` where the whole interval meets the target, ``"not met"`` where none of it does,
        ``"cannot be told"`` where the target lies within or the interval is missing,
        ``"reference missing"`` where the target is.

    Examples
    --------
    >>> verdict(0.951, 0.98, 0.95)
    'met'
    >>> verdict([0.90, 0.91, 0.80], [0.97, 0.99, 0.89], [0.95, float("nan"), 0.9]).tolist()
    ['cannot be told', 'reference missing', 'not met']
    """
    arguments.choice(op, name="op", among=OPERATORS)
    lower = arguments.real(low, name="low", finite=False)
    upper = arguments.real(high, name="high", finite=False)
    goal = arguments.real(np.nan if target is None else target, name="target", finite=False)
    arguments.some(low=lower, high=upper, target=goal)
    lower, upper, goal = arguments.fitting(low=lower, high=upper, target=goal)
    arguments.refuse_where(lower > upper, name="low", fault="above high at this place", values=lower)
    met = {">=": lower >= goal, ">": lower > goal, "<=": upper <= goal, "<": upper < goal}[op]
    failed = {">=": upper < goal, ">": upper <= goal, "<=": lower > goal, "<": lower >= goal}[op]
    said = np.select([np.isnan(goal), met, failed], [REFERENCE_MISSING, MET, NOT_MET], CANNOT_BE_TOLD)
    return said.item() if said.ndim == 0 else arguments.sealed(said)


@dataclass(frozen=True, slots=True, eq=False)
class Discoveries:
    """Which of many hypotheses are rejected, and the p-values adjusted for their number.

    Attributes
    ----------
    rejected : ndarray of bool
        True where the adjusted p-value is at most `level`; False where the p-value is missing.
    adjusted : ndarray
        Adjusted p-values; NaN where missing.
    tests, level, method
        Number of p-values not missing (per family, where there are several), false discovery rate held, name of
        the method.
    """

    rejected: NDArray[np.bool_]
    adjusted: Floats
    tests: int | NDArray[np.int64]
    level: float
    method: str


def benjamini_hochberg(
    p_values: ArrayLike, *, level: float = 0.05, dependent: bool = False, by_row: bool = False
) -> Discoveries:
    """Return which hypotheses to reject so that at most a share `level` of them is rejected wrongly.

    Parameters
    ----------
    p_values : array_like
        p-values in 0..1 of any shape, at least one, one family; NaN where a test was not possible.
    level : float
        False discovery rate.
    dependent : bool
        Benjamini-Yekutieli, which holds under any dependence, in place of Benjamini-Hochberg.
    by_row : bool
        Whether each row along the last axis is a family of its own.

    Returns
    -------
    Discoveries

    References
    ----------
    Benjamini, Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> d = benjamini_hochberg([0.001, 0.008, 0.039, 0.041, 0.9])
    >>> d.rejected.tolist()
    [True, True, False, False, False]
    """
    level = arguments.confidence(level)
    p = arguments.real(p_values, name="p_values", finite=False)
    arguments.some(p_values=p)
    arguments.refuse_where((p < 0) | (p > 1), name="p_values", fault="a p-value lies in 0..1", values=p)
    known = ~np.isnan(p)
    if by_row:
        if p.ndim < 2:
            raise ValueError(f"p_values has shape {p.shape}: by_row has no effect on a single family; leave it out")
        tests, adjusted = known.sum(axis=-1), _adjusted(p, dependent=dependent)
    else:
        tests, adjusted = int(known.sum()), _adjusted(p.reshape(1, -1), dependent=dependent).reshape(p.shape)
    return Discoveries(
        rejected=arguments.sealed(known & (np.nan_to_num(adjusted, nan=1.0) <= level)),
        adjusted=arguments.sealed(adjusted),
        tests=tests,
        level=level,
        method="benjamini-yekutieli" if dependent else "benjamini-hochberg",
    )


def _adjusted(p: Floats, *, dependent: bool) -> Floats:
    """Return the adjusted p-values of each row; missing ones sort last and stay missing."""
    order = np.argsort(p, axis=-1)
    ordered = np.take_along_axis(p, order, axis=-1)
    tests = np.count_nonzero(~np.isnan(p), axis=-1)[..., None]
    place = np.arange(1, p.shape[-1] + 1)
    factor = np.where(tests > 0, np.concatenate(([0.0], np.cumsum(1 / place)))[tests], 1.0) if dependent else 1.0
    raised = np.where(np.isnan(ordered), np.inf, ordered * (tests / place) * factor)
    stepped = np.minimum(np.minimum.accumulate(raised[..., ::-1], axis=-1)[..., ::-1], 1.0)
    out = np.empty(p.shape)
    np.put_along_axis(out, order, np.where(np.isnan(ordered), np.nan, stepped), axis=-1)
    return out
