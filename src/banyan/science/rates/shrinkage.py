"""Beta-binomial shrinkage: many small groups lend each other strength, each by how little it was tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainccinv, betaincinv, betaln, expit, logit

from banyan.science import arguments
from banyan.science.arguments import Floats

GRID = 25  # points per axis of the grid over the prior's mean and size
PASSES = 5  # times the grid closes in on where the posterior lies
CUT = 18.0  # log posterior below its highest value at which a grid point no longer matters


@dataclass(frozen=True, slots=True, eq=False)
class ShrunkRates:
    """Rates shrunk towards the mean of their family.

    Attributes
    ----------
    value, low, high : ndarray
        Posterior mean and central interval, shape of the input.
    mean_squared_error : ndarray
        Posterior variance, with the uncertainty of the family's mean and spread in it.
    direct : ndarray
        passed / tested; NaN where nothing was tested.
    weight_of_own : ndarray
        How much of `value` comes from the group's own tests, 0..1.
    family : ndarray or None
        Sorted labels of the families.
    family_mean, family_size : ndarray
        Per family: posterior mean of the mean rate, and geometric mean of the prior's size (in tests).
    n, level, method, warnings
        Tests per group, level, name of the method, sentences on the whole.
    """

    value: Floats
    low: Floats
    high: Floats
    mean_squared_error: Floats
    direct: Floats
    weight_of_own: Floats
    family: NDArray | None
    family_mean: Floats
    family_size: Floats
    n: Floats
    level: float
    method: str
    warnings: tuple[str, ...]


def beta_binomial(
    passed: ArrayLike, tested: ArrayLike, *, family: ArrayLike | None = None, level: float = 0.95
) -> ShrunkRates:
    """Return the rate of each group, shrunk towards its family by the beta-binomial model.

    Parameters
    ----------
    passed, tested : array_like, shape (groups,)
        Counts. Groups without tests get their family's mean with a wide interval.
    family : array_like, shape (groups,), optional
        Label of the family within which groups are alike; default: one family.
    level : float
        Level of the central posterior interval.

    Returns
    -------
    ShrunkRates

    Raises
    ------
    ValueError
        For bad counts, or a family in which nothing was tested.

    Notes
    -----
    The group's rate is Beta(mM, (1-m)M). Mean m (uniform prior) and size M (uniform prior on
    1/(1+M)) are integrated over a grid instead of being plugged in, so that intervals of few groups
    are not too narrow. The interval is that of the Beta distribution with the posterior's mean and
    variance.

    References
    ----------
    Efron, Morris (1975), JASA 70, 311-319. Christiansen, Morris (1997), JASA 92, 618-632.

    Examples
    --------
    >>> r = beta_binomial([9, 45, 180, 38, 60], [10, 50, 200, 50, 60])
    >>> r.value.round(3).tolist()
    [0.885, 0.896, 0.899, 0.77, 0.988]
    """
    level = arguments.confidence(level)
    x, n = arguments.passed_and_tested(passed, tested)
    if x.ndim != 1 or not x.size:
        raise ValueError(f"passed has shape {x.shape}: one number per group is needed, and at least one")
    names, code = (None, np.zeros(len(x), np.int64))
    if family is not None:
        names, code = arguments.labels(family, name="family", length=len(x))
    families = 1 if names is None else len(names)
    mean, square, own = np.empty(len(x)), np.empty(len(x)), np.empty(len(x))
    family_mean, family_size, warnings = np.empty(families), np.empty(families), []
    for f in range(families):
        here = code == f
        called = "the groups" if names is None else f"family {names.tolist()[f]!r}"
        if not (n[here] > 0).any():
            raise ValueError(f"tested is 0 throughout {called}: there is nothing to estimate from")
        if (n[here] > 0).sum() < 3:
            warnings.append(f"{called}: fewer than 3 tested groups say little on how groups differ")
        mean[here], square[here], own[here], family_mean[f], family_size[f] = _posterior(x[here], n[here])
    variance = np.maximum(square - mean**2, 1e-300)
    size = mean * (1 - mean) / variance - 1
    a, b, tail = mean * size, (1 - mean) * size, (1 - level) / 2
    direct = np.divide(x, n, out=np.full(len(x), np.nan), where=n > 0)
    fields = {
        "value": mean, "low": betaincinv(a, b, tail), "high": betainccinv(a, b, tail),
        "mean_squared_error": variance, "direct": direct, "weight_of_own": own,
        "family_mean": family_mean, "family_size": family_size, "n": n.copy(),
    }  # fmt: skip
    return ShrunkRates(
        family=names, level=level, method="beta-binomial", warnings=tuple(warnings),
        **{name: arguments.sealed(values) for name, values in fields.items()},
    )  # fmt: skip


def _log_posterior(centre: Floats, log_size: Floats, pairs: Floats, times: Floats) -> Floats:
    """Return the log posterior, prior included, on a grid of the mean (logit) and the size (log)."""
    out = np.empty((len(centre), len(log_size)))
    size = np.exp(log_size)[:, None]
    x, n = pairs[:, 0], pairs[:, 1]
    for i, c in enumerate(centre):
        a, b = size * expit(c), size * expit(-c)
        out[i] = (betaln(a + x, b + n - x) - betaln(a, b)) @ times
        out[i] += np.log(expit(c) * expit(-c)) + log_size - 2 * np.log1p(size[:, 0])
    return out


def _grid(x: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Return grid points of the prior's two parameters (a, b) and their posterior weights."""
    held = n > 0
    pairs, times = np.unique(np.column_stack((x[held], n[held])), axis=0, return_counts=True)
    pooled = (x.sum() + 0.5) / (n.sum() + 1)
    box = [(logit(pooled) - 8.0, logit(pooled) + 8.0), (np.log(0.05), np.log(1e7))]
    for step in range(PASSES):
        axes = [np.linspace(low, high, GRID) for low, high in box]
        log_posterior = _log_posterior(axes[0], axes[1], pairs, times)
        weight = np.exp(log_posterior - log_posterior.max())
        if step == PASSES - 1:
            break
        near = log_posterior > log_posterior.max() - CUT
        for k, axis in enumerate(axes):
            kept = np.flatnonzero(near.any(axis=1 - k))
            box[k] = axis[max(kept[0] - 1, 0)], axis[min(kept[-1] + 1, GRID - 1)]
    size, centre = np.exp(axes[1])[None, :], expit(axes[0])[:, None]
    return (centre * size).ravel(), ((1 - centre) * size).ravel(), (weight / weight.sum()).ravel()


def _posterior(x: Floats, n: Floats) -> tuple[Floats, Floats, Floats, float, float]:
    """Return E(rate), E(rate²), own weight per group; mean and size of the family."""
    a, b, weight = _grid(x, n)
    mean, square, own = np.zeros(len(x)), np.zeros(len(x)), np.zeros(len(x))
    for ai, bi, wi in zip(a, b, weight, strict=True):
        if wi < 1e-12:
            continue
        size = ai + bi + n
        m = (ai + x) / size
        mean += wi * m
        square += wi * (m * (1 - m) / (size + 1) + m * m)
        own += wi * n / size
    return mean, square, own, float(weight @ (a / (a + b))), float(np.exp(weight @ np.log(a + b)))
