"""Proficiency tests and key comparisons: robust statistics, scores after ISO 13528, reference values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats

ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Robust:
    """Robust mean and standard deviation of each row of results.

    Attributes
    ----------
    mean, s : ndarray
        x* and s*.
    u : ndarray
        Standard uncertainty of x*: 1.25 s* / √n.
    n : ndarray
    rounds : int
    method : str
    warnings : tuple of str
    """

    mean: Floats
    s: Floats
    u: Floats
    n: Floats
    rounds: int
    method: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores and what ISO 13528 calls them: "acceptable" (to 2), "questionable" (to 3), "unacceptable"."""

    score: Floats
    verdict: NDArray[np.str_]
    method: str
    warnings: tuple[str, ...]


def algorithm_a(results: ArrayLike) -> Robust:
    """Robust mean x* and standard deviation s* (ISO 13528, annex C.3, algorithm A).

    Parameters
    ----------
    results : array_like, shape (..., participants)
        NaN where a participant gave no result.

    Notes
    -----
    Where more than half of the results are equal, their median absolute deviation is 0; the start is then the
    classical standard deviation, and a warning says so.

    Examples
    --------
    >>> found = algorithm_a([10.1, 10.3, 9.9, 10.0, 10.2, 14.0])
    >>> found.mean.round(3).item(), found.s.round(3).item()
    (10.187, 0.29)
    """
    data, n = _results(results)
    mean = np.nanmedian(data, axis=-1)
    s = 1.483 * np.nanmedian(np.abs(data - mean[..., None]), axis=-1)
    flat = s == 0
    warnings = (
        ["most results are equal: the search starts from the classical standard deviation"] if flat.any() else []
    )
    s = np.where(flat, np.nanstd(data, axis=-1, ddof=1), s)
    rounds, settled = 0, False
    while not settled and rounds < ROUNDS:
        rounds += 1
        reach = 1.5 * s[..., None]
        pulled = np.clip(data, mean[..., None] - reach, mean[..., None] + reach)
        new_mean = np.nanmean(pulled, axis=-1)
        new_s = 1.134 * np.nanstd(pulled, axis=-1, ddof=1)
        moved = np.maximum(np.abs(new_s - s), np.abs(new_mean - mean))
        settled = bool(np.all(moved <= 1e-12 * np.maximum(np.abs(new_mean), new_s)))
        mean, s = new_mean, new_s
    if not settled:
        warnings.append(f"not settled after {ROUNDS} rounds")
    return Robust(mean, s, 1.25 * s / np.sqrt(n), n, rounds, "algorithm A", tuple(warnings))


def algorithm_s(deviations: ArrayLike, *, dof: int) -> Floats:
    """Robust pooled standard deviation w* (ISO 13528, annex C.4, algorithm S).

    Parameters
    ----------
    deviations : array_like, shape (..., participants)
        Standard deviations (or ranges of two) within participants.
    dof : int
        Degrees of freedom of each: one less than the replicates (1 for ranges of two).

    Examples
    --------
    >>> algorithm_s([0.28, 0.49, 0.40, 0.00, 0.35, 1.98, 0.80, 0.32], dof=1).round(4).item()
    0.5836
    """
    data, _ = _results(deviations, name="deviations")
    arguments.refuse_where(data < 0, name="deviations", fault="a standard deviation is not negative", values=data)
    dof = arguments.whole(dof, name="dof", needs="a whole number of at least 1", least=1)
    limit = float(np.sqrt(special.chdtri(dof, 0.1) / dof))
    factor = 1 / np.sqrt(special.chdtr(dof + 2, dof * limit**2) + (1 - 0.9) * limit**2)
    pooled = np.nanmedian(data, axis=-1)
    for _ in range(ROUNDS):
        pulled = np.minimum(data, limit * pooled[..., None])
        new = factor * np.sqrt(np.nanmean(pulled**2, axis=-1))
        settled = np.all(np.abs(new - pooled) <= 1e-12 * np.maximum(new, 1e-300))
        pooled = new
        if settled:
            break
    return np.asarray(pooled)


