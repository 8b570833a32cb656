"""How good a method is on series whose outbreaks are known: found how many, how late, with how many false alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs
from banyan.science.early_warning.inputs import Indices


@dataclass(frozen=True)
class Evaluation:
    """What alarms did on known outbreaks.

    Attributes
    ----------
    series, start, end : (outbreaks,) int
        Where and when each outbreak was; `end` is its last time.
    detected : (outbreaks,) bool
    delay : (outbreaks,) float
        Times from the start to the first alarm; NaN where there was none.
    outbreaks : int
        Outbreaks that could be seen: at least one of their times was evaluated.
    unseen : int
        Outbreaks of which no time was evaluated; they count neither for nor against.
    sensitivity : float
        Detected share of the outbreaks that could be seen; NaN if there are none.
    median_delay, mean_delay : float
        Over the detected outbreaks; NaN if there are none.
    timely : float
        Share of the outbreaks that could be seen found within `within` times of their start.
    false_alarms : int
        Alarms at evaluated times outside outbreaks and the times after them that are left out.
    false_episodes : int
        Runs of such alarms without a pause.
    series_years : float
        Evaluated time outside outbreaks.
    false_alarms_per_series_year, false_episodes_per_series_year : float
    specificity : float
        Share of evaluated times outside outbreaks without an alarm.
    """

    series: np.ndarray
    start: np.ndarray
    end: np.ndarray
    detected: np.ndarray
    delay: np.ndarray
    outbreaks: int
    unseen: int
    sensitivity: float
    median_delay: float
    mean_delay: float
    timely: float
    false_alarms: int
    false_episodes: int
    series_years: float
    false_alarms_per_series_year: float
    false_episodes_per_series_year: float
    specificity: float


def evaluate(
    alarm: ArrayLike,
    outbreak: ArrayLike,
    *,
    evaluated: ArrayLike | None = None,
    period: int = 52,
    within: int = 2,
    after: int = 0,
) -> Evaluation:
    """Count outbreaks found, their delay, and false alarms per series and year.

    Parameters
    ----------
    alarm : (series, time) bool
    outbreak : (series, time) bool
        True at the times that belong to an outbreak; a run of such times is one outbreak.
    evaluated : (series, time) bool, optional
        Where the method gave a verdict (`reason_code == 0`); everywhere when left out.
    period : int
        Times a year.
    within : int
        An outbreak is timely found with an alarm at most so many times after its start.
    after : int
        Times after each outbreak that are left out: alarms there are neither true nor false.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the shapes differ or an array holds something else than true and false.

    Notes
    -----
    Outbreaks are scored whole, not time by time: marks cover all of an outbreak, an alarm is wanted at its start.

    Examples
    --------
    >>> alarm = [[0, 1, 0, 0, 0, 1, 1, 0, 0, 0]]
    >>> outbreak = [[0, 0, 0, 0, 1, 1, 1, 0, 0, 0]]
    >>> result = evaluate(alarm, outbreak, period=10)
    >>> result.sensitivity, result.median_delay, result.false_alarms, round(result.false_alarms_per_series_year, 2)
    (1.0, 1.0, 1, 1.43)
    """
    raised, known = _marks(alarm, "alarm"), _marks(outbreak, "outbreak")
    judged = np.ones(raised.shape, bool) if evaluated is None else _marks(evaluated, "evaluated")
    for name, marks in (("outbreak", known), ("evaluated", judged)):
        if marks.shape != raised.shape:
            raise ValueError(f"{name} has shape {marks.shape}: that of alarm, {raised.shape}, is expected")
    period = inputs.whole(period, name="period", least=1)
    within, after = inputs.whole(within, name="within", least=0), inputs.whole(after, name="after", least=0)
    raised = raised & judged
    series, start, end = _runs(known)
    delay = _first_alarms(raised, series, start, end) - start
    seen = _any_between(judged, series, start, end)
    detected = ~np.isnan(delay)
    quiet = judged & ~_spread(known, after)
    false = raised & quiet
    episodes = _runs(false)[0].size
    years = float(quiet.sum()) / period
    return Evaluation(
        series=arguments.sealed(series), start=arguments.sealed(start), end=arguments.sealed(end),
        detected=arguments.sealed(detected), delay=arguments.sealed(delay),
        outbreaks=int(seen.sum()), unseen=int((~seen).sum()),
        sensitivity=_ratio(detected.sum(), seen.sum()),
        median_delay=float(np.median(delay[detected])) if detected.any() else float("nan"),
        mean_delay=float(delay[detected].mean()) if detected.any() else float("nan"),
        timely=_ratio((delay[detected] <= within).sum(), seen.sum()),
        false_alarms=int(false.sum()), false_episodes=episodes, series_years=years,
        false_alarms_per_series_year=_ratio(false.sum(), years),
        false_episodes_per_series_year=_ratio(episodes, years),
        specificity=1.0 - _ratio(false.sum(), quiet.sum()),
    )  # fmt: skip


def _marks(values: ArrayLike, name: str) -> np.ndarray:
    matrix = np.atleast_2d(arguments.real(values, name=name))
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"{name} has shape {matrix.shape}: a matrix (series, time) is expected")
    wrong = (matrix != 0) & (matrix != 1)
    arguments.refuse_where(wrong, name=name, fault="true or false (1 or 0) is needed", values=matrix)
    return matrix.astype(bool)


def _runs(marks: np.ndarray) -> tuple[Indices, Indices, Indices]:
    """Series, first and last time of each run of true marks."""
    fence = np.zeros((marks.shape[0], 1), np.int8)
    edge = np.diff(np.concatenate([fence, marks.astype(np.int8), fence], axis=1), axis=1)
    series, start = np.nonzero(edge == 1)
    return series, start, np.nonzero(edge == -1)[1] - 1


def _first_alarms(raised: np.ndarray, series: Indices, start: Indices, end: Indices) -> Floats:
    """Time of the first alarm in each run; NaN where there is none."""
    length = raised.shape[1]
    following = np.where(raised, np.arange(length), length)
    following = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    first = following[series, start]
    return np.where(first <= end, first, np.nan)


def _any_between(marks: np.ndarray, series: Indices, start: Indices, end: Indices) -> np.ndarray:
    total = np.cumsum(np.pad(marks, ((0, 0), (1, 0))), axis=1)
    return total[series, end + 1] > total[series, start]


def _spread(marks: np.ndarray, after: int) -> np.ndarray:
    """Marks and the times up to `after` behind them."""
    wide = marks.copy()
    for step in range(1, min(after, marks.shape[1] - 1) + 1):
        wide[:, step:] |= marks[:, :-step]
    return wide


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")
