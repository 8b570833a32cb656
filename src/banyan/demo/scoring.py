"""Scores the detectors on what was planted: found or missed, after how many days, and how many false alarms."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from scipy import stats

from banyan import policy
from banyan.demo import naive, truths
from banyan.demo.city import LAST_DAY
from banyan.insight.alerts import queries as alerts
from banyan.insight.alerts.queries import Story
from banyan.kit import Refused

OUTBREAKS = tuple(f"outbreak_{one.name}" for one in truths.SHAPES)
WAVE = "complaint_wave"
KINDS = (*OUTBREAKS, "laboratory", "seller", "late_county", WAVE)
SAMPLES, ITEMS, COMPLAINTS = "inspection.sample_judged", "inspection.item_judged", "complaints.received"
IDEAL_LEVEL, IDEAL_POWER = 0.001, 0.5
NOT_WATCHED = ("poisoned_lot",)
"""What no alert rule looks for: it is traced."""
WEEKS_A_YEAR = 365.25 / 7


def score_city() -> dict[str, Any]:
    """What the rules in force would have told of the city that stands, week by week as it was known then."""
    told = _truths()
    planted = [_dated(one) for one in told["planted"] if one["kind"] not in NOT_WATCHED]
    read: dict[Any, Any] = {}
    stories = {(rule.key, _kind(rule.filters)): _stories(rule, read) for rule in _rules()}
    facts = {_kind(asked[0]): some for asked, some in read.items()}
    samples, items = (facts[kind] for kind in (SAMPLES, ITEMS))
    plain = {("naive", SAMPLES): naive.stories(samples),
             ("naive", COMPLAINTS): naive.stories_of_counts(facts[COMPLAINTS])}  # fmt: skip
    found = [
        {
            "kind": truth["kind"], "days": _days_until_told(stories, truth),
            "naive_days": _days_until_told(plain, truth),
            "told_by_counts": told_by_counts(truth, samples, effect=told["effect"]),
            "told_by_item": told_by_item(truth, samples, items, effect=told["effect"]),
            "days_of_who_knows": days_of_who_knows(truth, samples, items),
        }
        for truth in planted if truth["kind"] != "control"
    ]  # fmt: skip
    span = date.fromisoformat(told["until"]) - date.fromisoformat(told["from"])
    return {
        "seed": told["seed"], "scale": told["scale"], "effect": told["effect"], "found": found,
        "false": _false(stories, planted), "naive_false": _false(plain, planted),
        "years": round((span.days + 1) / 365.25, 2),
    }  # fmt: skip


Told = Mapping[tuple[str, str], Sequence[Story]]
"""The stories of each rule, with the kind of facts that it watches."""


def _days_until_told(stories: Told, truth: dict[str, Any]) -> int | None:
    """After how many days the first story told a truth; None where none did."""
    noticed = [
        one.first.noticed_on for (_rule, kind), some in stories.items() if _shows_in(truth, kind)
        for one in some if _tells(one, truth)
    ]  # fmt: skip
    return (min(noticed) - truth["from"]).days if noticed else None


def _false(stories: Told, planted: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stories that tell no truth, and which of them are of a control."""
    truths_, controls = ([one for one in planted if (one["kind"] == "control") is is_one] for is_one in (False, True))
    return [
        {"rule": rule, "noticed_on": one.first.noticed_on.isoformat(), "of": _subject(one),
         "control": next((control["of"] for control in controls if _shows_in(control, kind) and _is_of(one, control)),
                         "")}
        for (rule, kind), some in stories.items() for one in some
        if not any(_shows_in(truth, kind) and _tells(one, truth) for truth in truths_)
    ]  # fmt: skip


def _shows_in(truth: Mapping[str, Any], kind: str) -> bool:
    """Whether a truth or control shows in facts of a kind: a wave and its copies in complaints, others in samples."""
    return (kind == COMPLAINTS) == (WAVE in (truth["kind"], truth.get("beside")))


def _kind(filters: Iterable[Any]) -> str:
    return next(str(one.any_of[0]) for one in filters if one.column == "kind")


def told_by_counts(truth: dict[str, Any], samples: Any, *, effect: float) -> bool | None:
    """Whether an ideal observer who knows where and when to look would tell the truth from counts of failures alone.

    Failures are Poisson distributed around those of the same classes elsewhere, times the effect inside the truth.
    The observer alarms at a level of 0.1 %, once; who has power of less than half is taken to miss. A late county
    changes no count of failures, nor does a wave of complaints: None.
    """
    if truth["kind"] in ("late_county", WAVE):
        return None
    each = _expected(samples, _inside(truth, samples), ~_inside(truth, samples))
    expected = float(each.sum())
    if truth["kind"] in OUTBREAKS:
        return _is_told(expected, float((each * _times(truth, samples, effect)).sum()))
    alarm = stats.poisson.ppf(IDEAL_LEVEL, expected) - 1
    return bool(stats.poisson.cdf(alarm, expected / effect) >= IDEAL_POWER)


def told_by_item(truth: dict[str, Any], samples: Any, items: Any, *, effect: float) -> bool | None:
    """Whether the ideal observer would tell an outbreak who counts the failures of the item that its goods share.

    Such failures come on top: what the effect adds to the failures of the class breaks this one limit.
    """
    if truth["kind"] not in OUTBREAKS:
        return None
    each = _expected(samples, _inside(truth, samples), ~_inside(truth, samples))
    added = float((each * (_times(truth, samples, effect) - 1)).sum())
    same_item = np.array(items.words["item"])[items.codes["item"]] == truth["item"]
    inside = _inside(truth, items)
    expected = float(_expected(items, inside & same_item, ~inside & same_item).sum())
    return _is_told(expected, expected + added)


