"""Verbs of the penalty: announced within its range, answered, heard, decided by another person, or dropped."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms as kit_terms
from banyan.kit.refusals import Refused
from banyan.kit.terms import CLOCK
from banyan.kit.verbs import Deed, verb
from banyan.kit.workflow import NotNow
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.cases import demand_running, set_due
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import CASE_FLOW, Case, Outcome
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.discretion import Range, range_of
from banyan.response.casework.queries.work import LATE_DECISION

STATEMENT = "casework.statement"
PUBLISH = "casework.publish"


@verb("casework.penalty.announced", right="casework.handle", title=gettext_lazy("Penalty announced"))
def announce_penalty(
    deed: Deed, *, case: Case, breach: str, step: str, fine: Decimal, grounds: str,
    goods_value: Decimal | None = None, sales: Decimal | None = None, confiscated: Decimal | None = None,
) -> Case:  # fmt: skip
    """Announce the penalty that is intended. Refused where the fine lies outside the range of the breach and step."""
    acting.start(deed, case, "announce_penalty")
    demand_running(case)
    kit_terms.demand_reason(grounds, CASE_FLOW.moves["announce_penalty"].label)
    case.breach, case.step, case.grounds = breach, step, grounds.strip()
    case.goods_value, case.sales, case.confiscated = goods_value, sales, confiscated
    case.fine_proposed = within(case, fine)[1]
    case.announced_on = deed.on
    found = terms.due(STATEMENT, start=deed.on, rules_on=case.rules_on)
    case.state_by = found.on if found else None
    issue(deed, case, "announcement")
    return acting.finish(
        deed, case, "breach", "step", "grounds", "goods_value", "sales", "confiscated", "fine_proposed",
        "announced_on", "state_by",
    )  # fmt: skip


@verb("casework.statement.recorded", right="casework.handle", title=gettext_lazy("Statement of the party recorded"))
def record_statement(deed: Deed, *, case: Case, statement: str) -> Case:
    """Record what the party says to the announced penalty, or that it waives its right to say something."""
    acting.begin(deed, CASE_FLOW, case, "record_statement")
    kit_terms.demand_reason(statement, CASE_FLOW.moves["record_statement"].label)
    _demand_in_time(deed, case, CASE_FLOW.moves["record_statement"].label)
    case.statement = "\n".join(filter(None, (case.statement, statement.strip())))
    case.stated_on = deed.on
    return deed.save(case, "statement", "stated_on")


@verb("casework.hearing.called", right="casework.handle", title=gettext_lazy("Hearing called"))
def call_hearing(deed: Deed, *, case: Case, hearing_on: date) -> Case:
    """Call the hearing that the party asked for in time; its notice goes out, and its time does not count."""
    acting.start(deed, case, "call_hearing")
    _demand_in_time(deed, case, CASE_FLOW.moves["call_hearing"].label)
    asked = _("A hearing of %(case)s was to be held on %(day)s.") % {"case": case, "day": hearing_on}
    if hearing_on < deed.on:
        raise Refused(asked, _("That day is over."), _("Choose a day to come."), code="past-day")
    kit_terms.demand_near(asked=asked, day=hearing_on, on=deed.on)
    case.hearing_on = hearing_on
    case.suspended_on, case.suspended_for = deed.on, "hearing"
    set_due(deed, case, None)
    issue(deed, case, "hearing")
    return deed.save(case, "state", "hearing_on", "suspended_on", "suspended_for", *CLOCK)


@verb("casework.hearing.held", right="casework.review", title=gettext_lazy("Hearing recorded"))
def hold_hearing(deed: Deed, *, case: Case, record: str) -> Case:
    """Record the hearing, held by somebody who did not investigate. The clock runs again."""
    acting.start(deed, case, "hold_hearing")
    acting.demand_other(deed, CASE_FLOW.moves["hold_hearing"].label, case.concluded_by,
                        str(_("Administrative Penalty Law, art. 64")))  # fmt: skip
    kit_terms.demand_reason(record, CASE_FLOW.moves["hold_hearing"].label)
    case.hearing_record, case.hearing_by = record.strip(), getattr(deed.by, "username", "")
    if case.suspended_on:
        case.days_stopped += (deed.on - case.suspended_on).days
    case.suspended_on, case.suspended_for = None, ""
    found = acting.due_of(case, terms.DECIDE, on=deed.on)
    case.decide_by = found.on if found else None
    return acting.finish(
        deed, case, "hearing_record", "hearing_by", "days_stopped", "suspended_on", "suspended_for", "decide_by"
    )


@verb(LATE_DECISION, right="casework.decide", title=gettext_lazy("Decided too late: a colleague had decided"))
def note_late_decision(deed: Deed, *, case: Case) -> Case:
    """Note what somebody would have decided in a case that a colleague had decided, who then reads it."""
    deed.subject = f"{case.noun}:{case.pk}"
    return case


def tells_the_first(says: Callable[..., str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a verb of a decision tell whoever decided first what a colleague who comes too late would have said."""

    def wrap(decide: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(decide)
        def run(*, case: Case, by: Any, on: date, **given: Any) -> Any:
            try:
                return decide(case=case, by=by, on=on, **given)
            except NotNow:
                first = Case.objects.filter(pk=case.pk).values_list("decided_by", flat=True).first()
                if first and first != getattr(by, "username", ""):
                    note_late_decision(case=case, by=by, on=on, reason=says(**given))
                raise

        return run

    return wrap


def _fine_said(*, fine: Decimal, **_given: Any) -> str:
    return _("a fine of %(fine)s") % {"fine": fine}


def _outcome_said(*, outcome: str, **_given: Any) -> str:
    return str(dict(Outcome.choices).get(outcome, outcome))


@tells_the_first(_fine_said)
@verb("casework.penalty.decided", right="casework.decide", title=gettext_lazy("Penalty decided"))
def decide_penalty(deed: Deed, *, case: Case, fine: Decimal, grounds: str = "") -> Case:
    """Decide the penalty: by another person, after the party's term or word, never above what it was told."""
    acting.start(deed, case, "decide_penalty")
    demand_running(case)
    acting.demand_other(deed, CASE_FLOW.moves["decide_penalty"].label, case.concluded_by, str(CASE_FLOW.written))
    asked = _("A penalty in %(case)s was to be decided.") % {"case": case}
    if not case.hearing_by and case.stated_on is None and case.state_by and deed.on <= case.state_by:
        raise Refused(
            asked,
            _("The party may state its case until %(day)s, and has not.") % {"day": case.state_by},
            _("Wait for that day, or record that the party has spoken or waives it."),
            kit_terms.written(STATEMENT, on=case.rules_on),
            code="term-runs",
        )
    found_range, fine = within(case, fine)
    if case.fine_proposed is not None and fine > case.fine_proposed:
        raise Refused(
            asked,
            _("%(fine)s is more than the %(told)s that the party was told.")
            % {"fine": fine, "told": case.fine_proposed},
            _("Decide on what was announced or less; what a party says does not make its penalty heavier."),
            _("Administrative Penalty Law, art. 45"),
            code="heavier-than-announced",
        )
    case.fine, case.fine_position = fine, found_range.place(fine)
    case.grounds = grounds.strip() or case.grounds
    _decided(deed, case, Outcome.PENALTY)
    found = terms.due(PUBLISH, start=deed.on, rules_on=case.rules_on)
    case.publish_by = found.on if found else None
    issue(deed, case, "decision")
    deed.add(acting.new_duty(case, "publish", PUBLISH, found, on=deed.on, officer=case.assignee_id))
    return acting.finish(deed, case, "fine", "fine_position", "grounds", "publish_by", *DECIDED)


@tells_the_first(_outcome_said)
@verb("casework.case.dropped", right="casework.decide", title=gettext_lazy("Decided: no penalty"))
def drop_case(deed: Deed, *, case: Case, outcome: str, grounds: str) -> Case:
    """Decide that there is no penalty, for one of the reasons that the law knows."""
    acting.start(deed, case, "drop_case")
    demand_running(case)
    acting.demand_other(deed, CASE_FLOW.moves["drop_case"].label, case.concluded_by, str(CASE_FLOW.written))
    kit_terms.demand_reason(grounds, CASE_FLOW.moves["drop_case"].label)
    if outcome in (Outcome.PENALTY, Outcome.POLICE, Outcome.QUASHED) or outcome not in Outcome.values:
        raise Refused(
            _("Ending %(case)s without a penalty was asked for.") % {"case": case},
            _("“%(outcome)s” is no reason for that.") % {"outcome": outcome},
            _("Choose one of the reasons of the list."),
            _("Administrative Penalty Law, art. 33"),
            code="no-such-outcome",
        )
    case.grounds = grounds.strip()
    _decided(deed, case, outcome)
    issue(deed, case, "no_penalty")
    return acting.finish(deed, case, "grounds", *DECIDED)


DECIDED = ("outcome", "decided_on", "decided_by")


def _decided(deed: Deed, case: Case, outcome: str) -> None:
    case.outcome, case.decided_on, case.decided_by = outcome, deed.on, getattr(deed.by, "username", "")


def _demand_in_time(deed: Deed, case: Case, what: str) -> None:
    if case.state_by and deed.on > case.state_by:
        raise Refused(
            _("%(what)s was asked for.") % {"what": what},
            _("The term of the party ended on %(day)s.") % {"day": case.state_by},
            _("Decide on what is in the file."),
            kit_terms.written(STATEMENT, on=case.rules_on),
            code="statement-late",
        )


def within(case: Case, fine: Decimal) -> tuple[Range, Decimal]:
    """The range of the case's breach and step, and the fine to the cent. Raises Refused where it lies outside."""
    fine = Decimal(fine).quantize(Decimal("0.01"))
    asked = _("A fine of %(fine)s in %(case)s was asked for.") % {"fine": fine, "case": case}
    found = range_of(case.breach, case.step, goods_value=case.goods_value, on=case.rules_on)
    if found is None:
        raise Refused(
            asked,
            _("Its range cannot be told: the breach, the step or the value of the goods is missing."),
            _("Name the breach and the step, and the value of the goods where the fine is a multiple of it."),
            code="range-unknown",
        )
    if fine < 0 or not found.holds(fine):
        raise Refused(
            asked,
            _("For this breach and step it is %(low)s to %(high)s; the whole range is %(least)s to %(most)s.")
            % {"low": Decimal(0) if found.is_below else found.low, "least": found.least, "most": found.most,
               "high": found.least if found.is_below else found.high},
            _("Choose a fine within the step, or the step that fits, with its reasons."),
            found.written,
            code="outside-range",
        )  # fmt: skip
    return found, fine
