"""Verbs of regional supervision: tasks set, reported, accepted; interviews called, held, followed up.

`run_clocks(by=, on=)` is the room's part of the daily flow. Bulk verbs: `set_tasks(tasks=…)`,
`report_tasks(tasks=…)`, `accept_tasks(tasks=…)`, `raise_late(tasks=…)`, `date_interviews(interviews=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.base.registry.queries import Organisation, Region
from banyan.kit import titles
from banyan.kit.duties import next_superior, superiors
from banyan.kit.keys import fresh
from banyan.kit.numbers import next_numbers
from banyan.kit.refusals import Refused
from banyan.kit.terms import demand_near, demand_reason
from banyan.kit.verbs import Deed, verb
from banyan.response.leadership.models import INTERVIEW_FLOW, TASK_FLOW, Commitment, Interview, Task
from banyan.response.leadership.queries import late_tasks, misdated_interviews, programmes

SUPERVISE = "leadership.supervise"
NEXT_COMMITMENT = titles.by_house(gettext_noop("An interview is due with the first commitment that is not checked."))


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Let late tasks go up a level, once a task; date interviews by their first unchecked commitment."""
    late = list(late_tasks(on=on))
    if late:
        raise_late(tasks=late, by=by, on=on, reason=titles.TERM_IS_OVER)
    misdated = list(misdated_interviews())
    if misdated:
        date_interviews(interviews=misdated, by=by, on=on, reason=NEXT_COMMITMENT)
    return {"tasks raised": len(late), "interviews dated": len(misdated)}


@verb("leadership.tasks.set", right="leadership.assign", title=gettext_lazy("Tasks set"))
def set_tasks(deed: Deed, *, tasks: Sequence[Task]) -> Sequence[Task]:
    """Set tasks, each for a programme, a county and a named officer, with the day by which it is to be done."""
    known = dict(programmes(on=deed.on))
    for task in tasks:
        asked = _("The task “%(task)s” was to be set.") % {"task": task.title}
        if task.programme not in known or task.due_on is None or task.due_on < deed.on or task.assignee_id is None:
            raise Refused(
                asked,
                _("It lacks a programme in force, a named officer, or a day to come."),
                _("Choose the programme and the officer, and say by when."),
                str(TASK_FLOW.written),
                code="task-incomplete",
            )
        demand_near(asked=asked, day=task.due_on, on=deed.on)
        task.key, task.set_on = task.key or fresh("lt"), deed.on
        task.set_by = getattr(deed.by, "username", "")
    deed.add_many(tasks)
    return tasks


@verb("leadership.tasks.reported", right="leadership.report", title=gettext_lazy("Tasks reported as done"))
def report_tasks(deed: Deed, *, tasks: Sequence[Task], result: str) -> Sequence[Task]:
    """Report what was done for one task or several."""
    demand_reason(result, TASK_FLOW.moves["report_tasks"].label)
    for task in tasks:
        TASK_FLOW.move(task, "report_tasks")
        task.result, task.reported_on, task.reported_by = result.strip(), deed.on, getattr(deed.by, "username", "")
    return deed.save_many(tasks, "state", "result", "reported_on", "reported_by")


@verb("leadership.tasks.accepted", right="leadership.assign", title=gettext_lazy("Tasks accepted as done"))
def accept_tasks(deed: Deed, *, tasks: Sequence[Task]) -> Sequence[Task]:
    """Accept tasks as done, by another person than whoever reported them."""
    for task in tasks:
        TASK_FLOW.move(task, "accept_tasks")
        if task.reported_by and task.reported_by == getattr(deed.by, "username", ""):
            raise Refused(
                _("Accepting %(task)s was asked for.") % {"task": task},
                _("You reported it yourself."),
                _("Let somebody else do it."),
                str(TASK_FLOW.written),
                code="same-person",
            )
        task.ended_on = deed.on
    return deed.save_many(tasks, "state", "ended_on")


@verb("leadership.task.returned", right="leadership.assign", title=gettext_lazy("Task sent back"))
def return_task(deed: Deed, *, task: Task) -> Task:
    """Send a task back, with the reason: it is not done, and its day stays."""
    return deed.settle(task, TASK_FLOW, "return_task", reported_on=None)


@verb("leadership.task.dropped", right="leadership.assign", title=gettext_lazy("Task dropped"))
def drop_task(deed: Deed, *, task: Task) -> Task:
    """Drop a task that is no longer needed, with the reason."""
    return deed.settle(task, TASK_FLOW, "drop_task", ended_on=deed.on)


