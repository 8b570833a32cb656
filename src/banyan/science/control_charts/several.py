"""Charts over several quantities at once (Hotelling's T²), and the test of overdispersion of counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from banyan.science import arguments
from banyan.science.arguments import Floats


@dataclass(frozen=True, eq=False)
class T2Chart:
    """Hotelling's T² per subgroup, its upper limit, the centre and covariance it is measured by."""

    statistic: Floats
    upper: float
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


def t2_chart(values: ArrayLike, *, false_alarm: float | None = None) -> T2Chart:
    """Hotelling's T² chart of phase 1 for subgroups of several quantities.

    Parameters
    ----------
    values : array_like, shape (quantities, subgroups, units)
        Units per subgroup: 2 or more; 1 for single observations.
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
    p, m, n = data.shape
    if m < 2 or m * max(n - 1, 1) <= p:
        raise ValueError(f"values has {m} subgroups of {n}: too few for the covariance of {p} quantities")
    keep = 0.9973**p if false_alarm is None else 1 - float(arguments.probability(false_alarm, name="false_alarm"))
    means = data.mean(axis=2)
    center = means.mean(axis=1)
    if n > 1:
        spread = data - means[:, :, None]
        covariance = np.einsum("ijk,ljk->il", spread, spread) / (m * (n - 1))
        degrees = m * n - m - p + 1
        upper = p * (m - 1) * (n - 1) / degrees * stats.f.ppf(keep, p, degrees)
    else:
        covariance = np.atleast_2d(np.cov(means))
        upper = (m - 1) ** 2 / m * stats.beta.ppf(keep, p / 2, (m - p - 1) / 2)
    if np.linalg.matrix_rank(covariance) < p:
        raise ValueError("the quantities are not independent of each other (singular covariance): leave one out")
    away = means - center[:, None]
    statistic = n * np.einsum("ij,ij->j", away, np.linalg.solve(covariance, away))
    method = f"phase 1, false alarms {1 - keep:.4g} per point"
    return T2Chart(statistic, float(upper), center, covariance, statistic > upper, method)


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
        found, sizes = arguments.passed_and_tested(counts, n)
        share = found.sum() / sizes.sum()
        expected = float(np.mean(sizes * share * (1 - share)))
    if found.ndim != 1 or found.size < 2 or not expected > 0:
        raise ValueError("counts: a series of 2 or more counts, not all 0 (nor all n), is needed")
    ratio = float(found.var(ddof=1) / expected)
    statistic = ratio * (found.size - 1)
    return Overdispersion(ratio, statistic, float(stats.chi2.sf(statistic, found.size - 1)))
