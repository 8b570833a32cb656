"""Reads of indicators: figures with receipts, comparisons, trends, funnels, and the records behind a figure."""

from banyan.insight.indicators.queries.comparisons import (
    Difference,
    against_last_year,
    beside_earlier,
    compare,
    difference_of,
    funnel,
    trend,
    with_reference,
    year_earlier,
)
from banyan.insight.indicators.queries.figures import (
    Figures,
    by_receipt,
    computed,
    computed_all,
    computed_at,
    from_json,
    is_recorded,
    show,
    show_many,
)
from banyan.insight.indicators.queries.judging import Goal, goals, reference_figure, reference_state, too_small
from banyan.insight.indicators.queries.measuring import confidence_level, measure_many
from banyan.insight.indicators.queries.published import as_published, publications, published_figures, withdrawn
from banyan.insight.indicators.queries.reach import own_counties, rows_within_reach, within_reach
from banyan.insight.indicators.queries.scores import Score, assessments, scores
from banyan.insight.indicators.queries.sources import firms_counted, records_behind
from banyan.insight.indicators.queries.targets import JudgedPart, TargetLine, published_target_lines, target_lines
from banyan.insight.indicators.queries.words import (
    chart_titles,
    dimension_words,
    in_language,
    label,
    overview,
    rows_with_names,
    warnings_in_words,
    with_groups,
)

__all__ = [
    "Difference", "Figures", "Goal", "JudgedPart", "Score", "TargetLine", "against_last_year", "as_published",
    "assessments", "beside_earlier", "by_receipt", "chart_titles", "compare", "computed", "computed_all",
    "computed_at", "confidence_level", "difference_of", "dimension_words", "firms_counted", "from_json", "funnel",
    "goals", "in_language", "is_recorded", "label", "measure_many", "overview", "own_counties", "publications",
    "published_figures", "published_target_lines", "records_behind", "reference_figure", "reference_state",
    "remembered", "rows_with_names", "rows_within_reach", "scores", "show", "show_many", "target_lines", "too_small",
    "trend", "warnings_in_words", "with_groups", "with_reference", "withdrawn", "within_reach", "year_earlier",
]  # fmt: skip