def z_scores(
    results: ArrayLike, *, assigned: ArrayLike, sigma: ArrayLike, u_assigned: ArrayLike | None = None
) -> Scores:
    """z scores, or z′ scores where the uncertainty of the assigned value is given.

    Parameters
    ----------
    results : array_like, shape (..., participants)
    assigned, sigma : array_like, shape (...) or broadcastable
        Assigned value and standard deviation for proficiency assessment.
    u_assigned : array_like, optional
        Standard uncertainty of the assigned value: z′ = difference / √(sigma² + u²). ISO 13528 (9.2.1) lets z do
        where it is at most 0.3 sigma; a warning tells where z′ was needed.

    Examples
    --------
    >>> found = z_scores([10.1, 10.9, 12.0], assigned=10.0, sigma=0.4)
    >>> found.score.round(2).tolist(), found.verdict.tolist()
    ([0.25, 2.25, 5.0], ['acceptable', 'questionable', 'unacceptable'])
    """
    data = _some_results(results, "results")
    centre = arguments.real(assigned, name="assigned")
    spread = arguments.real(sigma, name="sigma")
    arguments.refuse_where(spread <= 0, name="sigma", fault="it must lie above 0", values=spread)
    if u_assigned is None:
        return _scored((data - _last(centre)) / _last(spread), "z", ())
    u = arguments.real(u_assigned, name="u_assigned")
    arguments.refuse_where(u < 0, name="u_assigned", fault="an uncertainty is not negative", values=u)
    needed = np.broadcast_to(u > 0.3 * spread, np.broadcast_shapes(u.shape, spread.shape))
    warnings = ("the uncertainty of the assigned value is above 0.3 sigma: z would flatter or accuse",)
    score = (data - _last(centre)) / np.sqrt(_last(spread) ** 2 + _last(u) ** 2)
    return _scored(score, "z'", warnings if needed.any() else ())


def zeta_scores(results: ArrayLike, *, u: ArrayLike, assigned: ArrayLike, u_assigned: ArrayLike) -> Scores:
    """Zeta scores: differences in units of their own standard uncertainty, the participant's claim included.

    Parameters
    ----------
    results, u : array_like, shape (..., participants)
        Results and their standard uncertainties.
    assigned, u_assigned : array_like

    Examples
    --------
    >>> zeta_scores([10.5], u=[0.2], assigned=10.0, u_assigned=0.1).score.round(3)
    array([2.236])
    """
    data, spread = _with_uncertainty(results, u=u, u_assigned=u_assigned)
    return _scored((data - _last(arguments.real(assigned, name="assigned"))) / spread, "zeta", ())


def en_numbers(
    results: ArrayLike, *, expanded: ArrayLike, assigned: ArrayLike, expanded_assigned: ArrayLike
) -> Scores:
    """E_n numbers: differences against expanded uncertainties; acceptable up to 1.

    Parameters
    ----------
    results, expanded : array_like, shape (..., participants)
        Results and their expanded uncertainties (k = 2).
    assigned, expanded_assigned : array_like

    Examples
    --------
    >>> found = en_numbers([10.5, 10.2], expanded=[0.4, 0.4], assigned=10.0, expanded_assigned=0.2)
    >>> found.score.round(3).tolist(), found.verdict.tolist()
    ([1.118, 0.447], ['unacceptable', 'acceptable'])
    """
    data, spread = _with_uncertainty(results, expanded=expanded, expanded_assigned=expanded_assigned)
    score = (data - _last(arguments.real(assigned, name="assigned"))) / spread
    verdict = np.where(np.abs(score) <= 1, "acceptable", "unacceptable")
    return Scores(score, np.where(np.isnan(score), "no result", verdict), "En", ())


def _with_uncertainty(results: ArrayLike, **uncertainties: ArrayLike) -> tuple[Floats, Floats]:
    """Results, and the uncertainty of their difference from the assigned value: their own and its, in this order."""
    (own_name, own), (reference_name, reference) = uncertainties.items()
    data, spread = _some_results(results, "results"), _some_results(own, own_name)
    assigned = arguments.real(reference, name=reference_name)
    for name, values in ((own_name, spread), (reference_name, assigned)):
        fault = "an uncertainty is not negative"
        arguments.refuse_where(values < 0, name=name, fault=fault, values=values)
    data, spread = arguments.fitting(**{"results": data, own_name: spread})
    both = np.sqrt(spread**2 + _last(assigned) ** 2)
    fault = "both uncertainties are 0: no score can be given"
    arguments.refuse_where(both == 0, name=own_name, fault=fault, values=spread)
    return data, both


def _some_results(values: ArrayLike, name: str) -> Floats:
    """Numbers of participants, NaN where one gave none."""
    data = arguments.real(values, name=name, finite=False)
    arguments.some(**{name: data})
    arguments.refuse_where(np.isinf(data), name=name, fault="not a finite number", values=data)
    return data


def _scored(score: Floats, method: str, warnings: tuple[str, ...]) -> Scores:
    size = np.abs(score)
    verdict = np.where(size <= 2, "acceptable", np.where(size < 3, "questionable", "unacceptable"))
    return Scores(score, np.where(np.isnan(score), "no result", verdict), method, warnings)


