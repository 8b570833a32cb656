"""What every Shewhart chart shares: the chart itself, phase 1, and the spread of a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.control_charts import rules as run_rules
from banyan.science.control_charts.constants import c4, d2

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Chart:
    """A control chart of one or of many series (leading axes), time along the last axis.

    Attributes
    ----------
    kind : str
    statistic, center, lower, upper : ndarray
        What is plotted, its centre line and its limits, point by point.
    standard_error : ndarray
        Standard error of the statistic about the centre line.
    sigma : ndarray
        Estimated standard deviation of single values (X̄, R, S, individuals), or the factor by which Laney's
        charts widen the limits; NaN for p, np, c, u.
    n : ndarray
        Size of each subgroup.
    beyond : ndarray of bool
        Points outside the limits.
    method : str
        How sigma was estimated, and how many standard errors away the limits lie.
    warnings : tuple of str
    """

    kind: str
    statistic: Floats
    center: Floats
    lower: Floats
    upper: Floats
    standard_error: Floats
    sigma: Floats
    n: Floats
    beyond: Flags
    method: str
    warnings: tuple[str, ...]

    def violations(self, rules: Sequence[str] = ("N1", "N2")) -> dict[str, Flags]:
        """Where each named rule is broken; see `run_rule_violations`."""
        return run_rules.run_rule_violations(
            self.statistic, center=self.center, standard_error=self.standard_error, rules=rules
        )


def chart_of(
    kind: str,
    statistic: Floats,
    center: Floats,
    error: Floats,
    n: Floats,
    width: float,
    estimator: str,
    *,
    sigma: Floats | None = None,
    floor: float | None = None,
    cap: Any = None,
) -> Chart:
    """The chart with its limits."""
    width = arguments.number(width, name="width", needs="a number of standard errors above 0", least=0, strictly=True)
    center = np.broadcast_to(center, statistic.shape)
    lower, upper = center - width * error, center + width * error
    if floor is not None:
        lower = np.maximum(lower, floor)
    if cap is not None:
        upper = np.minimum(upper, cap)
    with np.errstate(invalid="ignore"):
        beyond = (statistic < lower) | (statistic > upper)
    warnings = []
    if kind in {"p", "np", "c", "u"} and np.any(center * (n if kind in {"p", "u"} else 1) < 5):
        warnings.append("fewer than 5 expected in some samples: the limits from the normal distribution are rough")
    if np.any(error == 0):
        warnings.append("no variation to judge by: the limits coincide with the centre line")
    sealed = [
        arguments.sealed(np.array(np.broadcast_to(values, statistic.shape)))
        for values in (statistic, center, lower, upper, error)
    ]
    none = np.full(statistic.shape[:-1], np.nan)
    plotted, middle, low, high, errors = sealed
    return Chart(
        kind=kind,
        statistic=plotted,
        center=middle,
        lower=low,
        upper=high,
        standard_error=errors,
        sigma=arguments.sealed(none if sigma is None else sigma),
        n=arguments.sealed(n),
        beyond=arguments.sealed(beyond),
        method=f"{estimator}, limits at {width:g} standard errors",
        warnings=tuple(warnings),
    )


def phase_1(baseline: ArrayLike | None, length: int) -> Flags:
    """Mask of the subgroups of phase 1."""
    if baseline is None:
        return np.ones(length, dtype=bool)
    mask = np.asarray(baseline)
    if mask.ndim == 0:
        if not 2 <= int(mask) <= length:
            raise ValueError(f"baseline is {baseline}: phase 1 needs 2 .. {length} subgroups")
        return np.arange(length) < int(mask)
    if mask.dtype != bool or mask.shape != (length,):
        raise ValueError(f"baseline must be a number of subgroups or a mask of {length} truth values")
    if mask.sum() < 2:
        raise ValueError("baseline leaves fewer than 2 subgroups for phase 1")
    return mask


def total(values: Floats, used: Flags) -> Floats:
    return np.asarray(np.where(used, values, 0.0).sum(axis=-1))


def sigma_of_series(data: Floats, used: Flags, estimator: str, constants: str) -> Floats:
    """Standard deviation of single values from their moving ranges, or from all of them."""
    if estimator == "SD":
        kept = np.where(used, data, np.nan)
        number = (~np.isnan(kept)).sum(axis=-1).astype(float)
        return np.nanstd(kept, axis=-1, ddof=1) / c4(number)
    ranges = np.abs(np.diff(data))
    pairs = used[1:] & used[:-1] & ~np.isnan(ranges)
    if np.any(pairs.sum(axis=-1) == 0):
        raise ValueError("values: no two neighbours are present, so no moving range can be taken")
    return total(np.nan_to_num(ranges), pairs) / pairs.sum(axis=-1) / float(d2(2, constants=constants))
