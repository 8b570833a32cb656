"""A ranking judged as time goes by: fitted on the days before, scored on the days after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.risk.evaluation import Calibration, DaysGained, Precision, calibration, days_gained, precision_at
from banyan.science.risk.ranking import fit_ranking


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """A model judged on windows of later days, each fitted on the days before it alone.

    Attributes
    ----------
    start : ndarray of int, shape (windows,)
        First day of each window.
    gained : tuple of DaysGained
    gain : float
        Mean of the days gained over all findings of all windows.
    score, probability : ndarray, shape (inspections,)
        Of each inspection by the model before it; NaN where it lies in no window.
    precision, calibration
        Over the inspections of all windows: precision at a tenth, a quarter and half of each window.
    warnings : tuple of str
    """

    start: NDArray[np.int64]
    gained: tuple[DaysGained, ...]
    gain: float
    score: Floats
    probability: Floats
    precision: Precision
    calibration: Calibration
    warnings: tuple[str, ...]


def backtest(
    features: ArrayLike,
    found: ArrayLike,
    *,
    day: ArrayLike,
    known: ArrayLike | None = None,
    names: Sequence[str],
    start: int,
    window: int = 60,
    sign: Sequence[int] | None = None,
    nuisance: Sequence[str] = (),
    penalty: float = 10.0,
) -> Backtest:
    """Return how the model of `fit_ranking` would have done, window after window of later days.

    One model a call, on all of its windows: what is fitted in one is judged in the next.

    Parameters
    ----------
    features, found, day, names, sign, nuisance, penalty
        As in `fit_ranking`.
    known : array_like, shape (inspections,), optional
        Day on which each finding became known, where that is later than its day: only what was known before a window
        is learnt from.
    start : int
        First day of the first window.
    window : int
        Days per window; a last, shorter one is left out.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        When no window fits between `start` and the last day, or the days before it hold too few findings.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> past = random.poisson(1.0, 3000)
    >>> found = random.random(3000) < 1 / (1 + np.exp(2.5 - past))
    >>> judged = backtest(past[:, None], found, day=np.arange(3000) // 10, names=["past"], start=120)
    >>> len(judged.gained), judged.gain > 10
    (3, True)
    """
    x = arguments.real(features, name="features", ndim=2, finite=False)
    y = arguments.real(found, name="found", ndim=1)
    when = arguments.real(day, name="day", ndim=1)
    told = when if known is None else arguments.real(known, name="known", ndim=1)
    arguments.same_length(len(x), found=y, day=when, known=told)
    arguments.some(found=y)
    start = arguments.whole(start, name="start", needs="the number of a day", least=-(2**62))
    window = arguments.whole(window, name="window", needs="at least one day", least=1)
    if start <= when.min():
        raise ValueError(f"start is {start}: no day lies before it (the first is {when.min():g}) to learn from")
    starts = np.arange(start, when.max() + 2 - window, window)
    if not len(starts):
        raise ValueError(f"start is {start}: no window of {window} days fits before the last day {when.max():g}")
    score, probability = np.full(len(y), np.nan), np.full(len(y), np.nan)
    gained, kept, warnings, shares = [], [], [], np.zeros(len(y))
    for first in starts:
        before, here = (when < first) & (told < first), (when >= first) & (when < first + window)
        if not y[here].any():
            warnings.append(f"the window from day {first:g} holds no finding and is left out")
            continue
        model = fit_ranking(
            x[before], y[before], day=when[before], names=names, sign=sign, nuisance=nuisance, penalty=penalty
        )
        ranked = model.rank(x[here])
        score[here], probability[here] = ranked.score, ranked.probability
        shares[here] = -ranked.rank / here.sum()
        gained.append(days_gained(when[here], y[here], ranked.score))
        kept.append(int(first))
    judged = ~np.isnan(score)
    if not judged.any():
        raise ValueError("found holds no finding in any window: there is nothing to judge")
    total = sum(g.findings for g in gained)
    sizes = [max(1, int(judged.sum() * share)) for share in (0.1, 0.25, 0.5)]
    return Backtest(
        start=np.array(kept), gained=tuple(gained), gain=sum(g.mean * g.findings for g in gained) / total,
        score=arguments.sealed(score), probability=arguments.sealed(probability),
        precision=precision_at(y[judged], shares[judged], k=sizes),
        calibration=calibration(y[judged], probability[judged]), warnings=tuple(warnings),
    )  # fmt: skip
