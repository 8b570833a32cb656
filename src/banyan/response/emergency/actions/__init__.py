"""Verbs of emergencies, one file per noun."""

from banyan.response.emergency.actions.activations import (
    activate,
    change_level,
    close_review,
    complete_measure,
    end_response,
)
from banyan.response.emergency.actions.bulletins import cancel_bulletin, issue_bulletin, update_bulletin
from banyan.response.emergency.actions.duties import raise_late, reassign, run_clocks
from banyan.response.emergency.actions.log import correct_entry, write_entry
from banyan.response.emergency.actions.means import (
    change_resource,
    enter_duties,
    enter_resources,
    release,
    reserve,
    withdraw_duty,
    withdraw_resource,
)
from banyan.response.emergency.actions.messages import acknowledge, send_message
from banyan.response.emergency.actions.reviews import (
    enter_findings,
    find_mended,
    find_not_mended,
    report_mended,
)

__all__ = [
    "acknowledge", "activate", "cancel_bulletin", "change_level", "change_resource", "close_review",
    "complete_measure", "correct_entry", "end_response", "enter_duties", "enter_findings", "enter_resources",
    "find_mended", "find_not_mended", "issue_bulletin", "raise_late", "reassign", "release", "report_mended",
    "reserve", "run_clocks", "send_message", "update_bulletin", "withdraw_duty", "withdraw_resource", "write_entry",
]  # fmt: skip
