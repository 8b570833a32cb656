"""Shewhart charts of counts: p, np, c, u, and Laney's p′ and u′."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts.chart import Chart, Flags, chart_of, phase_1, sigma_of_series, total


def p_chart(
    nonconforming: ArrayLike, n: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0
) -> Chart:
    """Chart of shares nonconforming, with limits of its own for each sample size.

    Parameters
    ----------
    nonconforming, n : array_like of int, shape (..., time)
        Counts and sample sizes.
    baseline, width
        As in `xbar_chart`.

    Examples
    --------
    >>> p_chart([2, 4, 3], [50, 100, 80]).upper.round(4)
    array([0.1214, 0.0973, 0.1042])
    """
    found, sizes, used = _attributes(nonconforming, n, baseline, at_most_n=True)
    share = (total(found, used) / total(sizes, used))[..., None]
    error = np.sqrt(share * (1 - share) / sizes)
    return chart_of("p", found / sizes, share, error, sizes, width, "pooled share", floor=0.0, cap=1.0)


def np_chart(
    nonconforming: ArrayLike, n: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0
) -> Chart:
    """Chart of numbers nonconforming; sizes may vary. The arguments are those of `p_chart`.

    Examples
    --------
    >>> np_chart([2, 4, 3], 50).upper.round(3)
    array([8.038, 8.038, 8.038])
    """
    found, sizes, used = _attributes(nonconforming, n, baseline, at_most_n=True)
    share = (total(found, used) / total(sizes, used))[..., None]
    error = np.sqrt(sizes * share * (1 - share))
    return chart_of("np", found, sizes * share, error, sizes, width, "pooled share", floor=0.0, cap=sizes)


def c_chart(counts: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0) -> Chart:
    """Chart of numbers of nonconformities in units of equal size.

    Examples
    --------
    >>> c_chart([4, 9, 5, 6]).upper
    array([13.34846923, 13.34846923, 13.34846923, 13.34846923])
    """
    found, sizes, used = _attributes(counts, 1, baseline, at_most_n=False)
    mean = (total(found, used) / total(sizes, used))[..., None]
    return chart_of("c", found, mean, np.sqrt(mean) * sizes, sizes, width, "mean count", floor=0.0)


def u_chart(counts: ArrayLike, n: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0) -> Chart:
    """Chart of nonconformities per unit; `n` is the size of each sample in units (it may be fractional).

    Examples
    --------
    >>> u_chart([4, 9, 5], [10, 20, 10]).upper.round(3)
    array([1.086, 0.9  , 1.086])
    """
    found, sizes, used = _attributes(counts, n, baseline, at_most_n=False)
    rate = (total(found, used) / total(sizes, used))[..., None]
    return chart_of("u", found / sizes, rate, np.sqrt(rate / sizes), sizes, width, "pooled rate", floor=0.0)


def laney_p_chart(
    nonconforming: ArrayLike, n: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0
) -> Chart:
    """Laney's p′ chart: the p chart widened by the variation between samples, for large samples.

    The arguments are those of `p_chart`; `.sigma` is the factor (1 when samples vary as the binomial says).

    References
    ----------
    Laney (2002), Improved control charts for attributes, Quality Engineering 14, 531-537.

    Examples
    --------
    >>> chart = laney_p_chart([80, 140, 95, 150], [1000, 1100, 900, 1050])
    >>> chart.sigma.round(2).item(), chart.beyond.any().item()
    (3.14, False)
    """
    return _widened(p_chart(nonconforming, n, baseline=baseline, width=width), "laney p", baseline, width, cap=1.0)


def laney_u_chart(counts: ArrayLike, n: ArrayLike, *, baseline: ArrayLike | None = None, width: float = 3.0) -> Chart:
    """Laney's u′ chart: the u chart widened by the variation between samples; the arguments are those of `u_chart`.

    Examples
    --------
    >>> laney_u_chart([80, 140, 95, 150], [10, 11, 9, 10.5]).sigma.round(2).item()
    2.96
    """
    return _widened(u_chart(counts, n, baseline=baseline, width=width), "laney u", baseline, width, cap=np.inf)


def _widened(chart: Chart, kind: str, baseline: ArrayLike | None, width: float, *, cap: float) -> Chart:
    away = chart.statistic - chart.center
    scores = np.divide(away, chart.standard_error, out=np.zeros(away.shape), where=chart.standard_error > 0)
    factor = sigma_of_series(scores, phase_1(baseline, scores.shape[-1]), "MR", "printed")
    error = chart.standard_error * factor[..., None]
    return chart_of(
        kind,
        chart.statistic,
        chart.center,
        error,
        chart.n,
        width,
        "moving range of z",
        sigma=factor,
        floor=0.0,
        cap=cap,
    )


def _attributes(
    found: ArrayLike, n: ArrayLike, baseline: ArrayLike | None, *, at_most_n: bool
) -> tuple[Floats, Floats, Flags]:
    """Counts, sizes and the mask of phase 1."""
    name = "nonconforming" if at_most_n else "counts"
    counts, sizes = arguments.counts(found, name=name), arguments.real(n, name="n")
    counts, sizes = map(np.array, arguments.fitting(**{name: counts}, n=sizes))
    if at_most_n:
        fault = "more than were inspected (n at this place)"
        arguments.refuse_where(counts > sizes, name=name, fault=fault, values=counts)
    if counts.ndim < 1 or counts.shape[-1] < 2:
        raise ValueError(f"the counts have the shape {counts.shape}: a series of 2 or more is needed")
    arguments.refuse_where(sizes <= 0, name="n", fault="nothing was inspected; leave the sample out", values=sizes)
    return counts, sizes, phase_1(baseline, counts.shape[-1])
