"""Verbs of recalls, one file per family.

leads · inquiries · recalls · plans · notices · units · closing · duties
"""

from banyan.response.recall.actions.closing import close_recall, file_summary, find_effective, recall_again
from banyan.response.recall.actions.duties import hand_over_work, raise_late, reassign, run_clocks
from banyan.response.recall.actions.inquiries import (
    assess_risk,
    find_no_defect,
    open_inquiry,
    report_inquiry,
)
from banyan.response.recall.actions.leads import (
    concern_goods,
    dismiss_leads,
    enter_leads,
    forward_lead,
    join_inquiry,
    make_lead_of_sample,
    report_defect,
    take_in_notices,
    withdraw_leads,
)
from banyan.response.recall.actions.notices import publish_notice, withdraw_notice
from banyan.response.recall.actions.plans import complete_measures, file_plan, report_progress, return_plan
from banyan.response.recall.actions.recalls import (
    accept_notice,
    let_notices_stand,
    notify_recall,
    object_to_notice,
    order_recall,
    reject_objection,
    start_recall,
    start_voluntary,
    uphold_objection,
)
from banyan.response.recall.actions.units import freeze_scope, state_scope, state_units, tell_holders

__all__ = [
    "accept_notice", "assess_risk", "close_recall", "complete_measures", "concern_goods", "dismiss_leads",
    "enter_leads", "file_plan", "file_summary", "find_effective", "find_no_defect", "forward_lead", "freeze_scope",
    "hand_over_work", "join_inquiry", "let_notices_stand", "make_lead_of_sample", "notify_recall",
    "object_to_notice", "open_inquiry", "order_recall", "publish_notice", "raise_late", "reassign",
    "recall_again", "reject_objection", "report_defect", "report_inquiry", "report_progress", "return_plan",
    "run_clocks", "start_recall", "start_voluntary", "state_scope", "state_units",
    "take_in_notices", "tell_holders", "uphold_objection", "withdraw_leads", "withdraw_notice",
]  # fmt: skip
