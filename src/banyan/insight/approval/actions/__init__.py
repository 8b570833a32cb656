"""What is done to approvals: a level approves, an office un-approves, late entries are kept, entered or declined."""

from banyan.insight.approval.actions.approving import approve, approve_all, unapprove
from banyan.insight.approval.actions.late import decline_all, decline_late, enter_late, keep_late, sweep_files

__all__ = [
    "approve",
    "approve_all",
    "decline_all",
    "decline_late",
    "enter_late",
    "keep_late",
    "sweep_files",
    "unapprove",
]
