"""Reads of publications: only what is public on a day; what has ended is gone from every answer of today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q, QuerySet

from banyan import policy
from banyan.insight.indicators.models import Publication
from banyan.insight.indicators.queries.figures import Figures, from_json
from banyan.insight.indicators.queries.judging import Shown
from banyan.insight.indicators.queries.measuring import measure
from banyan.kit import clock, recent


def publications(*, published_by: date | None = None) -> QuerySet[Publication]:
    """The publications that are public today, of those that were published by a day; newest first."""
    today = clock.today()
    asked = min(published_by or today, today)
    return Publication.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today), published_on__lte=asked, withdrawn_on__isnull=True
    ).order_by("-published_on", "key")


def withdrawn(receipt: str) -> Publication | None:
    """A publication that was withdrawn: the public is told that it was, and shown none of its figures."""
    return Publication.objects.filter(receipt=receipt, withdrawn_on__isnull=False).order_by("-withdrawn_on").first()


def newest_published(*, published_by: date) -> Callable[[str], Figures | None]:
    """What gives an indicator's figures of the whole as last published by a day, all read at once.

    They are read once until anything is recorded; None is given where nothing was published.
    """

    def read() -> dict[str, Any]:
        keys: dict[str, str] = {}
        whole = publications(published_by=published_by).filter(by=[])
        for key, indicator in whole.values_list("key", "indicator"):
            keys.setdefault(indicator, key)
        rows = Publication.objects.filter(pk__in=keys.values())
        return dict(rows.values_list("indicator", "figures"))

    stored: dict[str, Any] = recent.made(("newest published", published_by), read)
    return lambda key: from_json(stored[key]) if key in stored else None


def as_published(*, key: str, published_by: date, on: date | None = None, by: Sequence[str] = ()) -> Figures | None:
    """The figures of an indicator as last published by a day, to the digit; None where nothing was published."""
    found = publications(published_by=published_by).filter(indicator=key, by=list(by))
    if on is not None:
        found = found.filter(on=on)
    newest = found.first()
    return from_json(newest.figures) if newest else None


def published_figures(*, key: str) -> list[Figures]:
    """All figures of an indicator that are public today; the newest day first, as last published for it."""
    rows = publications().filter(indicator=key).order_by("-on", "-published_on", "key")
    return [from_json(figures) for figures in rows.values_list("figures", flat=True)]


def of_the_same_span(*, key: str, since: date) -> list[Publication]:
    """All that was ever published of an indicator for days since one, the oldest first: who has seen it, knows it."""
    rows = Publication.objects.filter(indicator=key, on__gte=since).order_by("published_on", "on", "key")
    return [one for one in rows if one.figures["receipt"]["since"] == since.isoformat()]


def last_shown(earlier: Sequence[Publication], *, bys: Sequence[Sequence[str]]) -> dict[tuple[str, ...], Shown]:
    """By breakdown, what readers know of its cells from earlier publications of the same span."""
    if not earlier:
        return {}
    moments = list(dict.fromkeys((one.on, one.known_on) for one in earlier))
    book = policy.load(settings.BANYAN_PACKS)
    found = {}
    for by in filter(None, map(tuple, bys)):
        before = [
            _counted(book.indicator(earlier[-1].indicator, on=on), by, on, known_on) for on, known_on in moments
        ]
        rows = [row for one in earlier if one.by == list(by) for row in one.figures["rows"]]
        shown = {tuple(row[name] for name in by): float(row["n"]) for row in rows if row["n"] is not None}
        found[by] = Shown(before, shown)
    return found


def _counted(indicator: Any, by: tuple[str, ...], on: date, known_on: date) -> dict[tuple[str, ...], float]:
    """How many each cell of a breakdown counted on a day, as known on another."""
    counts = measure(indicator, on=on, known_on=known_on, by=by)
    cells = (tuple(group[name] for name in by) for group in counts.groups)
    return dict(zip(cells, map(float, np.nan_to_num(counts.n)), strict=True))
