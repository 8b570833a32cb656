"""Nouns of recalls, one file per family: leads · recalls · units."""

from banyan.response.recall.models.leads import INQUIRY_FLOW, LEAD_FLOW, Inquiry, Lead
from banyan.response.recall.models.recalls import PLAN_CONTENTS, RECALL_FLOW, Notice, Progress, Recall
from banyan.response.recall.models.units import TALLIES, Holding, Scope

__all__ = [
    "INQUIRY_FLOW", "LEAD_FLOW", "PLAN_CONTENTS", "RECALL_FLOW", "TALLIES", "Holding", "Inquiry",
    "Lead", "Notice", "Progress", "Recall", "Scope",
]  # fmt: skip
