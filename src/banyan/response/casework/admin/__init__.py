"""Screens of casework, one file per family: clues · cases · files."""

from banyan.response.casework.admin.cases import CaseScreen
from banyan.response.casework.admin.clues import ClueScreen, DutyScreen
from banyan.response.casework.admin.files import EvidenceScreen, PaperOfCaseScreen, RemedyScreen, TransferScreen

__all__ = [
    "CaseScreen",
    "ClueScreen",
    "DutyScreen",
    "EvidenceScreen",
    "PaperOfCaseScreen",
    "RemedyScreen",
    "TransferScreen",
]
