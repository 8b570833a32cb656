"""Reads of alerts, and the detectors behind them."""

from banyan.insight.alerts.models import Alert
from banyan.insight.alerts.queries.alerts import (
    ENDED,
    alerts_of,
    desk,
    fallback_of,
    in_words,
    ladder_of,
    names_of_counties,
    overview,
    own_first,
    raised_by,
    record_of_rule,
    records_behind,
    records_of_facts,
    rule_states,
    told_with,
    undecided,
    under_investigation,
)
from banyan.insight.alerts.queries.findings import Finding, Story, story_of, tell, weeks
from banyan.insight.alerts.queries.known import Known, known
from banyan.insight.alerts.queries.scores import parts_in_words, parts_of, score_of
from banyan.insight.alerts.queries.series import OWN_PAST, STEP_DAYS, as_known, rule_of, series_of
from banyan.insight.alerts.queries.watching import Watched, facts_of, first_week, neighbours, places, watched

__all__ = [
    "ENDED", "OWN_PAST", "STEP_DAYS",
    "Alert", "Finding", "Known", "Story", "Watched", "alerts_of", "as_known", "desk", "facts_of", "fallback_of",
    "first_week", "in_words", "known", "ladder_of", "names_of_counties", "neighbours", "overview", "own_first",
    "parts_in_words", "parts_of", "places", "raised_by", "record_of_rule", "records_behind", "records_of_facts",
    "rule_of", "rule_states", "score_of", "series_of", "story_of", "tell", "told_with", "undecided",
    "under_investigation", "watched", "weeks",
]  # fmt: skip
