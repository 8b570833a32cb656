"""Screens of equipment and of operators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import BY_FORM, Button, Inline, Screen, register
from banyan.records.equipment import actions, forms, queries
from banyan.records.equipment.models import (
    EQUIPMENT_FLOW,
    Equipment,
    Incident,
    Inspection,
    Instruction,
    Operator,
    Placement,
    Rescue,
)
from banyan.records.equipment.models.things import STANDING


class PlacementsInline(Inline):
    model = Placement
    show_change_link = False
    fields = ("from_on", "until_on", "county", "address", "user_unit", "maintenance_unit")


class InspectionsInline(Inline):
    model = Inspection
    fields = ("done_on", "what", "passed", "body_name", "was_due_on", "found")


class InstructionsInline(Inline):
    model = Instruction
    fields = ("number", "issued_on", "rectify_by", "state", "closed_on")


class IncidentsInline(Inline):
    model = Incident
    fields = ("number", "happened_on", "level", "deaths", "injured", "state")


class RescuesInline(Inline):
    model = Rescue
    fields = ("number", "called_at", "trapped", "arrival_minutes", "arrive_within", "release_minutes", "state")


def stands(equipment: Equipment) -> bool:
    return equipment.state in STANDING


def may_be_applied_for(equipment: Equipment) -> bool:
    return equipment.state in ("in_use", "stopped", "barred") and equipment.due_on is not None


@register(Equipment)
class EquipmentScreen(Screen):
    list_display = ("code", "kind", "name", "user_unit", "county", "state", "due_on", "due_what")
    filters = ("state", "kind", "county", "due_what", "due_on")
    finds_by = ("code", "certificate", "user_unit", "pk")
    search_help_text = _("Beginning of the code or registration number, or the user unit by name, pinyin or code")
    icon = "elevator"
    flow = EQUIPMENT_FLOW
    empty = _("No special equipment lies within your office.")
    export_fields = (
        "code", "certificate", "kind", "variety", "name", "maker_name", "user_unit", "maintenance_unit", "county",
        "address", "installed_on", "registered_on", "state", "inspected_on", "due_on", "due_what",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("code", "certificate"), ("kind", "variety"), ("name", "maker_name"),
                           ("installed_on", "used_since"), ("registered_on", "ended_on"))}),
        (_("Where and under whom"), {"fields": (("county", "address"), ("user_unit", "maintenance_unit"),
                                                "telephone")}),
        (_("Inspection"), {"fields": (("inspected_on", "applied_on"), ("due_on", "due_what"), "next_rule",
                                      "stopped_on")}),
    )  # fmt: skip
    inlines = (InspectionsInline, InstructionsInline, RescuesInline, IncidentsInline, PlacementsInline)
    buttons = (
        Button(actions.enter_equipment, _("Enter equipment"), forms.EnterEquipment, record="equipment", where="list",
               icon="add"),
        Button(actions.register_equipment, form=forms.Register, move="register", icon="badge", variant="primary"),
        Button(actions.report_inspections, _("Report an inspection"), forms.ReportInspection, record=BY_FORM,
               when=stands, icon="fact_check", variant="primary"),
        Button(actions.apply_for_inspection, _("Apply for the inspection"), bulk="equipment",
               when=may_be_applied_for, icon="event_available"),
        Button(actions.issue_instruction, _("Issue a safety instruction"), forms.IssueInstruction, when=stands,
               icon="gavel"),
        Button(actions.call_rescues, _("Open a rescue ticket"), forms.CallRescue, record=BY_FORM, when=stands,
               icon="sos"),
        Button(actions.report_incidents, _("Report an incident"), forms.ReportIncident, record=BY_FORM, when=stands,
               icon="warning"),
        Button(actions.move_equipment, _("Record a new place or unit"), forms.Move, when=stands,
               icon="move_location"),
        Button(actions.stop_equipment, move="stop", icon="pause_circle"),
        Button(actions.restart_equipment, move="restart", icon="play_circle"),
        Button(actions.bar_equipment, form=forms.NeedsReason, move="bar", icon="block"),
        Button(actions.release_equipment, move="release", icon="lock_open"),
        Button(actions.reckon_again, _("Reckon again what is due"), bulk="equipment", icon="update"),
        Button(actions.scrap_equipment, move="scrap", bulk="equipment", icon="delete", variant="danger"),
        Button(actions.cancel_registration, form=forms.NeedsReason, move="cancel", bulk="equipment", icon="cancel",
               variant="danger"),
    )  # fmt: skip

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)


def is_at_work(operator: Operator) -> bool:
    return operator.left_on is None


@register(Operator)
class OperatorScreen(Screen):
    list_display = ("job", "employer", "county", "licence", "until_on", "left_on")
    filters = ("county", "until_on", "left_on")
    finds_by = ("licence", "employer", "pk")
    search_help_text = _("Beginning of the number of the licence, or the employer by name, pinyin or code")
    icon = "engineering"
    empty = _("No operator lies within your office.")
    fields = (
        "name",
        ("employer", "county"),
        ("job", "licence"),
        ("licensed_on", "until_on"),
        "until_rule",
        "left_on",
    )
    buttons = (
        Button(actions.enter_operators, _("Enter an operator"), forms.EnterOperator, record="operators",
               where="list", icon="person_add"),
        Button(actions.renew_licence, _("Record a renewed licence"), forms.RenewLicence, when=is_at_work,
               icon="badge", variant="primary"),
        Button(actions.record_leaving, _("Record that the person left"), when=is_at_work, icon="logout"),
    )  # fmt: skip
