"""Nouns of spot checks: field work, laboratory, and what follows a failure."""

from banyan.records.inspection.models.field import SAMPLE_FLOW, TASK_FLOW, Conclusion, Evidence, Sample, Task
from banyan.records.inspection.models.laboratory import ItemResult, Result
from banyan.records.inspection.models.sequel import CORRECTION_FLOW, OBJECTION_FLOW, Correction, Objection, Service

__all__ = [
    "CORRECTION_FLOW",
    "OBJECTION_FLOW",
    "SAMPLE_FLOW",
    "TASK_FLOW",
    "Conclusion",
    "Correction",
    "Evidence",
    "ItemResult",
    "Objection",
    "Result",
    "Sample",
    "Service",
    "Task",
]
