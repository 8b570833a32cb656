"""What other rooms may ask of cases."""

from banyan.response.casework.models import Case, Cause, Clue, Duty, Evidence, Outcome, Paper, Remedy, Transfer
from banyan.response.casework.queries.discretion import range_of, unlike
from banyan.response.casework.queries.figures import figures
from banyan.response.casework.queries.owing import is_publishable, owed, surcharge_on
from banyan.response.casework.queries.public import (
    lines_of_penalty,
    money_said,
    public_penalties,
    public_penalty,
    shown_party,
    shown_text,
)
from banyan.response.casework.queries.sheets import officers, sheet, sheet_as_document
from banyan.response.casework.queries.transferring import measured, reached
from banyan.response.casework.queries.work import (
    cases_for_evidence,
    last_done,
    late_decisions,
    late_duties,
    next_move,
    open_cases,
    open_clues,
    open_duties,
)

__all__ = [
    "Case", "Cause", "Clue", "Duty", "Evidence", "Outcome", "Paper", "Remedy", "Transfer",
    "cases_for_evidence", "figures", "is_publishable", "last_done", "late_decisions", "late_duties",
    "lines_of_penalty",
    "measured", "money_said", "next_move", "officers", "open_cases", "open_clues", "open_duties", "owed",
    "public_penalties", "public_penalty", "range_of", "reached", "sheet", "sheet_as_document",
    "shown_party", "shown_text", "surcharge_on", "unlike",
]  # fmt: skip
