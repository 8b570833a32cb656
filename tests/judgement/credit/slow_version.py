"""Credit the slow and obvious way: replay what was told until a day, take each fact, each rule, add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from banyan import policy
from banyan.policy.calendar import add_months

History = list[tuple[date, str, str, dict[str, Any]]]


def grades(history: History, *, on: date, known_on: date) -> dict[str, tuple[Decimal, Decimal, str]]:
    """Points, worst finding and grade of every firm with a finding that counts."""
    book = policy.load()
    scale: Any = book.entry("credit.scale")
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for day, noun, key, state in history:
        if day <= known_on:
            told[noun, key] = state
    facts = [fact for (noun, _key), state in told.items() for fact in facts_of(noun, state)]
    costs: dict[str, list[Decimal]] = {}
    for rule in book.entries("credit_rule"):
        meeting = [fact for fact in facts if all(one.keeps(fact) for one in rule.filters)]  # type: ignore[attr-defined]
        for fact in after_renewals(meeting, on) if rule.dated == "lapsed" else meeting:  # type: ignore[attr-defined]
            cost = cost_of(rule, fact, on)
            if cost is None:
                continue
            costs.setdefault(fact["organisation"], []).append(cost)
            if cost > 0 and rule.dated != "lapsed":  # type: ignore[attr-defined]
                for successor in successors(fact["organisation"], told, on):
                    costs.setdefault(successor, []).append(cost)
    found = {}
    for firm, each in costs.items():
        points, worst = sum(each, Decimal(0)), max([*each, Decimal(0)])
        found[firm] = (points, worst, scale.band(points, worst).grade)
    return found


def successors(firm: str, told: dict[tuple[str, str], dict[str, Any]], on: date) -> Iterator[str]:
    """Who answers for a firm on a day: the one that it was merged into by then, the one that this was merged into."""
    state = told["registry.organisation", firm]
    while state["merged_into_id"] and state["closed_on"] <= on:
        yield state["merged_into_id"]
        state = told["registry.organisation", state["merged_into_id"]]


def facts_of(noun: str, state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if state["withdrawn_on"] is not None:
        return
    if noun == "inspection.sample":
        yield {"kind": "inspection.sample_judged", "organisation": state["maker_id"], "scheme": state["scheme"],
               "happened_on": state["sampled_on"], "passed": state["conclusion"] == "passed",
               "grade": state["grade"] or None}  # fmt: skip
    if noun == "casework.case" and state["outcome"] == "penalty":
        yield {"kind": "casework.fined", "organisation": state["party_id"], "happened_on": state["decided_on"],
               "value": state["fine"] or 0}  # fmt: skip
    if noun == "registry.certificate":
        yield {"kind": "registry.certificate_held", "organisation": state["organisation_id"], "item": state["kind"],
               "happened_on": state["from_on"], "until_on": state["until_on"], "key": state["key"]}  # fmt: skip


def after_renewals(facts: list[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """The last certificate of each firm and kind, where it has ended, dated the day after."""
    begun = [fact for fact in facts if fact["happened_on"] <= on]
    last = {}
    for fact in sorted(begun, key=lambda fact: fact["until_on"] or date.max):
        last[fact["organisation"], fact["item"]] = fact
    ended = [fact for fact in last.values() if fact["until_on"]]
    return [fact | {"happened_on": fact["until_on"] + timedelta(days=1)} for fact in ended]


def cost_of(rule: Any, fact: dict[str, Any], on: date) -> Decimal | None:
    day = fact["happened_on"]
    if not rule.holds(day) or day > on:
        return None
    item = rule.at(day).item
    ends = add_months(day, item.months)
    if on >= ends or (item.when and not item.when.holds(fact)):
        return None
    points = item.points.amount(fact) * Decimal(item.weight)
    if item.fades == "evenly":
        points = (points * 100 * (ends - on).days // (ends - day).days) / 100
    return points
