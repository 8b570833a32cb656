"""Verbs of the investigation: concluded, reviewed, returned; the term to decide extended, stopped, running again."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms as kit_terms
from banyan.kit.refusals import Refused
from banyan.kit.terms import CLOCK
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import CASE_FLOW, Case
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.work import open_duties


@verb("casework.investigation.concluded", right="casework.handle", title=gettext_lazy("Investigation concluded"))
def conclude_investigation(deed: Deed, *, case: Case, findings: str) -> Case:
    """Conclude the investigation with what it found: the file goes to the legal review. Refused without evidence."""
    acting.start(deed, case, "conclude_investigation")
    kit_terms.demand_reason(findings, CASE_FLOW.moves["conclude_investigation"].label)
    demand_running(case)
    if not case.evidence.filter(withdrawn_on=None).exists():
        raise Refused(
            _("Concluding the investigation of %(case)s was asked for.") % {"case": case},
            _("The file holds no evidence."),
            _("Add what proves the findings first."),
            _("Administrative Penalty Law, art. 46"),
            code="evidence-missing",
        )
    case.findings, case.concluded_on = findings.strip(), deed.on
    case.concluded_by = getattr(deed.by, "username", "")
    issue(deed, case, "conclusion")
    return acting.finish(deed, case, "findings", "concluded_on", "concluded_by")


@verb("casework.file.returned", right="casework.review", title=gettext_lazy("File returned by the review"))
def return_file(deed: Deed, *, case: Case, opinion: str) -> Case:
    """Return the file with the opinion of the legal review: the investigation goes on."""
    _review(deed, case, "return_file", opinion)
    case.concluded_on = None
    return acting.finish(deed, case, "concluded_on", *REVIEWED)


@verb("casework.review.passed", right="casework.review", title=gettext_lazy("Legal review passed"))
def pass_review(deed: Deed, *, case: Case, opinion: str) -> Case:
    """Pass the legal review, by another person than whoever investigated."""
    _review(deed, case, "pass_review", opinion)
    issue(deed, case, "review")
    return acting.finish(deed, case, *REVIEWED)


@verb("casework.term.extended", right="casework.decide", title=gettext_lazy("Term to decide extended"))
def extend_decision(deed: Deed, *, case: Case) -> Case:
    """Extend the term to decide once, with the reason."""
    acting.begin(deed, CASE_FLOW, case, "extend_decision")
    kit_terms.demand_reason(deed.reason, CASE_FLOW.moves["extend_decision"].label)
    if case.extended_on is not None:
        raise Refused(
            _("Extending the term of %(case)s was asked for.") % {"case": case},
            _("It was extended on %(day)s already.") % {"day": case.extended_on},
            _("Decide, or stop the clock for one of the reasons that the rules know."),
            kit_terms.written(terms.DECIDE, on=case.rules_on),
            code="extended-twice",
        )
    demand_running(case)
    case.extended_on = deed.on
    return _move_term(deed, case, "extended_on")


@verb("casework.clock.stopped", right="casework.handle", title=gettext_lazy("Clock stopped"))
def suspend_case(deed: Deed, *, case: Case, cause: str) -> Case:
    """Stop the clock of a case for one of the reasons that the rules know: testing, appraisal, public notice …"""
    acting.begin(deed, CASE_FLOW, case, "suspend_case")
    demand_running(case)
    if terms.row("stops", cause, on=case.rules_on) is None:
        raise Refused(
            _("Stopping the clock of %(case)s was asked for.") % {"case": case},
            _("“%(cause)s” is no reason that the rules know.") % {"cause": cause},
            _("Choose one of: %(known)s.")
            % {"known": ", ".join(terms.said(one) for one in terms.rows("stops", on=case.rules_on))},
            kit_terms.written(terms.DECIDE, on=case.rules_on),
            code="no-reason-to-stop",
        )
    case.suspended_on, case.suspended_for = deed.on, cause
    set_due(deed, case, None)
    return deed.save(case, "suspended_on", "suspended_for", *CLOCK)


@verb("casework.clock.resumed", right="casework.handle", title=gettext_lazy("Clock runs again"))
def resume_case(deed: Deed, *, case: Case) -> Case:
    """Let the clock run again: the days in between do not count."""
    acting.begin(deed, CASE_FLOW, case, "resume_case")
    if case.suspended_on is None:
        raise Refused(
            _("Letting the clock of %(case)s run again was asked for.") % {"case": case},
            _("It runs."),
            _("Nothing has to be done."),
            code="clock-runs",
        )
    stopped = (deed.on - case.suspended_on).days
    case.days_stopped += stopped
    case.suspended_on, case.suspended_for = None, ""
    return _move_term(deed, case, "days_stopped", "suspended_on", "suspended_for", by=stopped)


def demand_running(case: Case) -> None:
    """Refuse what needs a running clock while it is stopped."""
    if case.suspended_on is not None:
        raise Refused(
            _("A step of %(case)s was asked for.") % {"case": case},
            _("Its clock is stopped since %(day)s.") % {"day": case.suspended_on},
            _("Let the clock run again first."),
            code="clock-stopped",
        )


def _move_term(deed: Deed, case: Case, *fields: str, by: int = 0) -> Case:
    """Move the day to decide, and the day of the present duty with it."""
    found = acting.due_of(case, terms.DECIDE, on=deed.on)
    case.decide_by = found.on if found else None
    _task, rule = terms.step_of(case)
    if rule == terms.DECIDE:
        set_due(deed, case, case.decide_by)
    elif by:
        duty = open_duties().filter(case=case, task__in=acting.MAIN).first()
        counted = terms.due(rule, start=duty.from_on, rules_on=case.rules_on) if duty else None
        set_due(deed, case, counted.on + timedelta(days=by) if counted else None)
    return deed.save(case, "decide_by", *fields, *CLOCK)


def set_due(deed: Deed, case: Case, day: date | None) -> None:
    duties = list(open_duties().filter(case=case, task__in=acting.MAIN).order_by("key"))
    for duty in duties:
        duty.due_on, duty.raised_on, duty.raised_to = day, None, None
    deed.save_many(duties, "due_on", "raised_on", "raised_to")
    case.due_on, case.due_rule = day, terms.step_of(case)[1] if day else ""
    case.escalated_on = None


REVIEWED = ("reviewed_on", "reviewed_by", "opinion")


def _review(deed: Deed, case: Case, move: str, opinion: str) -> None:
    acting.start(deed, case, move)
    acting.demand_other(
        deed, CASE_FLOW.moves[move].label, case.concluded_by, kit_terms.written("casework.review", on=case.rules_on)
    )
    kit_terms.demand_reason(opinion, CASE_FLOW.moves[move].label)
    case.reviewed_on, case.reviewed_by = deed.on, getattr(deed.by, "username", "")
    case.opinion = opinion.strip()
