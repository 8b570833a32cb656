"""Duties: what the calendar does by itself each day, what is late goes up a level, and work changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.kit import Refused, titles
from banyan.kit.duties import raise_a_level
from banyan.kit.models import Person
from banyan.kit.people import demand_able
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection import queries
from banyan.records.inspection.actions.objections import waive_retests
from banyan.records.inspection.actions.results import let_objections_lapse
from banyan.records.inspection.models import Sample, Task
from banyan.records.inspection.queries.samplers import demand_samplers

FORMALITIES_LAPSED = titles.by_house(gettext_noop("The formalities were not done in time."))


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Let terms end as the rules say: results become final, re-tests are waived, late work goes up a level."""
    lapsed = list(queries.samples_past_objection(on=on))
    waived = list(queries.retests_past_formalities(on=on))
    if lapsed:
        let_objections_lapse(samples=lapsed, by=by, on=on, reason=titles.OBJECTIONS_ARE_OVER)
    if waived:
        waive_retests(objections=waived, by=by, on=on, reason=FORMALITIES_LAPSED)
    samples, tasks = list(queries.late_samples(on=on)), list(queries.late_tasks(on=on))
    if samples or tasks:
        raise_late(samples=samples, tasks=tasks, by=by, on=on, reason=titles.TERM_IS_OVER)
    return {"final": len(lapsed), "waived": len(waived), "raised": len(samples) + len(tasks)}


@verb("inspection.late.raised", right="inspection.supervise", title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, samples: Sequence[Sample] = (), tasks: Sequence[Task] = ()) -> int:
    """Give late samples and tasks to the next superior of their county, once per step."""
    for rows in (samples, tasks):
        raise_a_level(deed, rows)
    return len(samples) + len(tasks)


@verb("inspection.work.reassigned", right="inspection.reassign")
def reassign(deed: Deed, *, to: Person, samples: Sequence[Sample] = (), tasks: Sequence[Task] = ()) -> int:
    """Make somebody else answerable for samples and tasks."""
    demand_able(to, samples, on=deed.on)
    demand_able(to, tasks, on=deed.on)
    acts: list[Any] = [*samples, *tasks]
    for act in acts:
        if not queries.whose_move(act):
            raise Refused(
                _("Giving %(record)s to %(name)s was asked for.") % {"record": act, "name": to},
                _("It is “%(state)s”: nothing more follows from it.") % {"state": act.get_state_display()},
                _("Choose work that is open."),
                code="ended",
            )
        act.assignee = to
    deed.save_many(samples, "assignee")
    deed.save_many(tasks, "assignee")
    return len(samples) + len(tasks)


@verb("inspection.work.handed_over", right="inspection.reassign")
def hand_over_work(deed: Deed, *, person: Person, to: Person) -> int:
    """Hand all open work of somebody on leave to somebody else, sampling tasks included."""
    samples = list(queries.open_samples_of(person).within(deed.by, right=deed.right, on=deed.on))
    tasks = list(queries.open_tasks_of(person).within(deed.by, right=deed.right, on=deed.on))
    demand_able(to, samples, on=deed.on)
    demand_able(to, tasks, on=deed.on)
    for act in (*samples, *tasks):
        if act.assignee_id == person.pk:
            act.assignee = to
    sampling = [task for task in tasks if person.username in task.samplers]
    for task in sampling:
        names = [to.username if name == person.username else name for name in task.samplers]
        task.samplers = list(dict.fromkeys(names))
    demand_samplers(sampling, on=deed.on)
    deed.save_many(samples, "assignee")
    deed.save_many(tasks, "assignee", "samplers")
    return len(samples) + len(tasks)
