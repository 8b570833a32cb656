"""Post-stratified and raked rates: a sample made to agree with known totals of its population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats
from banyan.science.rates.designs import RateEstimate, Strata, design_variance, rate_estimate, strata_of
from banyan.science.rates.surveys import primary_units, unit_values


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedWeights:
    """Weights that agree with the totals.

    Attributes
    ----------
    weight : ndarray, shape (units,)
        Calibrated weights.
    rounds : int
        Rounds over the margins: 1 for post-stratification.
    largest_gap : float
        Largest relative distance from a total that is left.
    """

    weight: Floats
    rounds: int
    largest_gap: float


@dataclass(frozen=True, slots=True, eq=False)
class _Margin:
    """One margin: class of each unit, its total, and the weights before and after its last adjustment."""

    code: Codes
    total: Floats
    before: Floats
    after: Floats


def calibrated_weights(
    weight: ArrayLike,
    *,
    margins: Sequence[ArrayLike],
    totals: Sequence[Mapping],
    tolerance: float = 1e-10,
    rounds: int = 1000,
) -> CalibratedWeights:
    """Return weights whose sums over each class of each margin equal the totals.

    One sample a call: its margins decide what is raked, and when that has settled.

    Parameters
    ----------
    weight : array_like, shape (units,)
        Design weights, positive.
    margins : sequence of array_like, each of shape (units,)
        Labels of the classes: one margin post-stratifies, several rake (iterative proportional fitting).
    totals : sequence of mappings of label to total
        Per margin: the units in the population per class. The margins' sums must agree.
    tolerance : float
        Raking stops when no total is missed by more than this share.
    rounds : int
        Raking is given up after so many rounds.

    Returns
    -------
    CalibratedWeights

    Raises
    ------
    ValueError
        For a class without total or without units, totals that disagree, or raking that does not settle.

    Examples
    --------
    >>> c = calibrated_weights([1, 1, 1, 1], margins=[["a", "a", "a", "b"]], totals=[{"a": 60, "b": 40}])
    >>> c.weight.tolist()
    [20.0, 20.0, 20.0, 40.0]
    """
    w = arguments.real(weight, name="weight", ndim=1)
    arguments.some(weight=w)
    arguments.refuse_where(w <= 0, name="weight", fault="a weight must be positive", values=w)
    tolerance = arguments.number(tolerance, name="tolerance", needs="a share of at least 0", least=0)
    rounds = arguments.whole(rounds, name="rounds", needs="a whole number of at least 1", least=1)
    calibrated, done, gap = _fit(w, margins, totals, tolerance=tolerance, rounds=rounds)
    return CalibratedWeights(arguments.sealed(calibrated[-1].after), done, gap)


def post_stratified_rate(
    passed: ArrayLike,
    *,
    stratum: ArrayLike,
    weight: ArrayLike,
    margins: Sequence[ArrayLike],
    totals: Sequence[Mapping],
    cluster: ArrayLike | None = None,
    population: ArrayLike | dict | None = None,
    domain: ArrayLike | None = None,
    level: float = 0.95,
    lonely: str = "adjust",
    interval: str = "logit",
) -> RateEstimate:
    """Return rates as `stratified_rate` does, with the sample weighted to known totals.

    Parameters
    ----------
    passed, stratum, weight, cluster, population, domain, level, lonely, interval
        As in `stratified_rate`.
    margins, totals
        As in `calibrated_weights`.

    Returns
    -------
    RateEstimate

    Notes
    -----
    The linearised values are reduced by their mean in each class before the variance is taken, as R
    ``survey`` 4.1.1 ``postStratify`` and ``rake`` do. R stops raking when no cell changes by a whole
    unit; here the totals are met to `tolerance`, so raked figures differ from R's by that remainder.

    References
    ----------
    Valliant (1993), Poststratification and conditional variance estimation, JASA 88, 89-96.

    Examples
    --------
    >>> r = post_stratified_rate([1, 0, 1, 1, 1, 0], stratum=[1] * 6, weight=[10.0] * 6,
    ...                          margins=[list("aaabbb")], totals=[{"a": 20, "b": 40}])
    >>> round(r.value, 4), round(r.standard_error, 4)
    (0.6667, 0.2222)
    """
    y, w = unit_values(passed, weight)
    units = len(y)
    fitted, _, _ = _fit(w, margins, totals, tolerance=1e-10, rounds=1000)
    calibrated = fitted[-1].after
    domains, domain_of = (None, np.zeros(units, np.int64))
    if domain is not None:
        domains, domain_of = arguments.labels(domain, name="domain", length=units)
    names, stratum_of = arguments.labels(stratum, name="stratum", length=units)
    primary, stratum_of_primary = primary_units(
        np.arange(units) if cluster is None else cluster, stratum_of, len(names), units
    )
    drawn = np.bincount(stratum_of_primary, minlength=len(names))
    strata = strata_of(names, drawn, population=population, stratum_of=stratum_of)
    count = 1 if domains is None else len(domains)
    total = np.bincount(domain_of, calibrated, count)
    rate = np.clip(np.bincount(domain_of, calibrated * y, count) / total, 0.0, 1.0)
    variance, freedom, squares = np.empty(count), np.empty(count), np.empty(count)
    warnings: tuple[str, ...] = ()
    for d in range(count):
        inside = domain_of == d
        scores = np.where(inside, (y - rate[d]) / total[d], 0.0)
        variance[d], warnings = _variance(scores, fitted, primary, stratum_of_primary, strata, lonely)
        held = np.unique(primary[inside])
        freedom[d] = len(held) - len(np.unique(stratum_of_primary[held]))
        squares[d] = np.sum(np.bincount(primary[inside], calibrated[inside]) ** 2)
    return rate_estimate(
        rate, variance, freedom=freedom, n=np.bincount(domain_of, minlength=count).astype(np.float64),
        total=total, kish=total**2 / squares, domains=domains, level=level, interval=interval,
        method="post_stratified_rate", warnings=warnings,
    )  # fmt: skip


def _fit(
    w: Floats, margins: Sequence[ArrayLike], totals: Sequence[Mapping], *, tolerance: float, rounds: int
) -> tuple[list[_Margin], int, float]:
    """Return each margin with its last adjustment, the rounds needed, and the largest gap left."""
    margins = arguments.listed(margins, name="margins", needs="a list with one array of labels per margin")
    totals = arguments.listed(totals, name="totals", needs="a list with one mapping of label to total per margin")
    if len(margins) != len(totals) or not len(margins):
        raise ValueError(f"margins has {len(margins)} entries and totals {len(totals)}: one each is needed")
    classes = [_classes(i, m, t, len(w)) for i, (m, t) in enumerate(zip(margins, totals, strict=True))]
    sums = [total.sum() for _, total in classes]
    for i, s in enumerate(sums):
        if abs(s - sums[0]) > 1e-6 * sums[0]:
            raise ValueError(f"totals[{i}] add up to {s:g}, totals[0] to {sums[0]:g}: they must agree")
    current, gap = w, np.inf
    for done in range(1, rounds + 1):
        fitted = []
        for code, total in classes:
            after = current * (total / np.bincount(code, current, len(total)))[code]
            fitted.append(_Margin(code, total, current, after))
            current = after
        gap = max(float(np.max(np.abs(np.bincount(c, current, len(t)) / t - 1))) for c, t in classes)
        if gap <= tolerance or len(classes) == 1:
            return fitted, done, gap
    raise ValueError(f"margins: raking missed a total by a share of {gap:.2g} after {rounds} rounds")


def _classes(i: int, margin: ArrayLike, total: Mapping, units: int) -> tuple[Codes, Floats]:
    arguments.made(total, Mapping, name=f"totals[{i}]", by="a mapping of label to total")
    names, code = arguments.labels(margin, name=f"margins[{i}]", length=units)
    listed = names.tolist()
    missing = [name for name in listed if name not in total]
    if missing:
        raise ValueError(f"totals[{i}] has no entry for class {missing[0]!r}")
    empty = [name for name in total if name not in set(listed) and total[name]]
    if empty:
        raise ValueError(f"totals[{i}] has class {empty[0]!r} without any unit in the sample: join it with another")
    known = arguments.real([total[name] for name in listed], name=f"totals[{i}]")
    arguments.refuse_where(known <= 0, name=f"totals[{i}]", fault="a total must be positive", values=known)
    return code, known


def _variance(
    scores: Floats,
    fitted: list[_Margin],
    primary: Codes,
    stratum_of_primary: Codes,
    strata: Strata,
    lonely: str,
) -> tuple[float, tuple[str, ...]]:
    """Return the variance of the total of `scores` under the calibrated weights."""
    weighted = fitted[-1].after * scores
    if len(fitted) == 1:
        m = fitted[0]
        mean = np.bincount(m.code, m.before * scores) / np.bincount(m.code, m.before)
        weighted = m.after * (scores - mean[m.code])
    else:
        # R sweeps ten times and takes plain means of the values before each margin's weight.
        for _ in range(10):
            for m in fitted:
                mean = np.bincount(m.code, weighted / m.after) / np.bincount(m.code)
                weighted = weighted - m.after * mean[m.code]
    per_primary = np.bincount(primary, weighted, len(stratum_of_primary))
    count = len(strata.names)
    first = np.bincount(stratum_of_primary, per_primary, count)
    second = np.bincount(stratum_of_primary, per_primary**2, count)
    variance, warnings = design_variance(
        first, second, domain=np.zeros(count, np.int64), stratum=np.arange(count), domains=1,
        strata=strata, lonely=lonely,
    )  # fmt: skip
    return float(variance[0]), warnings
