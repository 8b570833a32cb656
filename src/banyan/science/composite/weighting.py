"""Weights: from the data's spread (entropy, principal component) or from people's judgement (AHP)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats

# Mean consistency index of random judgements for 1 to 15 items (Saaty 1980).
RANDOM_INDEX = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Weights that add up to 1.

    Attributes
    ----------
    value : ndarray, shape (..., indicators)
    consistency : float or ndarray
        For AHP: consistency ratio, to be at most 0.1; else NaN.
    explained : float
        For the principal component: share of the variance that it explains; else NaN.
    method : str
    warnings : tuple of str
    """

    value: Floats
    consistency: Floats | float
    explained: float
    method: str
    warnings: tuple[str, ...]


def equal_weights(count: int) -> Weights:
    """Return the same weight for each of `count` indicators.

    Examples
    --------
    >>> equal_weights(4).value.tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    count = arguments.whole(count, name="count", needs="a whole number of at least one indicator", least=1)
    return _weights(np.full(count, 1 / count), "equal")


def entropy_weights(values: ArrayLike) -> Weights:
    """Return weights by how unevenly the units share each indicator (Shannon entropy).

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        Not negative, without gaps.

    Examples
    --------
    >>> entropy_weights([[1.0, 1.0], [1.0, 2.0], [1.0, 9.0]]).value.tolist()
    [0.0, 1.0]
    """
    x = _full(values)
    arguments.refuse_where(x < 0, name="values", fault="entropy needs values from 0 up", values=x)
    total = x.sum(axis=0)
    arguments.refuse_where(total <= 0, name="values", fault="an indicator adds up to nothing", values=total)
    share = x / total
    entropy = -np.sum(np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0), axis=0)
    spread = np.maximum(1 - entropy / np.log(len(x)), 0.0)
    spread[np.ptp(x, axis=0) == 0] = 0.0
    if spread.sum() == 0:
        raise ValueError("values: no indicator differs between units, so entropy gives no weights")
    return _weights(spread / spread.sum(), "entropy")


def component_weights(values: ArrayLike) -> Weights:
    """Return weights in proportion to the loadings of the first principal component.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        Without gaps; each is standardised first.

    Returns
    -------
    Weights
        A loading against the others' direction is given weight 0, with a warning.

    Examples
    --------
    >>> w = component_weights([[1.0, 2.0, 1.0], [2.0, 4.1, 3.0], [3.0, 5.9, 2.0], [4.0, 8.2, 4.0]])
    >>> w.value.round(3).tolist(), round(w.explained, 3)
    ([0.34, 0.343, 0.317], 0.917)
    """
    loadings, explained = principal_component(values)
    against = loadings < 0
    kept = np.where(against, 0.0, loadings)
    warnings = (f"{against.sum()} indicators run against the others and get weight 0",) if against.any() else ()
    return _weights(kept / kept.sum(), "principal component", explained=explained, warnings=warnings)


def principal_component(values: ArrayLike) -> tuple[Floats, float]:
    """Return the loadings of the first principal component of the standardised values, and its share.

    The sign is such that the loadings add up to something positive.

    Examples
    --------
    >>> loadings, share = principal_component([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])
    >>> loadings.round(4).tolist(), round(share, 4)
    ([0.7071, 0.7071], 0.75)
    """
    x = _full(values)
    if len(x) < 3:
        raise ValueError(f"values has {len(x)} units: at least 3 are needed for a component")
    deviation = x.std(axis=0, ddof=1)
    arguments.refuse_where(deviation == 0, name="values", fault="an indicator has no spread", values=deviation)
    _, sizes, axes = np.linalg.svd((x - x.mean(axis=0)) / deviation, full_matrices=False)
    first = axes[0] * (1.0 if axes[0].sum() >= 0 else -1.0)
    return first, float(sizes[0] ** 2 / np.sum(sizes**2))


def ahp_weights(judgements: ArrayLike) -> Weights:
    """Return weights from pairwise judgements (analytic hierarchy process).

    Parameters
    ----------
    judgements : array_like, shape (..., items, items)
        How many times as important the row is as the column; positive, a_ji = 1 / a_ij. Leading axes are several
        people's judgements.

    Returns
    -------
    Weights
        With the consistency ratio; a warning where it exceeds 0.1.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process.

    Examples
    --------
    >>> w = ahp_weights([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    >>> w.value.round(3).tolist(), round(w.consistency, 4)
    ([0.648, 0.23, 0.122], 0.0032)
    """
    a = arguments.real(judgements, name="judgements")
    n = a.shape[-1] if a.ndim else 0
    if a.shape[-2:] != (n, n) or not a.size or not 1 <= n <= len(RANDOM_INDEX):
        raise ValueError(f"judgements has shape {a.shape}: a square of 1 to {len(RANDOM_INDEX)} items is needed")
    arguments.refuse_where(a <= 0, name="judgements", fault="a ratio must be positive", values=a)
    arguments.refuse_where(
        np.abs(a * np.swapaxes(a, -1, -2) - 1) > 1e-2,
        name="judgements",
        fault="not the inverse of its mirror image",
        values=a,
    )
    values, vectors = np.linalg.eig(a)
    top = np.argmax(values.real, axis=-1)[..., None]
    largest = np.take_along_axis(values.real, top, axis=-1)[..., 0]
    weight = np.abs(np.take_along_axis(vectors.real, top[..., None], axis=-1)[..., 0])
    ratio = np.zeros(largest.shape) if n < 3 else np.maximum((largest - n) / (n - 1) / RANDOM_INDEX[n - 1], 0.0)
    worst = float(ratio.max())
    warnings = (
        (f"the judgements contradict each other: consistency ratio {worst:.2f} above 0.1",) if worst > 0.1 else ()
    )
    consistency = arguments.plain(ratio)
    return _weights(weight / weight.sum(axis=-1, keepdims=True), "AHP", consistency=consistency, warnings=warnings)


def cronbach_alpha(values: ArrayLike) -> float:
    """Return Cronbach's alpha: how far the indicators measure one thing, 1 at most.

    Examples
    --------
    >>> round(cronbach_alpha([[1.0, 2.0], [2.0, 3.0], [3.0, 5.0]]), 3)
    0.947
    """
    x = _full(values)
    k = x.shape[1]
    if k < 2:
        raise ValueError("values has a single indicator: alpha needs at least 2")
    covariance = np.cov(x, rowvar=False)
    if not covariance.sum() > 0:
        raise ValueError("values: the sum of the indicators is the same for every unit, so alpha is undefined")
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _full(values: ArrayLike) -> Floats:
    x = arguments.real(values, name="values", ndim=2)
    if len(x) < 2:
        raise ValueError(f"values has {len(x)} units: at least 2 are needed")
    return x


def _weights(
    value: Floats,
    method: str,
    *,
    consistency: Floats | float = float("nan"),
    explained: float = float("nan"),
    warnings: tuple[str, ...] = (),
) -> Weights:
    return Weights(arguments.sealed(value), consistency, explained, method, warnings)
