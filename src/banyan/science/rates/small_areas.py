"""Fay-Herriot estimates: direct estimates of small areas strengthened by what predicts them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats

METHODS = ("REML", "ML", "FH")


@dataclass(frozen=True, slots=True, eq=False)
class FayHerriot:
    """Area estimates between the direct one and the prediction.

    Attributes
    ----------
    value : ndarray, shape (areas,)
        Empirical best linear unbiased predictor.
    mean_squared_error : ndarray, shape (areas,)
        Prasad-Rao type estimate; under ``"FH"`` and ``"ML"`` its bias correction can make it negative.
    low, high : ndarray, shape (areas,)
        value ± z √MSE; where the MSE estimate is not positive, its leading term stands in.
    weight_of_own : ndarray, shape (areas,)
        Share of the direct estimate in `value`.
    coefficients, coefficient_errors : ndarray, shape (columns,)
        Of the predictors, with their standard errors.
    area_variance : float
        Estimated variance of areas around their prediction.
    log_likelihood : float
        At the estimates.
    converged : bool
    n, iterations, level, method, warnings
        Number of areas, steps taken, level, name of the method, sentences on the whole.
    """

    value: Floats
    mean_squared_error: Floats
    low: Floats
    high: Floats
    weight_of_own: Floats
    coefficients: Floats
    coefficient_errors: Floats
    area_variance: float
    log_likelihood: float
    converged: bool
    n: int
    iterations: int
    level: float
    method: str
    warnings: tuple[str, ...]


def fay_herriot(
    direct: ArrayLike,
    *,
    variance: ArrayLike,
    predictors: ArrayLike | None = None,
    method: str = "REML",
    level: float = 0.95,
    precision: float = 1e-4,
    iterations: int = 100,
) -> FayHerriot:
    """Return Fay-Herriot estimates of the areas with their mean squared error.

    Parameters
    ----------
    direct : array_like, shape (areas,)
        Direct estimates.
    variance : array_like, shape (areas,)
        Their known sampling variances, positive.
    predictors : array_like, shape (areas, columns), optional
        Predictors, the constant column included; default: the constant alone.
    method : {"REML", "ML", "FH"}
        How the variance between areas is estimated.
    level : float
        Confidence level.
    precision, iterations : float, int
        The scoring steps stop when the relative change falls below `precision`, or after `iterations`.
        The defaults are those of R ``sae``, so that the figures are the same; a smaller precision comes
        closer to the exact maximum.

    Returns
    -------
    FayHerriot

    Raises
    ------
    ValueError
        For variances that are not positive, predictors that depend on each other, or fewer areas than
        columns plus two.

    Notes
    -----
    Equal to R ``sae`` 1.3 ``mseFH``. Where its scoring does not settle, the root of the score is
    bracketed instead and a warning says so.

    References
    ----------
    Fay, Herriot (1979), JASA 74, 269-277. Rao, Molina (2015), Small Area Estimation, chapter 6.

    Examples
    --------
    >>> r = fay_herriot([0.97, 0.90, 0.85, 0.93, 0.88], variance=[1e-4, 9e-4, 4e-4, 1e-4, 25e-4])
    >>> r.value.round(3).tolist()
    [0.967, 0.903, 0.86, 0.929, 0.897]
    """
    arguments.choice(method, name="method", among=METHODS)
    level = arguments.confidence(level)
    y, v, x = _inputs(direct, variance, predictors)
    precision = arguments.number(precision, name="precision", needs="a positive number", least=0)
    iterations = arguments.whole(iterations, name="iterations", needs="a whole number of at least 1", least=1)
    area_variance, steps, converged = _scoring(y, v, x, method, precision=precision, iterations=iterations)
    warnings = []
    if not converged:
        area_variance = _bracketed(y, v, x, method)
        warnings.append(f"scoring did not settle in {steps} steps: the root of the score was bracketed")
    if area_variance == 0:
        warnings.append("areas differ by no more than their sampling errors: all are set on their prediction")
    weight = 1 / (area_variance + v)
    q = np.linalg.inv((x.T * weight) @ x)
    beta = q @ (x.T @ (weight * y))
    predicted = x @ beta
    own = area_variance * weight
    value = predicted + own * (y - predicted)
    mse, leading = _mean_squared_error(x, v, area_variance, q, method)
    if (mse <= 0).any():
        warnings.append(f"{(mse <= 0).sum()} areas have a mean squared error estimate that is not positive")
    half = -ndtri((1 - level) / 2) * np.sqrt(np.where(mse > 0, mse, leading))
    residual = y - predicted
    log_likelihood = -0.5 * np.sum(np.log(2 * np.pi / weight) + residual**2 * weight)
    fields = {
        "value": value, "mean_squared_error": mse, "low": value - half, "high": value + half,
        "weight_of_own": own, "coefficients": beta, "coefficient_errors": np.sqrt(np.diag(q)),
    }  # fmt: skip
    return FayHerriot(
        **{name: arguments.sealed(values) for name, values in fields.items()},
        area_variance=float(area_variance), log_likelihood=float(log_likelihood), converged=converged,
        n=len(y), iterations=steps, level=level, method=f"Fay-Herriot, {method}", warnings=tuple(warnings),
    )  # fmt: skip


def _inputs(direct: ArrayLike, variance: ArrayLike, predictors: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    y = arguments.real(direct, name="direct", ndim=1)
    v = arguments.real(variance, name="variance", ndim=1)
    x = np.ones((len(y), 1)) if predictors is None else arguments.real(predictors, name="predictors", ndim=2)
    arguments.some(direct=y)
    arguments.same_length(len(y), variance=v)
    arguments.refuse_where(v <= 0, name="variance", fault="a sampling variance must be positive", values=v)
    if len(x) != len(y):
        raise ValueError(f"predictors has {len(x)} rows: {len(y)} expected, one per area")
    if len(y) < x.shape[1] + 2:
        raise ValueError(f"direct has {len(y)} areas: at least {x.shape[1] + 2} for {x.shape[1]} predictors")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("predictors: a column follows from the others; leave it out")
    return y, v, x


def _score(a: float, y: Floats, v: Floats, x: Floats, method: str) -> tuple[float, float]:
    """Return score and information of the variance between areas at `a`."""
    weight = 1 / (a + v)
    xw = x.T * weight
    q = np.linalg.inv(xw @ x)
    residual = y - x @ (q @ (xw @ y))
    if method == "FH":
        return float(np.sum(residual**2 * weight) - (len(y) - x.shape[1])), float(weight.sum())
    squares = float(np.sum((weight * residual) ** 2))
    if method == "ML":
        return 0.5 * (squares - weight.sum()), float(0.5 * np.sum(weight**2))
    projection = np.diag(weight) - xw.T @ q @ xw
    return 0.5 * (squares - np.trace(projection)), float(0.5 * np.sum(projection**2))


def _scoring(
    y: Floats, v: Floats, x: Floats, method: str, *, precision: float, iterations: int
) -> tuple[float, int, bool]:
    """Return the variance between areas by R sae's scoring steps, their number, and whether they settled."""
    a, step, change = float(np.median(v)), 0, np.inf
    while change > precision and step < iterations:
        step += 1
        score, information = _score(a, y, v, x, method)
        following = a + score / information
        change = abs((following - a) / a) if a else 0.0
        a = following
        if not np.isfinite(a) or a <= -v.min():
            # No variance between areas explains so little spread: the maximum lies at the border.
            return 0.0, step, _score(0.0, y, v, x, method)[0] <= 0
    return max(a, 0.0), step, bool(change <= precision)


