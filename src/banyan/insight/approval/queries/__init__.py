"""Reads of approval: what the packs order, what is locked, how far each period is."""

from banyan.insight.approval.queries.guarding import locked, locking, refusal_of, refused
from banyan.insight.approval.queries.rules import Places, entries, entry_of, guarded, span_of, title_of
from banyan.insight.approval.queries.states import (
    Row,
    ahead,
    approvals_of,
    counts_by_unit,
    given_of,
    kinds_of,
    late_entries_of,
    name_of_data,
    next_level,
    rows_of,
    said_of_span,
    summary_of,
    waiting_by_reason,
    waiting_for,
)

__all__ = [
    "Places",
    "Row",
    "ahead",
    "approvals_of",
    "counts_by_unit",
    "entries",
    "entry_of",
    "given_of",
    "guarded",
    "kinds_of",
    "late_entries_of",
    "locked",
    "locking",
    "name_of_data",
    "next_level",
    "refusal_of",
    "refused",
    "rows_of",
    "said_of_span",
    "span_of",
    "summary_of",
    "title_of",
    "waiting_by_reason",
    "waiting_for",
]
