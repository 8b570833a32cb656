"""Intervals of rates from designed samples: the limits that a standard error and its degrees of freedom give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit, xlogy

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.rates.intervals import limits

INTERVALS = ("logit", "likelihood", "asin", "beta", "mean")
NONE_OR_ALL = "none or all passed: exact binomial interval at the effective sample size"
NO_FREEDOM = "too few primary units for a variance: exact binomial interval at the effective sample size"
NO_VARIANCE = "the design leaves no variance: exact binomial interval at the effective sample size"
REASONS = ("", NONE_OR_ALL, NO_FREEDOM, NO_VARIANCE)
HALVINGS = 60  # of 0..1: the limits are then exact to the last digits of a float

Limits = tuple[Floats, Floats]


def design_intervals(
    rate: Floats, variance: Floats, *, freedom: Floats, n: Floats, kish: Floats, level: float, interval: str
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Return low, high, effective size, and which of `REASONS` tells why another interval was given."""
    arguments.choice(interval, name="interval", among=INTERVALS)
    spread = rate * (1 - rate)
    code = np.zeros(len(rate), np.int64)
    # Below a billionth of the simple random variance only rounding error is left.
    code[variance <= 1e-9 * spread / n] = 3
    code[freedom < 1] = 2
    code[spread == 0] = 1
    plain, tail = code == 0, (1 - level) / 2
    low, high, effective = np.zeros(len(rate)), np.ones(len(rate)), kish.copy()
    quantile = -stdtrit(freedom[plain], tail)
    low[plain], high[plain] = _LIMITS[interval](rate[plain], variance[plain], quantile, n[plain], tail)
    effective[plain] = spread[plain] / variance[plain]
    rest = ~plain
    size = kish[rest].copy()
    judged = (freedom[rest] >= 1) & (n[rest] > 1)
    size[judged] *= (stdtrit(n[rest][judged] - 1, tail) / stdtrit(freedom[rest][judged], tail)) ** 2
    effective[rest] = size
    low[rest], high[rest] = limits(np.minimum(rate[rest] * size, size), size, "clopper-pearson", 1 - level)
    return low, high, effective, code


def _logit(p: Floats, variance: Floats, quantile: Floats, n: Floats, tail: float) -> Limits:
    centre, half = logit(p), quantile * np.sqrt(variance) / (p * (1 - p))
    return expit(centre - half), expit(centre + half)


def _mean(p: Floats, variance: Floats, quantile: Floats, n: Floats, tail: float) -> Limits:
    half = quantile * np.sqrt(variance)
    return np.maximum(p - half, 0.0), np.minimum(p + half, 1.0)


def _asin(p: Floats, variance: Floats, quantile: Floats, n: Floats, tail: float) -> Limits:
    arc, half = np.arcsin(np.sqrt(p)), quantile * np.sqrt(variance / (p * (1 - p))) / 2
    return np.sin(np.maximum(arc - half, 0.0)) ** 2, np.sin(np.minimum(arc + half, np.pi / 2)) ** 2


def _beta(p: Floats, variance: Floats, quantile: Floats, n: Floats, tail: float) -> Limits:
    size = p * (1 - p) / variance
    several = n > 1
    size[several] *= (stdtrit(n[several] - 1, tail) / quantile[several]) ** 2
    return limits(size * p, size, "clopper-pearson", 2 * tail)


def _likelihood(p: Floats, variance: Floats, quantile: Floats, n: Floats, tail: float) -> Limits:
    """Return where the likelihood of a sample of the effective size falls by as much as t² / 2."""
    fall = quantile**2 * variance * n / (2 * np.maximum(n - 1, 1) * p * (1 - p))

    def beyond(q: Floats) -> NDArray[np.bool_]:
        return xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q)) > fall

    return _between(np.zeros_like(p), p, beyond, falling=True), _between(p, np.ones_like(p), beyond, falling=False)


def _between(low: Floats, high: Floats, beyond: Callable[[Floats], NDArray[np.bool_]], *, falling: bool) -> Floats:
    """Return by halving where `beyond` turns, false towards the rate."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        upwards = beyond(middle) == falling
        low, high = np.where(upwards, middle, low), np.where(upwards, high, middle)
    return (low + high) / 2


_LIMITS = {"logit": _logit, "likelihood": _likelihood, "asin": _asin, "beta": _beta, "mean": _mean}
