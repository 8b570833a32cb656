"""Whom to visit first: a logistic model that keeps its signs, calibrated on later days, and explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from banyan.science import arguments
from banyan.science.arguments import Floats

LEAST_FOUND = 20  # positive and negative outcomes needed before a model is fitted


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Subjects ranked for inspection.

    Attributes
    ----------
    probability : ndarray, shape (subjects,)
        Calibrated probability that an inspection finds something.
    score : ndarray, shape (subjects,)
        Log-odds before calibration; orders subjects of equal probability.
    rank : ndarray of int, shape (subjects,)
        1 for the subject to visit first.
    contribution : ndarray, shape (subjects, features)
        What each feature adds to the score against the average subject; the reasons to show an officer.
    """

    probability: Floats
    score: Floats
    rank: NDArray[np.int64]
    contribution: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RankingModel:
    """A fitted model.

    Attributes
    ----------
    names : tuple of str
    coefficient : ndarray, shape (features,)
        Change of the log-odds per standard deviation of the feature.
    intercept : float
        Log-odds of the average subject.
    centre, scale : ndarray, shape (features,)
        Mean and standard deviation of each feature where it was fitted.
    nuisance : ndarray of bool, shape (features,)
        Features that explain what was found but do not rank.
    knots, calibrated : ndarray
        Calibration curve: probability at scores, linear between them.
    n, method, warnings
        Inspections used, name of the method, sentences on the whole.
    """

    names: tuple[str, ...]
    coefficient: Floats
    intercept: float
    centre: Floats
    scale: Floats
    nuisance: NDArray[np.bool_]
    knots: Floats
    calibrated: Floats
    n: int
    method: str
    warnings: tuple[str, ...]

    def rank(self, features: ArrayLike) -> Ranked:
        """Return the subjects' probabilities, ranks and reasons.

        Parameters
        ----------
        features : array_like, shape (subjects, features)
            In the order of `names`; NaN where unknown, which then neither raises nor lowers the score.
        """
        x = _features(features, len(self.names))
        contribution = _standard(x, self.centre, self.scale) * np.where(self.nuisance, 0.0, self.coefficient)
        score = self.intercept + contribution.sum(axis=1)
        order = np.argsort(-score, kind="stable")
        rank = np.empty(len(score), np.int64)
        rank[order] = np.arange(1, len(score) + 1)
        probability = np.interp(score, self.knots, self.calibrated)
        held = (arguments.sealed(v) for v in (probability, score, rank, contribution))
        return Ranked(*held)


