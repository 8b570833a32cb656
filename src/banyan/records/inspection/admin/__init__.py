"""The office's screens of spot checks, one file per family of nouns."""

from banyan.records.inspection.admin.field import EvidenceScreen, TaskScreen
from banyan.records.inspection.admin.samples import ResultScreen, SampleScreen
from banyan.records.inspection.admin.sequel import CorrectionScreen, ObjectionScreen

__all__ = ["CorrectionScreen", "EvidenceScreen", "ObjectionScreen", "ResultScreen", "SampleScreen", "TaskScreen"]
