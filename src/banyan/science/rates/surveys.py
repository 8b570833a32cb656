"""Rates of stratified, clustered and weighted samples, with the variance of the design."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats
from banyan.science.rates.designs import DomainSums, RateEstimate, estimate_rates, strata_of

__all__ = ["RateEstimate", "rate_from_sums", "stratified_rate"]


def stratified_rate(
    passed: ArrayLike,
    *,
    stratum: ArrayLike,
    weight: ArrayLike,
    cluster: ArrayLike | None = None,
    population: ArrayLike | dict | None = None,
    domain: ArrayLike | None = None,
    level: float = 0.95,
    lonely: str = "adjust",
    interval: str = "logit",
) -> RateEstimate:
    """Return the weighted rate of each domain with standard error and interval.

    Parameters
    ----------
    passed : array_like, shape (units,)
        1 or True where the unit passed, 0 where it did not.
    stratum : array_like, shape (units,)
        Label of the stratum from which the unit was drawn.
    weight : array_like, shape (units,)
        1 / probability of inclusion, positive.
    cluster : array_like, shape (units,), optional
        Label of the primary unit drawn (a firm, say), unique within its stratum. Default: each
        unit was drawn by itself.
    population : array_like, shape (units,), or dict of stratum label to size, optional
        Number of primary units in the population of the unit's stratum: gives the finite
        population correction. Default: drawn with replacement, or from a far larger population.
    domain : array_like, shape (units,), optional
        Label of the group to estimate for. Units of other domains still count in the design.
    level : float
        Confidence level.
    lonely : {"adjust", "fail", "average", "remove"}
        What a stratum with one drawn primary unit adds to the variance: its distance from the
        whole's mean, an error, the average of the other strata, or nothing.
    interval : {"logit", "likelihood", "asin", "beta", "mean"}
        Of the logit of the rate; where the likelihood at the effective sample size falls; of the arcsine of
        its square root; Clopper-Pearson at the effective sample size (Korn and Graubard); of the rate itself,
        cut at 0 and 1.

    Returns
    -------
    RateEstimate
        Fields are arrays in the order of `domain` (sorted labels), or numbers when `domain` is
        not given.

    Raises
    ------
    ValueError
        For a value of `passed` other than 0 and 1, a weight that is not positive, a missing
        label, a population smaller than its sample, a lonely stratum under ``lonely="fail"``.

    Notes
    -----
    Linearised variance and intervals with t quantiles, as R ``survey`` 4.1.1
    ``svyby(~passed, ~domain, design, svymean)`` and ``svyciprop(method=interval)`` compute them (R's
    ``"xlogit"`` is the logit; for ``"likelihood"`` R interpolates between points of the curve, here it is
    solved: limits differ by up to some thousandths). Where none or all passed, or where the design leaves no
    variance or no degree of freedom, such an interval has no width or does not exist; then the exact binomial
    interval at the effective sample size is given (Korn and Graubard), and `reason` says so. No interval has
    zero width.

    Multiply `weight` by a size (value, tonnes) and the rate is that of the size: R's ``svyratio``.

    References
    ----------
    Lumley (2010), Complex Surveys. Korn, Graubard (1998), Survey Methodology 24, 193-201.

    Examples
    --------
    >>> r = stratified_rate([1, 1, 0, 1, 1, 1], stratum=list("aaabbb"), weight=[10, 10, 10, 5, 5, 5])
    >>> round(r.value, 4), round(r.standard_error, 4), r.degrees_of_freedom
    (0.7778, 0.2222, 4)
    >>> round(r.low, 4), round(r.high, 4)
    (0.0897, 0.992)
    """
    y, w = unit_values(passed, weight)
    units = len(y)
    domains, domain_of = (None, np.zeros(units, np.int64))
    if domain is not None:
        domains, domain_of = arguments.labels(domain, name="domain", length=units)
    names, stratum_of = arguments.labels(stratum, name="stratum", length=units)
    if cluster is None:
        drawn = np.bincount(stratum_of, minlength=len(names))
        sums = _sums_of_units(y, w, domain_of, stratum_of, 1 if domains is None else len(domains), len(names))
    else:
        primary, stratum_of_primary = primary_units(cluster, stratum_of, len(names), units)
        drawn = np.bincount(stratum_of_primary, minlength=len(names))
        n_domains = 1 if domains is None else len(domains)
        sums = _sums_of_clusters(y, w, domain_of, primary, stratum_of_primary, n_domains, len(names))
    strata = strata_of(names, drawn, population=population, stratum_of=stratum_of)
    return estimate_rates(sums, strata=strata, domains=domains, level=level, lonely=lonely, interval=interval)


def rate_from_sums(
    tested: ArrayLike,
    weight: ArrayLike,
    passed_weight: ArrayLike,
    *,
    stratum: ArrayLike,
    cluster: ArrayLike | None = None,
    weight_squared: ArrayLike | None = None,
    passed_weight_squared: ArrayLike | None = None,
    drawn: dict | None = None,
    population: ArrayLike | dict | None = None,
    domain: ArrayLike | None = None,
    level: float = 0.95,
    lonely: str = "adjust",
    interval: str = "logit",
) -> RateEstimate:
    """Return what `stratified_rate` returns, from sums that a database has grouped.

    Parameters
    ----------
    tested, weight, passed_weight : array_like, shape (rows,)
        Per row: number of units, sum of weights, sum of the weights of the units that passed. With
        `cluster` a row is one (domain, stratum, cluster); without, one (domain, stratum).
    stratum, cluster, domain : array_like, shape (rows,)
        Labels as in `stratified_rate`.
    weight_squared, passed_weight_squared : array_like, shape (rows,)
        Without `cluster` only, and needed there: sum of squared weights, of all units and of those
        that passed.
    drawn : dict of stratum label to count, optional
        Primary units drawn per stratum. Needed when the rows leave out domains or clusters of the
        sample; default: as many as the rows hold.
    population, level, lonely, interval
        As in `stratified_rate`; `population` as an array has one entry per row.

    Returns
    -------
    RateEstimate

    Examples
    --------
    >>> r = rate_from_sums([3, 3], [30, 15], [20, 15], stratum=["a", "b"],
    ...                    weight_squared=[300, 75], passed_weight_squared=[200, 75])
    >>> round(r.value, 4), round(r.standard_error, 4)
    (0.7778, 0.2222)
    """
    n, w, wy = _row_sums(tested, weight, passed_weight)
    rows = len(n)
    domains, domain_of = (None, np.zeros(rows, np.int64))
    if domain is not None:
        domains, domain_of = arguments.labels(domain, name="domain", length=rows)
    n_domains = 1 if domains is None else len(domains)
    names, stratum_of = arguments.labels(stratum, name="stratum", length=rows)
    if cluster is None:
        ww, wwy = _row_squares(weight_squared, passed_weight_squared, w)
        count = np.bincount(stratum_of, n, len(names))
        sums = DomainSums.of_cells(
            domain_of, stratum_of, n_domains, len(names), n=n, primary=n, w=w, wy=wy, ww=ww, wwy=wwy, wyy=wwy
        )
    else:
        if weight_squared is not None or passed_weight_squared is not None:
            raise ValueError("weight_squared: squares are of use only without cluster; leave one of them out")
        primary, stratum_of_primary = primary_units(cluster, stratum_of, len(names), rows)
        count = np.bincount(stratum_of_primary, minlength=len(names))
        _refuse_repeated_rows(domain_of, primary)
        sums = DomainSums.of_cells(
            domain_of, stratum_of, n_domains, len(names),
            n=n, primary=np.ones(rows), w=w, wy=wy, ww=w * w, wwy=w * wy, wyy=wy * wy,
        )  # fmt: skip
    strata = strata_of(names, _drawn(drawn, names, count), population=population, stratum_of=stratum_of)
    return estimate_rates(sums, strata=strata, domains=domains, level=level, lonely=lonely, interval=interval)


def unit_values(passed: ArrayLike, weight: ArrayLike) -> tuple[NDArray, Floats]:
    y = arguments.regular(passed, name="passed")
    if y.ndim != 1 or not y.size:
        raise ValueError(f"passed has shape {y.shape}: one value per unit is needed, and at least one unit")
    if y.dtype != bool:
        y = arguments.real(y, name="passed")
        arguments.refuse_where((y != 0) & (y != 1), name="passed", fault="a unit passed (1) or did not (0)", values=y)
    w = arguments.real(weight, name="weight")
    if w.ndim == 0:
        w = np.broadcast_to(w, y.shape)
    arguments.same_length(len(y), weight=w)
    arguments.refuse_where(w <= 0, name="weight", fault="a weight must be positive", values=w)
    return y, w


def _row_sums(tested: ArrayLike, weight: ArrayLike, passed_weight: ArrayLike) -> tuple[Floats, Floats, Floats]:
    n = arguments.counts(tested, name="tested")
    if n.ndim != 1 or not n.size:
        raise ValueError(f"tested has shape {n.shape}: one value per row is needed, and at least one row")
    w = arguments.counts(weight, name="weight", whole=False)
    wy = arguments.counts(passed_weight, name="passed_weight", whole=False)
    arguments.same_length(len(n), weight=w, passed_weight=wy)
    arguments.refuse_where(n == 0, name="tested", fault="a row without units must be left out", values=n)
    arguments.refuse_where(w == 0, name="weight", fault="the sum of weights must be positive", values=w)
    fault = "more than the sum of all weights in its row"
    arguments.refuse_where(wy > w * (1 + 1e-12), name="passed_weight", fault=fault, values=wy)
    return n, w, np.minimum(wy, w)


def _row_squares(squared: ArrayLike | None, passed_squared: ArrayLike | None, w: Floats) -> tuple[Floats, Floats]:
    if squared is None or passed_squared is None:
        raise ValueError(
            "weight_squared and passed_weight_squared are needed where no cluster is given:"
            " sums over units do not tell how the units differ"
        )
    ww = arguments.counts(squared, name="weight_squared", whole=False)
    wwy = arguments.counts(passed_squared, name="passed_weight_squared", whole=False)
    arguments.same_length(len(w), weight_squared=ww, passed_weight_squared=wwy)
    fault = "more than the sum of all squared weights in its row"
    arguments.refuse_where(wwy > ww * (1 + 1e-12), name="passed_weight_squared", fault=fault, values=wwy)
    return ww, wwy


def _drawn(drawn: dict | None, names: NDArray, count: NDArray) -> NDArray:
    if drawn is None:
        return count
    listed = names.tolist()
    missing = [name for name in listed if name not in drawn]
    if missing:
        raise ValueError(f"drawn has no entry for stratum {missing[0]!r}")
    given = arguments.counts([drawn[name] for name in listed], name="drawn")
    short = given < count
    if short.any():
        i = int(np.flatnonzero(short)[0])
        raise ValueError(
            f"drawn[{listed[i]!r}] is {given[i]:g}: the rows hold {count[i]:g} primary units of that stratum"
        )
    return given


def primary_units(cluster: ArrayLike, stratum_of: Codes, strata: int, units: int) -> tuple[Codes, Codes]:
    """Return the code of each unit's primary unit and the stratum of each primary unit."""
    names, cluster_of = arguments.labels(cluster, name="cluster", length=units)
    combined = stratum_of * len(names) + cluster_of
    keys, primary = arguments.labels(combined, name="cluster", length=units)
    return primary, keys // len(names)


