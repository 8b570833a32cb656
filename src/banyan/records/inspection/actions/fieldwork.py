"""Field work: tasks, their samplers, notices, samples taken, refusals, and visits without a sample.

Bulk verbs, each one event and a version per record, no query per row; all also take `by=`, `on=`, `reason=`:
`plan_tasks(tasks=[Task, …])`, `notify_tasks(tasks=…)`, `take_samples(samples=[Sample(task=…), …])`,
`record_not_sampled(tasks=…, why=…)`, `record_refusals(tasks=…, note=…, witness=…)`.
Days of rows lie in the rows (`notified_on`, `sampled_on`, `visited_on`); where empty, the deed's day counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused, keys, titles
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.actions.evidence import keep_files
from banyan.records.inspection.actions.makers import take_over_from_makers
from banyan.records.inspection.models import TASK_FLOW, Evidence, Sample, Task
from banyan.records.inspection.queries import terms
from banyan.records.inspection.queries.numbers import next_numbers
from banyan.records.inspection.queries.samplers import demand_samplers
from banyan.records.inspection.queries.work import RANKS, repeats_of, was_checked
from banyan.records.plans.queries import PlanLine, drawn_units

FROM_TASK = (
    "scheme", "level", "authority", "organiser_id", "product_class_id", "county_id", "drawn", "stratum", "cluster",
    "weight", "laboratory_id", "assignee_id",
)  # fmt: skip


@verb("inspection.tasks.planned", right="inspection.plan")
def plan_tasks(deed: Deed, *, tasks: Sequence[Task], line: PlanLine | None = None) -> Sequence[Task]:
    """Enter tasks (unsaved). What the plan line says (scheme, level, organiser, product class) fills their gaps."""
    for task in tasks:
        task.key = task.key or keys.fresh("t")
        task.state, task.planned_on = "planned", task.planned_on or deed.on
        if given := line or task.line:
            _from_line(task, given)
        if task.follows_id:
            task.drawn = "follow_up"
    demand_samplers([task for task in tasks if task.samplers], on=deed.on)
    return deed.add_many(tasks)


@verb("inspection.tasks.drawn", right="inspection.plan", names=("laboratory",))
def plan_drawn_tasks(
    deed: Deed, *, draw: Any, laboratory: Any = None, sample_by: date | None = None
) -> Sequence[Task]:
    """Plan a task for each firm that was drawn, with its samplers, its stratum and the weight 1 / probability."""
    if draw.state != "drawn" or Task.objects.filter(draw=draw).exists():
        raise Refused(
            _("Planning the tasks of %(draw)s was asked for.") % {"draw": draw},
            _("It was not drawn yet, or its tasks are planned already."),
            _("Draw first; planned tasks are in the list of tasks."),
            _("SAMR order 18, art. 15"),
            code="no-tasks",
        )
    line = draw.line
    plan = line.plan
    tasks = [
        Task(
            key=f"{draw.pk}.t{unit.order}",
            line=line,
            draw=draw,
            organisation_id=unit.unit,
            county_id=unit.county_id,
            scheme=plan.scheme,
            level=plan.level,
            authority=plan.authority,
            organiser_id=plan.region_id,
            product_class_id=line.product_class_id,
            samplers=unit.samplers,
            laboratory=laboratory,
            planned_on=deed.on,
            drawn="random",
            stratum=unit.stratum,
            weight=1 / unit.probability,
            due_on=sample_by,
        )
        for unit in drawn_units(draw)
    ]
    demand_samplers(tasks, on=deed.on)
    deed.add_many(tasks)
    deed.subject = f"{draw.noun}:{draw.pk}"
    return tasks


@verb("inspection.task.samplers_assigned", right="inspection.plan")
def assign_samplers(deed: Deed, *, task: Task, samplers: Sequence[str]) -> Task:
    """Name the samplers (user names) of a task that has not been visited yet."""
    if task.state not in ("planned", "notified"):
        TASK_FLOW.demand(task, "notify")
    task.samplers = list(dict.fromkeys(samplers))
    demand_samplers([task], on=deed.on)
    return deed.save(task, "samplers")


@verb("inspection.tasks.notified", right="inspection.sample")
def notify_tasks(deed: Deed, *, tasks: Sequence[Task]) -> Sequence[Task]:
    """Issue the notices: plan and rules are public, at least two samplers are named, none of them barred."""
    _demand_published(tasks)
    demand_samplers(tasks, on=deed.on)
    for task in tasks:
        TASK_FLOW.move(task, "notify")
        task.notified_on = task.notified_on or deed.on
        terms.demand_order(
            what=gettext_lazy("The notice"), of=task,
            day=task.notified_on, earliest=task.planned_on, latest=deed.on,
        )  # fmt: skip
    return deed.save_many(tasks, "state", "notified_on")


@verb("inspection.samples.taken", right="inspection.sample")
def take_samples(deed: Deed, *, samples: Sequence[Sample], photos: Sequence[Any] = ()) -> Sequence[Sample]:
    """Enter samples (unsaved, each with its `task`) that were drawn and sealed; the tasks are done with that.

    Refused: a repeat inside the window, one seal for both samples, a sampler of the testing laboratory.
    `photos` (uploaded files) belong to the one sample that they are handed in with.
    """
    tasks = deed.locked([_own_task(sample) for sample in samples])
    for sample, task in zip(samples, tasks, strict=True):
        if sample.task is not task:
            sample.task = task
        _fill_from_task(deed, sample, task)
    unnumbered = [sample for sample in samples if not sample.number]
    for sample, number in zip(unnumbered, next_numbers(unnumbered) if unnumbered else (), strict=True):
        sample.number = number
    for sample, task in zip(samples, tasks, strict=True):
        _seal_sample(deed, sample, task)
    take_over_from_makers(samples)
    _demand_no_repeat(samples)
    demand_samplers(tasks, on=deed.on)
    deed.add_many(samples)
    deed.save_many(tasks, "state", "visited_on", "laboratory")
    if photos:
        (sample,) = samples
        keep_files(deed, files=photos, kind=Evidence.Kind.PHOTO, sample=sample, task=None)
    return samples


@verb("inspection.tasks.not_sampled", right="inspection.sample")
def record_not_sampled(deed: Deed, *, tasks: Sequence[Task], why: str = "", note: str = "") -> Sequence[Task]:
    """Record visits that gave no sample for a reason that the rules allow (`Task.NotSampled`)."""
    for task in tasks:
        TASK_FLOW.move(task, "record_not_sampled")
        task.not_sampled_reason = why or task.not_sampled_reason
        if task.not_sampled_reason not in Task.NotSampled.values:
            raise Refused(
                _("Recording %(task)s as not sampled was asked for.") % {"task": task},
                _("“%(why)s” is not among the reasons that the rules allow.") % {"why": task.not_sampled_reason},
                _("Choose one of: %(reasons)s.") % {"reasons": titles.listed(Task.NotSampled.labels)},
                TASK_FLOW.written,
                code="reason-unknown",
            )
        if task.not_sampled_reason == Task.NotSampled.CHECKED_RECENTLY and not (
            task.proof or was_checked(task=task, on=deed.on)
        ):
            raise Refused(
                _("Recording %(task)s as checked within the window was asked for.") % {"task": task},
                _("No such check by this authority is on record, and no proof of one from above."),
                _("Use “Accept proof of a check from above”, or take the sample."),
                terms.written(scheme=task.scheme, step="repeat", on=deed.on),
                code="proof-missing",
            )
        task.note = note or task.note
        _visited(deed, task)
    return deed.save_many(tasks, "state", "not_sampled_reason", "note", "visited_on")


@verb("inspection.task.proof_accepted", right="inspection.sample")
def accept_proof(
    deed: Deed, *, task: Task, authority: str, level: str, checked_on: date, paper: str, files: Sequence[Any] = ()
) -> Task:  # fmt: skip
    """Spare a firm that proves, at sampling, a check of the same product by a higher authority in the window."""
    asked = _("Sparing %(task)s for a check from above was asked for.") % {"task": task}
    where = terms.written(scheme=task.scheme, step="repeat", on=deed.on)
    if _is_exempt(task):
        raise Refused(
            asked, _("Follow-ups of failures and emergencies are checked all the same."),
            _("Take the sample."), where, code="not-spared",
        )  # fmt: skip
    if RANKS.get(level, 0) <= RANKS.get(task.level, 0):
        raise Refused(
            asked, _("The check that the party shows was not made by a higher authority than this one."),
            _("Take the sample, or show a check by a higher authority."), where, code="not-higher",
        )  # fmt: skip
    window = terms.due(scheme=task.scheme, step="repeat", start=checked_on)
    if window is None or not checked_on <= deed.on <= window.on:
        raise Refused(
            asked, _("The check of %(day)s lies outside the window.") % {"day": checked_on} if window
            else _("The rules of this kind of check spare nobody for an earlier one."),
            _("Take the sample."), where, code="outside-window",
        )  # fmt: skip
    if not paper.strip():
        raise Refused(
            asked, _("No paper is named that proves it."),
            _("Enter the number of the notice or report that the party showed, and attach a picture of it."),
            where, code="proof-missing",
        )  # fmt: skip
    TASK_FLOW.move(task, "record_not_sampled")
    task.not_sampled_reason = Task.NotSampled.CHECKED_RECENTLY
    task.proof = {"authority": authority, "level": level, "checked_on": checked_on.isoformat(), "paper": paper}
    keep_files(deed, files=files, kind=Evidence.Kind.PROOF, sample=None, task=task)
    _visited(deed, task)
    return deed.save(task, "state", "not_sampled_reason", "proof", "visited_on")


@verb("inspection.tasks.refused", right="inspection.sample")
def record_refusals(deed: Deed, *, tasks: Sequence[Task], note: str = "", witness: str = "") -> Sequence[Task]:
    """Record that firms refused to be sampled: what happened and who witnessed it."""
    for task in tasks:
        TASK_FLOW.move(task, "record_refusal")
        task.note, task.witness = note or task.note, witness or task.witness
        if not task.note or not task.witness:
            raise Refused(
                _("Recording a refusal for %(task)s was asked for.") % {"task": task},
                _("What happened and who witnessed it must stand in the form."),
                _("Fill in note and witness."),
                TASK_FLOW.written,
                code="witness-missing",
            )
        _visited(deed, task)
    return deed.save_many(tasks, "state", "note", "witness", "visited_on")


@verb("inspection.tasks.reopened", right="inspection.plan")
def visit_again(deed: Deed, *, tasks: Sequence[Task]) -> Sequence[Task]:
    """Take back visits without a sample, with the reason: the tasks wait for their samplers again."""
    terms.demand_reason(deed.reason, _("Taking a visit back"))
    for task in tasks:
        TASK_FLOW.move(task, "visit_again")
        task.not_sampled_reason = task.note = task.witness = ""
        task.proof, task.visited_on = {}, None
    return deed.save_many(tasks, "state", "not_sampled_reason", "proof", "note", "witness", "visited_on")


@verb("inspection.task.handed_to_enforcement", right="inspection.decide")
def open_refusal_case(deed: Deed, *, task: Task, case: str) -> Task:
    """Hand a refusal to enforcement under the number of its case."""
    TASK_FLOW.move(task, "open_refusal_case")
    _demand_case_number(task, case)
    task.case = case
    terms.stop_clock(task)
    return deed.save(task, "state", "case", *terms.CLOCK)


@verb("inspection.tasks.cancelled", right="inspection.plan")
def cancel_tasks(deed: Deed, *, tasks: Sequence[Task]) -> Sequence[Task]:
    """Cancel tasks that were not notified yet, with a reason."""
    terms.demand_reason(deed.reason, _("Cancelling tasks"))
    for task in tasks:
        TASK_FLOW.move(task, "cancel_task")
        terms.stop_clock(task)
    return deed.save_many(tasks, "state", *terms.CLOCK)


def _from_line(task: Task, line: PlanLine) -> None:
    plan = line.plan
    if task.line_id != line.pk:
        task.line = line
    task.scheme, task.level = task.scheme or plan.scheme, task.level or plan.level
    task.authority, task.organiser_id = task.authority or plan.authority, task.organiser_id or plan.region_id
    task.product_class_id = task.product_class_id or line.product_class_id
    if plan.state != "published":
        raise Refused(
            _("Planning a task under %(plan)s was asked for.") % {"plan": plan},
            _("The plan is %(state)s.") % {"state": plan.get_state_display()},
            _("Publish the plan first."),
            _("SAMR order 18, art. 11-12"),
            code="plan-not-published",
        )


def _demand_published(tasks: Sequence[Task]) -> None:
    wanted = {task.line_id for task in tasks if task.line_id}
    unheard = Q(plan__published_on=None) | Q(rules_published_on=None)
    lines = PlanLine.objects.filter(unheard)
    if not lines.filter(pk__in=wanted).exists():
        return
    found = lines.select_related("plan", "product_class").in_bulk(wanted)
    for task in tasks:
        if line := found.get(task.line_id or ""):
            raise Refused(
                _("Issuing the notice of %(task)s was asked for.") % {"task": task},
                _("The plan or the sampling rules of “%(line)s” are not public yet.") % {"line": line},
                _("Publish plan and rules before sampling."),
                _("SAMR order 18, art. 12"),
                code="rules-not-published",
            )


def _own_task(sample: Sample) -> Task:
    if sample.task is None:
        raise Refused(
            _("Entering a sample was asked for."),
            _("It belongs to no task."),
            _("Plan a task first; a sample that another office took is entered from its file."),
            code="task-missing",
        )
    return sample.task


def _fill_from_task(deed: Deed, sample: Sample, task: Task) -> None:
    TASK_FLOW.move(task, "take_sample")
    for name in FROM_TASK:
        if getattr(sample, name) in (None, "", "unknown"):
            setattr(sample, name, getattr(task, name))
    sample.key = sample.key or f"s-{task.pk}"
    sample.sampled_on = sample.sampled_on or deed.on
    sample.state = "sampled"


def _seal_sample(deed: Deed, sample: Sample, task: Task) -> None:
    terms.demand_order(
        what=gettext_lazy("The sampling"), of=sample,
        day=sample.sampled_on, earliest=task.notified_on, latest=deed.on,
    )  # fmt: skip
    if not sample.seal or sample.seal == sample.spare_seal:
        raise Refused(
            _("Entering the sample %(sample)s was asked for.") % {"sample": sample},
            _("Test sample and spare are sealed separately, each with a seal of its own."),
            _("Enter the number of each seal."),
            _("SAMR order 18, art. 23"),
            code="seal-missing",
        )
    task.visited_on = sample.sampled_on
    task.laboratory_id = sample.laboratory_id or task.laboratory_id
    terms.run_clock(sample, "ship", start=sample.sampled_on)


def _demand_no_repeat(samples: Sequence[Sample]) -> None:
    for sample, other in repeats_of(samples=[one for one in samples if not _is_exempt(one.task)]):
        window = terms.due(scheme=sample.scheme, step="repeat", start=other)
        instead = _("It may be checked again after %(until)s; follow-ups of failures and emergencies are exempt.")
        if other > sample.sampled_on:
            instead = _("That later check is on record already; follow-ups of failures and emergencies are exempt.")
        raise Refused(
            _("Sampling %(sample)s on %(day)s was asked for.") % {"sample": sample, "day": sample.sampled_on},
            _("%(authority)s checked the same product (maker, standard, brand, model) on %(earlier)s.")
            % {"authority": sample.authority, "earlier": other},
            instead % {"until": window.on if window else other},
            terms.written(scheme=sample.scheme, step="repeat", on=sample.sampled_on),
            code="repeat-window",
        )


def _is_exempt(task: Task | None) -> bool:
    return task is not None and (task.is_emergency or task.drawn == "follow_up" or task.follows_id is not None)


def _visited(deed: Deed, task: Task) -> None:
    task.visited_on = task.visited_on or deed.on
    terms.demand_order(
        what=gettext_lazy("The visit"), of=task,
        day=task.visited_on, earliest=task.notified_on, latest=deed.on,
    )  # fmt: skip


def _demand_case_number(record: Any, case: str) -> None:
    if not case.strip():
        raise Refused(
            _("Handing %(record)s to enforcement was asked for.") % {"record": record},
            _("The number of the case is missing."),
            _("Open the case first and enter its number."),
            code="case-missing",
        )