@verb("leadership.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, tasks: Sequence[Task]) -> int:
    """Tell the next superior of each late task, once; the officer keeps it."""
    chain = superiors(on=deed.on, right=SUPERVISE)
    paths = dict(Region.objects.filter(pk__in={one.county_id for one in tasks}).values_list("pk", "path"))
    for task in tasks:
        if task.state != "set" or task.due_on is None or task.due_on >= deed.on or task.escalated_on:
            raise Refused(
                _("Raising %(task)s by a level was asked for.") % {"task": task},
                _("It is not late, or it went up already."),
                _("Wait until its term is over."),
                code="not-late",
            )
        above = next_superior(chain, paths[task.county_id], task.assignee_id)
        task.escalated_on, task.superior_id = deed.on, above if above != task.assignee_id else None
    deed.save_many(tasks, "escalated_on", "superior")
    return len(tasks)


@verb("leadership.interview.called", right="leadership.interview", title=gettext_lazy("Interview called"))
def call_interview(
    deed: Deed, *, trigger: str, topic: str, interview_on: date, party: Organisation | None = None,
    county: Region | None = None, called: str = "", source_noun: str = "", source_key: str = "",
) -> Interview:  # fmt: skip
    """Call a firm, or the office of a county, to an interview: the notice goes out."""
    office = county or (party.county if party else None)
    if office is None or interview_on < deed.on or not topic.strip():
        raise Refused(
            _("An interview was to be called."),
            _("It lacks somebody to be called, a topic, or a day to come."),
            _("Name the firm or the county, say what it is about, and when."),
            str(INTERVIEW_FLOW.written),
            code="interview-incomplete",
        )
    demand_near(asked=_("An interview was to be called."), day=interview_on, on=deed.on)
    deed.hold()
    return deed.add(
        Interview(
            key=fresh("li"), number=next_numbers(Interview, "T", on=deed.on)[0], trigger=trigger,
            topic=topic.strip(), party=party,
            county=office, called=called.strip() or str(party or office), noticed_on=deed.on,
            interview_on=interview_on, due_on=interview_on, source_noun=source_noun, source_key=source_key,
        )
    )  # fmt: skip


@verb("leadership.interview.held", right="leadership.interview", title=gettext_lazy("Interview recorded"))
def hold_interview(
    deed: Deed, *, interview: Interview, minutes: str, attended: str, commitments: Sequence[tuple[str, date]]
) -> Interview:
    """Record an interview with its minutes and what was promised by when; the follow-up is due with the first day."""
    INTERVIEW_FLOW.move(interview, "hold_interview")
    demand_reason(minutes, INTERVIEW_FLOW.moves["hold_interview"].label)
    if not commitments:
        raise Refused(
            _("Recording %(interview)s was asked for.") % {"interview": interview},
            _("It does not say what was promised, by when."),
            _("Write at least one commitment; without one there is nothing to follow up."),
            str(INTERVIEW_FLOW.written),
            code="commitment-missing",
        )
    for _text, day in commitments:
        asked = _("Recording %(interview)s was asked for.") % {"interview": interview}
        demand_near(asked=asked, day=day, on=deed.on)
    interview.minutes, interview.attended = minutes.strip(), attended.strip()
    interview.held_on, interview.held_by = deed.on, getattr(deed.by, "username", "")
    interview.due_on = min(day for _text, day in commitments)
    deed.subject = f"{interview.noun}:{interview.pk}"
    deed.add_many([
        Commitment(key=f"{interview.pk}.{place}", interview=interview, text=text, by_on=day)
        for place, (text, day) in enumerate(commitments, start=1)
    ])  # fmt: skip
    return deed.save(interview, "state", "minutes", "attended", "held_on", "held_by", "due_on")


@verb("leadership.commitment.checked", right="leadership.interview", title=gettext_lazy("Commitment checked"))
def check_commitment(deed: Deed, *, commitment: Commitment, is_kept: bool, found: str) -> Commitment:
    """Record what the follow-up found of a commitment: the next one's day becomes due, the last one concludes."""
    if commitment.checked_on is not None:
        raise Refused(
            _("A check of %(commitment)s was to be recorded.") % {"commitment": commitment},
            _("It was checked on %(day)s.") % {"day": commitment.checked_on},
            _("Call another interview where it did not last."),
            code="checked-already",
        )
    demand_reason(found, _("Checking a commitment"))
    commitment.is_kept, commitment.found = is_kept, found.strip()
    commitment.checked_on, commitment.checked_by = deed.on, getattr(deed.by, "username", "")
    deed.save(commitment, "is_kept", "found", "checked_on", "checked_by")
    (interview,) = deed.locked([commitment.interview])
    standing = list(interview.commitments.filter(withdrawn_on=None))
    interview.due_on = min((one.by_on for one in standing if one.checked_on is None), default=None)
    if interview.due_on is None:
        INTERVIEW_FLOW.move(
            interview, "conclude_interview", "kept" if all(one.is_kept for one in standing) else "broken"
        )
        interview.concluded_on = deed.on
    deed.save(interview, "state", "concluded_on", "due_on")
    return commitment


@verb("leadership.interviews.dated", right="leadership.interview", title=gettext_lazy("Interviews dated"))
def date_interviews(deed: Deed, *, interviews: Sequence[Interview]) -> Sequence[Interview]:
    """Let interviews be due with the first commitment that is not checked, as `misdated_interviews` found it."""
    for interview in interviews:
        interview.due_on = interview.next_on  # type: ignore[attr-defined]  # asked beside the record
    return deed.save_many(interviews, "due_on")


@verb("leadership.interview.cancelled", right="leadership.interview", title=gettext_lazy("Interview cancelled"))
def cancel_interview(deed: Deed, *, interview: Interview) -> Interview:
    """Cancel an interview that is not needed, with the reason."""
    return deed.settle(interview, INTERVIEW_FLOW, "cancel_interview", due_on=None)
