"""Reads of the cockpit: what its pages show, and what they set side by side, within what a person may see."""

from banyan.edge.cockpit.queries.comparing import (
    LEAST,
    above_the_city,
    beside_last_year,
    comparison_of,
    demand_dimension,
    funnel_of,
    funnels_of,
    made_beside_sold,
    only_one,
)
from banyan.edge.cockpit.queries.showing import (
    ROWS_AT_MOST,
    ClauseView,
    about,
    approved,
    changes,
    clause_views,
    counties_of,
    demand_groups,
    demand_whole,
    entry_of,
    few_samples,
    is_redefined,
    late,
    lines_of,
    parks_of,
    redefined,
    rules_of,
    scores_of,
    sheet_of,
    small_counts_rule,
    targets_drawn,
    tiles,
    trend_of,
    where_in_words,
)

__all__ = [
    "LEAST", "ROWS_AT_MOST", "ClauseView", "about", "above_the_city", "approved", "beside_last_year", "changes",
    "clause_views", "comparison_of", "counties_of", "demand_dimension", "demand_groups", "demand_whole", "entry_of",
    "few_samples", "funnel_of", "funnels_of", "is_redefined", "late", "lines_of", "made_beside_sold",
    "only_one", "parks_of", "redefined", "rules_of", "scores_of", "sheet_of", "small_counts_rule",
    "targets_drawn", "tiles", "trend_of", "where_in_words",
]  # fmt: skip
