"""What the public's pages show: clauses with published figures, rows with names, charts, search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import facts
from banyan.base.registry import queries as registry
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts

VERDICTS = ("met", "not met", "cannot be told", "reference missing", "record missing")


@dataclass(frozen=True)
class ClauseView:
    """A clause with its department and its targets as judged."""

    clause: Any
    department: Any
    targets: Sequence[indicators.TargetLine]
    needs: Sequence[Any]


def tally(lines: Sequence[indicators.TargetLine]) -> list[tuple[str, int]]:
    """How many targets have each verdict."""
    counts = Counter(line.verdict for line in lines)
    return [(verdict, counts[verdict]) for verdict in VERDICTS]


def clause_lines(*, published_by: date) -> list[ClauseView]:
    """Every clause with its targets, judged by what was published."""
    return clause_views(indicators.published_target_lines(published_by=published_by), on=published_by)


def clause_views(lines: Sequence[indicators.TargetLine], *, on: date) -> list[ClauseView]:
    """Targets, judged in whatever way, under the clauses that set them."""
    book = policy.load(settings.BANYAN_PACKS)
    departments = {row["key"]: row for row in book.table("departments", on=on)}
    judged = {line.target.key: line for line in lines}
    return [
        ClauseView(
            line.clause,
            departments.get(line.department),
            [judged[target.key] for target in line.targets if target.key in judged],
            line.needs,
        )
        for line in book.clauses()
    ]


def named_rows(figures: indicators.Figures) -> list[dict[str, Any]]:
    """The rows of figures with a name for each group, and the whole city's name where there is none."""
    names = registry.names_of({(name, row[name]) for row in figures.rows for name in figures.by})
    words = facts.labels()

    def label(name: str, code: str | None) -> str:
        if code is None:
            return _("not stated")
        return names.get((name, code)) or str(words.get(name, {}).get(code, code))

    return [
        {**row, "label": " · ".join(label(name, row[name]) for name in figures.by) or _("whole city")}
        for row in figures.rows
    ]


def chart_of(figures: indicators.Figures) -> dict[str, Any] | None:
    """Dots with intervals for a breakdown; none for a single figure or for counts."""
    rows = [row for row in named_rows(figures) if row["value"] is not None and row["low"] is not None]
    if len(rows) < 2 or figures.receipt["level"] is None:
        return None
    return charts.intervals(rows[:40], label="label", titles=chart_titles(), threshold=figures.receipt["threshold"])


def chart_titles() -> dict[str, str]:
    """The words of axes and tooltips."""
    return {
        "x": _("group"), "value": _("rate"), "low": _("lower limit"), "high": _("upper limit"), "n": _("n"),
        "target": _("target"), "shrunk": _("shrunken rate"),
    }  # fmt: skip


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
