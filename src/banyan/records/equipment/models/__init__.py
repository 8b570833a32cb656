"""Nouns of special equipment, one file per family."""

from banyan.records.equipment.models.events import INCIDENT_FLOW, RESCUE_FLOW, Incident, Rescue
from banyan.records.equipment.models.inspections import INSTRUCTION_FLOW, Inspection, Instruction
from banyan.records.equipment.models.operators import Operator
from banyan.records.equipment.models.things import EQUIPMENT_FLOW, Equipment, Kind, Placement, What

__all__ = [
    "EQUIPMENT_FLOW", "INCIDENT_FLOW", "INSTRUCTION_FLOW", "RESCUE_FLOW", "Equipment", "Incident", "Inspection",
    "Instruction", "Kind", "Operator", "Placement", "Rescue", "What",
]  # fmt: skip