def fit_ranking(
    features: ArrayLike,
    found: ArrayLike,
    *,
    day: ArrayLike,
    names: Sequence[str],
    sign: Sequence[int] | None = None,
    nuisance: Sequence[str] = (),
    penalty: float = 10.0,
    folds: int = 4,
) -> RankingModel:
    """Return a model of what inspections find, to rank the next ones.

    One model a call, of any number of inspections.

    Parameters
    ----------
    features : array_like, shape (inspections, features)
        Known before the inspection; NaN where unknown.
    found : array_like, shape (inspections,)
        1 or True where the inspection found something.
    day : array_like of int, shape (inspections,)
        Day of each inspection. Calibration only ever looks from earlier days to later ones.
    names : sequence of str
        Names of the features.
    sign : sequence of int, optional
        Per feature 1 where more may only raise the risk, -1 where it may only lower it, 0 for either.
    nuisance : sequence of str
        Features that tell who looked or when (the inspector, the weather): they take part in the fit, so
        that their effect is not laid on the subjects, but do not rank.
    penalty : float
        Ridge penalty on standardised coefficients, 0 or more.
    folds : int
        Periods of equal size; each but the first is scored by a model of those before it, and the
        calibration curve is fitted to these scores.

    Returns
    -------
    RankingModel

    Raises
    ------
    ValueError
        For too few findings, a feature that never varies, or names that do not fit.

    Notes
    -----
    Logistic regression with bounds on the coefficients, then isotonic regression of what was found on the
    score; the ends of each flat piece are joined linearly, so that the probability rises with the score.

    References
    ----------
    Zadrozny, Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> past = random.poisson(1.0, 2000)
    >>> found = random.random(2000) < 1 / (1 + np.exp(2 - past))
    >>> model = fit_ranking(past[:, None], found, day=np.arange(2000), names=["past findings"], sign=[1])
    >>> ranked = model.rank([[0], [4]])
    >>> ranked.rank.tolist(), ranked.probability.round(1).tolist()
    ([2, 1], [0.1, 0.9])
    """
    x, y, when = _inputs(features, found, day, names)
    signs, passive = _options(names, sign, nuisance)
    penalty = arguments.number(penalty, name="penalty", needs="0 or more", least=0)
    folds = arguments.whole(folds, name="folds", needs="at least 2 periods", least=2)
    intercept, coefficient, centre, scale = _fit(x, y, signs, penalty)
    scores, outcomes, skipped = _forward_scores(x, y, when, signs, passive, penalty, folds)
    warnings = []
    if skipped:
        warnings.append(f"{skipped} of {folds - 1} later periods had too few findings before them to be scored")
    if not len(scores):
        scores = intercept + _standard(x, centre, scale) @ np.where(passive, 0.0, coefficient)
        outcomes = y
        warnings.append("calibrated on the days it was fitted on, so probabilities are too sure of themselves")
    knots, calibrated = _calibration_curve(scores, outcomes)
    return RankingModel(
        names=tuple(names), coefficient=arguments.sealed(coefficient), intercept=float(intercept),
        centre=arguments.sealed(centre), scale=arguments.sealed(scale), nuisance=arguments.sealed(passive),
        knots=arguments.sealed(knots), calibrated=arguments.sealed(calibrated), n=len(y),
        method="logistic with signs, isotonic calibration", warnings=tuple(warnings),
    )  # fmt: skip


def _features(features: ArrayLike, count: int) -> Floats:
    x = arguments.real(features, name="features", ndim=2, finite=False)
    arguments.refuse_where(np.isinf(x), name="features", fault="a finite number or NaN is needed", values=x)
    if x.shape[1] != count:
        raise ValueError(f"features has {x.shape[1]} columns: {count} names are given")
    return x


