"""Reads of drafts: what was adopted, what a draft says beside the rule in force, what it would have changed."""

from banyan.edge.rules.models import KINDS
from banyan.edge.rules.queries.comparing import Bounds, compare, is_known, range_of
from banyan.edge.rules.queries.drafts import (
    amendments,
    difference_of,
    draft_of,
    drafts_of,
    entry_of,
    exported,
    may_be_drafted,
    preview_of,
    preview_that_counts,
    text_in_force,
)
from banyan.edge.rules.queries.words import (
    faults_in_words,
    hit_in_words,
    in_language,
    label_of,
    lines_in_words,
    table_of,
    whom_in_words,
)

__all__ = [
    "KINDS", "Bounds", "amendments", "compare", "difference_of", "draft_of", "drafts_of", "entry_of", "exported",
    "faults_in_words", "hit_in_words", "in_language", "is_known", "label_of", "lines_in_words", "may_be_drafted",
    "preview_of", "preview_that_counts", "range_of", "table_of", "text_in_force", "whom_in_words",
]  # fmt: skip