def _refuse_repeated_rows(domain_of: Codes, primary: Codes) -> None:
    key = domain_of * (int(primary.max()) + 1) + primary
    ordered = np.sort(key)
    if (ordered[1:] != ordered[:-1]).all():
        return
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    first, second = int(order[again[0]]), int(order[again[0] + 1])
    raise ValueError(
        f"cluster[{second}]: the same domain, stratum and cluster as row {first}; add such rows up first"
    )


def _sums_of_units(
    y: NDArray, w: Floats, domain_of: Codes, stratum_of: Codes, domains: int, strata: int
) -> DomainSums:
    """Add units up per domain and stratum when each unit is its own primary unit."""
    cell = domain_of * strata + stratum_of
    wy = w * y
    if domains * strata > 4 * len(y) + 1024:
        keys, cell = arguments.labels(cell, name="stratum", length=len(y))
    else:
        keys = np.arange(domains * strata)

    def add(values: Floats | None) -> Floats:
        return np.bincount(cell, values, len(keys)).astype(np.float64, copy=False)

    n, squares = add(None), add(w * wy)
    held = n > 0
    return DomainSums.of_cells(
        keys[held] // strata, keys[held] % strata, domains, strata,
        n=n[held], primary=n[held], w=add(w)[held], wy=add(wy)[held],
        ww=add(w * w)[held], wwy=squares[held], wyy=squares[held],
    )  # fmt: skip


