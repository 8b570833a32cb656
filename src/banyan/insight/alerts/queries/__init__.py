"""Reads of alerts, and the detectors behind them."""

from banyan.insight.alerts.queries.alerts import alerts_of, records_behind, undecided
from banyan.insight.alerts.queries.findings import Finding, Story, story_of, tell, weeks
from banyan.insight.alerts.queries.watching import facts_of, first_week, watched

__all__ = [
    "Finding", "Story", "alerts_of", "facts_of", "first_week", "records_behind", "story_of", "tell", "undecided",
    "watched", "weeks",
]  # fmt: skip
