"""Verbs of special equipment, one file per family.

things · inspections · instructions · operators · incidents · rescues · duties
"""

from banyan.records.equipment.actions.duties import raise_late, reassign, run_clocks
from banyan.records.equipment.actions.incidents import close_incident, report_incidents
from banyan.records.equipment.actions.inspections import report_inspections, withdraw_inspection
from banyan.records.equipment.actions.instructions import (
    find_not_rectified,
    find_rectified,
    issue_instruction,
    report_rectified,
)
from banyan.records.equipment.actions.operators import enter_operators, record_leaving, renew_licence
from banyan.records.equipment.actions.rescues import call_rescues, record_arrival, record_release
from banyan.records.equipment.actions.things import (
    apply_for_inspection,
    bar_equipment,
    cancel_registration,
    enter_equipment,
    move_equipment,
    reckon_again,
    register_equipment,
    release_equipment,
    restart_equipment,
    scrap_equipment,
    stop_equipment,
    withdraw_equipment,
)

__all__ = [
    "apply_for_inspection", "bar_equipment", "call_rescues", "cancel_registration", "close_incident",
    "enter_equipment", "enter_operators", "find_not_rectified", "find_rectified", "issue_instruction",
    "move_equipment", "raise_late", "reassign", "reckon_again", "record_arrival", "record_leaving",
    "record_release", "register_equipment", "release_equipment", "renew_licence", "report_incidents",
    "report_inspections", "report_rectified", "restart_equipment", "run_clocks", "scrap_equipment",
    "stop_equipment", "withdraw_equipment", "withdraw_inspection",
]  # fmt: skip
