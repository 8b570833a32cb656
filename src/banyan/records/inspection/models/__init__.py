"""Nouns of spot checks: tasks, samples, evidence, what laboratories report, and what follows a failure."""

from banyan.records.inspection.models.evidence import Evidence
from banyan.records.inspection.models.laboratory import STANDING, ItemResult, Result
from banyan.records.inspection.models.samples import SAMPLE_FLOW, Conclusion, Sample
from banyan.records.inspection.models.sequel import CORRECTION_FLOW, OBJECTION_FLOW, Correction, Objection, Service
from banyan.records.inspection.models.tasks import TASK_FLOW, Task

__all__ = [
    "CORRECTION_FLOW",
    "OBJECTION_FLOW",
    "SAMPLE_FLOW",
    "STANDING",
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
