"""The whole daily flow on one screen: records, facts, indicators, alerts, clocks, checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.conf import settings

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.config import checks, clocks
from banyan.edge.cockpit import actions as cockpit
from banyan.insight.alerts import actions as alerts
from banyan.insight.indicators import actions as indicators
from banyan.kit import log, runs
from banyan.kit.runs import Outcome, Step

STEPS = (
    Step("facts", facts.collect),  # record versions → facts
    Step("compaction", facts.compact),  # many small segments → few
    Step("indicators", indicators.compute),  # facts → numbers with intervals and verdicts
    Step("alerts", alerts.watch),  # facts → alerts, each with its reasons
    Step("log", log.extend),  # public events → the log that outsiders watch
    Step("clocks", clocks.run),  # overdue steps rise a level; personal data end
    Step("pages", cockpit.prepare_pages),  # what the first visitor would wait for
    Step("checks", checks.run),  # recompute and compare; disagreement is an error to us
)


def daily(*, on: date, without: Collection[str] = ()) -> Iterator[Outcome]:
    """Do the flow for a day. Its cut is fixed when the day's run first starts, so repeating changes nothing.

    Steps named in `without` are left to a later run of the same day.
    """
    run = runs.start(name="daily", on=on, packs=policy.load(settings.BANYAN_PACKS).hash)
    yield from runs.go(run, [step for step in STEPS if step.name not in without])
