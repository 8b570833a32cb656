"""Verbs of plans and draws."""

from banyan.records.plans.actions.draws import cancel_draw, commit_draw, draw_units, freeze_frame
from banyan.records.plans.actions.plans import (
    add_line,
    cancel_plan,
    change_line,
    change_quota,
    close_plan,
    declare_tie,
    draft_plan,
    end_tie,
    propose_lines,
    publish_plans,
    publish_rules,
    record_cost,
    record_costs,
    set_line,
    withdraw_line,
)

__all__ = [
    "add_line", "cancel_draw", "cancel_plan", "change_line", "change_quota", "close_plan", "commit_draw",
    "declare_tie", "draft_plan", "draw_units", "end_tie", "freeze_frame", "propose_lines", "publish_plans",
    "publish_rules", "record_cost", "record_costs", "set_line", "withdraw_line",
]  # fmt: skip
