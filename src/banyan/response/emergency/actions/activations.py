"""Verbs of activations: set going, raised, lowered, ended, reviewed; and the steps of the plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from banyan.base.registry.queries import Region
from banyan.kit import clock, rights, terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import NotAllowed, Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.actions.log import COMMAND, note
from banyan.response.emergency.models import ACTIVATION_FLOW, Activation, Level, Measure
from banyan.response.emergency.queries import plans
from banyan.response.emergency.queries.numbers import next_number
from banyan.response.emergency.queries.scoring import sheet_of


@verb("emergency.activated", right=COMMAND)
def activate(deed: Deed, *, activation: Activation) -> Activation:
    """Set a plan going at a level, for real or as an exercise. What the plan asks for begins to run.

    Refused where no plan knows the kind and level, or where the level is not this person's to decide.
    """
    demand_authority(deed, activation, activation.level, decision=activation.decision)
    now = clock.now()
    deed.hold()
    activation.key = activation.key or fresh("em")
    activation.number = next_number(Activation, on=deed.on)
    activation.activated_at, activation.activated_on = now, deed.on
    deed.add(activation)
    _begin(deed, activation, now)
    said = gettext_noop("Response at %(level)s")
    note(deed, activation, said, level=activation.level, more=(activation.decision, deed.reason))
    return activation


@verb("emergency.level.changed", right=COMMAND)
def change_level(deed: Deed, *, activation: Activation, level: str, decision: str = "") -> Activation:
    """Raise or lower the level, with the reason: its steps begin to run, others are asked for no more."""
    ACTIVATION_FLOW.demand(activation, "change_level")
    terms.demand_reason(deed.reason, ACTIVATION_FLOW.moves["change_level"].label)
    if level == activation.level:
        raise Refused(
            _("%(level)s was asked for %(activation)s.") % {"level": Level(level).label, "activation": activation},
            _("It is at that level already."),
            _("Choose another level, or write an entry of the command log."),
            code="same-level",
        )
    demand_authority(deed, activation, level, decision=decision)
    is_raised = plans.ORDER[level] < plans.ORDER[activation.level]
    activation.level, activation.decision = level, decision or activation.decision
    deed.save(activation, "level", "decision")
    _begin(deed, activation, clock.now())
    said = gettext_noop("Raised to %(level)s") if is_raised else gettext_noop("Lowered to %(level)s")
    note(deed, activation, said, level=level, more=(activation.decision, deed.reason))
    return activation


@verb("emergency.measure.completed", right=COMMAND)
def complete_measure(deed: Deed, *, measure: Measure, result: str, done_at: datetime | None = None) -> Measure:
    """Record that a step of the plan was done, and when; the score sheet says whether that was in time."""
    asked = _("Completing “%(step)s” was asked for.") % {"step": measure}
    if measure.state != Measure.State.OPEN or measure.activation.state != "active":
        raise Refused(
            asked, _("It was done, is asked for no more, or the response has ended."),
            _("Write an entry of the command log instead."), code="not-now",
        )  # fmt: skip
    done_at = done_at or clock.now()
    if not measure.activation.activated_at <= done_at <= clock.now():
        raise Refused(
            asked, _("The moment lies before the activation or has not come."), _("Correct the time."),
            code="wrong-order",
        )  # fmt: skip
    measure.state, measure.done_at, measure.result = Measure.State.DONE, done_at, result
    deed.save(measure, "state", "done_at", "result")
    is_late = done_at > measure.due_at
    said = gettext_noop("Done, late: %(step)s") if is_late else gettext_noop("Done: %(step)s")
    note(deed, measure.activation, said, step=measure.step, more=(result,), at=done_at)
    return measure


@verb("emergency.ended", right=COMMAND)
def end_response(deed: Deed, *, activation: Activation) -> Activation:
    """End the response, with the reason. Resources are free again, the score stands, and the review has its term."""
    ACTIVATION_FLOW.demand(activation, "end_response")
    terms.demand_reason(deed.reason, ACTIVATION_FLOW.moves["end_response"].label)
    demand_authority(deed, activation, activation.level, decision=activation.decision)
    ACTIVATION_FLOW.move(activation, "end_response")
    activation.ended_at, activation.ended_on = clock.now(), deed.on
    activation.score = sheet_of(activation).score
    terms.set_clock(activation, plans.REVIEW, terms.due(plans.REVIEW, start=deed.on))
    activation.assignee = deed.by if getattr(deed.by, "pk", None) else None
    held = list(activation.reservations.filter(released_at=None, withdrawn_on=None))
    for one in held:
        one.released_at = activation.ended_at
    deed.save_many(held, "released_at")
    deed.save(activation, "state", "ended_at", "ended_on", "score", "assignee", *terms.CLOCK)
    note(deed, activation, gettext_noop("Response ended"), more=(deed.reason,))
    return activation


@verb("emergency.reviewed", right="emergency.review")
def close_review(deed: Deed, *, activation: Activation, summary: str) -> Activation:
    """Close the review with its summary; the findings go on until each is mended."""
    ACTIVATION_FLOW.demand(activation, "close_review")
    note(deed, activation, gettext_noop("Review closed: %(summary)s"), summary=summary)
    ACTIVATION_FLOW.move(activation, "close_review")
    activation.summary = summary
    terms.stop_clock(activation)
    return deed.save(activation, "state", "summary", *terms.CLOCK)


def demand_authority(deed: Deed, activation: Activation, level: str, *, decision: str) -> None:
    """Refuse a level that no plan knows, or that another authority decides.

    What the province or the nation decides is recorded by the city, with the order; an exercise needs none.
    """
    by = plans.decided_by(activation.kind, level, on=deed.on)
    asked = _("%(level)s was asked for “%(title)s”.") % {
        "level": Level(level).label if level in Level.values else level, "title": activation.title,
    }  # fmt: skip
    if not by:
        raise Refused(
            asked, _("No plan in force has this kind and level."), _("Choose one of the plans of the packs."),
            code="no-plan",
        )  # fmt: skip
    region = activation.county
    where = region.path if by == Region.Level.COUNTY else plans.city_of(region)
    if not rights.covers(rights.reaches(deed.by, COMMAND, on=deed.on), where):
        raise NotAllowed(
            asked, _("This level is decided by the %(authority)s.") % {"authority": Region.Level(by).label},
            _("Ask the city's duty officer, or choose a level that is yours to decide."),
        )  # fmt: skip
    if by in plans.ABOVE_THE_CITY and not activation.is_drill and not decision.strip():
        raise Refused(
            asked, _("This level is decided by the %(authority)s.") % {"authority": Region.Level(by).label},
            _("Enter who decided it, with the number of the order."), code="decision-missing",
        )  # fmt: skip


def _begin(deed: Deed, activation: Activation, now: datetime) -> None:
    """Let the steps of the present level run that do not yet, and ask no more for those that it does not have."""
    asked = {str(row["step"]): row for row in plans.steps(activation.kind, activation.level, on=deed.on)}
    running = list(activation.measures.exclude(state=Measure.State.DROPPED)) if activation.pk else []
    dropped = [one for one in running if one.state == Measure.State.OPEN and one.step not in asked]
    for one in dropped:
        one.state = Measure.State.DROPPED
    deed.save_many(dropped, "state")
    known = {one.step for one in running}
    deed.add_many([_measure(activation, row, now) for step, row in asked.items() if step not in known])


def _measure(activation: Activation, row: Any, now: datetime) -> Measure:
    return Measure(
        key=fresh("ms"), activation=activation, county_id=activation.county_id, is_drill=activation.is_drill,
        step=row["step"], level=activation.level, role=row["role"], points=row["points"],
        due_at=now + timedelta(minutes=int(row["minutes"])),
    )  # fmt: skip
