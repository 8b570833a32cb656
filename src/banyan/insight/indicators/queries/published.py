"""Reads of publications: only what is public on a day; what has ended is gone from every answer of today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q, QuerySet

from banyan import policy
from banyan.insight.indicators.models import Publication
from banyan.insight.indicators.queries.figures import Figures, from_json
from banyan.insight.indicators.queries.judging import LIES_WITHIN, Shown
from banyan.insight.indicators.queries.measuring import measure, measure_many
from banyan.kit import clock, recent
from banyan.policy import periods

DAY = timedelta(days=1)


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


@dataclass(frozen=True)
class Earlier:
    """What was ever published of an indicator that readers can subtract from what is to be published.

    `same` are publications of spans that begin with the same record, the oldest first. `parts` are stretches of days
    that spans of other beginnings tell together with the new one: who knows this year to June and the twelve months
    to March that began before the first record, knows April to June.
    """

    same: Sequence[Publication]
    parts: Sequence[tuple[date, date]]


def earlier_of(*, key: str, since: date, on: date, known_on: date) -> Earlier:
    """What readers may have seen of an indicator, withdrawn or not: who has seen it, knows it."""
    rows = list(Publication.objects.filter(indicator=key).order_by("published_on", "on", "key"))
    begins = {one.pk: date.fromisoformat(one.figures["receipt"]["since"]) for one in rows}
    first = _before_the_first_record(key, sorted({since, *begins.values()}), on=on, known_on=known_on)
    spans = {one.pk: (max(first, begins[one.pk]), one.on + DAY) for one in rows}
    begin = max(first, since)
    same = [one for one in rows if spans[one.pk][0] == begin]
    ends = {begin, on + DAY, *(spans[one.pk][1] for one in same)}
    found = [(x, y - DAY) for x, y in periods.new_parts(set(spans.values()), (begin, on + DAY)) if not {x, y} <= ends]
    return Earlier(same, found)


def _before_the_first_record(key: str, begins: Sequence[date], *, on: date, known_on: date) -> date:
    """The last of these days before which nothing was recorded: spans that begin earlier begin there as well."""
    found = begins[0]
    for begin in begins[1:]:
        indicator = policy.load(settings.BANYAN_PACKS).indicator(key, on=on)
        if np.nansum(measure(indicator, on=begin - DAY, known_on=known_on, since=found).n):
            break
        found = begin
    return found


def last_shown(
    earlier: Earlier, *, indicator: str, on: date, known_on: date, bys: Sequence[Sequence[str]]
) -> dict[tuple[str, ...], Shown]:
    """By breakdown, what readers know of its cells from earlier publications.

    Each moment of which anything was published, and each part, is measured once for all breakdowns.
    """
    asked = [by for by in map(tuple, bys) if by]
    if not asked or not (earlier.same or earlier.parts):
        return {}
    book = policy.load(settings.BANYAN_PACKS)
    entry = book.indicator(indicator, on=on)
    moments = dict.fromkeys((one.on, one.known_on) for one in earlier.same)

    def counted(bys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], Shown]:
        before = [_counted(book.indicator(indicator, on=day), bys, day, known) for day, known in moments]
        parts = [_counted(entry, bys, last, known_on, since=first) for first, last in earlier.parts]
        return {
            by: Shown([one[place] for one in before], {}, [one[place] for one in parts])
            for place, by in enumerate(bys)
        }  # fmt: skip

    overs: dict[tuple[str, ...], list[str]] = {
        by: [over for over in LIES_WITHIN.get(by[0], ()) if over in entry.by] for by in asked if len(by) == 1
    }
    tables = counted([(over, *by) for by, some in overs.items() for over in some])
    found = {}
    for by, known in counted(asked).items():
        rows = [row for one in earlier.same if one.by == list(by) for row in one.figures["rows"]]
        shown = {tuple(row[name] for name in by): float(row["n"]) for row in rows if row["n"] is not None}
        found[by] = replace(known, shown=shown, within={over: tables[over, *by] for over in overs.get(by, ())})
    return found


def _counted(
    indicator: Any, bys: Sequence[tuple[str, ...]], on: date, known_on: date, *, since: date | None = None
) -> list[dict[tuple[str, ...], float]]:
    """By breakdown, how many each cell counted until a day, as known on another."""
    if not bys:
        return []
    found = measure_many(indicator, on=on, known_on=known_on, bys=bys, since=since)
    cells = [[tuple(group[name] for name in by) for group in one.groups] for by, one in zip(bys, found, strict=True)]
    return [
        dict(zip(names, map(float, np.nan_to_num(one.n)), strict=True))
        for names, one in zip(cells, found, strict=True)
    ]
