"""Farrington's method, original and flexible: is this week's count above what past years let one expect?

Every series gets a quasi-Poisson regression on the same weeks of past years; the count is an alarm when it
lies above the bound of the predicted count. All series are fitted at once, time by time, in chunks of
bounded memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs, reasons
from banyan.science.early_warning.blocks import Batch, Block, Cells, batches
from banyan.science.early_warning.bounds import POWERS, count_quantile, count_tail, delta_bound, delta_p_value
from banyan.science.early_warning.prediction import Plan, Prediction, predict
from banyan.science.early_warning.result import REGRESSION, Surveillance

CHUNK = 1024
"""Regressions fitted together: their working arrays stay near the processor, and memory stays bounded."""
ORIGINAL_TREND_ALPHA = 0.05
TREND_YEARS = 3
"""A trend is considered from this many years back on."""


def farrington_flexible(
    counts: ArrayLike,
    *,
    at: ArrayLike,
    population: ArrayLike | None = None,
    period: int = 52,
    dates: ArrayLike | None = None,
    years_back: int = 5,
    half_window: int = 3,
    periods: int = 10,
    reweight: bool = True,
    weights_threshold: float = 2.58,
    exclude_recent: int = 26,
    trend: str = "always",
    trend_alpha: float = 0.05,
    threshold: str = "nb_plugin",
    power: str = "2/3",
    minimum: tuple[float, int] = (5, 4),
    alpha: float = 0.05,
    formula: str = "surveillance",
) -> Surveillance:
    """Compare counts with a quasi-Poisson regression on past years, after Noufaily and others (2013).

    Parameters
    ----------
    counts : (series, time) array
        Counts per period, no gaps.
    at : (times,) ints
        Time indices to evaluate, counted from 0.
    population : (series, time) or (time,) array, optional
        People, samples or whatever the counts are proportional to; its logarithm is the offset.
    period : int
        Periods a year: 52, 12, 365, ...
    dates : (time,) dates, optional
        First day of each period. With them the reference weeks follow the calendar, so that years of 53
        weeks do not shift the season; without them the reference is `period` values back.
    years_back, half_window : int
        Reference years, and values on each side of each reference time.
    periods : int
        Parts of the season with a level each; 1 uses the reference windows alone.
    reweight : bool
        Whether past outliers get less weight: those whose standardised Anscombe residual exceeds
        `weights_threshold`.
    exclude_recent : int
        Latest values left out, so that an outbreak under way does not raise its own bound.
    trend : {"always", "if_significant", "never"}
        Whether a log-linear trend is kept: always, or if its p-value is below `trend_alpha`. It is dropped
        in any case below 3 years, where the fit does not converge, and where it predicts more than was ever
        seen.
    threshold : {"nb_plugin", "delta", "muan"}
        Bound: negative binomial quantile, normal on the scale of `power`, or negative binomial quantile at
        the upper limit of the mean.
    power : {"2/3", "1/2", "none"}
        Transformation of the delta method.
    minimum : (cases, values)
        At least so many cases in the latest so many values, the evaluated one included, else no bound.
    alpha : float
        One-sided probability of a false alarm per cell.
    formula : {"surveillance", "published"}
        Numbers as R `surveillance` gives them, or with standard errors and alarms by the published formulas
        (see Notes).

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected`, `upper`, `score` = (count - expected) / (upper - expected),
        `alarm`, `p_value` (probability of a count this high or higher), `trend_used`, `dispersion`,
        `reason`. A cell that cannot be evaluated has no upper bound, no alarm and a reason; it never stops
        the others.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a count is NaN, infinite or negative; the place is named.

    Notes
    -----
    R `surveillance` 1.20.3 takes, after reweighting, the trend test and the standard error of the
    prediction from the outlier weights without the fitted means, and raises an alarm on a score that mixes
    the log scale of the mean with the bound of the count: where the bound lies below the logarithm of the
    mean it stays silent. Both are reproduced by default, so that results agree, and replaced with
    `formula="published"`.

    Memory is that of counts and results plus some 40 MB, whatever the number of series.

    References
    ----------
    Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett (2013). An improved algorithm for outbreak
    detection in multiple surveillance systems. Statistics in Medicine 32, 1206-1222. Salmon, Schumacher,
    Höhle (2016). Monitoring count time series in R. Journal of Statistical Software 70(10).

    Examples
    --------
    >>> import numpy as np
    >>> weeks = np.arange(320)
    >>> counts = np.round(6 + 3 * np.cos(2 * np.pi * weeks / 52) + weeks % 3)[None, :]
    >>> counts[0, 319] = 40
    >>> verdict = farrington_flexible(counts, at=[318, 319])
    >>> verdict.alarm.tolist()
    [[False, True]]
    """
    trend_share = inputs.share(trend_alpha, name="trend_alpha")
    plan = Plan(
        period=inputs.whole(period, name="period", least=2),
        years_back=inputs.whole(years_back, name="years_back", least=1),
        half_window=inputs.whole(half_window, name="half_window", least=0),
        periods=inputs.whole(periods, name="periods", least=1),
        reweight=bool(reweight),
        weights_threshold=inputs.positive(weights_threshold, name="weights_threshold", or_zero=True),
        exclude_recent=inputs.whole(exclude_recent, name="exclude_recent", least=0),
        trend=_wants_trend(trend, years_back),
        trend_alpha=1.0 if trend == "always" else trend_share,
        threshold=arguments.choice(threshold, name="threshold", among=("delta", "nb_plugin", "muan")),
        power=arguments.choice(power, name="power", among=tuple(POWERS)),
        least_cases=_least(minimum)[0],
        least_over=_least(minimum)[1],
        alpha=inputs.share(alpha, name="alpha"),
        published=arguments.choice(formula, name="formula", among=("surveillance", "published")) == "published",
    )
    return _verdicts(counts, at, population, dates, plan, "Farrington flexible")


def farrington(
    counts: ArrayLike,
    *,
    at: ArrayLike,
    population: ArrayLike | None = None,
    period: int = 52,
    dates: ArrayLike | None = None,
    years_back: int = 5,
    half_window: int = 3,
    reweight: bool = True,
    trend: str = "if_significant",
    power: str = "2/3",
    minimum: tuple[float, int] = (5, 4),
    alpha: float = 0.05,
) -> Surveillance:
    """Compare counts with the same weeks of past years, after Farrington and others (1996).

    Arguments, result and errors are those of `farrington_flexible` where the names agree. Differences: only
    the windows around the reference weeks are used, outliers are those above one standard deviation, the
    test of the trend is at 5 %, `alpha` is two-sided, and, as in R `surveillance`, a cell with too few
    recent cases has the bound 0 (and its reason) and never an alarm.

    References
    ----------
    Farrington, Andrews, Beale, Catchpole (1996). A statistical algorithm for the early detection of
    outbreaks of infectious disease. Journal of the Royal Statistical Society A 159, 547-563.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.tile([3.0, 5.0, 4.0, 6.0], 80)[None, :]
    >>> verdict = farrington(counts, at=[319])
    >>> verdict.upper.round(2).tolist(), bool(verdict.alarm[0, 0])
    ([[9.0]], False)
    """
    plan = Plan(
        period=inputs.whole(period, name="period", least=2),
        years_back=inputs.whole(years_back, name="years_back", least=1),
        half_window=inputs.whole(half_window, name="half_window", least=0),
        periods=1,
        reweight=bool(reweight),
        weights_threshold=1.0,
        exclude_recent=inputs.whole(half_window, name="half_window", least=0),
        trend=_wants_trend(trend, years_back),
        trend_alpha=1.0 if trend == "always" else ORIGINAL_TREND_ALPHA,
        threshold="delta",
        power=arguments.choice(power, name="power", among=tuple(POWERS)),
        least_cases=_least(minimum)[0],
        least_over=_least(minimum)[1],
        alpha=inputs.share(alpha, name="alpha"),
        original=True,
    )
    return _verdicts(counts, at, population, dates, plan, "Farrington")


def _wants_trend(trend: str, years_back: int) -> bool:
    arguments.choice(trend, name="trend", among=("always", "if_significant", "never"))
    return trend != "never" and years_back >= TREND_YEARS


def _least(minimum: tuple[float, int]) -> tuple[float, int]:
    try:
        cases, values = minimum
    except (TypeError, ValueError):
        raise ValueError(f"minimum is {minimum!r}: two numbers are needed, cases and in how many values") from None
    return inputs.positive(cases, name="minimum[0]", or_zero=True), inputs.whole(values, name="minimum[1]", least=1)


def _verdicts(
    counts: ArrayLike, at: ArrayLike, population: ArrayLike | None, dates: ArrayLike | None, plan: Plan, method: str
) -> Surveillance:
    matrix = inputs.count_matrix(counts)
    days = inputs.ascending_days(dates, length=matrix.shape[1])
    indices = inputs.time_indices(at, length=matrix.shape[1])
    people = inputs.population_matrix(population, shape=matrix.shape)
    gap = plan.period - 2 * plan.half_window - 1
    if gap < plan.periods - 1:
        raise ValueError(
            f"half_window = {plan.half_window} and periods = {plan.periods} do not fit in a year of "
            f"{plan.period}: {gap} values between two reference windows hold {plan.periods - 1} parts"
        )
    series = matrix.shape[0]
    result = Surveillance.empty(series, indices, method, gives=REGRESSION, n=plan.least_cases, m=plan.least_over)
    cut = batches(result, length=matrix.shape[1], days=days, plan=plan)
    together = max(1, CHUNK // max((batch.columns.size for batch in cut), default=1))
    with np.errstate(all="ignore"):
        for first in range(0, series, together):
            block = Block.of(matrix, people, slice(first, first + together))
            for batch in cut:
                _evaluate(block, batch, plan, result)
    return result.sealed()


def _evaluate(block: Block, batch: Batch, plan: Plan, result: Surveillance) -> None:
    """Fill some columns of the result for the series of one block."""
    cells = Cells.of(block, batch, result.at[batch.columns], plan.least_over)
    shape = block.counts.shape[0], batch.columns.size
    if cells.keep.size < shape[0] * shape[1]:
        result.reason_code[block.rows, batch.columns] = reasons.NO_POPULATION
        if not cells.keep.size:
            return
    prediction = predict(cells.sample, cells.offset, plan)
    for name, value in _judge(cells, prediction, plan).items():
        matrix = getattr(result, name)
        held = matrix[block.rows, batch.columns].ravel()
        held[cells.keep] = value
        matrix[block.rows, batch.columns] = held.reshape(shape)


def _judge(cells: Cells, prediction: Prediction, plan: Plan) -> dict[str, Floats]:
    """Bounds, scores and alarms of one time, and the reason where there is none."""
    normal = -special.ndtri(plan.alpha / 2.0 if plan.original else plan.alpha)
    counts, mean, dispersion = cells.counts, prediction.mean, prediction.dispersion
    if plan.threshold == "delta":
        variance = mean * dispersion + (mean * prediction.spread) ** 2
        upper = delta_bound(mean, variance, normal_quantile=normal, power=plan.power)
        p_value = delta_p_value(counts, mean, variance, power=plan.power)
        peer_score = score = (counts - mean) / (upper - mean)
    else:
        level = mean if plan.threshold == "nb_plugin" else mean * np.exp(normal * prediction.spread)
        upper = count_quantile(level, dispersion, 1.0 - plan.alpha)
        p_value = count_tail(counts, level, dispersion)
        score = (counts - mean) / (upper - mean)
        # The peer takes this score on the log scale of the mean; its alarms follow from it.
        peer_score = (counts - np.log(mean)) / (upper - np.log(mean))
    alarm = (counts > upper if plan.published else peer_score > 1.0) & (counts > 0)
    empty = ~cells.sample.counts.any(axis=1)
    few = cells.recent < plan.least_cases
    code = np.zeros(counts.shape, np.int8)
    code[~np.isfinite(upper)] = reasons.UNBOUNDED
    code[~prediction.converged] = reasons.NOT_CONVERGED
    code[few] = reasons.TOO_FEW_RECENT
    code[empty & ((few & (cells.recent == 0)) | ~prediction.converged)] = reasons.ALL_ZERO
    if plan.published:
        fresh = empty & ~few
        mean[fresh] = upper[fresh] = code[fresh] = 0
        alarm[fresh] = counts[fresh] > 0
        p_value[fresh] = np.where(alarm[fresh], 0.0, 1.0)
    silent = code != reasons.EVALUATED
    alarm[silent] = False
    upper[silent] = 0.0 if plan.original else np.nan
    return {"expected": mean, "upper": upper, "score": score, "p_value": p_value, "dispersion": dispersion,
            "alarm": alarm, "trend_used": prediction.trend, "reason_code": code}  # fmt: skip
