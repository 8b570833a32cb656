"""What other rooms may ask of the matching of names."""

from banyan.base.matching.models import NameMatch
from banyan.base.matching.queries.answers import kept_form, matched, matched_among_found, name_matches, verdict
from banyan.base.matching.queries.properties import PROPERTIES, Known, known_of, told_of
from banyan.base.matching.queries.rules import Rules, places, rules_of, weights

__all__ = [
    "PROPERTIES",
    "Known",
    "NameMatch",
    "Rules",
    "kept_form",
    "known_of",
    "matched",
    "matched_among_found",
    "name_matches",
    "places",
    "rules_of",
    "told_of",
    "verdict",
    "weights",
]
