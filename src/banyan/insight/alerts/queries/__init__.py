"""Reads of alerts, and the detectors behind them."""

from banyan.insight.alerts.queries.alerts import (
    alerts_of,
    counties_of,
    overview,
    records_behind,
    rule_states,
    undecided,
)
from banyan.insight.alerts.queries.findings import Finding, Story, story_of, tell, weeks
from banyan.insight.alerts.queries.known import known
from banyan.insight.alerts.queries.series import series_of
from banyan.insight.alerts.queries.watching import facts_of, first_week, watched

__all__ = [
    "Finding", "Story", "alerts_of", "counties_of", "facts_of", "first_week", "known", "overview", "records_behind",
    "rule_states", "series_of", "story_of", "tell", "undecided", "watched", "weeks",
]  # fmt: skip
