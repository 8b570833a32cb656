"""Terms of spot checks: which written term runs after a step of a scheme, and a record's clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banyan import policy
from banyan.kit import terms
from banyan.kit.terms import column, demand_order, demand_reason, value
from banyan.records.plans.queries import Scheme

__all__ = [
    "CLOCK", "column", "demand_order", "demand_reason", "due", "one_day_later", "opens", "rule_of", "run_clock",
    "stop_clock", "value", "written",
]  # fmt: skip

CLOCK = ("due_on", "due_rule", "is_due_provisional", "escalated_on")
"""The fields that `run_clock` and `stop_clock` set on a task or sample."""

TERMS: dict[str, dict[str, str]] = {
    "repeat": {"product": "spot_check.no_repeat_window"},
    "ship": {"food": "food_sampling.ship"},
    "report": {"food": "food_sampling.report"},
    "serve": {"food": "food_sampling.serve"},
    "notify": {},
    "objection": {"product": "spot_check.objection", "food": "food_sampling.objection"},
    "retest_request": {"product": "spot_check.objection", "food": "food_sampling.retest_request"},
    "decide": {"food": "food_sampling.retest_accept"},
    "formalities": {"product": "spot_check.retest_formalities"},
    "retest_laboratory": {"product": "spot_check.retest_laboratory", "food": "food_sampling.retest_laboratory"},
    "retest_result": {"food": "food_sampling.retest_result"},
    "correct": {"product": "spot_check.correct"},
    "recheck": {"product": "spot_check.recheck"},
    "disposal": {"food": "food_sampling.disposal"},
    "second_recheck": {"product": "spot_check.second_recheck"},
    "spare_passed": {"food": "food_sampling.keep_spare_passed"},
    "spare_failed": {"food": "food_sampling.keep_spare_failed"},
}

FAMILIES: dict[str, str] = {
    Scheme.PRODUCT_SUPERVISION: "product",
    Scheme.FOOD_SUPERVISION: "food",
    Scheme.FOOD_EVALUATION: "food",
}


def rule_of(*, scheme: str, step: str) -> str:
    """The key of the term that runs after a step of a scheme; empty where no text sets one."""
    return TERMS[step].get(FAMILIES.get(scheme, ""), "")


def due(*, scheme: str, step: str, start: date) -> policy.Due | None:
    """The end of the term that a step sets going on a day, by the rule then in force; None without a rule."""
    key = rule_of(scheme=scheme, step=step)
    return terms.due(key, start=start) if key else None


def opens(*, scheme: str, step: str, start: date) -> policy.Due | None:
    """The first day of a window that a step sets going; None where the rules know no window."""
    key = rule_of(scheme=scheme, step=step)
    return terms.opens(key, start=start) if key else None


def written(*, scheme: str, step: str, on: date) -> str:
    """Where a term is written, for the end of a refusal."""
    key = rule_of(scheme=scheme, step=step)
    return terms.written(key, on=on) if key else ""


def run_clock(act: Any, step: str, *, start: date) -> None:
    """Set the term that now runs for a task or sample; a term that went up a level comes down with the step."""
    found = due(scheme=act.scheme, step=step, start=start)
    act.due_on = found.on if found else None
    act.due_rule = rule_of(scheme=act.scheme, step=step) if found else ""
    act.is_due_provisional = bool(found and found.provisional)
    act.escalated_on = None


def stop_clock(act: Any) -> None:
    """Nothing is due any more for a task or sample."""
    act.due_on, act.due_rule, act.is_due_provisional, act.escalated_on = None, "", False, None


def one_day_later(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
