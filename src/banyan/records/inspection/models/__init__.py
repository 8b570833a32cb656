"""Nouns of spot checks: plan and draw, field work, laboratory, and what follows a failure."""

from banyan.records.inspection.models.field import SAMPLE_FLOW, TASK_FLOW, Evidence, Sample, Task
from banyan.records.inspection.models.laboratory import ItemResult, Result
from banyan.records.inspection.models.plan import DRAW_FLOW, PLAN_FLOW, Draw, FrameUnit, Plan, PlanLine, Quota
from banyan.records.inspection.models.sequel import CORRECTION_FLOW, OBJECTION_FLOW, Correction, Objection

__all__ = [
    "CORRECTION_FLOW",
    "DRAW_FLOW",
    "OBJECTION_FLOW",
    "PLAN_FLOW",
    "SAMPLE_FLOW",
    "TASK_FLOW",
    "Correction",
    "Draw",
    "Evidence",
    "FrameUnit",
    "ItemResult",
    "Objection",
    "Plan",
    "PlanLine",
    "Quota",
    "Result",
    "Sample",
    "Task",
]