def _bracketed(y: Floats, v: Floats, x: Floats, method: str) -> float:
    """Return the non-negative root of the score, 0 where it is negative throughout."""
    if _score(0.0, y, v, x, method)[0] <= 0:
        return 0.0
    high = float(np.var(y) + v.max())
    while _score(high, y, v, x, method)[0] > 0:
        high *= 4
    from scipy.optimize import brentq  # heavy: loaded where it is used

    return float(brentq(lambda a: _score(a, y, v, x, method)[0], 0.0, high, xtol=1e-14))


def _mean_squared_error(x: Floats, v: Floats, a: float, q: Floats, method: str) -> tuple[Floats, Floats]:
    """Return the estimated mean squared error, and its part without bias correction."""
    weight = 1 / (a + v)
    shrink = v * weight
    first = v * (1 - shrink)
    second = shrink**2 * np.einsum("ij,jk,ik->i", x, q, x)
    squares, total, areas = np.sum(weight**2), np.sum(weight), len(v)
    spread = 2 * areas / total**2 if method == "FH" else 2 / squares
    third = shrink**2 * spread * weight
    bias = 0.0
    if method == "ML":
        bias = -np.trace(q @ ((x.T * weight**2) @ x)) / squares
    elif method == "FH":
        bias = 2 * (areas * squares - total**2) / total**3
    return first + second + 2 * third - bias * shrink**2, first + second + third
