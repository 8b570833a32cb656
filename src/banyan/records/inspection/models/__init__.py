"""Nouns of spot checks: plan and draw, field work, laboratory, and what follows a failure."""

from banyan.records.inspection.models.field import SAMPLE_FLOW, TASK_FLOW, Conclusion, Evidence, Sample, Task, Tie
from banyan.records.inspection.models.laboratory import ItemResult, Result
from banyan.records.inspection.models.plan import (
    DRAW_FLOW,
    PLAN_FLOW,
    Draw,
    Drawn,
    FrameUnit,
    Level,
    Plan,
    PlanLine,
    Quota,
    Scheme,
)  # fmt: skip
from banyan.records.inspection.models.sequel import CORRECTION_FLOW, OBJECTION_FLOW, Correction, Objection, Service

__all__ = [
    "CORRECTION_FLOW",
    "DRAW_FLOW",
    "OBJECTION_FLOW",
    "PLAN_FLOW",
    "SAMPLE_FLOW",
    "TASK_FLOW",
    "Conclusion",
    "Correction",
    "Draw",
    "Drawn",
    "Evidence",
    "FrameUnit",
    "ItemResult",
    "Level",
    "Objection",
    "Plan",
    "PlanLine",
    "Quota",
    "Result",
    "Sample",
    "Scheme",
    "Service",
    "Task",
    "Tie",
]
