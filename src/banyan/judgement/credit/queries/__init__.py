"""Reads of credit: findings, the grades of all firms, one firm explained, how grades fall on groups of firms."""

from banyan.judgement.credit.models import Grade
from banyan.judgement.credit.queries.explaining import (
    Ahead,
    Explained,
    Line,
    explained,
    good_deeds,
    records_of,
    was_changed_since,
)
from banyan.judgement.credit.queries.fairness import BY, LOOKED_BACK, Fairness, Group, fairness
from banyan.judgement.credit.queries.findings import SCALE, counted_by, findings, rules_of
from banyan.judgement.credit.queries.succession import ANSWERS, successor_answers
from banyan.judgement.credit.queries.weighing import (
    Weighed,
    counting,
    graded,
    grades_of,
    hundredths,
    scale_on,
    weighed,
)

__all__ = [
    "ANSWERS", "BY", "LOOKED_BACK", "SCALE", "Ahead", "Explained", "Fairness", "Grade", "Group", "Line", "Weighed",
    "counted_by", "counting", "explained", "fairness", "findings", "good_deeds", "graded", "grades_of", "hundredths",
    "records_of", "rules_of", "scale_on", "successor_answers", "was_changed_since", "weighed",
]  # fmt: skip
