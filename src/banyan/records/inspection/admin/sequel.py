"""Screens of what follows a failure: objections with their re-tests, and orders to correct."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import BY_FORM, Button, Screen, register
from banyan.records.inspection import actions, forms
from banyan.records.inspection.admin.field import Papers
from banyan.records.inspection.models import CORRECTION_FLOW, OBJECTION_FLOW, Correction, Objection


def awaits_formalities(objection: Objection) -> bool:
    return objection.formalities_on is None


def may_restart(correction: Correction) -> bool:
    return correction.state == "recheck_passed" and correction.resumed_on is None


@register(Objection)
class ObjectionScreen(Screen):
    list_display = ("sample", "party", "kind", "filed_on", "state", "fee_borne_by")
    filters = ("state", "kind", "filed_on", "party")
    finds_by = ("sample__number", "party", "pk")
    icon = "feedback"
    flow = OBJECTION_FLOW
    ordering = ("-filed_on", "key")
    empty = _("No objection lies within your office.")
    fields = (("sample", "party"), ("kind", "filed_on", "moved_on"), "grounds", ("decided_on", "outcome"), "decision",
              ("formalities_on", "retest_laboratory"),
              ("is_only_laboratory", "is_spare_intact", "fee_borne_by"))  # fmt: skip
    buttons = (
        Button(actions.grant_retests, form=forms.Decide, move="grant_retest", bulk="objections", icon="check"),
        Button(
            actions.reject_objections, form=forms.Decide, move="reject_objection", bulk="objections", icon="close"
        ),
        Button(actions.uphold_objection, form=forms.Uphold, move="uphold_objection", icon="balance"),
        Button(
            actions.complete_formalities, _("Record formalities done"), move="start_retest", bulk="objections",
            when=awaits_formalities, icon="fact_check",
        ),
        Button(actions.start_retests, form=forms.StartRetest, move="start_retest", bulk="objections", icon="science"),
        Button(actions.reject_spare, form=forms.RejectSample, move="reject_spare", icon="broken_image"),
        Button(actions.stand_by_first, form=forms.NeedsReason, move="stand_by_first", icon="broken_image"),
        Button(
            actions.waive_retests, form=forms.WaiveRetest, move="waive_retest", bulk="objections", icon="timer_off"
        ),
        Button(
            actions.report_retests, form=forms.ReportRetest, record=BY_FORM, move="report_retest", icon="lab_profile",
            variant="primary",
        ),
    )  # fmt: skip


@register(Correction)
class CorrectionScreen(Papers):
    list_display = ("sample", "party", "state", "ordered_on", "correct_by", "recheck_by", "rechecked_on")
    filters = ("state", "party", "ordered_on", "correct_by", "recheck_by")
    finds_by = ("sample__number", "party", "pk")
    icon = "build"
    flow = CORRECTION_FLOW
    ordering = ("-ordered_on", "key")
    empty = _("No order to correct lies within your office.")
    fields = (("sample", "party"), ("ordered_on", "correct_by", "recheck_by"), ("corrected_on", "measures"),
              ("rechecked_on", "recheck_report"), ("announced_on", "announced_by"),
              ("second_recheck_from", "second_recheck_by"),
              "resumed_on")  # fmt: skip
    buttons = (
        Button(
            actions.record_corrections, form=forms.RecordCorrection, move="record_correction", bulk="corrections",
            icon="task_alt",
        ),
        Button(actions.pass_rechecks, form=forms.Recheck, record=BY_FORM, move="recheck_pass", icon="check"),
        Button(actions.fail_rechecks, form=forms.FailRecheck, record=BY_FORM, move="recheck_fail", icon="close"),
        Button(
            actions.order_closure, form=forms.CloseForRectification, record=BY_FORM, move="order_closure",
            icon="block", variant="danger",
        ),
        Button(actions.revoke_licence, form=forms.NeedsReason, move="revoke_licence", variant="danger"),
        Button(actions.record_restart, _("Record a restart"), forms.Restart, when=may_restart, icon="play_arrow"),
    )  # fmt: skip
