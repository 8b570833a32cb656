"""Nouns of casework, one file per family: clues · cases · duties · evidence · transfers · remedies."""

from banyan.response.casework.models.cases import CASE_FLOW, Case, Outcome, Procedure
from banyan.response.casework.models.clues import CLUE_FLOW, Cause, Clue
from banyan.response.casework.models.duties import Duty
from banyan.response.casework.models.evidence import Evidence, Paper
from banyan.response.casework.models.remedies import Remedy
from banyan.response.casework.models.transfers import TRANSFER_FLOW, Transfer

__all__ = [
    "CASE_FLOW", "CLUE_FLOW", "TRANSFER_FLOW", "Case", "Cause", "Clue", "Duty", "Evidence", "Outcome", "Paper",
    "Procedure", "Remedy", "Transfer",
]  # fmt: skip
