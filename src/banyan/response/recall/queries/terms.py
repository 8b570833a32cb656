"""Terms of recalls: which written term runs after a step, by whose rules the goods stand, and a record's clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan import policy
from banyan.kit import terms
from banyan.kit.terms import CLOCK, demand_near, demand_order, demand_reason, demand_recent, stop_clock
from banyan.response.recall.models.leads import Regime

__all__ = [
    "CLOCK",
    "demand_near",
    "demand_order",
    "demand_reason",
    "demand_recent",
    "due",
    "rule_of",
    "run_clock",
    "stop_clock",
    "written",
]

FOOD_TERMS = "recall.food_terms"
TERMS: dict[str, dict[str, str]] = {
    "report": {Regime.CONSUMER: "recall.report"},
    "forward": {Regime.CONSUMER: "recall.forward"},
    "order_investigation": {Regime.CONSUMER: "recall.order_investigation"},
    "objection": {Regime.CONSUMER: "recall.objection", Regime.VEHICLE: "recall.vehicle_objection"},
    "plan": {Regime.CONSUMER: "recall.plan", Regime.FOOD: "start"},
    "publish": {Regime.CONSUMER: "recall.publish"},
    "stage_summary": {Regime.CONSUMER: "recall.stage_summary"},
    "complete": {Regime.FOOD: "complete"},
    "final_summary": {Regime.CONSUMER: "recall.final_summary"},
    "keep_records": {Regime.CONSUMER: "recall.keep_records", Regime.VEHICLE: "recall.vehicle_keep_records"},
}
"""The term by step and regime. Terms of food are named by the packs' table, by the level of risk."""


def rule_of(goods: Any, step: str, *, on: date) -> str:
    """The key of the term that runs after a step; empty where no text sets one."""
    found = TERMS[step].get(goods.regime, "")
    return _of_food(goods, found, on=on) if found and goods.regime == Regime.FOOD else found


def _of_food(goods: Any, column: str, *, on: date) -> str:
    """The term of a food recall of the goods' level; of the gravest while the risk was not assessed."""
    by_level = {str(row["level"]): str(row[column]) for row in terms.rows(FOOD_TERMS, on=on)}
    return by_level.get(getattr(goods, "level", "")) or next(iter(by_level.values()), "")


def due(goods: Any, step: str, *, start: date) -> policy.Due | None:
    """The end of the term that a step sets going on a day, by the rule then in force; None without a rule."""
    key = rule_of(goods, step, on=start)
    return terms.due(key, start=start) if key else None


def written(goods: Any, step: str, *, on: date) -> str:
    """Where a term is written, for the end of a refusal or the foot of a letter."""
    key = rule_of(goods, step, on=on)
    return terms.written(key, on=on) if key else ""


def run_clock(act: Any, step: str, *, start: date, goods: Any = None) -> None:
    """Set the term that now runs for a record; one that went up a level comes down with the step."""
    terms.set_clock(act, rule_of(goods or act, step, on=start), due(goods or act, step, start=start))
