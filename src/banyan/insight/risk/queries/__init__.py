"""Reads of risk: assessments and their levels, the order of the next inspections, and how such orders did."""

from banyan.insight.risk.models import Assessment, scenario_in_words
from banyan.insight.risk.queries.assessing import (
    HOW_TO_WRITE,
    assessments_of,
    level_in_words,
    level_of,
    scenarios_asked,
    scenarios_of,
    shift_in_words,
)
from banyan.insight.risk.queries.judging import Judged, judged_facts, judged_file, order_judged
from banyan.insight.risk.queries.past import Past, past_of
from banyan.insight.risk.queries.placing import (
    PLACES,
    SCHEMES,
    Place,
    order,
    places_asked,
    places_at_random,
    random_share,
    scheme_asked,
)

__all__ = [
    "HOW_TO_WRITE", "PLACES", "SCHEMES", "Assessment", "Judged", "Past", "Place", "assessments_of",
    "judged_facts", "judged_file", "level_in_words", "level_of", "order", "order_judged", "past_of", "places_asked",
    "places_at_random", "random_share", "scenario_in_words", "scenarios_asked", "scenarios_of", "scheme_asked",
    "shift_in_words",
]  # fmt: skip
