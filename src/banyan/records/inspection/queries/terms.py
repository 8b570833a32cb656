"""Terms of spot checks: which written term runs after a step of a scheme, and a record's clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banyan import policy
from banyan.kit import terms
from banyan.kit.terms import CLOCK, column, demand_order, demand_reason, stop_clock, value
from banyan.records.plans.queries import Scheme

__all__ = [
    "CLOCK", "column", "demand_order", "demand_reason", "due", "keep_clock", "one_day_later", "opens", "rule_of",
    "run_clock", "stop_clock", "value", "written",
]  # fmt: skip

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
    terms.set_clock(act, rule_of(scheme=act.scheme, step=step), due(scheme=act.scheme, step=step, start=start))


def keep_clock(act: Any, step: str, *, start: date) -> None:
    """Set the term of a step that runs since a day; where it runs already it stays as it is, a level up or not."""
    found = due(scheme=act.scheme, step=step, start=start)
    if (act.due_on, act.due_rule) != ((found.on, rule_of(scheme=act.scheme, step=step)) if found else (None, "")):
        run_clock(act, step, start=start)


def one_day_later(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
