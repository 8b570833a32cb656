"""Scores the detectors on what was planted: found or missed, after how many days, and how many false alarms."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from scipy import stats

from banyan import policy
from banyan.demo import truths
from banyan.demo.city import LAST_DAY
from banyan.insight.alerts import queries as alerts
from banyan.insight.alerts.queries import Story
from banyan.kit import Refused

KINDS = ("cluster", "laboratory", "seller", "late_county")
KIND = "inspection.sample_judged"
IDEAL_LEVEL, IDEAL_POWER = 0.001, 0.5


def score_city() -> dict[str, Any]:
    """What the rules in force would have told of the city that stands, week by week as it was known then."""
    told = _truths()
    planted = [_dated(one) for one in told["planted"]]
    samples = alerts.known(KIND, among={})
    stories = {rule.key: _stories(rule) for rule in _rules()}
    found: list[dict[str, Any]] = []
    true: list[Story] = []
    for truth in planted:
        if truth["kind"] == "control":
            continue
        hits = [one for some in stories.values() for one in some if _tells(one, truth)]
        true += hits
        noticed = min((one.first.noticed_on for one in hits), default=None)
        found.append({
            "kind": truth["kind"], "days": (noticed - truth["from"]).days if noticed else None,
            "told_by_counts": told_by_counts(truth, samples, effect=told["effect"]),
        })  # fmt: skip
    controls = [one for one in planted if one["kind"] == "control"]
    false = [
        {"rule": rule, "noticed_on": one.first.noticed_on.isoformat(), "of": _subject(one),
         "control": any(_is_of(one, control) for control in controls)}
        for rule, some in stories.items() for one in some if one not in true
    ]  # fmt: skip
    span = date.fromisoformat(told["until"]) - date.fromisoformat(told["from"])
    return {
        "seed": told["seed"], "scale": told["scale"], "effect": told["effect"], "found": found, "false": false,
        "years": round((span.days + 1) / 365.25, 2),
    }  # fmt: skip


def told_by_counts(truth: dict[str, Any], samples: Any, *, effect: float) -> bool | None:
    """Whether an ideal observer who knows where and when to look would tell the truth from counts of failures alone.

    Failures are Poisson distributed around those of the same classes elsewhere, times the effect inside the truth.
    The observer alarms at a level of 0.1 %, once; who has power of less than half is taken to miss. A late county
    changes no count: None.
    """
    if truth["kind"] == "late_county":
        return None
    names = [name for name in ("product", "laboratory", "counterparty", "county") if name in truth]
    inside = (samples.until > LAST_DAY.toordinal()) & (samples.happened >= truth["from"].toordinal())
    inside &= samples.happened <= truth.get("until", LAST_DAY).toordinal()
    for name in names:
        values = [truth[name]] if isinstance(truth[name], str) else truth[name]
        inside &= np.isin(np.array(samples.words[name])[samples.codes[name]], values)
    failed, product = 1.0 - samples.numbers["passed"], samples.codes["product"]
    size = len(samples.words["product"])
    taken = np.maximum(np.bincount(product[~inside], minlength=size), 1)
    outside = np.bincount(product[~inside], failed[~inside], size) / taken
    expected = float(outside[product[inside]].sum())
    if truth["kind"] == "cluster":
        alarm = stats.poisson.isf(IDEAL_LEVEL, expected)
        return bool(stats.poisson.sf(alarm, expected * effect) >= IDEAL_POWER)
    alarm = stats.poisson.ppf(IDEAL_LEVEL, expected) - 1
    return bool(stats.poisson.cdf(alarm, expected / effect) >= IDEAL_POWER)


def summary(cities: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row per kind and effect: how many were found, after how many days, and false alarms per city and year."""
    by_effect: dict[float, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_effect[city["effect"]].append(city)
    rows = []
    for effect, group in sorted(by_effect.items()):
        for kind in KINDS:
            days = [one["days"] for city in group for one in city["found"] if one["kind"] == kind]
            seen = [one for one in days if one is not None]
            rows.append({
                "effect": effect, "kind": kind, "planted": len(days), "found": len(seen),
                "missed": len(days) - len(seen), "median_days": median(seen) if seen else None,
                "worst_days": max(seen, default=None),
                "told_by_counts": sum(bool(one["told_by_counts"]) for city in group for one in city["found"]
                                      if one["kind"] == kind),
            })  # fmt: skip
        years = sum(city["years"] for city in group)
        false = [one for city in group for one in city["false"]]
        rows.append({
            "effect": effect, "kind": "false_alarms", "cities": len(group), "false": len(false),
            "of_controls": sum(one["control"] for one in false),
            "by_rule": dict(Counter(one["rule"] for one in false)),
            "a_city_year": round(len(false) / years, 3),
        })  # fmt: skip
    return rows


def _rules() -> Sequence[Any]:
    book = policy.load(settings.BANYAN_PACKS)
    return [rule.on(LAST_DAY) for rule in book.entries("alert_rule") if rule.holds(LAST_DAY)]


def _stories(rule: Any) -> list[Story]:
    facts, stories = alerts.facts_of(rule), []  # type: ignore[var-annotated]
    if first := alerts.first_week(rule, facts):
        for _week in alerts.watched(rule, facts, over=alerts.weeks(first, LAST_DAY), stories=stories):
            pass
    return stories


def _truths() -> dict[str, Any]:
    path = Path(settings.BANYAN_DATA_DIR) / truths.FILE
    if not path.exists():
        raise Refused(
            _("The detectors were to be scored."),
            _("No demonstration city stands in this data folder."),
            _("Build one with `banyan demo`, or give --seeds to score cities that are built for it."),
        )
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _dated(truth: dict[str, Any]) -> dict[str, Any]:
    return truth | {name: date.fromisoformat(truth[name]) for name in ("from", "until") if name in truth}


def _tells(story: Story, truth: dict[str, Any]) -> bool:
    """Whether a story tells a truth: its subject, noticed once it held, from days on which it held."""
    first = story.first
    held = first.noticed_on >= truth["from"] and first.from_on <= truth.get("until", LAST_DAY)
    return held and _is_of(story, truth)


def _is_of(story: Story, truth: dict[str, Any]) -> bool:
    first = story.first
    mine = {"product": first.product, "laboratory": first.laboratory, "counterparty": first.counterparty}
    if any(value != truth.get(name, "") for name, value in mine.items()):
        return False
    if first.item and first.item != truth.get("item"):
        return False
    return not truth.get("county") or bool(story.counties & set(truth["county"]))


def _subject(story: Story) -> str:
    first = story.first
    return " ".join((first.product, first.laboratory, first.counterparty, *sorted(story.counties))).strip()
