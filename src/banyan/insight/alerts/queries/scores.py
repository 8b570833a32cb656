"""How much an alert deserves a look: a score that is the sum of parts, each weighed as the packs say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language

from banyan.insight.alerts.queries.findings import SUBJECT, Finding, Story
from banyan.insight.alerts.queries.known import Known
from banyan.kit import terms

WEIGHTS = "alerts.score"
GRADES = ("notice", "warning", "serious")
NEW_AFTER = timedelta(days=365)


def parts_of(story: Story, *, grade: str, others: Sequence[Story], facts: Any) -> dict[str, float]:
    """What speaks for looking at a story first, each part in its own unit.

    Chance as powers of ten against it; strength as doublings; novelty 1 where its subject was not told in the year
    before; severity by the grade of the rule; spread and reach as doublings of the counties and of the sellers at
    which it was found, who stand for consumers, whom no record counts.
    """
    last = story.last
    has_sellers = isinstance(facts, Known) and "counterparty" in facts.codes
    sellers = facts.codes["counterparty"][facts.rows_of(last.facts)] if has_sellers else ()
    return {
        "chance": last.surprise, "strength": last.strength, "novelty": float(not _was_told(story, others)),
        "severity": float(GRADES.index(grade)), "spread": math.log2(max(len(story.counties), 1)),
        "reach": math.log2(max(len({*sellers} - {0}), 1)),
    }  # fmt: skip


def score_of(parts: Mapping[str, float], *, on: date) -> float:
    """The parts by the weights in force on a day, added up; what has no weight does not count."""
    weights = {row["part"]: float(row["weight"]) for row in terms.rows(WEIGHTS, on=on)}
    return round(sum(weights.get(name, 0.0) * value for name, value in parts.items()), 2)


def parts_in_words(parts: Mapping[str, float], *, on: date) -> list[dict[str, Any]]:
    """The parts of a score as a person reads them: what each is, its weight and what it adds."""
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    rows = [row for row in terms.rows(WEIGHTS, on=on) if row["part"] in parts]
    return [
        {"words": row[language], "value": parts[row["part"]], "weight": float(row["weight"]),
         "points": float(row["weight"]) * parts[row["part"]]}
        for row in rows
    ]  # fmt: skip


def _was_told(story: Story, others: Sequence[Story]) -> bool:
    """Whether a story of the same rule and subject began in the year before."""
    begun, subject = story.first.noticed_on, _subject(story.first)
    return any(_subject(one.first) == subject and begun - NEW_AFTER <= one.first.noticed_on < begun for one in others)


def _subject(finding: Finding) -> tuple[str, ...]:
    return tuple(getattr(finding, name) for name in SUBJECT)