def _sums_of_clusters(
    y: NDArray,
    w: Floats,
    domain_of: Codes,
    primary: Codes,
    stratum_of_primary: Codes,
    domains: int,
    strata: int,
) -> DomainSums:
    """Add units up per domain and primary unit, then per domain and stratum.

    The two linear bucket passes of scipy.sparse group by (domain, primary unit) without a sort;
    one complex number carries both sums.
    """
    from scipy.sparse import coo_array  # heavy: loaded where it is used

    pairs = coo_array((w + 1j * (w * y), (domain_of, primary)), shape=(domains, len(stratum_of_primary)))
    grouped = pairs.tocsc().tocsr()
    grouped.sum_duplicates()
    row = np.repeat(np.arange(domains), np.diff(grouped.indptr))
    sw, swy = grouped.data.real, grouped.data.imag
    cell = row * strata + stratum_of_primary[grouped.indices]
    keys, cell_of = arguments.labels(cell, name="stratum", length=len(cell))
    m = len(keys)
    one = np.bincount(cell_of, minlength=m).astype(np.float64)
    n = np.bincount(domain_of, minlength=domains).astype(np.float64)
    return DomainSums.of_cells(
        keys // strata, keys % strata, domains, strata, n=None, units=n, primary=one,
        w=np.bincount(cell_of, sw, m), wy=np.bincount(cell_of, swy, m), ww=np.bincount(cell_of, sw * sw, m),
        wwy=np.bincount(cell_of, sw * swy, m), wyy=np.bincount(cell_of, swy * swy, m),
    )  # fmt: skip
