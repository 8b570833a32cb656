"""Charts over several quantities at once (Hotelling's T²), and the test of overdispersion of counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.chart import phase_1


@dataclass(frozen=True, eq=False)
class T2Chart:
    """Hotelling's T² per subgroup, and what it is measured by.

    Attributes
    ----------
    statistic : ndarray
    upper, upper_new : float
        Upper limits in phase 1 (subgroups that centre and covariance come from) and phase 2 (later ones).
    center, covariance : ndarray
        Of phase 1.
    beyond : ndarray of bool
    method : str
    """

    statistic: Floats
    upper: float
    upper_new: float
    center: Floats
    covariance: Floats
    beyond: NDArray[np.bool_]
    method: str


@dataclass(frozen=True)
class Overdispersion:
    """How much more counts vary than they should: ratio of variances, statistic, p-value (one-sided)."""

    ratio: float
    statistic: float
    p_value: float


def t2_chart(values: ArrayLike, *, baseline: ArrayLike | None = None, false_alarm: float | None = None) -> T2Chart:
    """Hotelling's T² chart for subgroups of several quantities.

    Parameters
    ----------
    values : array_like, shape (quantities, subgroups, units)
        Units per subgroup: 2 or more; 1 for single observations.
    baseline : array_like of bool or int, optional
        Phase 1, as in `xbar_chart`; all subgroups by default. The others are judged by the limit of phase 2.
    false_alarm : float, optional
        Probability that a point of a stable process lies beyond; by default that of as many independent
        3-sigma charts, 1 - 0.9973 ** quantities (as R `qcc::mqcc`).

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, chapter on multivariate control.

    Examples
    --------
    >>> import numpy as np
    >>> chart = t2_chart(np.random.default_rng(1).normal(size=(2, 20, 5)))
    >>> round(chart.upper, 2), bool(chart.beyond.any())
    (10.74, False)
    """
    data = arguments.real(values, name="values", ndim=3)
    p, subgroups, n = data.shape
    used = phase_1(baseline, subgroups)
    m = int(used.sum())
    if m < 2 or m * max(n - 1, 1) <= p:
        raise ValueError(f"values has {m} subgroups of {n}: too few for the covariance of {p} quantities")
    keep = 0.9973**p if false_alarm is None else 1 - float(arguments.probability(false_alarm, name="false_alarm"))
    means = data.mean(axis=2)
    center = means[:, used].mean(axis=1)
    if n > 1:
        spread = (data - means[:, :, None])[:, used]
        covariance = np.einsum("ijk,ljk->il", spread, spread) / (m * (n - 1))
        degrees = m * n - m - p + 1
        quantile = p * (n - 1) / degrees * stats.f.ppf(keep, p, degrees)
        upper, upper_new = (m - 1) * quantile, (m + 1) * quantile
    else:
        covariance = np.atleast_2d(np.cov(means[:, used]))
        upper = (m - 1) ** 2 / m * stats.beta.ppf(keep, p / 2, (m - p - 1) / 2)
        upper_new = p * (m + 1) * (m - 1) / (m * (m - p)) * stats.f.ppf(keep, p, m - p)
    if np.linalg.matrix_rank(covariance) < p:
        raise ValueError("the quantities are not independent of each other (singular covariance): leave one out")
    away = means - center[:, None]
    statistic = n * np.einsum("ij,ij->j", away, np.linalg.solve(covariance, away))
    beyond = statistic > np.where(used, upper, upper_new)
    method = f"phase 1 of {m} subgroups, false alarms {1 - keep:.4g} per point"
    return T2Chart(statistic, float(upper), float(upper_new), center, covariance, beyond, method)


def overdispersion_test(counts: ArrayLike, n: ArrayLike | None = None) -> Overdispersion:
    """Test whether counts vary more than the binomial (with `n`) or the Poisson distribution allows.

    Parameters
    ----------
    counts : array_like of int, shape (time,)
    n : array_like of int, optional
        Sample sizes; without them the counts are taken as Poisson.

    References
    ----------
    Wetherill and Brown (1991), Statistical Process Control. Equal to R `qcc.overdispersion.test`.

    Examples
    --------
    >>> round(overdispersion_test([3, 12, 1, 15, 2, 9]).ratio, 3)
    4.857
    """
    if n is None:
        found = arguments.counts(counts, name="counts")
        expected = found.mean()
    else:
        found, sizes = arguments.fitting(
            counts=arguments.counts(counts, name="counts"), n=arguments.counts(n, name="n")
        )
        fault = "more than were inspected (n at this place)"
        arguments.refuse_where(found > sizes, name="counts", fault=fault, values=found)
        share = found.sum() / sizes.sum()
        expected = float(np.mean(sizes * share * (1 - share)))
    if found.ndim != 1 or found.size < 2 or not expected > 0:
        raise ValueError("counts: a series of 2 or more counts, not all 0 (nor all n), is needed")
    ratio = float(found.var(ddof=1) / expected)
    statistic = ratio * (found.size - 1)
    return Overdispersion(ratio, statistic, float(stats.chi2.sf(statistic, found.size - 1)))
