"""Expected counts from a Poisson regression on a trend and the season as harmonics, many series at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from banyan.science.arguments import Floats
from banyan.science.early_warning.inputs import Indices

TOLERANCE = 1e-8
STEPS = 25


def design(times: Indices, *, period: int, harmonics: int, trend: bool) -> Floats:
    """Return the columns 1, time (if a trend is asked for), and cosine and sine of each harmonic."""
    angle = 2.0 * np.pi * times[:, None] * np.arange(1, harmonics + 1) / period
    columns = [np.ones((times.size, 1)), np.cos(angle), np.sin(angle)]
    if trend:
        columns.insert(1, times[:, None].astype(float))
    return np.concatenate(columns, axis=1)


def expected_counts(
    counts: Floats,
    times: Indices,
    *,
    period: int,
    harmonics: int = 1,
    trend: bool = False,
    dispersion: float = 0.0,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Fit the counts (series, n) of times 0 .. n - 1 and return the means at `times` and whether each fit settled.

    Poisson, or negative binomial with variance m + dispersion m². Reweighted least squares from starting means close
    to the counts, until the deviance changes by less than 1e-8 of itself, at most 25 steps: as R `glm` does it.
    """
    known = design(np.arange(counts.shape[1]), period=period, harmonics=harmonics, trend=trend)
    asked = design(times, period=period, harmonics=harmonics, trend=trend)
    # Orthonormal columns keep the normal equations as exact as a decomposition of every series would.
    basis, triangle = np.linalg.qr(known)
    products = (basis[:, :, None] * basis[:, None, :]).reshape(basis.shape[0], -1)
    means = np.where(counts == 0, 1.0 / 6.0, counts) if dispersion else counts + 0.1
    predictor = np.log(means)
    coefficients = np.zeros((counts.shape[0], basis.shape[1]))
    deviance, moving = _deviance(counts, means, dispersion), np.arange(counts.shape[0])
    converged = np.zeros(counts.shape[0], bool)
    for _ in range(STEPS):
        y, mean = counts[moving], means[moving]
        weight = mean / (1.0 + dispersion * mean)
        response = weight * (predictor[moving] + y / mean - 1.0)
        normal = (weight @ products).reshape(-1, basis.shape[1], basis.shape[1])
        coefficients[moving] = np.linalg.solve(normal, (response @ basis)[:, :, None])[:, :, 0]
        predictor[moving] = coefficients[moving] @ basis.T
        means[moving] = np.maximum(np.exp(predictor[moving]), np.finfo(float).eps)
        moved = _deviance(y, means[moving], dispersion)
        settled = np.abs(moved - deviance[moving]) < TOLERANCE * (np.abs(moved) + 0.1)
        deviance[moving] = moved
        converged[moving[settled]] = True
        moving = moving[~settled]
        if not moving.size:
            break
    return np.exp(coefficients @ np.linalg.solve(triangle.T, asked.T)), converged


def _deviance(counts: Floats, mean: Floats, dispersion: float) -> Floats:
    with np.errstate(divide="ignore"):
        own = special.xlogy(counts, counts / mean)
    if not dispersion:
        return 2.0 * (own - (counts - mean)).sum(axis=1)
    size = 1.0 / dispersion
    return 2.0 * (own - (counts + size) * np.log((counts + size) / (mean + size))).sum(axis=1)
