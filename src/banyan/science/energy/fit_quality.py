"""How well a baseline fits: R², RMSE, CVRMSE, NMBE, autocorrelation, and the gates it has to pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banyan.science.arguments import Floats


@dataclass(frozen=True, slots=True, eq=False)
class FitQuality:
    """Fit of the baseline on its own days, one number per meter; NaN where there is no model or it is undefined.

    Attributes
    ----------
    n : ndarray
        Days used.
    mean, variance : ndarray
        Of the usage (variance with n in the denominator).
    rmse, rmse_adj : ndarray
        Root mean squared error; adjusted: divided by n less the model's slopes (the intercept not counted).
    cvrmse, cvrmse_adj, nmbe : ndarray
        rmse, rmse_adj and summed residual over mean or summed usage. A least-squares fit has nmbe 0.
    r_squared, autocorrelation : ndarray
        Squared correlation of usage and fit; correlation of each residual with the one before.
    n_effective : ndarray
        n (1 - autocorrelation) / (1 + autocorrelation).
    """

    n: Floats
    mean: Floats
    variance: Floats
    rmse: Floats
    rmse_adj: Floats
    cvrmse: Floats
    cvrmse_adj: Floats
    nmbe: Floats
    r_squared: Floats
    autocorrelation: Floats
    n_effective: Floats


def fit_quality(usage: Floats, fitted: Floats, held: NDArray[np.bool_], slopes: Floats) -> FitQuality:
    """Measure the fit for (meters, days) on the days held; `slopes` is the number of the model's slopes."""
    n = held.sum(axis=1).astype(float)
    y, residual = np.where(held, usage, 0.0), np.where(held, fitted - usage, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = y.sum(axis=1) / n
        off = np.where(held, usage - mean[:, None], 0.0)
        variance = (off**2).sum(axis=1) / n
        squares = (residual**2).sum(axis=1)
        rmse = np.sqrt(squares / n)
        rmse_adj = np.where(n > slopes, np.sqrt(squares / np.maximum(n - slopes, 1)), np.nan)
        fit_off = np.where(held, fitted - (np.where(held, fitted, 0.0).sum(axis=1) / n)[:, None], 0.0)
        r_squared = (off * fit_off).sum(axis=1) ** 2 / ((off**2).sum(axis=1) * (fit_off**2).sum(axis=1))
        rho = _lag_one(residual, held)
        n_effective = n * (1 - rho) / (1 + rho)
        nmbe = residual.sum(axis=1) / y.sum(axis=1)
        return FitQuality(
            n, mean, variance, rmse, rmse_adj, rmse / mean, rmse_adj / mean, nmbe, r_squared, rho, n_effective
        )


def _lag_one(residual: Floats, held: NDArray[np.bool_]) -> Floats:
    """Correlation of each residual with the one of the day held before it."""
    order = np.argsort(~held, axis=1, kind="stable")
    x = np.take_along_axis(residual, order, axis=1)
    n = held.sum(axis=1)
    pair = np.arange(1, x.shape[1])[None, :] < n[:, None]
    count = np.maximum(pair.sum(axis=1), 1)[:, None]
    before = np.where(pair, x[:, :-1], 0.0)
    after = np.where(pair, x[:, 1:], 0.0)
    before = np.where(pair, before - before.sum(axis=1, keepdims=True) / count, 0.0)
    after = np.where(pair, after - after.sum(axis=1, keepdims=True) / count, 0.0)
    spread = (before**2).sum(axis=1) * (after**2).sum(axis=1)
    return (before * after).sum(axis=1) / np.sqrt(spread)
