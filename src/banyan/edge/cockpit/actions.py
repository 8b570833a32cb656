"""What is done for the cockpit: its answers are made before anybody asks, so that no first visit waits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation

from banyan import policy
from banyan.insight.indicators import queries as indicators


def prepare_pages(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: targets, changes and trends as the pages of a day show them, in each language.

    Derived and kept for all processes; what is there already is not made again, so it may be repeated at will.
    """
    from banyan.edge.cockpit import queries  # the whole office comes with it: loaded where pages are made

    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            queries.targets_drawn(on)
            queries.lines_of(on)
    queries.changes(on=on)
    entries: Any = policy.load(settings.BANYAN_PACKS).entries("indicator")
    shown = [entry for entry in entries if entry.holds(on) and indicators.is_recorded(entry)]
    for entry in shown:
        queries.trend_of(key=entry.key, on=on, known_on=on)
    return {"indicators": len(shown), "languages": len(settings.LANGUAGES)}
