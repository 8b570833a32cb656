"""Change-point models at every balance point at once, by closed-form normal equations, and the best of them.

A day is either below the heating point or above the cooling point, never both, when the first is not above the
second. So heating and cooling degree days of such a pair have no common day, their product sum is zero, and one
pass over the columns gives the normal equations of all pairs. Of billing periods, which hold cold and warm days,
the product sums are taken too: there are few periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from banyan.science.arguments import Floats

# name: (number of parameters, change points included; slopes besides the intercept)
MODELS = {
    "intercept_only": (1, 0), "straight_line": (2, 1), "hdd_only": (3, 1), "cdd_only": (3, 1),
    "one_balance_point": (4, 2), "cdd_hdd": (5, 2),
}  # fmt: skip
TIE = 1e-12  # adjusted R² that differ by less are equal: the first in the order of candidates is taken
SINGULAR = 1e-12  # share of a column that is left beside the other columns, below which it says nothing


@dataclass(frozen=True, slots=True)
class Rules:
    """What a candidate must fulfil."""

    points: Floats
    models: tuple[str, ...]
    minimum_days: int
    minimum_degree_days: float
    maximum_p_value: float


class Rows(NamedTuple):
    """What is fitted: a row is a day or a billing period; weights add up to the number of rows that count.

    Heating and cooling degree days of each point are (meters, rows, points), mean temperatures and weights (meters,
    rows). `days` are the days that a row stands for, where they are not its weight; `apart` says that no row has
    degree days of both kinds.
    """

    heating: Floats
    cooling: Floats
    temperature: Floats
    weight: Floats
    days: Floats | None
    apart: bool


class Best(NamedTuple):
    """The best candidate per meter; NaN where the model has no such parameter."""

    model: NDArray
    intercept: Floats
    heating_slope: Floats
    cooling_slope: Floats
    slope: Floats
    heating_point: Floats
    cooling_point: Floats
    r_squared_adj: Floats
    tried: NDArray
    qualified: NDArray


class _Sums(NamedTuple):
    """Centred weighted sums of squares and products of one kind of column, (meters, columns)."""

    mean: Floats
    square: Floats
    with_usage: Floats
    enough: NDArray[np.bool_]


class _Fit(NamedTuple):
    """All candidates of one model, (meters, candidates): slopes, intercept, adjusted R², whether tried and fit."""

    heating: Floats
    cooling: Floats
    intercept: Floats
    score: Floats
    tried: NDArray[np.bool_]
    good: NDArray[np.bool_]


class _Usage(NamedTuple):
    n: Floats
    mean: Floats
    square: Floats


def days_of(temperature: Floats, held: NDArray[np.bool_], rules: Rules) -> Rows:
    """Return the days of (meters, days), of which `held` count, as rows to be fitted."""
    t = np.where(held, temperature, 0.0)
    heating = np.maximum(rules.points - t[..., None], 0.0)
    cooling = np.maximum(t[..., None] - rules.points, 0.0)
    return Rows(heating, cooling, t, held.astype(float), None, apart=True)


def best_candidates(usage: Floats, rows: Rows, rules: Rules) -> Best:
    """Return the best candidate of each meter for usage per day, (meters, rows)."""
    weight = rows.weight
    n = np.count_nonzero(weight, axis=1).astype(float)
    y = np.where(weight > 0, usage, 0.0)
    mean = (weight * y).sum(axis=1) / np.maximum(n, 1)
    off = y - mean[:, None]
    y = weight * off
    square = np.einsum("md,md->m", y, off)
    # Usage that does not vary beyond rounding is constant: nothing is left to explain.
    square = np.where(square <= 1e-24 * n * mean**2, 0.0, square)
    about = _Usage(n[:, None], mean[:, None], square[:, None])
    points = rules.points
    hdd, weighted = _sums(rows.heating, rows, y, n, rules)
    cdd, _ = _sums(rows.cooling, rows, y, n, rules)
    crossed = None if rows.apart else np.matmul(weighted.transpose(0, 2, 1), rows.cooling)
    place = np.arange(len(points))
    # The order of candidates decides ties: cooling point outside, heating point inside.
    cooling, heating = np.nonzero(place[None, :] <= place[:, None])
    fits: list[tuple[str, _Fit, Floats, Floats]] = []
    none = np.full(1, np.nan)
    for model in rules.models:
        if model == "intercept_only":
            fits.append((model, _level(about), none, none))
        elif model == "straight_line":
            centre = (weight * rows.temperature).sum(axis=1, keepdims=True) / np.maximum(n, 1)[:, None]
            line, _ = _sums((rows.temperature - centre)[..., None], rows, y, n, rules)
            fits.append((model, _single(line._replace(mean=centre), about, rules, any_sign=True), none, none))
        elif model == "hdd_only":
            fits.append((model, _single(hdd, about, rules), points, np.full(len(points), np.nan)))
        elif model == "cdd_only":
            fits.append((model, _single(cdd, about, rules), np.full(len(points), np.nan), points))
        elif model == "one_balance_point":
            one = _pairs(hdd, cdd, crossed, about, rules, place, place, any_sign=True)
            fits.append((model, one, points, points))
        else:
            both = _pairs(hdd, cdd, crossed, about, rules, heating, cooling)
            fits.append((model, both, points[heating], points[cooling]))
    return _best(fits, len(usage))


def _sums(columns: Floats, rows: Rows, y: Floats, n: Floats, rules: Rules) -> tuple[_Sums, Floats]:
    """Return the sums over the rows, and the weighted columns."""
    weighted = columns * rows.weight[..., None]
    total = weighted.sum(axis=1)
    mean = total / np.maximum(n, 1)[:, None]
    square = np.einsum("mdp,mdp->mp", columns, weighted) - n[:, None] * mean**2
    degree_days = total if rows.days is None else np.einsum("mdp,md->mp", columns, rows.days)
    enough = degree_days >= rules.minimum_degree_days
    enough &= np.count_nonzero(weighted > 0, axis=1) >= rules.minimum_days
    return _Sums(mean, square, np.matmul(y[:, None], columns)[:, 0], enough), weighted


def _level(about: _Usage) -> _Fit:
    nothing, yes = np.full(about.n.shape, np.nan), about.n > 0
    return _Fit(nothing, nothing, about.mean, np.zeros(about.n.shape), yes, yes & (about.mean >= 0))


def _single(x: _Sums, about: _Usage, rules: Rules, *, any_sign: bool = False) -> _Fit:
    """Candidates with one column beside the intercept."""
    raw = x.square + about.n * x.mean**2
    if any_sign:
        tried = (about.n > 2) & (x.square > SINGULAR * np.maximum(raw, 1e-300))
    else:
        tried = x.enough & (about.n > 2) & (x.square > SINGULAR * raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(tried, x.with_usage / x.square, np.nan)
        left = np.maximum(about.square - slope * x.with_usage, 0.0)
        p = _p_value(slope, left / (about.n - 2) / x.square, about.n - 2)
        score = 1 - left / about.square * (about.n - 1) / (about.n - 2)
    intercept = about.mean - slope * x.mean
    good = tried & (about.square > 0) & ~(p > rules.maximum_p_value)
    if not any_sign:
        good &= (slope >= 0) & (intercept >= 0)
    return _Fit(slope, slope, intercept, score, tried, good)


def _pairs(
    hdd: _Sums,
    cdd: _Sums,
    crossed: Floats | None,
    about: _Usage,
    rules: Rules,
    h: NDArray,
    c: NDArray,
    *,
    any_sign: bool = False,
) -> _Fit:
    """Candidates with heating and cooling degree days at the points of the places h and c, h not above c."""
    hh, cc = hdd.square[:, h], cdd.square[:, c]
    hc = -about.n * hdd.mean[:, h] * cdd.mean[:, c]
    if crossed is not None:
        hc = hc + crossed[:, h, c]
    hy, cy = hdd.with_usage[:, h], cdd.with_usage[:, c]
    determinant = hh * cc - hc**2
    tried = hdd.enough[:, h] & cdd.enough[:, c] & (about.n > 3) & (determinant > SINGULAR * hh * cc)
    with np.errstate(divide="ignore", invalid="ignore"):
        heating = np.where(tried, (cc * hy - hc * cy) / determinant, np.nan)
        cooling = np.where(tried, (hh * cy - hc * hy) / determinant, np.nan)
        left = np.maximum(about.square - heating * hy - cooling * cy, 0.0)
        variance = left / (about.n - 3)
        score = 1 - left / about.square * (about.n - 1) / (about.n - 3)
    intercept = about.mean - heating * hdd.mean[:, h] - cooling * cdd.mean[:, c]
    good = tried & (about.square > 0)
    if rules.maximum_p_value < 1:
        with np.errstate(divide="ignore", invalid="ignore"):
            p_heating = _p_value(heating, variance * cc / determinant, about.n - 3)
            p_cooling = _p_value(cooling, variance * hh / determinant, about.n - 3)
        good &= ~(p_heating > rules.maximum_p_value) & ~(p_cooling > rules.maximum_p_value)
    if not any_sign:
        good &= (heating >= 0) & (cooling >= 0) & (intercept >= 0)
    return _Fit(heating, cooling, intercept, score, tried, good)


def _p_value(slope: Floats, variance: Floats, freedom: Floats) -> Floats:
    return 2 * stdtr(freedom, -np.abs(slope) / np.sqrt(variance))


def _best(fits: list[tuple[str, _Fit, Floats, Floats]], meters: int) -> Best:
    score = np.concatenate([np.where(fit.good, fit.score, -np.inf) for _, fit, _, _ in fits], axis=1)
    highest = score.max(axis=1)
    first = np.argmax(score >= highest[:, None] - TIE, axis=1)
    lengths = [fit.score.shape[1] for _, fit, _, _ in fits]
    start = np.concatenate([[0], np.cumsum(lengths)])
    parts = {name: np.full(meters, np.nan) for name in Best._fields[1:8]}
    model = np.full(meters, "", dtype="U20")
    for (name, fit, hp, cp), begin, end in zip(fits, start[:-1], start[1:], strict=True):
        rows = np.flatnonzero(np.isfinite(highest) & (first >= begin) & (first < end))
        at = first[rows] - begin
        model[rows] = name
        parts["intercept"][rows] = fit.intercept[rows, at]
        parts["r_squared_adj"][rows] = fit.score[rows, at]
        if name in {"hdd_only", "cdd_hdd", "one_balance_point"}:
            parts["heating_slope"][rows], parts["heating_point"][rows] = fit.heating[rows, at], hp[at]
        if name in {"cdd_only", "cdd_hdd", "one_balance_point"}:
            parts["cooling_slope"][rows], parts["cooling_point"][rows] = fit.cooling[rows, at], cp[at]
        if name == "straight_line":
            parts["slope"][rows] = fit.heating[rows, at]
    tried = np.sum([fit.tried.sum(axis=1) for _, fit, _, _ in fits], axis=0)
    qualified = np.sum([fit.good.sum(axis=1) for _, fit, _, _ in fits], axis=0)
    return Best(model=model, tried=tried, qualified=qualified, **parts)
