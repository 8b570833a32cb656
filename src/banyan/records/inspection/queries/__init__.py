"""Reads of spot checks, named for what they return; the door for other rooms."""

from banyan.records.inspection.queries.work import (
    MOVES,
    county_paths,
    items_that_differ,
    late_samples,
    late_tasks,
    late_work,
    open_samples_of,
    open_tasks_of,
    repeats_of,
    retests_past_formalities,
    samples_by_number,
    samples_of,
    samples_past_objection,
    samples_seen,
    whose_move,
)

__all__ = [
    "MOVES",
    "county_paths",
    "items_that_differ",
    "late_samples",
    "late_tasks",
    "late_work",
    "open_samples_of",
    "open_tasks_of",
    "repeats_of",
    "retests_past_formalities",
    "samples_by_number",
    "samples_of",
    "samples_past_objection",
    "samples_seen",
    "whose_move",
]
