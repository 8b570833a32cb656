"""What regional supervision shows on other pages: interviews of a firm or case, papers, work to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import BY_FORM, Button, Page, Panel, Todo, TodoItem, link, papers_panel
from banyan.kit.scope import scoped
from banyan.response.leadership import actions, forms, queries
from banyan.response.leadership.models import Commitment, Interview, Task

SHOWN = 8


def interviews_of(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The interviews that a record led to, or with a firm, the next day first, within what the person may see."""
    found = scoped(Interview, person).filter(withdrawn_on=None)
    is_firm = record.noun == "registry.organisation"
    found = found.filter(party=record) if is_firm else found.filter(source_noun=record.noun, source_key=record.pk)
    rows = [
        {"record": one, "url": link(one), "is_late": bool(one.due_on and one.due_on < on)}
        for one in found.order_by(F("due_on").asc(nulls_last=True), "-noticed_on", "key")[:SHOWN]
    ]
    return {"rows": rows} if rows else None


def promised(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The commitments of an interview, each with its own day and what became of it."""
    rows = [row | {"url": link(row["commitment"])} for row in queries.commitments_of(record, person, on=on)]
    return {"rows": rows} if rows else None


def own_tasks(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """The tasks that the person is to do, the shortest term first."""
    rows = scoped(Task, person).filter(assignee=person, state="set", withdrawn_on=None).order_by("due_on", "key")
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on),
                 note=queries.programme(one.programme))
        for one in rows.select_related("county")[:limit]
    ]  # fmt: skip


def to_check(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Commitments whose day has come and that nobody has checked."""
    rows = scoped(Commitment, person).filter(checked_on=None, by_on__lte=on, withdrawn_on=None)
    return [
        TodoItem(text=str(one.interview), url=link(one), due_on=one.by_on, is_overdue=one.by_on < on, note=one.text)
        for one in rows.select_related("interview").order_by("by_on", "key")[:limit]
    ]


def to_hold(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Interviews whose day has come and that nobody has recorded, the longest ago first."""
    rows = scoped(Interview, person).filter(state="noticed", interview_on__lte=on, withdrawn_on=None)
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.interview_on, is_overdue=one.interview_on < on,
                 note=one.topic)
        for one in rows.order_by("interview_on", "key")[:limit]
    ]  # fmt: skip


PANELS = (
    *(
        Panel(noun, _("Interviews"), "leadership/interviews.html", interviews_of, right="leadership.view", order=45)
        for noun in ("registry.organisation", "casework.case")
    ),
    Panel("leadership.interview", _("Commitments"), "leadership/commitments.html", promised, right="leadership.view",
          order=5),
    Panel("leadership.interview", _("Letters"), "office/papers.html", papers_panel(queries), right="leadership.view",
          order=10),
)  # fmt: skip

BUTTONS = (
    Button(
        actions.call_interview, _("Call an interview"), forms.InterviewOfCase, noun="casework.case", record=BY_FORM,
        icon="record_voice_over", when=lambda case: case.party_id and case.state != "closed",
    ),
)  # fmt: skip

PAGES = (
    Page(_("Ledger of tasks"), "leadership:ledger", right="leadership.view", icon="checklist", group=_("Work"),
         order=65),
)  # fmt: skip

TODO = (
    Todo(_("Tasks of supervision: yours"), own_tasks, "leadership.report", order=17),
    Todo(_("Interviews to hold"), to_hold, "leadership.interview", order=18),
    Todo(_("Commitments to check"), to_check, "leadership.interview", order=18),
)
