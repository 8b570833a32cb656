"""CUSUM for counts: small lasting rises add up until they are an alarm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs, reasons
from banyan.science.early_warning.harmonic import expected_counts
from banyan.science.early_warning.inputs import Indices
from banyan.science.early_warning.result import RUNNING, Surveillance

TRANSFORMS = ("standard", "rossi", "anscombe", "anscombe2nd", "pearson_nb", "none")
PEER_NAMES = {"pearsonNegBin": "pearson_nb"}
HARMONIC_PARAMETERS = 4
SERIES_TOGETHER = 256


def cusum(
    counts: ArrayLike,
    *,
    at: ArrayLike,
    reference: float = 1.04,
    decision: float = 2.26,
    baseline: ArrayLike | str | None = None,
    transform: str = "rossi",
    dispersion: float | None = None,
    period: int = 52,
    reset: bool = False,
) -> Surveillance:
    """Add up how far standardised counts exceed a reference value, and raise an alarm at a decision value.

    Parameters
    ----------
    counts : (series, time) array
    at : (times,) ints
        Time indices to evaluate, counted from 0. The sum starts at zero at the first of them and runs through
        every time up to the last.
    reference, decision : float
        What is taken off each standardised count (k), and the sum that is an alarm (h).
    baseline : None, "glm", float or (series,) or (series, times) array
        Expected count: mean of all values before the first evaluated one; Poisson regression of these on one yearly
        harmonic; or given, for all times or for each from the first to the last of `at`. Not used for "none".
    transform : {"rossi", "standard", "anscombe", "anscombe2nd", "pearson_nb", "none"}
        How a count y with mean m becomes roughly standard normal (see Notes); "pearson_nb" is for negative binomial
        counts.
    dispersion : float, optional
        For "pearson_nb": the variance is m + dispersion m².
    period : int
        Values a year, for "glm".
    reset : bool
        Whether the sum starts again at zero after an alarm; otherwise the alarm lasts until the sum has fallen.

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is m, `upper` the count that brings the sum to the decision value,
        `statistic` the sum, `score` the sum over the decision value (an alarm from 1 on). There is no `p_value`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a count is NaN, infinite or negative; the place is named.

    Notes
    -----
    The sum is C = max(0, C' + x - k) with C' the one before and x

    - standard: (y - m) / √m
    - rossi: (y - 3 m + 2 √(m y)) / (2 √m)
    - anscombe: 3/2 (y^(2/3) - m^(2/3)) / m^(1/6)
    - anscombe2nd: 3/2 (y^(2/3) - m^(2/3) + m^(-1/3) / 9) / m^(1/6)
    - pearson_nb: (y - m) / √(m + dispersion m²)
    - none: y.

    The bound is that of R `surveillance`: rounded up to a whole number for "standard"; for "anscombe2nd" with m^(1/3)
    in place of m^(-1/3), so that it is a little below the count that really brings the sum to the decision value;
    for "rossi" above zero in some cells where any count is an alarm; for "none" what is left to the decision value
    after the count. Alarms come from the sum, not from the bound.

    References
    ----------
    Rossi, Lampugnani, Marchi (1999). An approximate CUSUM procedure for surveillance of health events. Statistics in
    Medicine 18, 2111-2122.

    Examples
    --------
    >>> import numpy as np
    >>> weekly = np.array([[4, 5, 3, 4, 4, 5, 3, 4, 7, 7, 8]])
    >>> verdict = cusum(weekly, at=[8, 9, 10])
    >>> verdict.score.round(2).tolist(), verdict.alarm.tolist()
    ([[0.16, 0.31, 0.66]], [[False, False, False]])
    """
    matrix = inputs.count_matrix(counts)
    indices = inputs.time_indices(at, length=matrix.shape[1])
    kind = arguments.choice(PEER_NAMES.get(transform, transform), name="transform", among=TRANSFORMS)
    reference = inputs.positive(reference, name="reference", or_zero=True)
    decision = inputs.positive(decision, name="decision")
    if kind == "pearson_nb" and dispersion is None:
        raise ValueError("dispersion is not given: the transform pearson_nb needs it")
    spread = 0.0 if dispersion is None else inputs.positive(dispersion, name="dispersion", or_zero=True)
    first, last = int(indices.min()), int(indices.max())
    times = np.arange(first, last + 1)
    mean, codes = baseline_means(matrix, times, baseline, period, 0.0)
    if kind == "none":
        codes[codes == reasons.ALL_ZERO] = reasons.EVALUATED  # raw counts are compared with no mean
    lasting = mean.shape[1] == 1
    gives = RUNNING[1:] if lasting else RUNNING
    result = Surveillance.empty(matrix.shape[0], indices, f"CUSUM {kind}", gives=gives)
    if lasting:
        known = np.where(codes[:, None] == reasons.EVALUATED, mean, np.nan)
        result = replace(result, expected=np.broadcast_to(known, result.alarm.shape))
    result.reason_code[:] = codes[:, None]
    good = np.flatnonzero(codes == reasons.EVALUATED)
    chosen: Indices | slice = slice(None) if np.array_equal(indices, times) else indices - first
    for begin in range(0, good.size, SERIES_TOGETHER):
        rows = good[begin : begin + SERIES_TOGETHER]
        held: Indices | slice = slice(rows[0], rows[-1] + 1) if rows[-1] - rows[0] + 1 == rows.size else rows
        # Time by time, so that each step of the sum is one pass over neighbouring numbers.
        expected = np.ascontiguousarray(mean[held].T)
        sums = transformed(np.ascontiguousarray(matrix[held, first : last + 1].T), expected, kind, spread)
        before = _add_up(sums, reference, decision, reset)
        upper = bounds(decision + reference - before, decision - sums, expected, kind, spread)
        if not lasting:
            result.expected[held] = expected[chosen].T
        result.statistic[held], result.upper[held] = sums[chosen].T, upper[chosen].T
        result.score[held] = sums[chosen].T / decision
        result.alarm[held] = (sums >= decision)[chosen].T
    return result.sealed()


def binomial_cusum(
    counts: ArrayLike,
    tested: ArrayLike,
    *,
    usual: ArrayLike,
    raised: ArrayLike,
    decision: float = 4.5,
    at: ArrayLike | None = None,
    reset: bool = True,
) -> Surveillance:
    """Add up the log likelihood ratio of a raised against the usual share, for counts out of varying numbers tested.

    Parameters
    ----------
    counts, tested : (series, time) arrays
        Cases (failures, say) and the number they are out of; a period with nothing tested adds nothing.
    usual, raised : float or (series,) arrays
        The share as it usually is, and the share to be detected.
    decision : float
        The sum that is an alarm.
    at : (times,) ints, optional
        Time indices wanted, all when left out; the sum always starts with the first time.
    reset : bool
        Whether the sum starts again at zero after an alarm.

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is usual × tested, `upper` the count that brings the sum to the
        decision value, `statistic` the sum, `score` the sum over the decision value (an alarm above 1).

    Raises
    ------
    ValueError
        For counts above the number tested, shares not in 0 < usual < raised < 1, or other bad data; the place is
        named.

    References
    ----------
    Höhle (2010). Online change-point detection in categorical time series. In: Statistical Modelling and Regression
    Structures, Springer, 377-397. Equal to `categoricalCUSUM` of R `surveillance`.

    Examples
    --------
    >>> verdict = binomial_cusum([[3, 9, 14]], [[60, 60, 60]], usual=0.05, raised=0.12)
    >>> verdict.statistic.round(2).tolist(), verdict.alarm.tolist()
    ([[0.0, 3.98, 12.71]], [[False, False, True]])
    """
    cases, out_of = inputs.count_matrix(counts), inputs.count_matrix(tested, name="tested")
    if cases.shape != out_of.shape:
        raise ValueError(f"tested has shape {out_of.shape}: that of counts, {cases.shape}, is expected")
    arguments.refuse_where(cases > out_of, name="counts", fault="more than were tested there", values=cases)
    low, high = (
        np.broadcast_to(arguments.probability(value, name=name, open_ends=True).reshape(-1, 1), (cases.shape[0], 1))
        for value, name in ((usual, "usual"), (raised, "raised"))
    )
    arguments.refuse_where((high <= low)[:, 0], name="raised", fault="not above the usual share", values=high[:, 0])
    decision = inputs.positive(decision, name="decision")
    length = cases.shape[1]
    indices = np.arange(length) if at is None else inputs.time_indices(at, length=length)
    result = Surveillance.empty(cases.shape[0], indices, "binomial CUSUM", gives=RUNNING)
    gain, loss = np.log(high / low), np.log((1.0 - high) / (1.0 - low))
    ratios = np.ascontiguousarray((cases * gain + (out_of - cases) * loss).T)
    before, sums = _add_up(ratios, 0.0, decision, reset).T, ratios.T
    result.statistic[:] = sums[:, indices]
    result.score[:] = result.statistic / decision
    result.expected[:] = (low * out_of)[:, indices]
    result.upper[:] = np.maximum((decision - before - out_of * loss) / (gain - loss), 0.0)[:, indices]
    result.alarm[:] = result.statistic > decision
    result.reason_code[:] = np.where(out_of[:, indices] == 0, reasons.NO_OPPORTUNITY, reasons.EVALUATED)
    return result.sealed()


def baseline_means(
    matrix: Floats,
    times: Indices,
    baseline: ArrayLike | str | None,
    period: int,
    dispersion: float,
    *,
    trend: bool = False,
) -> tuple[Floats, Indices]:
    """Return expected counts, (series, times) or (series, 1), and the code of a reason per series."""
    codes = np.zeros(matrix.shape[0], np.int64)
    season = inputs.whole(period, name="period", least=2)
    past = matrix[:, : times[0]]
    if isinstance(baseline, str):
        arguments.choice(baseline, name="baseline", among=("glm",))
        mean = np.full((matrix.shape[0], times.size), np.nan)
        codes[:] = reasons.ALL_ZERO if past.shape[1] > HARMONIC_PARAMETERS else reasons.TOO_SHORT
        some = past.any(axis=1) & (past.shape[1] > HARMONIC_PARAMETERS)
        if some.any():
            with np.errstate(over="ignore", invalid="ignore"):
                mean[some], converged = expected_counts(
                    past[some], times, period=season, trend=trend, dispersion=dispersion
                )
            codes[some] = np.where(converged, reasons.EVALUATED, reasons.NOT_CONVERGED)
        return mean, codes
    if baseline is None:
        if not past.shape[1]:
            return np.full((matrix.shape[0], 1), np.nan), codes + reasons.TOO_SHORT
        mean = past.mean(axis=1)[:, None]
    else:
        given = arguments.real(baseline, name="baseline")
        arguments.refuse_where(given <= 0, name="baseline", fault="an expected count is above zero", values=given)
        per_time = matrix.shape[0], times.size
        if given.shape == per_time:
            return given, codes
        if given.shape not in {(), (1,), per_time[:1]}:
            raise ValueError(
                f"baseline has shape {given.shape}: one number, one per series, or {per_time} is expected"
            )
        mean = np.broadcast_to(given.reshape(-1, 1), (matrix.shape[0], 1))
    codes[mean[:, 0] == 0] = reasons.ALL_ZERO
    return mean, codes


def transformed(y: Floats, mean: Floats, kind: str, dispersion: float) -> Floats:
    """Return counts as roughly standard normal values, in the place of `y`."""
    if kind == "none":
        return y
    root = np.sqrt(mean)
    if kind == "rossi":
        value = np.sqrt(y)
        y /= 2.0 * root
        value += y
        value -= 1.5 * root
        return value
    if kind in {"standard", "pearson_nb"}:
        y -= mean
        y /= root if kind == "standard" else np.sqrt(mean + dispersion * mean * mean)
        return y
    shift = 0.0 if kind == "anscombe" else mean ** (-1.0 / 3.0) / 9.0
    value = np.cbrt(y)
    value *= value
    value -= mean ** (2.0 / 3.0) - shift
    value *= 1.5 / mean ** (1.0 / 6.0)
    return value


def bounds(value: Floats, left: Floats, mean: Floats, kind: str, dispersion: float) -> Floats:
    """Return the counts whose transformed value is `value`, in its place; `left` is what the sum lacks after them."""
    if kind == "none":
        return np.maximum(left, 0.0)
    root = np.sqrt(mean)
    if kind == "rossi":
        value *= 2.0 * root
        value += 4.0 * mean
        impossible = value < 0
        np.sqrt(np.maximum(value, 0.0, out=value), out=value)
        value -= root
        value *= value
        value[impossible] = 0.0
        return value
    if kind in {"standard", "pearson_nb"}:
        value *= root if kind == "standard" else np.sqrt(mean + dispersion * mean * mean)
        value += mean
        if kind == "standard":
            np.ceil(value, out=value)
        return np.maximum(value, 0.0, out=value)
    shift = 0.0 if kind == "anscombe" else np.cbrt(mean) / 9.0
    value *= mean ** (1.0 / 6.0) / 1.5
    value += mean ** (2.0 / 3.0) - shift
    np.maximum(value, 0.0, out=value)
    value *= np.sqrt(value)
    return value


def _add_up(values: Floats, reference: float, decision: float, reset: bool) -> Floats:
    """Turn values (times, series) into their sums, in place, and return what each was added to."""
    before = np.zeros_like(values)
    values -= reference
    held = before[0]
    for place, value in enumerate(values):
        value += held
        np.maximum(value, 0.0, out=value)
        held = np.where(value >= decision, 0.0, value) if reset else value
        if place + 1 < before.shape[0]:
            before[place + 1] = held
    return before