def _last(values: Floats) -> Floats:
    """Values per row, ready to stand beside the participants of that row."""
    return values[..., None] if values.ndim else values


def _results(results: ArrayLike, *, name: str = "results") -> tuple[Floats, Floats]:
    data = arguments.real(results, name=name, finite=False)
    if data.ndim < 1:
        raise ValueError(f"{name} is a single number: those of several participants are needed")
    arguments.refuse_where(np.isinf(data), name=name, fault="not a finite number", values=data)
    n = (~np.isnan(data)).sum(axis=-1).astype(float)
    arguments.refuse_where(n < 3, name=f"{name} in row", fault="3 or more participants are needed", values=n)
    return data, n


@dataclass(frozen=True, eq=False)
class KeyComparison:
    """Reference value of a comparison and the degrees of equivalence of its participants.

    Numbers per comparison are arrays where many comparisons were given.

    Attributes
    ----------
    value, u : float
        Reference value and its standard uncertainty.
    chi_square, p_value : float
        Consistency of the results with their uncertainties.
    consistent : bool
        Whether p_value is at least 0.05.
    between : float
        Standard deviation between participants that had to be added (DerSimonian-Laird), 0 for the weighted mean.
    difference, u_difference : ndarray
        Degrees of equivalence: result minus reference, with standard uncertainty.
    en : ndarray
        |difference| / (2 u_difference).
    method : str
    warnings : tuple of str
    """

    value: float | Floats
    u: float | Floats
    chi_square: float | Floats
    p_value: float | Floats
    consistent: bool | NDArray[np.bool_]
    between: float | Floats
    difference: Floats
    u_difference: Floats
    en: Floats
    method: str
    warnings: tuple[str, ...]


def key_comparison(results: ArrayLike, u: ArrayLike, *, method: str = "weighted mean") -> KeyComparison:
    """Reference value and degrees of equivalence of independent results.

    Parameters
    ----------
    results, u : array_like, shape (participants,) or (..., participants)
        Results and standard uncertainties.
    method : str
        "weighted mean" (procedure A of Cox 2002, for consistent results) or "random effects"
        (DerSimonian-Laird: a variance between participants makes them consistent).

    References
    ----------
    Cox (2002), Metrologia 39, 589-595; DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188.

    Examples
    --------
    >>> found = key_comparison([10.1, 9.9, 10.05], [0.1, 0.1, 0.2])
    >>> round(found.value, 3), round(found.u, 4), found.consistent
    (10.006, 0.0667, True)
    """
    arguments.choice(method, name="method", among=("weighted mean", "random effects"))
    data, own = arguments.real(results, name="results"), arguments.real(u, name="u")
    if data.ndim < 1 or data.shape[-1] < 2:
        raise ValueError("results holds fewer than 2 participants: nothing can be compared")
    if own.shape != data.shape:
        raise ValueError(f"u has shape {own.shape}: {data.shape} expected, one per result")
    arguments.refuse_where(own <= 0, name="u", fault="an uncertainty lies above 0", values=own)
    freedom = data.shape[-1] - 1
    weights = 1 / own**2
    all_weight = weights.sum(axis=-1)
    mean = (weights * data).sum(axis=-1) / all_weight
    chi_square = (weights * (data - mean[..., None]) ** 2).sum(axis=-1)
    p_value = np.asarray(special.chdtrc(freedom, chi_square))
    between = np.zeros(mean.shape)
    if method == "random effects":
        excess = (chi_square - freedom) / (all_weight - (weights**2).sum(axis=-1) / all_weight)
        between = np.sqrt(np.maximum(excess, 0.0))
        weights = 1 / (own**2 + between[..., None] ** 2)
        all_weight = weights.sum(axis=-1)
        mean = (weights * data).sum(axis=-1) / all_weight
    spread = 1 / np.sqrt(all_weight)
    difference = data - mean[..., None]
    # Each result is part of the reference, so the variances subtract.
    u_difference = np.sqrt(np.maximum(own**2 + (between**2 - spread**2)[..., None], 0.0))
    warnings: tuple[str, ...] = ()
    if np.any(p_value < 0.05) and method == "weighted mean":
        warnings = (
            "the results are not consistent with their uncertainties: do not report this reference value as is",
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        en = np.abs(difference) / (2 * u_difference)
    consistent = p_value >= 0.05
    return KeyComparison(
        arguments.plain(mean), arguments.plain(spread), arguments.plain(chi_square), arguments.plain(p_value),
        consistent if consistent.ndim else bool(consistent), arguments.plain(between), difference, u_difference, en,
        method, warnings,
    )  # fmt: skip
