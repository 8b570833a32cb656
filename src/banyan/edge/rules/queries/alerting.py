"""Alerts: the weeks of the past watched again by the rule in force and by the draft, each as it was known then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from banyan import policy
from banyan.insight.alerts import queries as alerts

KEPT_FACTS = 50
"""Facts of an alert that lead to its records."""


def changes(
    books: tuple[policy.Book, policy.Book], rule: str, first: date, last: date, tell: Callable[[int, int], None]
) -> dict[str, Any]:
    """The alerts that only one of them raises, and those that both raise at another time, strength or grade."""
    rules: list[Any] = [book.entry(rule) for book in books]
    rules = [one.on(last) if one.holds(last) else one for one in rules]
    read: dict[Any, alerts.Watched] = {}
    known = [alerts.facts_of(one, read) for one in rules]
    over = [_weeks(one, facts, first, last) for one, facts in zip(rules, known, strict=True)]
    steps = len(over[0]) + len(over[1])
    raised: list[list[alerts.Story]] = []
    done = 0
    for book, one, facts, weeks in zip(books, rules, known, over, strict=True):
        stories: list[alerts.Story] = []
        with policy.trying(book):
            for _week, _changed in alerts.watched(one, facts, over=weeks, stories=stories):
                done += 1
                tell(done, steps)
        raised.append(stories)
    lines = list(_lines(rules, raised, decided=_decided(rule)))
    told = [line for line in lines if line["which"] != "same"]
    return {
        "lines": {"alerts": told},
        "counts": {"weeks": len(over[1]), "alerts": {
            "before": len(raised[0]), "after": len(raised[1]),
            **{which: sum(line["which"] == which for line in lines) for which in ("only_after", "only_before",
                                                                                  "otherwise", "same")},
        }},
        "whom": _whom(told, known),
    }  # fmt: skip


def _weeks(rule: Any, facts: Any, first: date, last: date) -> Sequence[date]:
    begins = alerts.first_week(rule, facts)
    return () if begins is None else [week for week in alerts.weeks(max(first, begins), last) if week >= first]


def _lines(
    rules: Sequence[Any], raised: Sequence[list[alerts.Story]], *, decided: list[tuple[alerts.Story, str, str]]
) -> Iterator[dict[str, Any]]:
    """Each alert once: raised by the draft only, by the rule in force only, by both otherwise, by both the same."""
    gaps = [timedelta(weeks=int(rule.options["joins_within"])) for rule in rules]
    others = list(raised[1])
    for story in raised[0]:
        twin = next((one for one in others if _is_same(story, one, max(gaps))), None)
        key, state = next(((key, state) for one, key, state in decided if _is_same(story, one, max(gaps))), ("", ""))
        if twin is not None:
            others.remove(twin)
        before = _told(story, rules[0])
        after = _told(twin, rules[1]) if twin else None
        is_same = after is not None and all(before[name] == after[name] for name in ("noticed_on", "grade"))
        which = "only_before" if after is None else "same" if is_same else "otherwise"
        yield {"which": which, **_subject(twin or story), "before": before, "after": after,
               "alert": key, "decision": state, **_behind(twin or story, rules[1 if twin else 0])}  # fmt: skip
    for story in others:
        yield {"which": "only_after", **_subject(story), "before": None, "after": _told(story, rules[1]),
               "alert": "", "decision": "", **_behind(story, rules[1])}  # fmt: skip


def _is_same(story: alerts.Story, other: alerts.Story, gap: timedelta) -> bool:
    """Whether two stories are of one subject, a common county, and times that meet."""
    mine, yours = _subject(story), _subject(other)
    alike = all(mine[name] == yours[name] for name in ("product", "item", "laboratory", "counterparty"))
    meets = not story.counties or not other.counties or story.counties & other.counties
    apart = max(story.first.noticed_on, other.first.noticed_on) - min(story.last.noticed_on, other.last.noticed_on)
    return bool(alike and meets and apart <= gap)


def _subject(story: alerts.Story) -> dict[str, Any]:
    first = story.first
    return {"product": first.product, "item": first.item, "laboratory": first.laboratory,
            "counterparty": first.counterparty, "counties": sorted(story.counties)}  # fmt: skip


def _told(story: alerts.Story, rule: Any) -> dict[str, Any]:
    first, last = story.first, story.last
    return {
        "noticed_on": first.noticed_on.isoformat(), "until": last.noticed_on.isoformat(), "grade": rule.grade,
        "observed": last.observed, "expected": round(last.expected, 2), "bound": last.bound, "n": last.n,
        "p_value": float(f"{last.p_value:.3g}"), "score": last.rank,
    }  # fmt: skip


def _behind(story: alerts.Story, rule: Any) -> dict[str, Any]:
    kind = next(one.any_of for one in rule.filters if one.column == "kind")[0]
    return {"fact_kind": kind, "facts": len(story.last.facts),
            "first_facts": [int(one) for one in story.last.facts[:KEPT_FACTS]]}  # fmt: skip


def _decided(rule: str) -> list[tuple[alerts.Story, str, str]]:
    """The alerts that the rule has raised indeed, with what people decided on each."""
    return [(alerts.story_of(one), one.pk, one.state) for one in alerts.raised_by(rule)]


def _whom(told: Sequence[dict[str, Any]], known: Sequence[alerts.Watched]) -> dict[str, Any]:
    """Counties, laboratories and sellers that the changed alerts concern, and the firms behind their facts."""
    ids = sorted({fact for line in told for fact in line["first_facts"]})
    firms = set[str]()
    for facts in known if ids else ():
        if isinstance(facts, alerts.Known) and "organisation" in facts.codes:
            codes = np.unique(facts.codes["organisation"][np.isin(facts.fact, ids)])
            firms |= {facts.words["organisation"][code] for code in codes.tolist()} - {""}
    return {
        "county": sorted({county for line in told for county in line["counties"]}),
        "laboratory": sorted({line["laboratory"] for line in told} - {""}),
        "counterparty": sorted({line["counterparty"] for line in told} - {""}), "firms": len(firms),
    }  # fmt: skip
