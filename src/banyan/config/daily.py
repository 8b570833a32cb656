"""The whole daily flow on one screen: records, facts, indicators, alerts, clocks, checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_noop as _

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.base.facts.queries import waiting
from banyan.config import checks, clocks
from banyan.edge.cockpit import actions as cockpit
from banyan.insight.alerts import actions as alerts
from banyan.insight.checks import actions as data_checks
from banyan.insight.indicators import actions as indicators
from banyan.judgement.credit import actions as credit
from banyan.kit import log, runs
from banyan.kit.models import Run
from banyan.kit.runs import Outcome, Step
from banyan.records.trace import actions as trace
from banyan.response.casework import actions as casework

NAME = _("daily")
STEPS = (
    Step(_("days of the trace"), trace.tell_days),  # events of goods → a record per day and district
    Step(_("facts"), facts.collect),  # record versions → facts
    Step(_("compaction"), facts.compact),  # many small segments → few
    Step(_("indicators"), indicators.compute, follows_packs=True),  # facts → numbers with intervals and verdicts
    Step(_("alerts"), alerts.watch),  # facts → alerts, each with its reasons
    Step(_("cases"), casework.take_in),  # what was found → a person's desk; nothing opens or closes by itself
    Step(_("credit"), credit.weigh, follows_packs=True),  # findings → points → grade, each with its article
    Step(_("checks of data"), data_checks.look),  # rules of the packs → findings, and those that hold no more
    Step(_("log"), log.extend),  # public events → the log that outsiders watch
    Step(_("clocks"), clocks.run),  # overdue steps rise a level; personal data end
    Step(_("pages"), cockpit.prepare_pages, follows_packs=True),  # what the first visitor would wait for
    Step(_("checks"), checks.run),  # recompute and compare; disagreement is an error to us
)

# What the steps tell of what they did: names of numbers, for the catalogue.
TOLD = (
    _("upto"), _("merged"), _("swept"), _("figures"), _("weeks"), _("raised"), _("continued"), _("found"), _("new"),
    _("mended"), _("entries"), _("appended"), _("final"), _("waived"), _("purged"), _("notices standing"),
    _("recalls raised"), _("inspections due anew"), _("instructions raised"),
    _("complaints queued"), _("firms silent"), _("complaints raised"), _("messages purged"),
    _("subjects learnt from"), _("sessions ended"), _("languages"), _("events"),
    _("days told"), _("figures recomputed"), _("clues"), _("duties raised"), _("matters passed on"),
    _("emergency work raised"), _("messages not acknowledged"),
    _("tasks raised"), _("interviews dated"), _("weighed"), _("regraded"), _("listings ended"),
    _("listings annulled"), _("receipts raised"),
    _("readings sealed"), _("credentials revoked"),
)  # fmt: skip


def daily(*, on: date, without: Collection[str] = (), newer: bool = False) -> Iterator[Outcome]:
    """Do the flow for a day. Its cut is fixed when the day's run first starts, so repeating changes nothing.

    With `newer` a day whose run is finished has a further round where records came since.

    Where other packs are installed since, today's figures are made again by them, from the same facts. Steps named in
    `without` are left to a later run of the same day.
    """
    packs = policy.load(settings.BANYAN_PACKS).hash
    last = runs.latest(name=NAME, on=on)
    run = runs.start(name=NAME, on=on, packs=packs, anew=bool(newer and last and waiting(last.cut)))
    yield from runs.go(run, [step for step in STEPS if step.name not in without], packs=packs)


@dataclass(frozen=True)
class Before:
    """A finished run of a day, how many records came since, and which of its steps a repeat would do now."""

    run: Run
    came: int
    left: tuple[str, ...]


def done_before(*, on: date, newer: bool = False) -> Before | None:
    """The finished run of a day that `daily` would show again; None where it would begin, go on or make a round."""
    run = runs.latest(name=NAME, on=on)
    if run is None or run.finished_at is None:
        return None
    came = waiting(run.cut)
    if newer and came:
        return None
    left = runs.left(run, STEPS, packs=policy.load(settings.BANYAN_PACKS).hash)
    return Before(run, came, tuple(step.name for step in left))
