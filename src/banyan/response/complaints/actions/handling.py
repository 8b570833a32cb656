"""Verbs of handling: materials, acceptance, mediation with its stops, its end, reports checked, told, not solved.

Bulk verbs: `accept_complaints(complaints=…)`, `settle_complaints(complaints=…, decision=…)`,
`end_mediations(complaints=…, decision=…)`, `file_no_cases(complaints=…, decision=…)`,
`close_complaints(complaints=…, decision=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms as rules
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.complaints.actions.messages import add_words
from banyan.response.complaints.models import COMPLAINT_FLOW, Complaint, Track
from banyan.response.complaints.queries import naming, numbers, terms

RIGHT = "complaints.handle"
ENDING = ("state", "outcome", "ended_on", "ground", "accepted_on", *terms.CLOCK)
COPIED = (
    "message_id", "channel", "is_real_name", "product_name", "gtin", "product_id", "product_class_id", "firm_id",
    "firm_name", "place", "bought_on", "county_id", "subject", "is_classified", "prints", "office_id",
)  # fmt: skip


@verb("complaints.materials.asked", right=RIGHT)
def ask_materials(deed: Deed, *, complaint: Complaint, decision: str) -> Complaint:
    """Ask the sender for what is missing. The clock stands still until it comes."""
    demand_track(complaint, Track.COMPLAINT)
    COMPLAINT_FLOW.move(complaint, "ask_materials")
    complaint.decision, complaint.stopped_on = _said(complaint, decision), deed.on
    terms.stop_clock(complaint)
    return deed.save(complaint, "state", "decision", "stopped_on", *terms.CLOCK)


@verb("complaints.materials.came", right=RIGHT)
def take_materials(deed: Deed, *, complaint: Complaint, words: str = "") -> Complaint:
    """Record that what was asked for has come: the clock goes on where it stood."""
    COMPLAINT_FLOW.move(complaint, "take_materials", "routed" if complaint.office_id else "received")
    if words.strip():
        add_words(deed, complaint, words)
    if complaint.accept_by and complaint.stopped_on:
        terms.resume_clock(complaint, terms.ACCEPT, complaint.accept_by, stopped=complaint.stopped_on, on=deed.on)
        complaint.accept_by = complaint.due_on
    complaint.stopped_on = None
    return deed.save(complaint, "state", "stopped_on", "accept_by", *terms.CLOCK)


@verb("complaints.accepted", right=RIGHT)
def accept_complaints(deed: Deed, *, complaints: Sequence[Complaint]) -> Sequence[Complaint]:
    """Accept complaints: mediation begins, by the rule under which each was received."""
    for complaint in complaints:
        demand_track(complaint, Track.COMPLAINT)
        COMPLAINT_FLOW.move(complaint, "accept")
        complaint.accepted_on = deed.on
        terms.run_clock(complaint, terms.MEDIATE, start=deed.on)
        complaint.mediate_by = complaint.due_on
    deed.save_many(complaints, "state", "accepted_on", "mediate_by", *terms.CLOCK)
    return complaints


@verb("complaints.refused", right=RIGHT)
def refuse_complaint(deed: Deed, *, complaint: Complaint, ground: str, decision: str) -> Complaint:
    """Do not accept a complaint, on a ground of the edition it was received under, and say why."""
    demand_track(complaint, Track.COMPLAINT)
    if ground not in dict(naming.grounds(on=complaint.received_on)):
        raise Refused(
            _("Not accepting %(complaint)s was asked for.") % {"complaint": complaint},
            _("The rules under which it was received know no such ground."),
            _("Choose one of the list, or accept it."),
            str(COMPLAINT_FLOW.written),
            code="ground-unknown",
        )
    complaint.ground, complaint.decision = ground, _said(complaint, decision)
    end(deed, complaint, "refuse")
    return deed.save(complaint, "decision", *ENDING)


@verb("complaints.clock.stopped", right=RIGHT)
def stop_for_test(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Let the clock of a mediation stand still while goods are tested; the reason says by whom."""
    terms.demand_reason(deed.reason, _("Stopping the clock"))
    COMPLAINT_FLOW.demand(complaint, "stop_for_test")
    if complaint.stopped_on:
        raise Refused(
            _("Stopping the clock of %(complaint)s was asked for.") % {"complaint": complaint},
            _("It stands since %(day)s.") % {"day": complaint.stopped_on},
            _("Let it run again first."),
            code="clock-stands",
        )
    complaint.stopped_on = deed.on
    terms.stop_clock(complaint)
    return deed.save(complaint, "stopped_on", *terms.CLOCK)


