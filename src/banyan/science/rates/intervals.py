"""Binomial intervals: what a count of passed among tested says about the rate behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv, expit, ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats

METHODS = ("wilson", "clopper-pearson", "jeffreys", "jeffreys-equal-tailed", "agresti-coull", "logit")


def binomial_interval(
    passed: ArrayLike, tested: ArrayLike, *, method: str = "wilson", level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the lower and upper limit of the rate for each pair of counts.

    Parameters
    ----------
    passed, tested : array_like
        Counts, 0 <= passed <= tested; any shapes that broadcast. Fractions are allowed, so that
        effective counts of a weighted sample can be given.
    method : str
        ``"wilson"`` (score), ``"clopper-pearson"`` (exact, conservative), ``"jeffreys"`` (central
        posterior interval under Beta(1/2, 1/2); where none or all passed, the whole error
        probability lies on the open side, as in R ``binom.bayes(type="central")``),
        ``"jeffreys-equal-tailed"`` (the same with both tails also there), ``"agresti-coull"``,
        ``"logit"`` (Wald on the log-odds scale; Clopper-Pearson where none or all passed).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    low, high : ndarray
        Limits in 0..1 in the broadcast shape. Where nothing was tested they are 0 and 1.

    Raises
    ------
    ValueError
        For negative or missing counts, no count at all, more passed than tested, an unknown method or
        level; the message names the argument and the place.

    Notes
    -----
    Equal to R ``binom`` 1.1-1.1 within 1e-8 (limits beyond 0..1, which Agresti-Coull yields there,
    are cut at 0 and 1).

    References
    ----------
    Brown, Cai, DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science
    16, 101-133.

    Examples
    --------
    >>> low, high = binomial_interval([0, 45], [20, 50])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.7864], [0.1611, 0.9565])
    """
    arguments.choice(method, name="method", among=METHODS)
    alpha = 1 - arguments.confidence(level)
    x, n = arguments.passed_and_tested(passed, tested)
    return limits(x, n, method, alpha)


def limits(x: Floats, n: Floats, method: str, alpha: float) -> tuple[Floats, Floats]:
    """Return what `binomial_interval` returns for counts that were checked, of which there may be none."""
    low, high = np.zeros(x.shape), np.ones(x.shape)
    some = n > 0
    low[some], high[some] = _LIMITS[method](x[some], n[some], alpha)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def _wilson(x: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    z2 = ndtri(alpha / 2) ** 2
    centre = (x + z2 / 2) / (n + z2)
    half = np.sqrt(z2 * (x * (n - x) / n + z2 / 4)) / (n + z2)
    # At the ends the limit is 0 or 1 exactly; the formula leaves a rounding error of 1e-17.
    return np.where(x == 0, 0.0, centre - half), np.where(x == n, 1.0, centre + half)


def _clopper_pearson(x: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    low, high = np.zeros_like(x), np.ones_like(x)
    some, short = x > 0, x < n
    low[some] = betaincinv(x[some], n[some] - x[some] + 1, alpha / 2)
    high[short] = betainccinv(x[short] + 1, n[short] - x[short], alpha / 2)
    return low, high


def _jeffreys_equal_tailed(x: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    a, b = x + 0.5, n - x + 0.5
    return betaincinv(a, b, alpha / 2), betainccinv(a, b, alpha / 2)


def _jeffreys(x: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    a, b = x + 0.5, n - x + 0.5
    low, high = betaincinv(a, b, alpha / 2), betainccinv(a, b, alpha / 2)
    none, every = x == 0, x == n
    high[none], low[none] = betainccinv(a[none], b[none], alpha), 0.0
    low[every], high[every] = betaincinv(a[every], b[every], alpha), 1.0
    return low, high


def _agresti_coull(x: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    z2 = ndtri(alpha / 2) ** 2
    wider = n + z2
    centre = (x + z2 / 2) / wider
    half = np.sqrt(z2 * centre * (1 - centre) / wider)
    return centre - half, centre + half


def _logit(x: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    low, high = _clopper_pearson(x, n, alpha)
    inner = (x > 0) & (x < n)
    x, n = x[inner], n[inner]
    centre = np.log(x / (n - x))
    half = -ndtri(alpha / 2) * np.sqrt(1 / x + 1 / (n - x))
    low[inner], high[inner] = expit(centre - half), expit(centre + half)
    return low, high


_LIMITS = {
    "wilson": _wilson,
    "clopper-pearson": _clopper_pearson,
    "jeffreys": _jeffreys,
    "jeffreys-equal-tailed": _jeffreys_equal_tailed,
    "agresti-coull": _agresti_coull,
    "logit": _logit,
}
