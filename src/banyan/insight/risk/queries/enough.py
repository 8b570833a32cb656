"""Whether inspections of the past suffice to learn an order from, and why not, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from banyan.science import risk


class TooLittle(Exception):
    """The inspections do not suffice to learn an order from. Its text says why, as the end of a sentence."""


def demand_findings(found: NDArray[Any], *, before: date | None = None) -> None:
    """Raise TooLittle where too few inspections found something, or too few found nothing."""
    n, hits = len(found), int(found.sum())
    if min(hits, n - hits) >= risk.LEAST_FOUND:
        return
    said = {"n": n, "found": hits, "least": risk.LEAST_FOUND, "day": before}
    if before is not None:
        raise TooLittle(
            _("before %(day)s, where the judging begins, %(found)d of %(n)d found something, "
              "and at least %(least)d that did and %(least)d that did not are needed") % said
        )  # fmt: skip
    raise TooLittle(
        _("%(found)d of %(n)d found something, and at least %(least)d that did and %(least)d that did not are needed")
        % said
    )


def learnt_before(found: Any, *, day: Any, known: Any, start: int, window: int) -> NDArray[np.bool_]:
    """Which inspections the model of the first judged window learns from. Raises TooLittle where they do not suffice.

    What each later window learns from holds these and more.
    """
    starts = np.arange(start, day.max() + 2 - window, window)
    if start <= day.min() or not len(starts):
        raise TooLittle(
            _("they lie within %(days)d days, and at least %(least)d are needed")
            % {"days": int(day.max() - day.min()) + 1, "least": 2 * window}
        )
    for first in starts:
        if found[(day >= first) & (day < first + window)].any():
            before: NDArray[np.bool_] = (day < first) & (known < first)
            demand_findings(found[before], before=date.fromordinal(int(first)))
            return before
    raise TooLittle(
        _("no window of %(window)d days from %(day)s on holds a finding")
        % {"window": window, "day": date.fromordinal(start)}
    )


def telling(features: Any, names: Sequence[str], *, passive: Collection[str] = ()) -> list[int]:
    """The places of the columns that vary, so that they tell something. Raises TooLittle where none ranks."""
    with np.errstate(all="ignore"):
        lowest = np.where(np.isnan(features), np.inf, features).min(axis=0)
        highest = np.where(np.isnan(features), -np.inf, features).max(axis=0)
    places = [place for place in range(len(names)) if highest[place] > lowest[place]]
    if all(names[place] in passive for place in places):
        raise TooLittle(_("nothing that was known before them differs from one to the other"))
    return places
