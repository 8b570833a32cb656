"""Verbs of spot checks, one file per family; bulk verbs are listed at the head of each file.

fieldwork · laboratory · amended_reports · results · evidence · objections · corrections · duties · batches
"""

from banyan.records.inspection.actions.amended_reports import accept_report, amend_report, decline_report
from banyan.records.inspection.actions.batches import (
    AMENDABLE,
    amend_items,
    amend_samples,
    extend_samples,
    join_parties,
    record_samples,
    retract_items,
    withdraw_samples,
)
from banyan.records.inspection.actions.corrections import (
    fail_rechecks,
    order_closure,
    order_corrections,
    pass_rechecks,
    record_corrections,
    record_restart,
    revoke_licence,
)
from banyan.records.inspection.actions.duties import hand_over_work, raise_late, reassign, run_clocks
from banyan.records.inspection.actions.evidence import add_evidence, withdraw_evidence
from banyan.records.inspection.actions.fieldwork import (
    accept_proof,
    assign_samplers,
    cancel_tasks,
    notify_tasks,
    open_refusal_case,
    plan_drawn_tasks,
    plan_tasks,
    record_not_sampled,
    record_refusals,
    take_samples,
    visit_again,
)
from banyan.records.inspection.actions.judging import rejudge
from banyan.records.inspection.actions.laboratory import (
    hand_over,
    receive_samples,
    record_loss,
    reject_sample,
    report_results,
)
from banyan.records.inspection.actions.objections import (
    complete_formalities,
    file_objections,
    grant_retests,
    reject_objections,
    reject_spare,
    report_retests,
    stand_by_first,
    start_retests,
    uphold_objection,
    waive_retests,
)
from banyan.records.inspection.actions.results import (
    close_samples,
    hand_to_enforcement,
    let_objections_lapse,
    notify_results,
    publish_results,
    serve_results,
)

__all__ = [
    "AMENDABLE", "accept_proof", "accept_report", "add_evidence", "amend_items", "amend_report", "amend_samples",
    "assign_samplers", "cancel_tasks", "close_samples", "complete_formalities", "decline_report", "extend_samples",
    "fail_rechecks",
    "file_objections", "grant_retests", "hand_over", "hand_over_work", "hand_to_enforcement", "join_parties",
    "let_objections_lapse", "notify_results", "notify_tasks", "open_refusal_case", "order_closure",
    "order_corrections", "pass_rechecks", "plan_drawn_tasks", "plan_tasks", "publish_results", "raise_late",
    "reassign", "receive_samples", "record_corrections", "record_loss", "record_not_sampled", "record_refusals",
    "record_restart", "record_samples", "reject_objections", "reject_sample", "reject_spare", "rejudge",
    "report_results", "report_retests", "retract_items", "revoke_licence", "run_clocks", "serve_results",
    "stand_by_first", "start_retests", "take_samples", "uphold_objection", "visit_again", "waive_retests",
    "withdraw_evidence", "withdraw_samples",
]  # fmt: skip
