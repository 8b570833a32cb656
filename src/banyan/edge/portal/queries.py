"""What the public's pages show: clauses with published figures, rows with names, charts, search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.edge.cockpit import queries as cockpit
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts

VERDICTS = ("met", "not met", "cannot be told", "reference missing", "record missing")


def tally(lines: Sequence[indicators.TargetLine]) -> list[tuple[str, int]]:
    """How many targets have each verdict."""
    counts = Counter(line.verdict for line in lines)
    return [(verdict, counts[verdict]) for verdict in VERDICTS]


def clause_lines(*, published_by: date) -> list[cockpit.ClauseView]:
    """Every clause with its targets, judged by what was published."""
    lines = indicators.published_target_lines(published_by=published_by)
    return cockpit.clause_views(lines, on=published_by)


def titled(publications: Iterable[Any]) -> list[Any]:
    """Publications with the title of their indicator in the language of the page."""
    titles = {entry.key: indicators.in_language(entry.title) for entry in _indicators()}
    found = list(publications)
    for publication in found:
        publication.indicator_title = titles.get(publication.indicator, publication.indicator)
    return found


def _indicators() -> Any:
    return policy.load(settings.BANYAN_PACKS).entries("indicator", None)


def chart_of(figures: indicators.Figures, rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Dots with intervals for a breakdown; none for a single figure or for counts."""
    shown = [row for row in rows if row["value"] is not None and row["low"] is not None]
    if len(shown) < 2 or figures.receipt["level"] is None:
        return None
    titles = indicators.chart_titles()
    return charts.intervals(shown[:40], label="label", titles=titles, threshold=figures.receipt["threshold"])


def search(text: str, *, language: str) -> dict[str, Any]:
    """What answers to a text: clauses, indicators, organisations (name, code and county only)."""
    book = policy.load(settings.BANYAN_PACKS)
    wanted = text.casefold()

    def matches(*words: Any) -> bool:
        return any(wanted in str(part).casefold() for word in words for part in (word.zh, word.en))

    return {
        "clauses": [line.clause for line in book.clauses() if matches(line.clause.title, line.clause.says)],
        "indicators": [entry for entry in book.entries("indicator") if matches(entry.title, entry.says)],  # type: ignore[attr-defined]
        "organisations": registry.public_find(text=text, limit=20),
    }