def days_of_who_knows(truth: dict[str, Any], samples: Any, items: Any) -> int | None:
    """After how many days an outbreak is told by who knows its class, item, counties and first day; None for never.

    Once a week all failures of the class, and those of the item, that were known by then are set against what such
    samples let expect; either alarms at half of a level of 0.1 %. Who looks at the last weeks alone may be sooner.
    """
    if truth["kind"] not in OUTBREAKS:
        return None
    same_item = np.array(items.words["item"])[items.codes["item"]] == truth["item"]
    every = np.ones(len(samples), bool)
    looked_at = [
        (facts, _inside(truth, facts) & part, part) for facts, part in ((samples, every), (items, same_item))
    ]
    for week in alerts.weeks(truth["from"], LAST_DAY):
        for facts, inside, among in looked_at:
            by_then = facts.known[inside] <= week.toordinal()
            expected = _expected(facts, inside, among & ~inside)[by_then].sum()
            failed = (1.0 - facts.numbers["passed"][inside])[by_then].sum()
            if failed and stats.poisson.sf(failed - 1, expected) < IDEAL_LEVEL / 2:
                return (week - truth["from"]).days
    return None


def _times(truth: dict[str, Any], facts: Any, effect: float) -> Any:
    """How many times as often as else each of the facts inside an outbreak fails."""
    begins = {county: date.fromisoformat(str(day)).toordinal() for county, day in truth["begins"].items()}
    inside = _inside(truth, facts)
    first = np.array([begins.get(county, 0) for county in facts.words["county"]])[facts.codes["county"][inside]]
    share = np.clip((facts.happened[inside] - first + 1) / truth["grows"], 0, 1)
    return 1 + (effect - 1) * share


def _is_told(expected: float, true: float) -> bool:
    alarm = stats.poisson.isf(IDEAL_LEVEL, expected)
    return bool(stats.poisson.sf(alarm, true) >= IDEAL_POWER)


def _inside(truth: dict[str, Any], facts: Any) -> Any:
    """The facts that a truth is about, as known at the end."""
    inside = (facts.until > LAST_DAY.toordinal()) & (facts.happened >= truth["from"].toordinal())
    inside &= facts.happened <= truth.get("until", LAST_DAY).toordinal()
    for name in ("product", "laboratory", "counterparty", "county"):
        if name in truth:
            values = [truth[name]] if isinstance(truth[name], str) else truth[name]
            inside &= np.isin(np.array(facts.words[name])[facts.codes[name]], values)
    return inside


def _expected(facts: Any, inside: Any, outside: Any) -> Any:
    """Failures expected of each fact inside, where the same classes fail as they do outside."""
    failed, product = 1.0 - facts.numbers["passed"], facts.codes["product"]
    size = len(facts.words["product"])
    taken = np.maximum(np.bincount(product[outside], minlength=size), 1)
    rate = np.bincount(product[outside], failed[outside], size) / taken
    return rate[product[inside]]


def summary(cities: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row per kind and effect: how many were found, after how many days, and false alarms per city and year."""
    by_effect: dict[float, list[dict[str, Any]]] = defaultdict(list)
    for city in cities:
        by_effect[city["effect"]].append(city)
    rows = []
    for effect, group in sorted(by_effect.items()):
        for kind in KINDS:
            days, naive_days = (
                [one[name] for city in group for one in city["found"] if one["kind"] == kind]
                for name in ("days", "naive_days")
            )
            rows.append({
                "effect": effect, "kind": kind, "planted": len(days), **_told_of(days),
                **{f"naive_{name}": value for name, value in _told_of(naive_days).items()},
                **{f"knowing_{name}": value for name, value in _told_of(
                    [one["days_of_who_knows"] for city in group for one in city["found"] if one["kind"] == kind]
                ).items()},
                **{name: sum(bool(one[name]) for city in group for one in city["found"] if one["kind"] == kind)
                   for name in ("told_by_counts", "told_by_item")},
            })  # fmt: skip
        years = sum(city["years"] for city in group)
        false, plain = ([one for city in group for one in city[name]] for name in ("false", "naive_false"))
        rows.append({
            "effect": effect, "kind": "false_alarms", "cities": len(group), "false": len(false),
            "of_controls": dict(Counter(one["control"] for one in false if one["control"])),
            "by_rule": dict(Counter(one["rule"] for one in false)),
            "a_city_year": round(len(false) / years, 3), "a_week": round(len(false) / years / WEEKS_A_YEAR, 4),
            "naive_false": len(plain), "naive_of_controls": sum(bool(one["control"]) for one in plain),
            "naive_a_city_year": round(len(plain) / years, 3),
            "naive_a_week": round(len(plain) / years / WEEKS_A_YEAR, 4),
        })  # fmt: skip
    return rows


def _told_of(days: Sequence[int | None]) -> dict[str, Any]:
    seen = [one for one in days if one is not None]
    return {"found": len(seen), "missed": len(days) - len(seen), "median_days": median(seen) if seen else None,
            "worst_days": max(seen, default=None)}  # fmt: skip


def _rules() -> Sequence[Any]:
    book = policy.load(settings.BANYAN_PACKS)
    return [rule.on(LAST_DAY) for rule in book.entries("alert_rule") if rule.holds(LAST_DAY)]


def _stories(rule: Any, read: dict[Any, Any]) -> list[Story]:
    facts, stories = alerts.facts_of(rule, read), []  # type: ignore[var-annotated]
    if first := alerts.first_week(rule, facts):
        for _week in alerts.watched(rule, facts, over=alerts.weeks(first, LAST_DAY), stories=stories):
            pass
    return stories


def planted() -> list[dict[str, Any]]:
    """What was planted in the city that stands."""
    return list(_truths()["planted"])


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
