"""Observations in groups (days, operators, laboratories): variation within and between them, and the mean's u."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GroupedObservations:
    """One-way analysis of variance, one element per measurand.

    Attributes
    ----------
    value, u, dof : ndarray
        Mean of the group means, its standard uncertainty and degrees of freedom.
    within, between : ndarray
        Standard deviation within groups (repeatability), and between them beyond what repeatability explains; 0
        where the estimate of its square is negative.
    reproducibility : ndarray
        √(within² + between²).
    mean_square_between, mean_square_within : ndarray
    statistic, p_value : ndarray
        F and the probability of one as large without any variation between groups.
    between_dof, within_dof : ndarray
    n : ndarray
        Observations used.
    method : str
    warnings : tuple of str
    """

    value: Floats
    u: Floats
    dof: Floats
    within: Floats
    between: Floats
    reproducibility: Floats
    mean_square_between: Floats
    mean_square_within: Floats
    statistic: Floats
    p_value: Floats
    between_dof: Floats
    within_dof: Floats
    n: Floats
    method: str
    warnings: tuple[str, ...]


def grouped_observations(observations: ArrayLike, *, pooled: bool = False) -> GroupedObservations:
    """Evaluate observations made in groups, of which each may be off as a whole (GUM H.5).

    Parameters
    ----------
    observations : array_like, shape (..., groups, replicates)
        NaN where a group has fewer.
    pooled : bool
        Take all observations as one sample (GUM H.5.2.5): right only where the groups do not differ; the caller's
        decision, for which `p_value` is the evidence.

    Returns
    -------
    GroupedObservations

    Raises
    ------
    ValueError
        Fewer than two groups, an empty group, no group with two observations.

    Notes
    -----
    The value is the mean of the group means and u their standard deviation over √groups, which holds whether the
    groups differ or not. With groups of unlike size the variance between them is the usual estimate
    (MSB - MSW) / n₀, n₀ = (N - Σ nᵢ² / N) / (groups - 1).

    References
    ----------
    JCGM 100:2008, H.5; ISO 5725-2.

    Examples
    --------
    >>> found = grouped_observations([[10.1, 10.3], [10.6, 10.8], [9.9, 10.2]])
    >>> found.value.round(4).item(), found.u.round(4).item(), found.dof.item()
    (10.3167, 0.1965, 2.0)
    >>> found.within.round(4).item(), found.between.round(4).item(), found.p_value.round(3).item()
    (0.1683, 0.3189, 0.061)
    """
    data = arguments.real(observations, name="observations", finite=False)
    if data.ndim < 2 or data.shape[-2] < 2:
        raise ValueError(
            f"observations has shape {data.shape}: (..., groups, replicates), 2 groups or more, is needed"
        )
    arguments.refuse_where(np.isinf(data), name="observations", fault="a finite number is needed", values=data)
    present = ~np.isnan(data)
    sizes = present.sum(axis=-1).astype(float)
    arguments.refuse_where(sizes == 0, name="replicates in group", fault="the group is empty", values=sizes)
    n, groups = sizes.sum(axis=-1), float(data.shape[-2])
    within_dof, between_dof = n - groups, np.full(n.shape, groups - 1)
    arguments.refuse_where(
        within_dof < 1, name="replicates beyond one", fault="no group has two observations", values=within_dof
    )
    # Sums are taken about the first observation, so that constant leading digits do not eat the small ones.
    origin = np.take_along_axis(data, present.argmax(axis=-1)[..., None], axis=-1)[..., :1, :]
    moved = np.where(present, data - origin, 0.0)
    means = moved.sum(axis=-1) / sizes
    grand = moved.sum(axis=(-2, -1)) / n
    inner = np.where(present, moved - means[..., None], 0.0)
    square_within = (inner**2).sum(axis=(-2, -1)) / within_dof
    square_between = (sizes * (means - grand[..., None]) ** 2).sum(axis=-1) / between_dof
    typical = (n - (sizes**2).sum(axis=-1) / n) / between_dof
    excess = (square_between - square_within) / typical
    between = np.sqrt(np.maximum(excess, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = square_between / square_within
    p_value = special.fdtrc(between_dof, within_dof, statistic)
    middle = means.mean(axis=-1)
    if pooled:
        total = (np.where(present, moved - grand[..., None, None], 0.0) ** 2).sum(axis=(-2, -1))
        value, u, dof = grand, np.sqrt(total / (n - 1) / n), n - 1
    else:
        value, u, dof = middle, np.std(means, axis=-1, ddof=1) / np.sqrt(groups), between_dof
    warnings = []
    if pooled and np.any(p_value < 0.05):
        warnings.append("the groups differ (p below 0.05): their observations are not one sample, u is too small")
    if np.any(excess < 0):
        warnings.append("the groups vary less than repeatability explains: between is set to 0")
    return GroupedObservations(
        value + origin[..., 0, 0], u, dof, np.sqrt(square_within), between,
        np.sqrt(square_within + between**2), square_between, square_within, statistic, np.asarray(p_value),
        between_dof, within_dof, n, "pooled" if pooled else "mean of group means", tuple(warnings),
    )  # fmt: skip
