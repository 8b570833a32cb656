"""What the cockpit shows: tiles, changes, comparisons, rows with names, all within what a person may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import facts
from banyan.base.facts.queries import remembered
from banyan.base.registry import queries as registry
from banyan.insight.approval import queries as approval
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock, recent, terms, titles
from banyan.kit.office import link
from banyan.kit.refusals import BadRequest
from banyan.kit.templatetags.banyan import amount, verdict_words
from banyan.kit.workbooks import Layout
from banyan.records.inspection import queries as inspection

ROWS_AT_MOST = 400
LAYOUT = Path(__file__).parent.parent / "templates" / "cockpit" / "table.yaml"


def few_samples(entry: Any, whole: Mapping[str, Any] | None, *, where: Mapping[str, Any], on: date) -> bool:
    """Whether a figure is of so few that it is shown only because it is the whole city's."""
    least = small_counts_rule(on).value
    return not where and not entry.shows_small_counts and bool(whole and whole["n"] and whole["n"] < least)


def _known(on: date) -> date | None:
    """As known when: a past day as it is known today; None for today, whose figures the daily flow keeps."""
    today = clock.today()
    return None if on == today else today


def rules_of(figures: indicators.Figures) -> list[tuple[str, str]]:
    """What the rules behind figures said on their day, as a pack writes it: the indicator, and its target."""
    book = policy.load(settings.BANYAN_PACKS)
    entries = [book.entry(key) for key in (figures.key, figures.receipt.get("target")) if key]
    return [
        (entry.key, policy.amending.written(policy.amending.definition(entry, figures.on)))
        for entry in entries if entry.holds(figures.on)
    ]  # fmt: skip


def lines_of(on: date) -> list[indicators.TargetLine]:
    """Every target as it stands on a day, judged once for each state of facts, packs and reference figures."""
    return remembered("targets", _of_targets(on), lambda: indicators.target_lines(on=on, known_on=_known(on)))


def targets_drawn(on: date) -> dict[str, Any]:
    """The targets as the cockpit draws them, those that wait for records apart: drawn once for each state."""

    def draw() -> dict[str, Any]:
        lines = lines_of(on)
        judged, missing = ([line for line in lines if bool(line.parts) is has] for has in (True, False))
        return {"judged": _drawn(judged), "missing": _drawn(missing), "how_many_missing": len(missing)}

    return remembered("targets-drawn", _of_targets(on), draw)


def _drawn(lines: Sequence[indicators.TargetLine]) -> SafeString:
    return SafeString("".join(render_to_string("cockpit/_target.html", {"line": line}) for line in lines))


def _of_targets(on: date) -> tuple[Any, ...]:
    """What judged targets rest on beside facts and packs."""
    first = indicators.overview()[:1]
    known = _known(on)
    return on, known, indicators.reference_state(), *(indicators.computed_at(key=key, on=on) for key in first)


def trend_of(
    *, key: str, on: date, known_on: date, where: Mapping[str, Sequence[str]] | None = None
) -> list[dict[str, Any]]:
    """An indicator's figures by quarter, counted once for each state of facts and packs."""
    limits = {name: tuple(values) for name, values in (where or {}).items()}
    return remembered(
        "trend", (key, on, known_on, sorted(limits.items())),
        lambda: indicators.trend(key=key, on=on, known_on=known_on, where=limits), in_words=False,
    )  # fmt: skip


def redefined(entry: Any, trend: Sequence[Mapping[str, Any]]) -> list[date]:
    """The days from which the definition changed between the quarters of a trend."""
    versions = sorted({line["version"] for line in trend})
    return [one.since for one in map(entry.on, entry.changes()) if one.version in versions[1:]]


def is_redefined(entry: Any, *, since: date, on: date) -> bool:
    """Whether the definition changed after one day and by another."""
    return any(since < day <= on for day in entry.changes()[1:])


