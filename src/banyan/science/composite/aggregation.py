"""Scores of groups from the scores of their members, for one index or for thousands of draws at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.composite.tree import Tree

METHODS = ("arithmetic", "geometric", "harmonic", "copeland", "outranking")


def aggregate(values: ArrayLike, *, weights: ArrayLike, method: str = "arithmetic") -> Floats:
    """Return one score per unit from several indicators.

    Parameters
    ----------
    values : array_like, shape (..., units, indicators)
        Normalised, more being better; NaN for gaps, over which the other weights are spread.
    weights : array_like, shape (..., indicators)
        Positive; only proportions count. Leading axes are draws and broadcast against those of `values`.
    method : {"arithmetic", "geometric", "harmonic", "copeland", "outranking"}
        Weighted means; or from each pair of units: by how many units one beats more than it is beaten
        (``"copeland"``), or the mean weight by which it does (``"outranking"``, the net flow of PROMETHEE II
        with the usual criterion).

    Returns
    -------
    ndarray, shape (..., units)
        NaN where a unit has no value at all.

    Raises
    ------
    ValueError
        For values that are not positive under a geometric or harmonic mean, gaps under a pairwise method,
        weights that are not positive.

    Examples
    --------
    >>> aggregate([[10.0, 90.0], [50.0, 50.0]], weights=[1, 1]).tolist()
    [50.0, 50.0]
    >>> aggregate([[10.0, 90.0], [50.0, 50.0]], weights=[1, 1], method="geometric").round(6).tolist()
    [30.0, 50.0]
    """
    arguments.choice(method, name="method", among=METHODS)
    x = arguments.real(values, name="values", finite=False)
    arguments.refuse_where(np.isinf(x), name="values", fault="a finite number or NaN is needed", values=x)
    w = arguments.real(weights, name="weights")
    arguments.some(values=x, weights=w)
    if x.ndim < 2 or not w.ndim or w.shape[-1] != x.shape[-1]:
        raise ValueError(f"weights {w.shape} and values {x.shape}: the last axis of both must be the indicators")
    arguments.refuse_where(w < 0, name="weights", fault="a weight cannot be negative", values=w)
    arguments.refuse_where(
        w.sum(axis=-1) <= 0, name="weights", fault="weights add up to nothing", values=w.sum(axis=-1)
    )
    return aggregated(x, w, method)


def outranking_matrix(values: ArrayLike, *, weights: ArrayLike) -> Floats:
    """Return the share of weight by which each unit (row) beats each other (column); a tie counts half.

    Examples
    --------
    >>> outranking_matrix([[1.0, 4.0], [2.0, 3.0]], weights=[3, 1]).tolist()
    [[0.0, 0.25], [0.75, 0.0]]
    """
    x = arguments.real(values, name="values", ndim=2)
    w = arguments.real(weights, name="weights", ndim=1)
    arguments.some(values=x)
    arguments.same_length(x.shape[1], weights=w)
    arguments.refuse_where(w < 0, name="weights", fault="a weight cannot be negative", values=w)
    if not w.sum() > 0:
        raise ValueError("weights add up to nothing")
    return _beats(x, w / w.sum())


def aggregated(x: Floats, w: Floats, method: str) -> Floats:
    """Return `aggregate` without its checks on weights; called once per group and batch of draws."""
    if method in ("copeland", "outranking"):
        if np.isnan(x).any():
            raise ValueError(f"values hold gaps: fill them before {method!r} compares units pair by pair")
        beats = _beats(x, w / w.sum(axis=-1, keepdims=True))
        lead = beats - np.swapaxes(beats, -1, -2)
        if method == "copeland":
            return np.sign(np.round(lead, 12)).sum(axis=-1)
        return lead.sum(axis=-1) / (x.shape[-2] - 1)
    if method != "arithmetic" and np.nanmin(x) <= 0:
        raise ValueError(_not_positive(float(np.nanmin(x)), method))
    if method == "geometric":
        return np.exp(_weighted_mean(np.log(x), w))
    if method == "harmonic":
        return 1 / _weighted_mean(1 / x, w)
    return _weighted_mean(x, w)


def _weighted_mean(x: Floats, w: Floats) -> Floats:
    # One sum tells whether there is any gap, without an array of the size of all draws.
    if not np.isnan(x.sum()):
        total = w.sum(axis=-1, keepdims=True)
        return (w @ x.T if x.ndim == 2 else (x @ w[..., None])[..., 0]) / total
    gaps = np.isnan(x)
    top = (np.where(gaps, 0.0, x) @ w[..., None])[..., 0]
    held = ((~gaps).astype(np.float64) @ w[..., None])[..., 0]
    return np.divide(top, held, out=np.full(np.broadcast_shapes(top.shape, held.shape), np.nan), where=held > 0)


def _beats(x: Floats, w: Floats) -> Floats:
    """Return (..., units, units): the weight by which row beats column, ties half, 0 against itself."""
    over = x[..., :, None, :] - x[..., None, :, :]
    share = (over > 0) + 0.5 * (over == 0)
    beats = np.einsum("...uvk,...k->...uv", share, w)
    units = np.arange(x.shape[-2])
    beats[..., units, units] = 0.0
    return beats


def climb(
    x: Floats, tree: Tree, weights: Sequence[Floats], methods: Sequence[str], *, every_level: bool = True
) -> list[Floats]:
    """Return the scores of each level above the indicators.

    Parameters
    ----------
    x : ndarray, shape (..., units, indicators)
        Normalised indicators.
    weights : sequence of ndarray, each (..., codes of the level)
        Per level.
    methods : sequence of str
        Per level.
    every_level : bool
        Whether all levels are wanted; else the last is sure to be there and others may be left out.
    """
    plain = not np.isnan(x.sum()) and x.ndim == 2 and weights[0].ndim == 2
    if plain and not {"copeland", "outranking"} & set(methods):
        return _climb_means(x, tree, weights, methods, every_level)
    scores, current = [], x
    for level, (w, method) in enumerate(zip(weights, methods, strict=True)):
        groups = len(tree.codes[level + 1])
        draws = np.broadcast_shapes(current.shape[:-2], w.shape[:-1])
        above = np.empty((*draws, current.shape[-2], groups))
        for group in range(groups):
            members = tree.members(level, group)
            above[..., group] = aggregated(current[..., members], w[..., members], method)
        current = above
        scores.append(current)
    return scores


def _climb_means(
    x: Floats, tree: Tree, weights: Sequence[Floats], methods: Sequence[str], every_level: bool
) -> list[Floats]:
    """Return what `climb` returns for one table without gaps, many draws of weights, and means throughout.

    One array (draws, units) per code: a group's few members are added up one by one, which is several times
    faster than a product of tiny matrices per draw.
    """
    parts: list[Floats] = []
    scores = []
    for level, (w, method) in enumerate(zip(weights, methods, strict=True)):
        above = []
        for group in range(len(tree.codes[level + 1])):
            members = tree.members(level, group)
            if level == 0:
                above.append(aggregated(x[:, members], w[:, members], method))
            else:
                above.append(_mean_of_parts([parts[m] for m in members], w[:, members], method))
        parts = above
        if len(parts) == 1 or every_level:
            scores.append(np.stack(parts, axis=-1))
    return scores


def _mean_of_parts(parts: Sequence[Floats], w: Floats, method: str) -> Floats:
    """Return the weighted mean of (draws, units) arrays with weights (draws, parts)."""
    if method != "arithmetic":
        low = min(float(part.min()) for part in parts)
        if low <= 0:
            raise ValueError(_not_positive(low, method))
    share = w / w.sum(axis=-1, keepdims=True)
    total = np.zeros(parts[0].shape)
    for k, part in enumerate(parts):
        turned = np.log(part) if method == "geometric" else 1 / part if method == "harmonic" else part
        total += turned * share[:, k, None]
    return np.exp(total) if method == "geometric" else 1 / total if method == "harmonic" else total


def _not_positive(low: float, method: str) -> str:
    return f"values go down to {low:g}: a {method} mean needs positive scores; normalise to a scale above 0"
