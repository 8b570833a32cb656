"""From sums per domain and stratum to rates with the variance of the design and an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Codes, Floats
from banyan.science.rates.design_intervals import REASONS, design_intervals

LONELY = ("adjust", "fail", "average", "remove")


@dataclass(frozen=True, slots=True, eq=False)
class RateEstimate:
    """Weighted rates per domain; arrays in the order of `domain`, or plain numbers without one.

    Attributes
    ----------
    domain : ndarray or None
        Sorted labels of the domains.
    value, low, high : ndarray or float
        Rate and interval, in 0..1.
    standard_error : ndarray or float
        Linearised standard error of `value`; 0 where none or all passed.
    n : ndarray or int
        Units counted in the domain.
    weight_sum : ndarray or float
        Estimated size of the domain in the population.
    degrees_of_freedom : ndarray or int
        Primary units less strata with units in the domain.
    effective_size : ndarray or float
        Size of a simple random sample with the same variance.
    design_effect : ndarray or float
        Variance over that of a simple random sample of the same n; NaN where undefined.
    reason : ndarray of str or str
        Why another interval than the one asked for was given; empty where it was not.
    level, method, warnings
        Confidence level, name of the method with its interval, sentences on the whole.
    """

    domain: NDArray | None
    value: Floats | float
    low: Floats | float
    high: Floats | float
    standard_error: Floats | float
    n: NDArray | int
    weight_sum: Floats | float
    degrees_of_freedom: NDArray | int
    effective_size: Floats | float
    design_effect: Floats | float
    reason: NDArray | str
    level: float
    method: str
    warnings: tuple[str, ...]

    @property
    def interval(self) -> tuple[Floats | float, Floats | float]:
        """Lower and upper limit."""
        return self.low, self.high


@dataclass(frozen=True, slots=True, eq=False)
class DomainSums:
    """Sums per cell (domain, stratum) over the primary units c with units in the domain.

    `w`, `wy`: sum of weights, of all units and of those that passed; `ww`, `wwy`, `wyy`: sums over
    primary units of w_c², w_c·wy_c, wy_c²; `primary`: how many primary units; `units`: per domain.
    """

    domain: Codes
    stratum: Codes
    domains: int
    units: Floats
    primary: Floats
    w: Floats
    wy: Floats
    ww: Floats
    wwy: Floats
    wyy: Floats

    @classmethod
    def of_cells(
        cls, domain: Codes, stratum: Codes, domains: int, strata: int,
        *, n: Floats | None, units: Floats | None = None, **sums: Floats,
    ) -> DomainSums:  # fmt: skip
        """Add rows of one cell up; `n` gives the units per row, `units` those per domain."""
        if units is None:
            units = np.bincount(domain, n, domains)
        keys, cell = arguments.labels(domain * strata + stratum, name="stratum", length=len(domain))
        if len(keys) < len(cell):
            sums = {name: np.bincount(cell, values, len(keys)) for name, values in sums.items()}
            domain, stratum = keys // strata, keys % strata
        return cls(domain=domain, stratum=stratum, domains=domains, units=units, **sums)

    def by_domain(self, values: Floats) -> Floats:
        """Sum cell values over the strata of each domain."""
        return np.bincount(self.domain, values, self.domains)


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Labels of the strata, primary units drawn in each, and the share (N - n) / N left out."""

    names: NDArray
    drawn: Floats
    left_out: Floats


def strata_of(names: NDArray, drawn: ArrayLike, *, population: ArrayLike | dict | None, stratum_of: Codes) -> Strata:
    """Return the strata with their finite population correction; refuse populations that do not fit."""
    n = np.asarray(drawn, np.float64)
    if population is None:
        return Strata(names, n, np.ones(len(n)))
    if isinstance(population, dict):
        missing = [name for name in names.tolist() if name not in population]
        if missing:
            raise ValueError(f"population has no entry for stratum {missing[0]!r}")
        size = arguments.real([population[name] for name in names.tolist()], name="population", finite=False)
    else:
        given = arguments.real(population, name="population", finite=False)
        if given.ndim == 0:
            given = np.broadcast_to(given, stratum_of.shape)
        arguments.same_length(len(stratum_of), population=given)
        size = np.empty(len(n))
        size[stratum_of] = given
        differs = given != size[stratum_of]
        arguments.refuse_where(
            differs,
            name="population",
            fault="another unit of the same stratum has another size",
            values=given,
        )
    bad = ~(size >= n)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"population of stratum {names.tolist()[i]!r} is {size[i]:g}, less than the {n[i]:g} primary"
            " units drawn from it"
        )
    return Strata(names, n, np.where(np.isinf(size), 1.0, 1 - n / size))


