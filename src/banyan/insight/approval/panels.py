"""The desk in the side bar, what waits for whom, and on records the approval under which their data stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banyan.insight.approval import queries
from banyan.insight.approval.models import level_in_words
from banyan.kit import recent
from banyan.kit.office import Note, Page, Panel, Todo, TodoItem, link

VIEW, APPROVE = "approval.view", "approval.approve"


def to_approve(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Periods in which units wait for the person's approval, the oldest first."""
    return [
        TodoItem(
            text=f"{queries.title_of(entry)} · {summary.period}",
            url=f"{reverse('approval:desk')}?data={entry.key}&period={summary.period}",
            note=ngettext("%(count)d unit", "%(count)d units", count) % {"count": count},
        )
        for entry, summary, count in queries.waiting_for(person, on=on, limit=limit)
    ]


def late(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Late entries of the person's office: those whose period is open first."""
    waiting = queries.late_entries_of(person).filter(state="waiting").order_by("approval__level", "asked_on", "key")
    return [
        TodoItem(
            text=str(one), url=link(one),
            note=_("can be entered now") if one.is_open else _("waits for %(level)s to un-approve")
            % {"level": level_in_words(one.approval.level)},
        )
        for one in waiting[:limit]
    ]  # fmt: skip


def lock_over(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The approval that locks the data of a sample or a visit; nothing while its period is open."""
    kind, day = FACT_OF[record.noun]
    cell = (getattr(record, day), record.county_id)
    approval = recent.made(("lock over", kind, cell), lambda: queries.locked(kind, [cell])).get(cell)
    return (
        {"approval": approval, "level": level_in_words(approval.level), "link": link(approval)} if approval else None
    )


def as_approved(approval: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """What was approved beside what is known today, and what waits."""
    entry = next((one for one in queries.entries() if one.key == approval.workflow), None)
    if entry is None:
        return None
    waiting = queries.late_entries_of(person).filter(approval=approval, state="waiting")
    return {
        "rows": queries.ahead(approval, entry), "approval": approval, "data": queries.title_of(entry),
        "desk": f"{reverse('approval:desk')}?data={entry.key}&period={approval.period}",
        "late": [{"text": str(one), "link": link(one)} for one in waiting],
    }  # fmt: skip


def above_lists(*, person: Any, on: date) -> list[str]:
    """How far the last four periods that ended are approved."""
    return [
        one.sentence
        for entry in queries.entries()
        for span in (entry.spans(on=on)[:4],)
        if span
        for one in queries.said_of_span(entry.facts, first=span[-1][0], last=span[0][1])
    ]


FACT_OF = {
    "inspection.sample": ("inspection.sample_judged", "sampled_on"),
    "inspection.task": ("inspection.refused", "visited_on"),
}

PAGES = (
    Page(gettext_lazy("Approval of data"), "approval:desk", right=VIEW, icon="lock",
         group=gettext_lazy("The city"), order=40),
)  # fmt: skip
PANELS = (
    Panel("approval.approval", gettext_lazy("As approved and as known today"), "approval/as_approved.html",
          as_approved, right=VIEW, order=5),
    *(Panel(noun, gettext_lazy("Approval of data"), "approval/lock_over.html", lock_over, right=VIEW, order=8)
      for noun in FACT_OF),
)  # fmt: skip
TODO = (
    Todo(gettext_lazy("Periods to approve"), to_approve, right=APPROVE, order=40,
         more=lambda on: reverse("approval:desk")),
    Todo(gettext_lazy("Late entries"), late, right=APPROVE, order=41,
         more=lambda on: reverse("office:approval_lateentry_changelist")),
)  # fmt: skip
NOTES = tuple(Note(noun, above_lists, right=VIEW) for noun in ("inspection.sample", "inspection.result"))
