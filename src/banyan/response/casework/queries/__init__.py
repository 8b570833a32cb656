"""What other rooms may ask of cases."""

from banyan.response.casework.models import Case, Cause, Clue, Duty, Evidence, Paper, Transfer
from banyan.response.casework.queries.discretion import range_of, unlike
from banyan.response.casework.queries.figures import figures
from banyan.response.casework.queries.owing import owed, surcharge_on
from banyan.response.casework.queries.public import public_penalties
from banyan.response.casework.queries.sheets import officers, sheet, sheet_as_document
from banyan.response.casework.queries.transferring import measured, reached
from banyan.response.casework.queries.work import (
    last_done,
    late_duties,
    next_move,
    open_cases,
    open_clues,
    open_duties,
)

__all__ = [
    "Case", "Cause", "Clue", "Duty", "Evidence", "Paper", "Transfer", "figures", "last_done", "late_duties",
    "measured", "next_move", "officers", "open_cases", "open_clues", "open_duties", "owed", "public_penalties",
    "range_of", "reached", "sheet", "sheet_as_document", "surcharge_on", "unlike",
]  # fmt: skip
