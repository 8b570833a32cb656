"""Which past weeks a week is compared with, and in which part of the season each of them lies."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from banyan.science.early_warning.design import Design
from banyan.science.early_warning.reasons import EVALUATED, REFERENCE_MISSING, TOO_FEW_REFERENCE, TOO_SHORT

WEEKS = 52
"""Periods a year of a weekly series."""


@dataclass(frozen=True)
class Window:
    """The reference values of one time.

    Attributes
    ----------
    rows : (n,) int
        Time indices used, in order of time.
    design : Design
        Their parts of the season and times.
        Their parts of the season and times; the evaluated time lies in the last part.
    """

    rows: np.ndarray
    design: Design


def reference_indices(
    index: int, *, period: int, years_back: int, dates: np.ndarray | None
) -> tuple[np.ndarray, int]:
    """Indices of the same season 1 .. years_back years before, and a reason code if one does not exist."""
    years = np.arange(1, years_back + 1)
    if dates is None:
        past = index - period * years
        return past, (TOO_SHORT if past[-1] < 0 else EVALUATED)
    wanted = np.array([_years_before(dates[index], int(year), period) for year in years])
    if wanted[-1] < dates[0]:
        return np.full(years_back, -1), TOO_SHORT
    past = np.searchsorted(dates, wanted)
    found = dates[np.minimum(past, dates.size - 1)] == wanted
    return past, (EVALUATED if found.all() else REFERENCE_MISSING)


def _years_before(day: np.datetime64, years: int, period: int) -> np.datetime64:
    """The day `years` calendar years earlier (29 February becomes 1 March); for weekly series the nearest
    day with the same weekday, so that years of 53 weeks do not shift the season."""
    month = day.astype("datetime64[M]")
    earlier_month = month - 12 * years
    earlier = earlier_month.astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
    if period != WEEKS:
        return earlier
    shift = int((day - earlier).astype(int)) % 7
    return earlier + (shift if shift <= 3 else shift - 7)


def build_window(
    index: int,
    past: np.ndarray,
    *,
    half_window: int,
    periods: int,
    exclude_recent: int,
    time: np.ndarray,
    known: dict[bytes, Design],
) -> Window | int:
    """Reference values and season parts of one time, or the code of the reason why there are none.

    The part of the season around the evaluated time is the half-windows around it and around each of its
    reference times; what lies between two of these is cut into `periods - 1` blocks of equal length, a
    remainder going to the first blocks. The last `exclude_recent` values and the evaluated one are left
    out. Times with the same design share one object through `known`.
    """
    centres = np.append(past[::-1], index)
    first = int(centres[0]) - half_window
    group = np.full(index - first + 1, -1)
    if periods > 1:
        for older, newer in itertools.pairwise(centres):
            start, stop = older + half_window + 1, newer - half_window
            sizes = np.full(periods - 1, (stop - start) // (periods - 1))
            sizes[: (stop - start) % (periods - 1)] += 1
            group[start - first : stop - first] = np.repeat(np.arange(periods - 1), sizes)
    for centre in centres:
        group[max(centre - half_window, first) - first : centre + half_window + 1 - first] = periods - 1
    group[max(group.size - exclude_recent - 1, 0) :] = -1
    rows = np.flatnonzero(group >= 0)
    rows = rows[rows + first >= 0]
    labels, compact = np.unique(group[rows], return_inverse=True)
    if labels.size == 0 or labels[-1] != periods - 1:
        return TOO_FEW_REFERENCE
    away = time[rows + first] - time[index]
    key = compact.tobytes() + away.tobytes()
    if key not in known:
        known[key] = Design.of(compact, away, labels.size)
    return Window(rows + first, known[key])
