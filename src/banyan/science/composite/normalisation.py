"""Indicators of different units brought to one scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.composite.preparation import table

METHODS = (
    "minmax",
    "zscore",
    "rank",
    "percentile_rank",
    "goalposts",
    "distance_to_target",
    "fraction_of_maximum",
)
NEEDS = {"goalposts": {"posts"}, "distance_to_target": {"target"}}
MAY = {"minmax": {"scale"}, "zscore": {"scale"}, "goalposts": {"scale"}}


def normalise(
    values: ArrayLike,
    *,
    method: str = "minmax",
    direction: ArrayLike | None = None,
    scale: tuple[float, float] | None = None,
    posts: ArrayLike | None = None,
    target: ArrayLike | None = None,
) -> Floats:
    """Return indicators on one scale, more always being better.

    Parameters
    ----------
    values : array_like, shape (units, indicators)
        NaN for gaps, which stay.
    method : str
        ``"minmax"``: lowest to highest becomes `scale` (default 0, 100). ``"zscore"``: mean and standard
        deviation become `scale` (default 0, 1). ``"rank"``: 1 for the lowest, ties share the lower.
        ``"percentile_rank"``: (rank - 1) / (n - 1). ``"goalposts"``: `posts` become `scale` (default 0, 100),
        beyond them cut off. ``"distance_to_target"``: 1 at the target, 0 at the unit farthest on the worse
        side, above 1 beyond the target. ``"fraction_of_maximum"``: share of the best unit's value.
    direction : array_like, shape (indicators,), optional
        1 where more is better, -1 where less is.
    scale : tuple of float, optional
        See `method`.
    posts : array_like, shape (indicators, 2)
        Low and high goalpost in the indicator's unit.
    target : array_like, shape (indicators,)
        Target in the indicator's unit.

    Returns
    -------
    ndarray, shape (units, indicators)

    Raises
    ------
    ValueError
        For an indicator without spread where spread is needed, or an option without effect.

    Examples
    --------
    >>> normalise([[1.0, 9.0], [2.0, 5.0], [3.0, 1.0]], direction=[1, -1]).tolist()
    [[0.0, 0.0], [50.0, 50.0], [100.0, 100.0]]
    """
    arguments.choice(method, name="method", among=METHODS)
    given = {"scale": scale, "posts": posts, "target": target}
    for name, value in given.items():
        if value is not None and name not in MAY.get(method, set()) | NEEDS.get(method, set()):
            raise ValueError(f"{name} has no effect on method {method!r}; leave it out")
        if value is None and name in NEEDS.get(method, set()):
            raise ValueError(f"{name} is needed for method {method!r}")
    x = table(values)
    sign = np.ones(x.shape[1]) if direction is None else arguments.real(direction, name="direction", ndim=1)
    arguments.same_length(x.shape[1], direction=sign)
    arguments.refuse_where(np.abs(sign) != 1, name="direction", fault="1 or -1 is needed", values=sign)
    if method == "goalposts":
        return _goalposts(x, sign, posts, scale or (0.0, 100.0))
    if method == "distance_to_target":
        return _distance_to_target(x, sign, target)
    if method in ("rank", "percentile_rank"):
        return _ranked(x * sign, share=method == "percentile_rank")
    if method == "fraction_of_maximum":
        return _fraction(x, sign)
    x = x * sign
    _refuse_constant(x)
    low, high = scale or ((0.0, 100.0) if method == "minmax" else (0.0, 1.0))
    if method == "minmax":
        if not low < high:
            raise ValueError(f"scale is {scale}: the lower end must come first")
        bottom, top = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
        return low + (x - bottom) / (top - bottom) * (high - low)
    if not high > 0:
        raise ValueError(f"scale is {scale}: the standard deviation must be positive")
    return low + high * (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0, ddof=1)


def _refuse_constant(x: Floats) -> None:
    constant = np.nanmax(x, axis=0) == np.nanmin(x, axis=0)
    if constant.any():
        column = int(np.flatnonzero(constant)[0])
        raise ValueError(f"values[:, {column}] is the same for every unit: it tells nothing; leave the indicator out")


def _goalposts(x: Floats, sign: Floats, posts: ArrayLike | None, scale: tuple[float, float]) -> Floats:
    ends = arguments.real(np.asarray(posts), name="posts", ndim=2)
    if ends.shape != (x.shape[1], 2):
        raise ValueError(f"posts has shape {ends.shape}: ({x.shape[1]}, 2) expected, low and high per indicator")
    arguments.refuse_where(
        ends[:, 0] >= ends[:, 1], name="posts", fault="the low post must come first", values=ends[:, 0]
    )
    if not scale[0] < scale[1]:
        raise ValueError(f"scale is {scale}: the lower end must come first")
    part = (x - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
    part = np.clip(np.where(sign > 0, part, 1 - part), 0.0, 1.0)
    return scale[0] + part * (scale[1] - scale[0])


def _distance_to_target(x: Floats, sign: Floats, target: ArrayLike | None) -> Floats:
    goal = arguments.real(np.asarray(target), name="target", ndim=1)
    arguments.same_length(x.shape[1], target=goal)
    x, goal = x * sign, goal * sign
    worst = np.nanmin(x, axis=0)
    arguments.refuse_where(
        goal <= worst, name="target", fault="every unit is there already, so it separates nothing", values=goal * sign
    )
    return 1 - (goal - x) / (goal - worst)


def _ranked(x: Floats, *, share: bool) -> Floats:
    out = np.full(x.shape, np.nan)
    for j in range(x.shape[1]):
        held = ~np.isnan(x[:, j])
        rank = rankdata(x[held, j], method="min")
        if share:
            if held.sum() < 2:
                raise ValueError(f"values[:, {j}] holds a single value: it has no percentile rank")
            rank = (rank - 1) / (held.sum() - 1)
        out[held, j] = rank
    return out


def _fraction(x: Floats, sign: Floats) -> Floats:
    arguments.refuse_where(x < 0, name="values", fault="a share of the maximum needs values from 0 up", values=x)
    top, bottom = np.nanmax(x, axis=0), np.nanmin(x, axis=0)
    arguments.refuse_where(
        (sign < 0) & (bottom <= 0),
        name="values",
        fault="where less is better the lowest must be positive",
        values=bottom,
    )
    arguments.refuse_where(top <= 0, name="values", fault="the highest must be positive", values=top)
    with np.errstate(divide="ignore"):
        return np.where(sign > 0, x / top, bottom / x)
