"""Reads of checks: what the rules see in the data today, and the findings that were recorded."""

from banyan.insight.checks.queries.completeness import Cell, completeness, years_with_plans
from banyan.insight.checks.queries.findings import (
    findings_of,
    open_counts,
    record_behind,
    rules_on,
    standing_in_parts,
)
from banyan.insight.checks.queries.quarters import Plans
from banyan.insight.checks.queries.questions import seen_by
from banyan.insight.checks.queries.seen import Seen

__all__ = [
    "Cell", "Plans", "Seen", "completeness", "findings_of", "open_counts", "record_behind", "rules_on",
    "seen_by", "standing_in_parts", "years_with_plans",
]  # fmt: skip
