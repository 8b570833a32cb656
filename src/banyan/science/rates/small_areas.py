"""Fay-Herriot estimates: direct estimates of small areas strengthened by what predicts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats

METHODS = ("REML", "ML", "FH")


@dataclass(frozen=True, slots=True, eq=False)
class FayHerriot:
    """Area estimates between the direct one and the prediction; of several series, one series per row.

    Attributes
    ----------
    value : ndarray, shape (areas,) or (series, areas)
        Empirical best linear unbiased predictor.
    mean_squared_error : ndarray, shape of `value`
        Prasad-Rao type estimate; under ``"FH"`` and ``"ML"`` its bias correction can make it negative.
    low, high : ndarray, shape of `value`
        value ± z √MSE; where the MSE estimate is not positive, its leading term stands in.
    weight_of_own : ndarray, shape of `value`
        Share of the direct estimate in `value`.
    coefficients, coefficient_errors : ndarray, shape (columns,) or (series, columns)
        Of the predictors, with their standard errors.
    area_variance : float, or ndarray of shape (series,)
        Estimated variance of areas around their prediction.
    log_likelihood : float, or ndarray of shape (series,)
        At the estimates.
    converged : bool, or ndarray of shape (series,)
    iterations : int, or ndarray of shape (series,)
        Steps taken.
    n, level, method, warnings
        Number of areas, level, name of the method, sentences on the whole.
    """

    value: Floats
    mean_squared_error: Floats
    low: Floats
    high: Floats
    weight_of_own: Floats
    coefficients: Floats
    coefficient_errors: Floats
    area_variance: Floats | float
    log_likelihood: Floats | float
    converged: NDArray[np.bool_] | bool
    n: int
    iterations: NDArray[np.int64] | int
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
    direct : array_like, shape (areas,) or (series, areas)
        Direct estimates; several series (indicators, years) are estimated each by itself.
    variance : array_like, shape of `direct`, or (areas,) for all series
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
    if y.ndim == 1:
        fields, said = _estimated(y, v, x, method, level, precision=precision, iterations=iterations)
    else:
        rows = [
            _estimated(*pair, x, method, level, precision=precision, iterations=iterations)
            for pair in zip(y, v, strict=True)
        ]
        fields = {name: np.array([found[name] for found, _ in rows]) for name in rows[0][0]}
        said = [f"series {i}: {sentence}" for i, (_, told) in enumerate(rows) for sentence in told]
    fields = {name: arguments.sealed(held) if isinstance(held, np.ndarray) else held for name, held in fields.items()}
    return FayHerriot(**fields, n=y.shape[-1], level=level, method=f"Fay-Herriot, {method}", warnings=tuple(said))


def _estimated(
    y: Floats, v: Floats, x: Floats, method: str, level: float, *, precision: float, iterations: int
) -> tuple[dict[str, Any], list[str]]:
    """Return the estimates of one series, and what there is to say on them."""
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
    numbers = {"area_variance": float(area_variance), "log_likelihood": float(log_likelihood)}
    return fields | numbers | {"converged": converged, "iterations": steps}, warnings


def _inputs(direct: ArrayLike, variance: ArrayLike, predictors: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    y = arguments.real(direct, name="direct")
    v = arguments.real(variance, name="variance")
    arguments.some(direct=y)
    if y.ndim not in (1, 2):
        raise ValueError(f"direct has {y.ndim} dimensions {y.shape}: areas, or series × areas, are expected")
    if v.shape not in (y.shape, y.shape[-1:]):
        raise ValueError(f"variance has shape {v.shape}: {y.shape} expected, one entry per area")
    areas = y.shape[-1]
    x = np.ones((areas, 1)) if predictors is None else arguments.real(predictors, name="predictors", ndim=2)
    arguments.refuse_where(v <= 0, name="variance", fault="a sampling variance must be positive", values=v)
    if len(x) != areas:
        raise ValueError(f"predictors has {len(x)} rows: {areas} expected, one per area")
    if areas < x.shape[1] + 2:
        raise ValueError(f"direct has {areas} areas: at least {x.shape[1] + 2} for {x.shape[1]} predictors")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("predictors: a column follows from the others; leave it out")
    return y, np.broadcast_to(v, y.shape), x


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
