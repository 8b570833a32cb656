"""Screens of inspections and safety instructions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Inline, Screen, register
from banyan.records.equipment import actions, forms, queries
from banyan.records.equipment.models import INSTRUCTION_FLOW, Inspection, Instruction, What


class InstructionsInline(Inline):
    model = Instruction
    fk_name = "inspection"
    fields = ("number", "issued_on", "rectify_by", "state", "closed_on")


def may_be_withdrawn(inspection: Inspection) -> bool:
    return inspection.what != What.SUPERVISION


@register(Inspection)
class InspectionScreen(Screen):
    list_display = ("equipment", "what", "done_on", "passed", "user_unit", "county", "was_due_on")
    filters = ("passed", "what", "kind", "county", "done_on")
    finds_by = ("equipment__code", "report_number", "pk")
    icon = "fact_check"
    empty = _("No inspection of equipment lies within your office.")
    export_fields = (
        "equipment", "kind", "what", "done_on", "passed", "was_due_on", "body_name", "report_number", "user_unit",
        "county", "found",
    )  # fmt: skip
    fields = ("equipment", ("what", "done_on"), ("passed", "was_due_on"), ("body_name", "report_number"),
              "stated_next_on", "found", ("user_unit", "county"))  # fmt: skip
    inlines = (InstructionsInline,)
    buttons = (
        Button(actions.withdraw_inspection, _("Withdraw the record"), forms.NeedsReason, when=may_be_withdrawn,
               variant="danger"),
    )  # fmt: skip


@register(Instruction)
class InstructionScreen(Screen):
    list_display = ("number", "equipment", "user_unit", "county", "issued_on", "state", "due_on")
    filters = ("state", "kind", "county", "issued_on", "due_on")
    finds_by = ("number", "equipment__code", "user_unit", "pk")
    icon = "gavel"
    flow = INSTRUCTION_FLOW
    empty = _("No safety instruction lies within your office.")
    fieldsets = (
        (None, {"fields": (("equipment", "inspection"), "demands", ("issued_on", "rectify_by"),
                           ("reported_on", "closed_on"), "report", "check_found", ("user_unit", "county"))}),
        (_("Whose move"), {"fields": (("assignee", "due_on"), ("due_rule", "is_due_provisional"), "escalated_on")}),
    )  # fmt: skip
    buttons = (
        Button(actions.report_rectified, form=forms.ReportRectified, move="report_rectified", icon="task_alt",
               variant="primary"),
        Button(actions.find_rectified, form=forms.CheckFound, move="find_rectified", icon="done_all",
               variant="primary"),
        Button(actions.find_not_rectified, form=forms.CheckFoundAgain, move="find_not_rectified", icon="replay"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, bulk="instructions", icon="swap_horiz"),
    )  # fmt: skip

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)