def tiles(*, on: date, own: frozenset[str] | None, alerts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The counties as tiles of a grid: place, name, the first indicator's figure and verdict, alerts that wait."""
    first = indicators.overview()[:1]
    rows = [
        row for key in first for row in indicators.computed(key=key, on=on, known_on=_known(on), by=("county",)).rows
    ]
    by_county = {row["county"]: row for row in rows}
    return [
        {
            "key": county.pk, "name": registry.name_in_language(county), "column": county.tile_column,
            "line": county.tile_row, "row": by_county.get(county.pk) if own is None or county.pk in own else None,
            "is_own": own is None or county.pk in own, "alerts": alerts.get(county.pk, 0),
        }
        for county in registry.counties()
    ]  # fmt: skip


def changes(*, on: date) -> list[dict[str, Any]]:
    """What changed since the quarter before: each rate with its figure of this quarter and the last."""
    found = remembered(
        "changes", (on,), lambda: {key: _change(key=key, on=on) for key in indicators.overview()}, in_words=False
    )
    book = policy.load(settings.BANYAN_PACKS)
    return [{"indicator": book.indicator(key, on=on), **change} for key, change in found.items() if change]


def _change(*, key: str, on: date) -> dict[str, Any]:
    """A rate's last two quarters by one definition, and their difference; empty where there are not two."""
    lines = indicators.trend(key=key, on=on, quarters=2, defined_on=on)
    if len(lines) < 2:
        return {}
    before, now = lines
    difference = indicators.difference_of((now["passed"], now["n"]), (before["passed"], before["n"]), on=on)
    return {"now": now, "before": before, "difference": difference}


def late(person: Any, *, on: date, limit: int = 8) -> list[dict[str, Any]]:
    """What is late within what a person may see, with whose move it is, oldest term first."""
    found: list[dict[str, Any]] = recent.made(
        ("late", person.pk, on, limit, get_language()), lambda: _late(person, on=on, limit=limit)
    )
    return found


def _late(person: Any, *, on: date, limit: int) -> list[dict[str, Any]]:
    samples, tasks = inspection.late_work(person, on=on)
    found: list[dict[str, Any]] = [
        {
            "record": record,
            "link": link(record),
            "due_on": record.due_on,
            "whose": inspection.mover(record),
            "state": record.get_state_display(),
        }
        for rows in (samples, tasks)
        for record in rows[:limit]
    ]
    return sorted(found, key=lambda one: one["due_on"])[:limit]


def entry_of(key: str, *, on: date) -> Any:
    """An indicator as its pack defines it on a day."""
    return policy.load(settings.BANYAN_PACKS).indicator(key, on=on)


def small_counts_rule(on: date) -> Any:
    """The rule by which small cells are hidden on a day."""
    return policy.load(settings.BANYAN_PACKS).value("disclosure.smallest_count", on=on)


def demand_whole(where: Mapping[str, Sequence[str]], *, key: str, published_by: date) -> None:
    """Raise BadRequest where a table as it was published is limited to a part."""
    if where:
        raise BadRequest(
            _("A table of “%(key)s” as published by %(day)s was asked for.") % {"key": key, "day": published_by},
            _("It was to be limited to a part, and what was published is whole."),
            _("Leave the limits out, or ask for the table as known on a day."),
        )  # fmt: skip


def sheet_of(
    entry: Any, figures: indicators.Figures
) -> tuple[Layout, list[dict[str, Any]], dict[str, Any], dict[str, str]]:
    """Layout, rows, values and column titles of the exported table."""
    receipt = figures.receipt
    words = {
        "label": " · ".join(indicators.dimension_words().get(name, name) for name in figures.by) or _("group"),
        "n": _("n"), "passed": _("passed"), "value": _("value"), "low": _("lower limit"), "high": _("upper limit"),
        "verdict": _("verdict"), "probability_met": _("probability met"), "refused": _("refused"),
        "not_sampled": _("not sampled"),
    }  # fmt: skip
    rows = [
        {
            **row,
            "verdict": _("hidden: too few, or another could be told")
            if row["suppressed"]
            else verdict_words(row["verdict"]),
        }
        for row in indicators.rows_with_names(figures)
    ]
    values = {
        "title": indicators.in_language(entry.title),
        "says": indicators.in_language(entry.says),
        "day": _("For %(on)s, as known on %(known)s") % {"on": figures.on, "known": figures.known_on},
        "receipt": _("Receipt %(key)s") % {"key": figures.receipt_key},
        "rule": f"{receipt['rule']} · {receipt['method']} · {receipt['pack'][:16]}",
    }
    plain = {} if entry.measure in ("rate", "share", "growth") else {"value": "#,##0.##"}
    layout = Layout.read(LAYOUT).with_columns({"label", "n", "value", "verdict", *entry.columns}, plain)
    return layout, rows, values, words


def counties_of(own: frozenset[str] | None) -> list[tuple[str, str]]:
    """The counties that a person may compare, with their names."""
    return [(one.pk, registry.name_in_language(one)) for one in registry.counties() if own is None or one.pk in own]


def parks_of(own: frozenset[str] | None) -> list[tuple[str, str]]:
    """The parks that a person may compare, with their names."""
    return [
        (one.pk, registry.name_in_language(one)) for one in registry.parks() if own is None or one.county_id in own
    ]


def where_in_words(where: Mapping[str, Sequence[str]]) -> list[str]:
    """A question's limits as words: "county where found: Gulou"."""
    names = registry.names_of({(name, value) for name, values in where.items() for value in values})
    words = indicators.dimension_words()
    said = {name: titles.listed(indicators.label(name, one, names) for one in where[name]) for name in where}
    return [titles.paired(words.get(name, name), groups) for name, groups in said.items()]


def about(asked: Any, *, where: Mapping[str, Sequence[str]], by: str = "") -> list[str]:
    """What a comparison is of, in words: the dimension, the day, as known when, what it is limited to."""
    days = _("For %(on)s, as known on %(known)s") % {"on": asked.on, "known": asked.known_on}
    unit = [indicators.dimension_words().get(by, by)] if by else []
    return [*unit, *where_in_words(where), days]


def demand_groups(where: Mapping[str, Sequence[str]]) -> None:
    """Raise BadRequest for a code that no record of its dimension has, such as an unknown county."""
    pairs = {(name, value) for name, values in where.items() for value in values}
    names, labels, words = registry.names_of(pairs), facts.labels(), indicators.dimension_words()
    for name, value in sorted(pairs):
        is_coded = name in registry.NOUN_OF_DIMENSION or name in labels
        if is_coded and (name, value) not in names and value not in labels.get(name, ()):
            raise BadRequest(
                _("Figures for “%(value)s” were asked for.") % {"value": value[:60]},
                _("There is no such code of “%(dimension)s”.") % {"dimension": words.get(name, name)},
                _("Follow a line of the table broken down by it, or look the code up in the registry."),
                code="unknown-code",
            )


@dataclass(frozen=True)
class ClauseView:
    """A clause with its department and its targets as judged."""

    clause: Any
    department: Any
    targets: Sequence[indicators.TargetLine]
    indicators: Sequence[Any]
    needs: Sequence[Any]


def clause_views(lines: Sequence[indicators.TargetLine], *, on: date) -> list[ClauseView]:
    """Targets, judged in whatever way, under the clauses that set them."""
    book = policy.load(settings.BANYAN_PACKS)
    departments = {row["key"]: row for row in terms.rows("departments", on=on)}
    judged = {line.target.key: line for line in lines}
    return [
        ClauseView(
            line.clause,
            departments.get(line.department),
            [judged[target.key] for target in line.targets if target.key in judged],
            line.indicators,
            line.needs,
        )
        for line in book.clauses()
    ]


def approved(entry: Any, asked: Any) -> list[str]:
    """How far the data are approved that an indicator's window holds, period by period, in sentences."""
    first, last = entry.period(asked.on)
    if first is None:
        return []
    places = tuple(asked.where.get("county", ()))
    county = places[0] if len(places) == 1 else ""
    return [one.sentence for one in approval.said_of_span(entry.fact_kinds, first=first, last=last, county=county)]


def scores_of(*, on: date, own: Collection[str] | None) -> list[dict[str, Any]]:
    """Each assessment of a day with the scores of its units, those within reach; every value leads to its records."""
    tables = []
    for assessment in indicators.assessments(on=on):
        found = indicators.scores(assessment=assessment, on=on, known_on=_known(on))
        found = [one for one in found if own is None or assessment.of != "county" or one.unit in own]
        names = registry.names_of({(assessment.of, one.unit) for one in found})
        lines = [
            {"name": indicators.label(assessment.of, one.unit, names), "score": one.score, "low": one.low,
             "high": one.high, "grade": one.grade,
             "cells": [_brought(one, item, assessment.of, on) for item in assessment.items]}
            for one in found
        ]  # fmt: skip
        titles = [{"title": indicators.in_language(one.title), "weight": one.weight} for one in assessment.items]
        tables.append({
            "key": assessment.key, "title": indicators.in_language(assessment.title),
            "says": indicators.in_language(assessment.says), "items": titles, "lines": lines,
            "total": assessment.total, "least_known": assessment.least_known,
        })  # fmt: skip
    return tables


def _brought(score: indicators.Score, item: Any, of: str, on: date) -> dict[str, Any]:
    if item.key not in score.values:
        return {"points": None}
    measure = policy.load(settings.BANYAN_PACKS).indicator(item.indicator, on=on).measure
    asked = urlencode({"on": on.isoformat(), of: score.unit})
    return {"points": score.points[item.key], "value": amount(score.values[item.key], measure),
            "url": f"{reverse('cockpit:records', args=[item.indicator])}?{asked}"}  # fmt: skip
