"""Reads of risk: assessments and their levels, the order of the next inspections, and how such orders did."""

from banyan.insight.risk.models import Assessment, scenario_in_words
from banyan.insight.risk.queries.assessing import (
    HOW_TO_WRITE,
    assessments_of,
    level_in_words,
    level_of,
    scenarios_of,
    shift_in_words,
)
from banyan.insight.risk.queries.judging import Judged, judged_facts, judged_file, order_judged
from banyan.insight.risk.queries.past import Past, past_of
from banyan.insight.risk.queries.placing import Place, order, places_at_random

__all__ = [
    "HOW_TO_WRITE", "Assessment", "Judged", "Past", "Place", "assessments_of", "judged_facts",
    "judged_file", "level_in_words", "level_of", "order", "order_judged", "past_of", "places_at_random",
    "scenario_in_words", "scenarios_of", "shift_in_words",
]  # fmt: skip