@verb("complaints.clock.resumed", right=RIGHT)
def resume(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Let the clock of a mediation run again: its end moves by as long as it stood."""
    COMPLAINT_FLOW.demand(complaint, "resume")
    if complaint.stopped_on is None or complaint.mediate_by is None:
        raise Refused(
            _("Letting the clock of %(complaint)s run again was asked for.") % {"complaint": complaint},
            _("It does not stand still."),
            _("Nothing need be done."),
            code="clock-runs",
        )
    terms.resume_clock(complaint, terms.MEDIATE, complaint.mediate_by, stopped=complaint.stopped_on, on=deed.on)
    complaint.mediate_by, complaint.stopped_on = complaint.due_on, None
    return deed.save(complaint, "mediate_by", "stopped_on", *terms.CLOCK)


@verb("complaints.settled", right=RIGHT)
def settle_complaints(deed: Deed, *, complaints: Sequence[Complaint], decision: str) -> Sequence[Complaint]:
    """Record what the parties agreed on: of one complaint, or of all that one offer settled."""
    return _ended(deed, complaints, "settle", decision)


@verb("complaints.mediation.ended", right=RIGHT)
def end_mediations(deed: Deed, *, complaints: Sequence[Complaint], decision: str) -> Sequence[Complaint]:
    """End mediations without agreement, and say which other ways are open."""
    return _ended(deed, complaints, "end_mediation", decision)


@verb("complaints.given_up", right=RIGHT)
def give_up(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Record that the sender takes the message back; the reason says how that came."""
    terms.demand_reason(deed.reason, _("Ending a matter that its sender gives up"))
    end(deed, complaint, "give_up")
    return deed.save(complaint, *ENDING)


@verb("complaints.closed", right=RIGHT)
def close_complaints(deed: Deed, *, complaints: Sequence[Complaint], decision: str = "") -> Sequence[Complaint]:
    """Record that the parties were told how it ended. Refused where nothing was written that they could be told."""
    for complaint in complaints:
        COMPLAINT_FLOW.move(complaint, "close")
        complaint.decision = decision.strip() or complaint.decision
        complaint.told_on = deed.on
        terms.stop_clock(complaint)
    deed.save_many(complaints, "state", "decision", "told_on", *terms.CLOCK)
    return complaints


@verb("complaints.not_solved", right=RIGHT, title=gettext_lazy("Said to be not solved"))
def say_not_solved(deed: Deed, *, complaint: Complaint, words: str) -> Complaint:
    """Open a matter again because its sender says that it is not solved: the handler has it, with a new term."""
    COMPLAINT_FLOW.move(complaint, "say_not_solved", "routed" if complaint.office_id else "received")
    add_words(deed, complaint, words)
    complaint.times_not_solved += 1
    complaint.not_solved_on = deed.on
    complaint.ended_on, complaint.told_on, complaint.mediate_by = None, None, None
    terms.run_clock(complaint, terms.first_term(complaint.track), start=deed.on)
    complaint.accept_by = complaint.due_on
    return deed.save(
        complaint, "state", "times_not_solved", "not_solved_on", "ended_on", "told_on", "mediate_by", "accept_by",
        *terms.CLOCK,
    )  # fmt: skip


# ---------------------------------------------------------------- reports


@verb("complaints.report.split", right=RIGHT, title=gettext_lazy("Report split off"))
def split_report(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Make a report of a clue that a complaint holds: from now on the two are tracked apart."""
    demand_track(complaint, Track.COMPLAINT)
    if standing := Complaint.objects.filter(
        message=complaint.message_id, track=Track.REPORT, withdrawn_on=None
    ).first():
        raise Refused(
            _("A report was to be split off %(complaint)s.") % {"complaint": complaint},
            _("Report %(number)s was made of this message.") % {"number": standing.number},
            _("Go on with that one."),
            code="report-twice",
        )
    deed.hold()
    [number] = numbers.next_numbers(Track.REPORT, 1, on=deed.on)
    report = Complaint(
        key=fresh("cc"), number=number,
        track=Track.REPORT, received_on=deed.on,
        state="received" if complaint.state == "received" else "routed",
        clerks=[deed.by.username], **{name: getattr(complaint, name) for name in COPIED},
    )  # fmt: skip
    in_mediation = complaint.state == "mediation" and terms.due(report, terms.CHECK_CLUE, start=deed.on)
    terms.run_clock(report, terms.CHECK_CLUE if in_mediation else terms.CHECK, start=deed.on)
    report.accept_by = report.due_on
    return deed.add(report)


@verb("complaints.report.extended", right=RIGHT)
def extend_check(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Extend the check of a report once by what the rules allow, with the reason."""
    demand_track(complaint, Track.REPORT)
    terms.demand_reason(deed.reason, _("Extending a check"))
    COMPLAINT_FLOW.demand(complaint, "extend_check")
    found = rules.extended(complaint.due_rule, start=complaint.received_on) if complaint.due_rule else None
    if found is None or found.on == complaint.due_on:
        raise Refused(
            _("Extending the check of %(complaint)s was asked for.") % {"complaint": complaint},
            _("The rules allow no extension, or it was extended already."),
            _("Decide whether a case is filed."),
            terms.written(complaint, terms.CHECK),
            code="no-extension",
        )
    rules.set_clock(complaint, complaint.due_rule, found)
    complaint.accept_by = complaint.due_on
    return deed.save(complaint, "accept_by", *terms.CLOCK)


@verb("complaints.report.filed", right=RIGHT)
def file_case(deed: Deed, *, complaint: Complaint, case_number: str = "") -> Complaint:
    """Record that a case was filed on a report, with its number where it has one."""
    demand_track(complaint, Track.REPORT)
    complaint.case_number = case_number.strip()
    end(deed, complaint, "file_case")
    return deed.save(complaint, "case_number", *ENDING)


@verb("complaints.report.not_filed", right=RIGHT)
def file_no_cases(deed: Deed, *, complaints: Sequence[Complaint], decision: str) -> Sequence[Complaint]:
    """Record that reports lead to no case, and why."""
    for complaint in complaints:
        demand_track(complaint, Track.REPORT)
    return _ended(deed, complaints, "file_no_case", decision)


def _ended(deed: Deed, complaints: Sequence[Complaint], move: str, decision: str) -> Sequence[Complaint]:
    for complaint in complaints:
        complaint.decision = _said(complaint, decision)
        end(deed, complaint, move)
    deed.save_many(complaints, "decision", *ENDING)
    return complaints


def end(deed: Deed, complaint: Complaint, move: str) -> None:
    """Make the move that ends a matter; where the rules set a term for telling the parties, that runs now."""
    COMPLAINT_FLOW.move(complaint, move)
    complaint.outcome, complaint.ended_on, complaint.stopped_on = complaint.state, deed.on, None
    key = terms.REPORT_NOTICE if complaint.track == Track.REPORT else terms.END_NOTICE
    if complaint.track == Track.REPORT and not complaint.is_real_name:
        terms.stop_clock(complaint)
    else:
        terms.run_clock(complaint, key, start=deed.on)


def _said(complaint: Complaint, decision: str) -> str:
    if not decision.strip():
        raise Refused(
            _("A step of %(complaint)s was asked for.") % {"complaint": complaint},
            _("It does not say what the sender is told."),
            _("Write it in words that the sender understands; they are shown under the secret address."),
            str(COMPLAINT_FLOW.written),
            code="words-missing",
        )
    return decision.strip()


def demand_track(complaint: Any, track: Track) -> None:
    if complaint.track != track:
        raise Refused(
            _("A step of %(complaint)s was asked for.") % {"complaint": complaint},
            _("It is a %(track)s, and this step is not for one.") % {"track": Track(complaint.track).label},
            _("Complaints are mediated, reports are checked."),
            str(COMPLAINT_FLOW.written),
            code="other-track",
        )