def estimate_rates(
    sums: DomainSums, *, strata: Strata, domains: NDArray | None, level: float, lonely: str, interval: str
) -> RateEstimate:
    """Return rate, linearised variance and interval of every domain."""
    total = sums.by_domain(sums.w)
    rate = np.clip(sums.by_domain(sums.wy) / total, 0.0, 1.0)
    p = rate[sums.domain]
    variance, warnings = design_variance(
        sums.wy - p * sums.w,
        sums.wyy - 2 * p * sums.wwy + p**2 * sums.ww,
        domain=sums.domain,
        stratum=sums.stratum,
        domains=sums.domains,
        strata=strata,
        lonely=lonely,
    )
    return rate_estimate(
        rate,
        variance / total**2,
        freedom=sums.by_domain(sums.primary) - sums.by_domain(np.ones(len(sums.w))),
        n=sums.units,
        total=total,
        kish=total**2 / sums.by_domain(sums.ww),
        domains=domains,
        level=level,
        interval=interval,
        method="stratified_rate",
        warnings=warnings,
    )


def design_variance(
    first: Floats, second: Floats, *, domain: Codes, stratum: Codes, domains: int, strata: Strata, lonely: str
) -> tuple[Floats, tuple[str, ...]]:
    """Return the variance of a total per domain, and what there is to say on lonely strata.

    `first` and `second` are, per cell (domain, stratum), the sums over its primary units of their
    linearised value and of its square.
    """
    arguments.choice(lonely, name="lonely", among=LONELY)
    second = np.maximum(second, 0.0)
    drawn, left_out = strata.drawn[stratum], strata.left_out[stratum]
    alone = (drawn == 1) & (left_out > 1e-7)
    scale = left_out * drawn / np.maximum(drawn - 1, 1)
    cell = scale * np.maximum(second - first**2 / drawn, 0.0)
    if not alone.any():
        return np.bincount(domain, cell, domains), ()
    names = strata.names[np.unique(stratum[alone])].tolist()
    listed = ", ".join(repr(name) for name in names[:5]) + (" …" if len(names) > 5 else "")
    if lonely == "fail":
        raise ValueError(
            f"stratum {listed} has only one primary unit: join it with another stratum,"
            " or choose lonely='adjust', 'average' or 'remove'"
        )
    cell[alone] = left_out[alone] * second[alone] if lonely == "adjust" else 0.0
    variance = np.bincount(domain, cell, domains)
    if lonely == "average":
        held = np.bincount(domain, minlength=domains)
        known = np.bincount(domain, ~alone, domains)
        variance = np.where(known > 0, variance * held / np.maximum(known, 1), 0.0)
    return variance, (f"{len(names)} strata with one primary unit ({listed}): treated by lonely={lonely!r}",)


def rate_estimate(
    rate: Floats,
    variance: Floats,
    *,
    freedom: Floats,
    n: Floats,
    total: Floats,
    kish: Floats,
    domains: NDArray | None,
    level: float,
    interval: str,
    method: str,
    warnings: tuple[str, ...],
) -> RateEstimate:
    """Return the result with its intervals; `kish` is the effective size by the weights alone."""
    level = arguments.confidence(level)
    variance = np.where((rate == 0) | (rate == 1), 0.0, variance)
    low, high, effective, code = design_intervals(
        rate, variance, freedom=freedom, n=n, kish=kish, level=level, interval=interval
    )
    texts = np.array(REASONS)
    warnings += tuple(
        f"{np.count_nonzero(code == c)} of {len(rate)} rates: {texts[c]}" for c in (1, 2, 3) if (code == c).any()
    )
    fields = {
        "value": rate, "low": low, "high": high, "standard_error": np.sqrt(variance),
        "n": n.astype(np.int64), "weight_sum": total, "degrees_of_freedom": freedom.astype(np.int64),
        "effective_size": effective, "design_effect": _design_effect(rate, variance, n, total),
        "reason": texts[code],
    }  # fmt: skip
    if domains is None:
        fields = {name: values[0].item() for name, values in fields.items()}
    else:
        fields = {name: arguments.sealed(values) for name, values in fields.items()}
    method = f"{method}, {interval} interval"
    return RateEstimate(domain=domains, level=level, method=method, warnings=warnings, **fields)


def _design_effect(rate: Floats, variance: Floats, n: Floats, total: Floats) -> Floats:
    """Return the variance over that of a simple random sample of n from `total` units."""
    left = (total - n) / total
    defined = (n > 1) & (left > 0) & (rate > 0) & (rate < 1)
    simple = rate * (1 - rate) / np.maximum(n - 1, 1) * left
    return np.where(defined, variance / np.where(defined, simple, 1.0), np.nan)
