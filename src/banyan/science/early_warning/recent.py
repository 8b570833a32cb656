"""RKI and Bayes: a count against the few weeks before it and the same weeks of past years."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs, reasons
from banyan.science.early_warning.bounds import count_quantile, count_tail
from banyan.science.early_warning.inputs import Days, Indices
from banyan.science.early_warning.reference import reference_indices
from banyan.science.early_warning.result import Surveillance

# Upper 95 % confidence limits of a Poisson mean after 0, 1, ... 20 cases (Crow and Gardner 1959).
POISSON_LIMITS = np.array(
    [3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633, 19.050, 20.335, 21.364,
     22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017]
)  # fmt: skip


def rki(
    counts: ArrayLike,
    *,
    at: ArrayLike,
    years_back: int = 0,
    half_window: int = 6,
    this_year: bool = True,
    period: int = 52,
    dates: ArrayLike | None = None,
) -> Surveillance:
    """Compare each count with the mean of its reference values, as the Robert Koch Institute did.

    Parameters
    ----------
    counts : (series, time) array
    at : (times,) ints
        Time indices to evaluate, counted from 0.
    years_back : int
        Past years whose weeks around the same week are reference values.
    half_window : int
        Values on each side in past years, and values before the evaluated one in this year.
    this_year : bool
        Whether the values just before are reference values too.
    period : int
        Values a year.
    dates : (time,) dates, optional
        First day of each period, to follow the calendar (see `farrington_flexible`).

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is the mean of the reference values, `upper` the bound; a count above it
        is an alarm. There is no `p_value`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or a count is NaN, infinite or negative; the place is named.

    Notes
    -----
    Above a mean of 20 the bound is the mean plus two standard deviations; up to 20 it is the upper 95 % limit of a
    Poisson mean for the whole part of the mean, from the table of Crow and Gardner.

    References
    ----------
    Crow, Gardner (1959). Confidence intervals for the expectation of a Poisson variable. Biometrika 46, 441-453.
    Equal to `algo.rki` of R `surveillance`.

    Examples
    --------
    >>> import numpy as np
    >>> verdict = rki(np.array([[2, 4, 3, 3, 2, 4, 9]]), at=[6])
    >>> verdict.upper.tolist(), verdict.alarm.tolist()
    ([[8.102]], [[True]])
    """
    matrix = inputs.count_matrix(counts)
    indices = inputs.time_indices(at, length=matrix.shape[1])
    result = Surveillance.empty(matrix.shape[0], indices, "RKI", gives=("expected", "upper", "score"))
    for column, values in _references(matrix, result, years_back, half_window, this_year, period, dates):
        mean = values.mean(axis=1)
        spread = values.std(axis=1, ddof=1) if values.shape[1] > 1 else np.full(mean.shape, np.nan)
        listed = POISSON_LIMITS[np.minimum(mean, 20.0).astype(np.int64)]
        upper = np.where(mean > 20.0, mean + 2.0 * spread, listed)
        result.expected[:, column], result.upper[:, column] = mean, upper
        result.reason_code[np.isnan(upper), column] = reasons.TOO_FEW_REFERENCE
    return _compared(result, matrix)


def bayes(
    counts: ArrayLike,
    *,
    at: ArrayLike,
    years_back: int = 0,
    half_window: int = 6,
    this_year: bool = True,
    period: int = 52,
    dates: ArrayLike | None = None,
    alpha: float = 0.05,
) -> Surveillance:
    """Compare each count with its predictive distribution after the reference values.

    Arguments and errors are those of `rki`; `alpha` is the probability of a count above the bound.

    Returns
    -------
    Surveillance
        Arrays (series, len(at)): `expected` is the predictive mean, `upper` the quantile of 1 - alpha, `p_value` the
        probability of a count this high or higher. A count above the bound is an alarm.

    Notes
    -----
    Under a Poisson model and Jeffreys' prior the predictive distribution after n values with sum s is negative
    binomial with size s + 1/2 and probability n / (n + 1).

    References
    ----------
    Riebler (2004), Empirischer Vergleich von statistischen Methoden zur Ausbruchserkennung bei Surveillance Daten.
    Equal to `algo.bayes` of R `surveillance`.

    Examples
    --------
    >>> import numpy as np
    >>> verdict = bayes(np.array([[2, 4, 3, 3, 2, 4, 9]]), at=[6])
    >>> verdict.upper.tolist(), verdict.p_value.round(4).tolist()
    ([[7.0]], [[0.0089]])
    """
    matrix = inputs.count_matrix(counts)
    indices = inputs.time_indices(at, length=matrix.shape[1])
    alpha = inputs.share(alpha, name="alpha")
    result = Surveillance.empty(matrix.shape[0], indices, "Bayes")
    for column, values in _references(matrix, result, years_back, half_window, this_year, period, dates):
        mean, dispersion = (values.sum(axis=1) + 0.5) / values.shape[1], 1.0 + 1.0 / values.shape[1]
        result.expected[:, column] = mean
        result.upper[:, column] = count_quantile(mean, dispersion, 1.0 - alpha)
        result.p_value[:, column] = count_tail(matrix[:, indices[column]], mean, dispersion)
    return _compared(result, matrix)


def _references(
    matrix: Floats,
    result: Surveillance,
    years_back: int,
    half_window: int,
    this_year: bool,
    period: int,
    dates: ArrayLike | None,
) -> Iterator[tuple[int, Floats]]:
    """Reference values (series, n) of each column that has all of them; the others get their reason."""
    years_back = inputs.whole(years_back, name="years_back", least=0)
    half_window = inputs.whole(half_window, name="half_window", least=0)
    period = inputs.whole(period, name="period", least=2)
    days = inputs.ascending_days(dates, length=matrix.shape[1])
    if not years_back and not (this_year and half_window):
        raise ValueError("years_back is 0 and this_year gives no values: there is nothing to compare with")
    for column, index in enumerate(result.at.tolist()):
        rows, code = _reference_rows(index, years_back, half_window, this_year, period, days)
        if code == reasons.EVALUATED:
            yield column, matrix[:, rows]
        else:
            result.reason_code[:, column] = code


def _reference_rows(
    index: int, years_back: int, half_window: int, this_year: bool, period: int, days: Days | None
) -> tuple[Indices, int]:
    rows = np.arange(index - half_window, index) if this_year else np.arange(0)
    if years_back:
        past, code = reference_indices(index, period=period, years_back=years_back, dates=days)
        if code != reasons.EVALUATED:
            return rows, code
        around = past[:, None] + np.arange(-half_window, half_window + 1)
        rows = np.append(rows, around.ravel())
    return rows, reasons.TOO_SHORT if rows.min() < 0 else reasons.EVALUATED


def _compared(result: Surveillance, matrix: Floats) -> Surveillance:
    counts = matrix[:, result.at]
    with np.errstate(invalid="ignore", divide="ignore"):
        result.score[:] = (counts - result.expected) / (result.upper - result.expected)
        result.alarm[:] = counts > result.upper
    return result.sealed()
