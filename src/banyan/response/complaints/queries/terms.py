"""Terms of complaints: an open matter keeps the edition of the rules under which it was received."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan import policy
from banyan.kit import terms
from banyan.kit.terms import CLOCK, demand_reason, stop_clock
from banyan.response.complaints.models import Track

__all__ = [
    "CLOCK",
    "demand_reason",
    "due",
    "first_term",
    "resume_clock",
    "run_clock",
    "said",
    "stop_clock",
    "written",
]

ACCEPT, MEDIATE, END_NOTICE = "complaints.accept", "complaints.mediate", "complaints.end_notice"
CHECK, CHECK_CLUE, REPORT_NOTICE = "complaints.check_report", "complaints.check_clue", "complaints.report_notice"
FIRM_ANSWERS, FIRM_COMMENTS = "complaints.firm_answers", "complaints.firm_comments"
KEPT_FOR = "complaints.years_personal_data_outlive_a_complaint"


def first_term(track: str) -> str:
    """The term that receipt sets going: a complaint is to be accepted or not, a report is to be checked."""
    return CHECK if track == Track.REPORT else ACCEPT


def due(complaint: Any, key: str, *, start: date) -> policy.Due | None:
    """The end of a term that begins on a day, by the rule in force when the matter was received; None without one."""
    return terms.due(key, start=start, under=complaint.received_on)


def run_clock(complaint: Any, key: str, *, start: date) -> None:
    """Set the term that now runs for a matter; nothing runs where its edition of the rules sets none."""
    found = due(complaint, key, start=start)
    terms.set_clock(complaint, key if found else "", found)


def resume_clock(complaint: Any, key: str, last: date, *, stopped: date, on: date) -> None:
    """Let a term that stood still go on, as many days later as it stood."""
    found = terms.resumed(key, last, under=complaint.received_on, stopped=stopped, on=on)
    terms.set_clock(complaint, key, found)


def written(complaint: Any, key: str) -> str:
    """Where a term of a matter is written, in its own edition."""
    return terms.written(key, on=complaint.received_on)


def said(complaint: Any) -> str:
    """The term that runs for a matter, in words, by its own edition."""
    return terms.spoken(complaint.due_rule, on=complaint.received_on)
