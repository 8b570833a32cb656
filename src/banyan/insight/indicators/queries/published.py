"""Reads of publications: only what is public on a day; what has ended is gone from every answer of today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from banyan.insight.indicators.models import Publication
from banyan.insight.indicators.queries.figures import Figures, from_json
from banyan.kit import clock, recent


def publications(*, published_by: date | None = None) -> QuerySet[Publication]:
    """The publications that are public today, of those that were published by a day; newest first."""
    today = clock.today()
    asked = min(published_by or today, today)
    return Publication.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=today), published_on__lte=asked, withdrawn_on__isnull=True
    ).order_by("-published_on", "key")


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
