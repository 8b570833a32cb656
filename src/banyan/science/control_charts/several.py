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
    """Hotelling's T² per subgroup, and what it is measured by; leading axes are those of the processes.

    Attributes
    ----------
    statistic : ndarray, shape (..., subgroups)
    upper, upper_new : float
        Upper limits in phase 1 (subgroups that centre and covariance come from) and phase 2 (later ones).
    center, covariance : ndarray, shape (..., quantities) and (..., quantities, quantities)
        Of phase 1.
    beyond : ndarray of bool, shape (..., subgroups)
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
    """How much more counts vary than they should: ratio of variances, statistic, p-value; arrays for many series."""

    ratio: float | Floats
    statistic: float | Floats
    p_value: float | Floats


def t2_chart(values: ArrayLike, *, baseline: ArrayLike | None = None, false_alarm: float | None = None) -> T2Chart:
    """Hotelling's T² chart for subgroups of several quantities.

    Parameters
    ----------
    values : array_like, shape (quantities, subgroups, units) or (..., quantities, subgroups, units)
        Units per subgroup: 2 or more; 1 for single observations. Leading axes hold processes of their own.
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
    data = arguments.real(values, name="values")
    if data.ndim < 3 or not data.size:
        raise ValueError(f"values has the shape {data.shape}: (..., quantities, subgroups, units) is needed")
    p, subgroups, n = data.shape[-3:]
    used = phase_1(baseline, subgroups)
    m = int(used.sum())
    if m < 2 or m * max(n - 1, 1) <= p:
        raise ValueError(f"values has {m} subgroups of {n}: too few for the covariance of {p} quantities")
    wanted = 1 - 0.9973**p if false_alarm is None else false_alarm
    keep = 1 - arguments.scalar(arguments.probability(wanted, name="false_alarm", open_ends=True), name="false_alarm")
    means = data.mean(axis=-1)
    center = means[..., used].mean(axis=-1)
    if n > 1:
        spread = (data - means[..., None])[..., used, :]
        covariance = np.einsum("...ijk,...ljk->...il", spread, spread) / (m * (n - 1))
        degrees = m * n - m - p + 1
        quantile = p * (n - 1) / degrees * stats.f.ppf(keep, p, degrees)
        upper, upper_new = (m - 1) * quantile, (m + 1) * quantile
    else:
        spread = means[..., used] - center[..., None]
        covariance = np.einsum("...ij,...lj->...il", spread, spread) / (m - 1)
        upper = (m - 1) ** 2 / m * stats.beta.ppf(keep, p / 2, (m - p - 1) / 2)
        upper_new = p * (m + 1) * (m - 1) / (m * (m - p)) * stats.f.ppf(keep, p, m - p)
    rank = np.asarray(np.linalg.matrix_rank(covariance))
    fault = f"below {p}: the quantities are not independent of each other (singular covariance), leave one out"
    arguments.refuse_where(rank < p, name="rank of values", fault=fault, values=rank)
    away = means - center[..., None]
    statistic = n * np.einsum("...ij,...ij->...j", away, np.linalg.solve(covariance, away))
    beyond = statistic > np.where(used, upper, upper_new)
    method = f"phase 1 of {m} subgroups, false alarms {1 - keep:.4g} per point"
    return T2Chart(statistic, float(upper), float(upper_new), center, covariance, beyond, method)


def overdispersion_test(counts: ArrayLike, n: ArrayLike | None = None) -> Overdispersion:
    """Test whether counts vary more than the binomial (with `n`) or the Poisson distribution allows.

    Parameters
    ----------
    counts : array_like of int, shape (time,) or (..., time)
        One series or many.
    n : array_like of int, optional
        Sample sizes; without them the counts are taken as Poisson.

    References
    ----------
    Wetherill and Brown (1991), Statistical Process Control. Equal to R `qcc.overdispersion.test`.

    Examples
    --------
    >>> round(overdispersion_test([3, 12, 1, 15, 2, 9]).ratio, 3)
    4.857
    >>> overdispersion_test([[3, 12, 1, 15, 2, 9], [7, 6, 8, 7, 5, 9]]).p_value.round(3).tolist()
    [0.0, 0.921]
    """
    found = arguments.counts(counts, name="counts")
    if n is not None:
        found, sizes = arguments.fitting(counts=found, n=arguments.counts(n, name="n"))
        fault = "more than were inspected (n at this place)"
        arguments.refuse_where(found > sizes, name="counts", fault=fault, values=found)
    if found.ndim < 1 or found.shape[-1] < 2 or not found.size:
        raise ValueError(f"counts has the shape {found.shape}: series of 2 or more counts are needed")
    if n is None:
        expected = found.mean(axis=-1)
    else:
        with np.errstate(invalid="ignore"):
            share = found.sum(axis=-1, keepdims=True) / sizes.sum(axis=-1, keepdims=True)
        expected = np.nan_to_num(sizes * share * (1 - share)).mean(axis=-1)
    fault = "the counts are all 0 (or all n): nothing varies"
    arguments.refuse_where(~(expected > 0), name="variance expected of counts", fault=fault, values=expected)
    ratio = found.var(axis=-1, ddof=1) / expected
    freedom = found.shape[-1] - 1
    told = (ratio, ratio * freedom, np.asarray(stats.chi2.sf(ratio * freedom, freedom)))
    value, statistic, p_value = (arguments.plain(np.asarray(part)) for part in told)
    return Overdispersion(value, statistic, p_value)
