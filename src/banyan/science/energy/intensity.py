"""Energy per unit of product, with the uncertainty that the meters leave, against a limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Intensity:
    """Energy per unit of product.

    Attributes
    ----------
    product : ndarray
        Sorted labels.
    value, low, high : ndarray
        Energy per unit of (comparable) output and its interval; NaN where there was none (see `reason`).
    u : ndarray
        Standard uncertainty from the meters.
    energy, output : ndarray
        Sums; the output in comparable units.
    verdict : tuple of str
        ``kept``, ``exceeded`` or ``cannot be told`` by the interval; empty without a limit or a value.
    probability_kept : ndarray
        Probability that the true value is not above the limit; NaN without one.
    reason : tuple of str
        Why there is no value.
    n, level, method, warnings
        Periods per product and the rest.
    """

    product: NDArray
    value: Floats
    low: Floats
    high: Floats
    u: Floats
    energy: Floats
    output: Floats
    verdict: tuple[str, ...]
    probability_kept: Floats
    reason: tuple[str, ...]
    n: Floats
    level: float
    method: str
    warnings: tuple[str, ...]


def per_product(
    energy: ArrayLike,
    output: ArrayLike,
    *,
    product: ArrayLike | None = None,
    comparable: ArrayLike = 1.0,
    u_energy: float = 0.0,
    u_output: float = 0.0,
    limit: ArrayLike | None = None,
    level: float = 0.95,
) -> Intensity:
    """Return the energy used per unit of product over all periods of each product.

    Parameters
    ----------
    energy, output : array_like, shape (periods,)
        Energy (say kgce) and amount made of each period and product; zero or more.
    product : array_like, shape (periods,), optional
        Label of the product; default: one product.
    comparable : array_like, shape (periods,)
        Comparable units in one unit made (grades of a product that count unlike); default 1.
    u_energy, u_output : float
        Relative standard uncertainties of the meters, the same in all periods, so they do not average out.
    limit : array_like, shape (products,) or a number, optional
        Highest value allowed, in the order of the sorted products.
    level : float
        Confidence of the interval.

    Raises
    ------
    ValueError
        Negative or missing amounts, shapes that do not fit, factors or limits that are not above zero.

    Notes
    -----
    The ratio of the sums, not the mean of the ratios: a month that made little counts little. Energy without any
    output has no value, never infinity.

    Examples
    --------
    >>> found = per_product([120, 100, 40], [10, 8, 0], product=["steel", "steel", "bricks"], u_energy=0.01, limit=12)
    >>> found.product.tolist(), found.value.round(2).tolist(), found.reason[0]
    (['bricks', 'steel'], [nan, 12.22], 'energy was used but nothing was made in 1 periods')
    >>> found.verdict[1], found.probability_kept[1].round(3).item()
    ('cannot be told', 0.035)
    """
    level = arguments.confidence(level)
    e, q = arguments.counts(energy, name="energy", whole=False), arguments.counts(output, name="output", whole=False)
    if e.ndim != 1 or not e.size:
        raise ValueError(f"energy has shape {e.shape}: one number per period is needed, and at least one")
    arguments.same_length(len(e), output=q)
    grade = arguments.real(comparable, name="comparable")
    arguments.refuse_where(grade <= 0, name="comparable", fault="it must lie above zero", values=grade)
    if grade.shape not in {(), e.shape}:
        raise ValueError(f"comparable has shape {grade.shape}: a number or {e.shape} is expected")
    scatter = [
        arguments.number(u, name=name, needs="a share of zero or more", least=0)
        for name, u in (("u_energy", u_energy), ("u_output", u_output))
    ]
    relative = float(np.hypot(scatter[0], scatter[1]))
    label = np.full(len(e), "") if product is None else product
    names, code = arguments.labels(label, name="product", length=len(e))
    used, made = np.bincount(code, e, len(names)), np.bincount(code, q * grade, len(names))
    n = np.bincount(code, minlength=len(names)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(made > 0, used / made, np.nan)
    u = value * relative
    reach = ndtri((1 + level) / 2) * u
    chance, verdict = np.full(len(names), np.nan), ("",) * len(names)
    if limit is not None:
        highest = np.broadcast_to(_limits(limit, len(names)), (len(names),))
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = np.where(u > 0, ndtr((highest - value) / u), (value <= highest).astype(float))
        chance = np.where(np.isnan(value), np.nan, chance)
        verdict = tuple(map(_verdict, value - reach, value + reach, highest))
    reason = tuple(
        "" if m > 0 else f"{'energy was used but ' if x > 0 else ''}nothing was made in {k:.0f} periods"
        for m, x, k in zip(made, used, n, strict=True)
    )
    warnings = tuple(f"{name!r}: {why}" for name, why in zip(names.tolist(), reason, strict=True) if why)
    return Intensity(
        names, value, value - reach, value + reach, u, used, made, verdict, chance, reason, n, level,
        "ratio of sums", warnings,
    )  # fmt: skip


def _limits(limit: ArrayLike, products: int) -> Floats:
    highest = arguments.real(limit, name="limit")
    arguments.refuse_where(highest <= 0, name="limit", fault="it must lie above zero", values=highest)
    if highest.shape not in {(), (products,)}:
        raise ValueError(f"limit has shape {highest.shape}: a number or one per product ({products},) is expected")
    return highest


def _verdict(low: float, high: float, highest: float) -> str:
    if np.isnan(low):
        return ""
    return "kept" if high <= highest else "exceeded" if low > highest else "cannot be told"
