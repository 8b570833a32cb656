"""Main meter minus sub-meters: is what is left over more than the meters' own uncertainty explains?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from banyan.science import arguments
from banyan.science.arguments import Floats

VERDICTS = ("balances", "unmetered use", "sub-meters exceed the main meter")


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Balance of main meters with their sub-meters; arrays (mains, periods), totals (mains,).

    Attributes
    ----------
    value, u : ndarray
        Main less sub-meters less known loss, per period, and its standard uncertainty.
    score, p_value : ndarray
        value / u and its two-sided p-value.
    verdict : ndarray of str
        ``balances``, ``unmetered use`` or ``sub-meters exceed the main meter``, per period.
    total, total_u, total_p_value, total_verdict : ndarray
        The same over all periods; what a meter shows wrong in one direction does not average out.
    share : ndarray
        total / sum of the main meter; NaN where it is 0.
    n, level, method, warnings
        Periods and the rest; per period the level holds for all periods of a main meter together (Šidák).
    """

    value: Floats
    u: Floats
    score: Floats
    p_value: Floats
    verdict: NDArray
    total: Floats
    total_u: Floats
    total_p_value: Floats
    total_verdict: NDArray
    share: Floats
    n: int
    level: float
    method: str
    warnings: tuple[str, ...]


def meter_balance(
    main: ArrayLike,
    subs: ArrayLike,
    *,
    u_main: ArrayLike,
    u_sub: ArrayLike,
    under: ArrayLike | None = None,
    loss: ArrayLike = 0.0,
    u_loss: ArrayLike = 0.0,
    level: float = 0.95,
) -> Balance:
    """Test whether sub-meters add up to their main meter.

    Parameters
    ----------
    main : array_like, shape (mains, periods) or (periods,)
        Usage of each main meter.
    subs : array_like, shape (subs, periods)
        Usage of each sub-meter in the same periods.
    u_main, u_sub : array_like, shape (mains,) and (subs,), or a number
        Relative standard uncertainty of each meter: accuracy class in percent / 100 / √3.
    under : array_like of int, shape (subs,), optional
        0-based place of the main meter that each sub-meter hangs under; needed with more than one main meter.
    loss, u_loss : array_like, shape (mains,) or a number
        Known loss between main and sub-meters, as a share of the main meter, and its standard uncertainty.
    level : float
        Confidence of the verdicts.

    Returns
    -------
    Balance

    Raises
    ------
    ValueError
        Missing or negative usage, shapes that do not fit, a sub-meter under a main meter that is not there, a main
        meter without sub-meters, uncertainties that are all zero.

    Notes
    -----
    A meter's relative error is taken as constant: over the periods errors add, they do not average out. Meters err
    independently of each other. A reading missing from one meter makes a balance meaningless, so it is refused.

    Examples
    --------
    >>> found = meter_balance([100, 100, 100], [[60, 60, 40], [39.6, 40.2, 39.9]], u_main=0.003, u_sub=0.006)
    >>> found.value.round(1).tolist(), found.verdict.tolist()
    ([[0.4, -0.2, 20.1]], [['balances', 'balances', 'unmetered use']])
    """
    level = arguments.confidence(level)
    m, s = (
        np.atleast_2d(arguments.counts(x, name=name, whole=False)) for x, name in ((main, "main"), (subs, "subs"))
    )
    if m.ndim != 2 or not m.size:
        raise ValueError(f"main has shape {np.shape(main)}: (mains, periods) with at least one of each is expected")
    if s.ndim != 2 or not s.size or s.shape[1] != m.shape[1]:
        raise ValueError(f"subs has shape {np.shape(subs)}: (subs, {m.shape[1]}) is expected, as main has")
    place = _places(under, len(s), len(m))
    um, us = _relative(u_main, "u_main", len(m)), _relative(u_sub, "u_sub", len(s))
    lost, ul = _relative(loss, "loss", len(m)), _relative(u_loss, "u_loss", len(m))
    arguments.refuse_where(lost >= 1, name="loss", fault="a share of the main meter lies below 1", values=lost)
    hangs = np.zeros((len(m), len(s)))
    hangs[place, np.arange(len(s))] = 1.0
    value = m * (1 - lost[:, None]) - hangs @ s
    # d value / d error of the main meter is (1 - loss), of the loss itself the main meter.
    own = np.hypot(um * (1 - lost), ul)
    u = np.sqrt((own[:, None] * m) ** 2 + hangs @ (us[:, None] * s) ** 2)
    total, sum_m = value.sum(axis=1), m.sum(axis=1)
    total_u = np.sqrt((own * sum_m) ** 2 + hangs @ (us * s.sum(axis=1)) ** 2)
    arguments.refuse_where(
        (total_u == 0) & (sum_m > 0), name="u_main", fault="no meter has an uncertainty", values=um
    )
    periods = m.shape[1]
    each = -np.expm1(np.log(level) / periods)  # 1 - level ** (1 / periods)
    score, p, verdict = _judged(value, u, each)
    _, total_p, total_verdict = _judged(total, total_u, 1 - level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(sum_m > 0, total / sum_m, np.nan)
    wrong = int((total_verdict != VERDICTS[0]).sum())
    warnings = (f"{wrong} of {len(m)} main meters do not balance over all periods",) if wrong else ()
    return Balance(
        value, u, score, p, verdict, total, total_u, total_p, total_verdict, share, periods, level,
        "main less sub-meters", warnings,
    )  # fmt: skip


def _judged(value: Floats, u: Floats, alpha: float) -> tuple[Floats, Floats, NDArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(value == 0, 0.0, value / u)
    verdict = np.full(value.shape, VERDICTS[0], dtype=f"U{max(map(len, VERDICTS))}")
    edge = ndtri(1 - alpha / 2)
    verdict[score > edge], verdict[score < -edge] = VERDICTS[1], VERDICTS[2]
    return score, 2 * ndtr(-np.abs(score)), verdict


def _relative(values: ArrayLike, name: str, length: int) -> Floats:
    array = arguments.counts(values, name=name, whole=False)
    if array.shape not in {(), (length,)}:
        raise ValueError(f"{name} has shape {array.shape}: a number or ({length},) is expected")
    return np.broadcast_to(array, (length,))


def _places(under: ArrayLike | None, subs: int, mains: int) -> NDArray[np.intp]:
    if under is None:
        if mains > 1:
            raise ValueError(f"under is needed: which of the {mains} main meters does each sub-meter hang under?")
        return np.zeros(subs, np.intp)
    place = arguments.counts(under, name="under")
    arguments.same_length(subs, under=place)
    arguments.refuse_where(place >= mains, name="under", fault=f"the main meters are 0 to {mains - 1}", values=place)
    without = np.setdiff1d(np.arange(mains), place)
    if without.size:
        raise ValueError(f"main[{without[0]}] has no sub-meter: nothing can be balanced")
    return place.astype(np.intp)
