"""Verbs of casework, one file per family.

clues · cases · penalties · on_spot · carrying_out · remedies · evidence · papers · transfers · duties;
`acting` is what they share.
"""

from banyan.response.casework.actions.carrying_out import (
    close_case,
    demand_payment,
    enforce_payment,
    publish_penalty,
    record_payment,
    serve_decision,
)
from banyan.response.casework.actions.cases import (
    conclude_investigation,
    extend_decision,
    pass_review,
    resume_case,
    return_file,
    suspend_case,
)
from banyan.response.casework.actions.clues import (
    decline_clues,
    enter_cases,
    enter_clues,
    extend_verification,
    file_case,
    join_clue,
    make_clue_of_order,
    take_in,
    take_in_clues,
)
from banyan.response.casework.actions.duties import (
    raise_late,
    reassign_cases,
    reassign_clues,
    recuse,
    run_clocks,
)
from banyan.response.casework.actions.evidence import (
    add_evidence,
    add_file,
    note_evidence,
    withdraw_evidence,
)
from banyan.response.casework.actions.on_spot import penalise_on_spot
from banyan.response.casework.actions.papers import issue_paper
from banyan.response.casework.actions.penalties import (
    announce_penalty,
    call_hearing,
    decide_penalty,
    drop_case,
    hold_hearing,
    record_statement,
)
from banyan.response.casework.actions.remedies import ask_remedy, end_remedy
from banyan.response.casework.actions.transfers import (
    approve_transfer,
    contest_answer,
    copy_to_prosecutor,
    hand_over,
    propose_transfer,
    record_answer,
    record_receipt,
    reject_transfer,
    take_back,
)

__all__ = [
    "add_evidence",
    "add_file",
    "announce_penalty",
    "approve_transfer",
    "ask_remedy",
    "call_hearing",
    "close_case",
    "conclude_investigation",
    "contest_answer",
    "copy_to_prosecutor",
    "decide_penalty",
    "decline_clues",
    "demand_payment",
    "drop_case",
    "end_remedy",
    "enforce_payment",
    "enter_cases",
    "enter_clues",
    "extend_decision",
    "extend_verification",
    "file_case",
    "hand_over",
    "hold_hearing",
    "issue_paper",
    "join_clue",
    "make_clue_of_order",
    "note_evidence",
    "pass_review",
    "penalise_on_spot",
    "propose_transfer",
    "publish_penalty",
    "raise_late",
    "reassign_cases",
    "reassign_clues",
    "record_answer",
    "record_payment",
    "record_receipt",
    "record_statement",
    "recuse",
    "reject_transfer",
    "resume_case",
    "return_file",
    "run_clocks",
    "serve_decision",
    "suspend_case",
    "take_back",
    "take_in",
    "take_in_clues",
    "withdraw_evidence",
]  # fmt: skip