def _inputs(
    features: ArrayLike, found: ArrayLike, day: ArrayLike, names: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    arguments.listed(names, name="names", needs="a list with one text per feature")
    odd = [name for name in names if not isinstance(name, str)]
    if odd:
        raise ValueError(f"names holds {odd[0]!r}: one text per feature is needed")
    if len(set(names)) < len(names):
        raise ValueError("names lists a feature twice")
    x = _features(features, len(names))
    y = arguments.real(found, name="found", ndim=1)
    when = arguments.real(day, name="day", ndim=1)
    arguments.same_length(len(x), found=y, day=when)
    arguments.refuse_where((y != 0) & (y != 1), name="found", fault="0 or 1 is needed", values=y)
    if min(y.sum(), len(y) - y.sum()) < LEAST_FOUND:
        raise ValueError(
            f"found holds {y.sum():g} findings in {len(y)}: at least {LEAST_FOUND} of either kind are needed"
        )
    with np.errstate(all="ignore"):
        spread = np.nanmax(np.where(np.isnan(x), -np.inf, x), axis=0) - np.nanmin(
            np.where(np.isnan(x), np.inf, x), axis=0
        )
    for name, width in zip(names, spread, strict=True):
        if not width > 0:
            raise ValueError(f"features: {name!r} never varies, so it tells nothing; leave it out")
    return x, y, when


def _options(
    names: Sequence[str], sign: Sequence[int] | None, nuisance: Sequence[str]
) -> tuple[Floats, NDArray[np.bool_]]:
    signs = np.zeros(len(names)) if sign is None else arguments.real(sign, name="sign", ndim=1)
    arguments.same_length(len(names), sign=signs)
    arguments.refuse_where(~np.isin(signs, (-1, 0, 1)), name="sign", fault="1, 0 or -1 is needed", values=signs)
    unknown = [name for name in nuisance if name not in names]
    if unknown:
        raise ValueError(f"nuisance names {unknown[0]!r}, which is not a feature")
    passive = np.array([name in set(nuisance) for name in names])
    if passive.all():
        raise ValueError("nuisance names every feature: nothing is left to rank by")
    return signs, passive


def _standard(x: Floats, centre: Floats, scale: Floats) -> Floats:
    return np.nan_to_num((x - centre) / scale, nan=0.0)


def _fit(x: Floats, y: Floats, signs: Floats, penalty: float) -> tuple[float, Floats, Floats, Floats]:
    """Return intercept, coefficients per standard deviation, centre and scale."""
    known = ~np.isnan(x)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, x, 0.0).sum(axis=0) / count
    scale = np.sqrt(np.where(known, (x - centre) ** 2, 0.0).sum(axis=0) / count)
    scale[scale == 0] = 1.0
    z = _standard(x, centre, scale)

    def loss(b: Floats) -> tuple[float, Floats]:
        eta = b[0] + z @ b[1:]
        rest = expit(eta) - y
        value = np.logaddexp(0, eta).sum() - y @ eta + penalty / 2 * b[1:] @ b[1:]
        return float(value), np.concatenate(([rest.sum()], z.T @ rest + penalty * b[1:]))

    rate = np.clip(y.mean(), 1e-6, 1 - 1e-6)
    start = np.concatenate(([np.log(rate / (1 - rate))], np.zeros(x.shape[1])))
    bounds = [(None, None), *((0, None) if s > 0 else (None, 0) if s < 0 else (None, None) for s in signs)]
    from scipy.optimize import minimize  # heavy: loaded where it is used

    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-12})
    return float(best.x[0]), best.x[1:], centre, scale


def _forward_scores(
    x: Floats, y: Floats, when: Floats, signs: Floats, passive: NDArray[np.bool_], penalty: float, folds: int
) -> tuple[Floats, Floats, int]:
    """Return scores of later periods by models of the days before them, what was found, and periods skipped."""
    cuts = np.quantile(when, np.arange(1, folds) / folds, method="higher")
    ends = np.append(cuts[1:], np.inf)
    scores, outcomes, skipped = [], [], 0
    for start, end in zip(cuts, ends, strict=True):
        before, here = when < start, (when >= start) & (when < end)
        enough = min(y[before].sum(), before.sum() - y[before].sum()) >= LEAST_FOUND
        if not enough or not here.any():
            skipped += 1
            continue
        intercept, coefficient, centre, scale = _fit(x[before], y[before], signs, penalty)
        scores.append(intercept + _standard(x[here], centre, scale) @ np.where(passive, 0.0, coefficient))
        outcomes.append(y[here])
    empty = np.empty(0)
    return np.concatenate([empty, *scores]), np.concatenate([empty, *outcomes]), skipped


def _calibration_curve(scores: Floats, outcomes: Floats) -> tuple[Floats, Floats]:
    """Return scores and rising probabilities between which the calibration is linear."""
    order = np.argsort(scores, kind="stable")
    s, y = scores[order], outcomes[order]
    distinct, first, count = np.unique(s, return_index=True, return_counts=True)
    mean = np.add.reduceat(y, first) / count
    from scipy.optimize import isotonic_regression  # heavy: loaded where it is used

    fitted = isotonic_regression(mean, weights=count.astype(np.float64)).x
    edge = 1 / (len(y) + 2)
    change = np.flatnonzero(np.diff(fitted) > 0) + 1
    starts, stops = np.concatenate(([0], change)), np.concatenate((change, [len(fitted)]))
    pieces = zip(starts, stops, strict=True)
    middle = np.array([np.average(distinct[a:b], weights=count[a:b]) for a, b in pieces])
    return middle, np.clip(fitted[starts], edge, 1 - edge)
