"""Reads of risk: the order of the next inspections, and how orders of that kind did in the past."""

from banyan.insight.risk.queries.judging import Judged, judged_facts, judged_file, order_judged
from banyan.insight.risk.queries.past import Past, past_of
from banyan.insight.risk.queries.placing import Place, order, places_at_random

__all__ = [
    "Judged", "Past", "Place", "judged_facts", "judged_file", "order", "order_judged", "past_of", "places_at_random",
]  # fmt: skip
