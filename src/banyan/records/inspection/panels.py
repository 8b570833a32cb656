"""What spot checks show on other pages: a firm's samples, papers, work to do; and what a draw leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.kit import rights
from banyan.kit.office import Button, Page, Panel, Todo, TodoItem, link, papers_panel
from banyan.kit.scope import scoped
from banyan.records.inspection import actions, forms, queries
from banyan.records.inspection.models import Conclusion, Correction, Objection, Result, Sample, Task
from banyan.records.inspection.models.sequel import key_of_order
from banyan.records.inspection.queries import papers, progress, work

SHOWN = 8
OF_CORRECTION = ("correction_ordered", "corrected", "recheck_failed", "closure_ordered")
"""States of a sample in which its order to correct is the page where the next step is done."""
FIRMS_MOVE = tuple(state for state, whose in queries.MOVES.items() if whose == "firm")


def samples_of_firm(organisation: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The latest samples that a firm made or sold, and how many passed, within what the person may see."""
    seen = queries.samples_of(organisation) & scoped(Sample, person)
    counts = seen.order_by().aggregate(
        n=Count("pk"), passed=Count("pk", filter=Q(conclusion=Conclusion.PASSED)),
        failed=Count("pk", filter=Q(conclusion=Conclusion.FAILED)),
    )  # fmt: skip
    if not counts["n"]:
        return None
    rows = [{"sample": one, "url": link(one)} for one in seen[:SHOWN]]
    return counts | {"rows": rows, "more": counts["n"] > SHOWN}


def pictures_of_record(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The pictures and papers of a task or sample as files."""
    rows = [
        {"evidence": one, "url": reverse("office:inspection_evidence_file", args=[one.pk])}
        for one in record.evidence.filter(withdrawn_on=None).order_by("key")
    ]
    return {"rows": rows} if rows else None


def late(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What is late within the person's office, oldest term first, with whose move it is and to whom it went up.

    Who only samples, tests or answers for a firm sees the own moves.
    """
    samples, tasks = queries.late_work(person, on=on)
    if whose := _only_moves_as(person):
        own = [state for state, mover in queries.MOVES.items() if mover == whose]
        samples, tasks = samples.filter(state__in=own), tasks.filter(state__in=own)
    found = sorted([*samples[:limit], *tasks[:limit]], key=lambda one: one.due_on)[:limit]
    return _items(found, person=person, on=on, says_whose=not whose)


def _only_moves_as(person: Any) -> str:
    """laboratory, firm or sampler, where the person has no other part in spot checks; else empty."""
    reached = {one.dimension for one in rights.reaches(person, "inspection.view")}
    if reached in ({"laboratory"}, {"organisation"}):
        return "laboratory" if "laboratory" in reached else "firm"
    if rights.has(person, "inspection.sample") and not rights.has(person, "inspection.decide"):
        return "sampler"
    return ""


def mine(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Tasks that the person is to sample or answer for."""
    rows = queries.open_tasks_of(person) & scoped(Task, person)
    rows = rows.filter(state__in=work.TO_SAMPLE).select_related("organisation", "product_class")
    return _items(rows.order_by("due_on", "planned_on", "key")[:limit], person=person, on=on)


def waiting(*states: str, but: Q | None = None) -> Any:
    """Samples in a state that waits for somebody of the person's office."""

    def items(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
        rows = scoped(Sample, person).filter(state__in=states, withdrawn_on=None)
        amended = Result.objects.filter(sample=OuterRef("pk"), replaces__isnull=False, awaits_since=None)
        ours = rows.filter(organiser__isnull=False).annotate(is_amended=Exists(amended))
        if but is not None:
            ours = ours.exclude(but)
        ours = ours.order_by("due_on", "sampled_on", "key")
        return _items(ours[:limit], person=person, on=on)

    return items


def refusals(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Firms that refused to be sampled and were not handed to enforcement yet."""
    rows = scoped(Task, person).filter(state="refused", withdrawn_on=None)
    rows = rows.select_related("organisation", "product_class").order_by("visited_on", "key")
    return _items(rows[:limit], person=person, on=on)


def objections(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Objections that wait for a decision or a laboratory."""
    rows = scoped(Objection, person).filter(state__in=work.OPEN_OBJECTIONS, withdrawn_on=None)
    return _items(rows.select_related("sample").order_by("filed_on", "key")[:limit], person=person, on=on)


def of_own_firm(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What a firm may or must answer: a served result, a re-test granted, an order to correct."""
    own = [one.path for one in rights.reaches(person, "inspection.object") if one.dimension == "organisation"]
    return waiting(*FIRMS_MOVE, but=waits_for_another(own))(person=person, on=on, limit=limit) if own else []


def waits_for_another(firms: Sequence[str]) -> Q:
    """Samples that wait for the other party: these firms have objected, or the re-test is not theirs."""
    objections = Objection.objects.filter(sample=OuterRef("pk"), party__in=firms, withdrawn_on=None)
    have_objected = Exists(objections.filter(filed_on__gte=OuterRef("served_on")))
    have_a_retest = Exists(objections.filter(state="retest_granted"))
    return Q(have_objected, state="result_served") | Q(~have_a_retest, state="retest_granted")


def amended_reports(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Reports that a laboratory amended after their result had been told: accepted or declined by the authority."""
    rows = (
        scoped(Result, person)
        .filter(awaits_since__isnull=False, withdrawn_on=None, sample__withdrawn_on=None)
        .select_related("sample")
    )
    return [
        TodoItem(text=str(one.sample), url=link(one), note=gettext("report %(report)s of %(day)s") % {
            "report": one.report_number, "day": one.reported_on})
        for one in rows.order_by("awaits_since", "key")[:limit]
    ]  # fmt: skip


def retests(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Spares that wait for a second test at the person's laboratory."""
    rows = scoped(Objection, person, right="inspection.test").filter(state="retest_running", withdrawn_on=None)
    return _items(rows.select_related("sample").order_by("filed_on", "key")[:limit], person=person, on=on)


def _items(records: Iterable[Any], *, person: Any, on: date, says_whose: bool = False) -> list[TodoItem]:
    """Records as work that waits, each with the page where its next step is done."""
    return [_item(one, on, url=_page_of(one, person), says_whose=says_whose) for one in records]


def _page_of(record: Any, person: Any) -> str:
    """The order of a sample that is to be corrected, where the person may see it; else the record itself."""
    if not isinstance(record, Sample) or record.state not in OF_CORRECTION:
        return link(record)
    firms = {one.path for one in rights.reaches(person, "inspection.view") if one.dimension == "organisation"}
    if firms and (record.maker_id or record.seller_id) not in firms:
        return link(record)
    return link(Correction(key=key_of_order(record)))


def _item(record: Any, on: date, *, url: str, says_whose: bool) -> TodoItem:
    due = record.sample.due_on if isinstance(record, Objection) else record.due_on
    said = [str(record.get_state_display())]
    if getattr(record, "is_amended", False):
        said.append(gettext("by an amended report"))
    if says_whose and (mover := queries.mover(record)):
        said.append(gettext("to move: %(mover)s") % {"mover": mover})
    if says_whose and record.escalated_on:
        went = gettext("went up to %(name)s on %(day)s") if record.assignee else gettext("went up on %(day)s")
        said.append(went % {"name": record.assignee, "day": record.escalated_on})
    return TodoItem(text=str(record), url=url, due_on=due, is_overdue=bool(due and due < on), note=" · ".join(said))


def listed(model: Any, **filters: Any) -> str:
    """The address of a list of the office, filtered."""
    meta = model._meta
    address = reverse(f"office:{meta.app_label}_{meta.model_name}_changelist")
    return f"{address}?{urlencode(filters, doseq=True)}"


def in_states(*states: str, title: Any, right: str, order: int) -> Todo:
    """Samples in these states as work that waits."""
    return Todo(title, waiting(*states), right, lambda on: listed(Sample, state__exact=states), order)


def tasks_of_draw(draw: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The tasks that were planned of a draw, in its order, with what became of them."""
    tasks = scoped(Task, person).filter(draw=draw, withdrawn_on=None).select_related("organisation", "county")
    rows = [{"task": one, "url": link(one)} for one in tasks.order_by("planned_on", "key")]
    return {"rows": rows} if rows else None


def how_far_a_plan_is(plan: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """What of a plan is done and spent."""
    rows = progress.progress_of_plan(plan, person=person)
    if not rows:
        return None
    for row in rows:
        row["url"] = link(row["line"]) if row["line"] else ""
    return {"rows": rows, "per_sample": progress.spent_per_sample(rows[-1]) or "—"}


PANELS = (
    Panel("plans.plan", _("How far it is"), "inspection/progress.html", how_far_a_plan_is, right="inspection.view",
          order=5),
    Panel("plans.draw", _("Tasks"), "inspection/tasks_of_draw.html", tasks_of_draw, right="inspection.view", order=5),
    Panel("registry.organisation", _("Spot checks"), "inspection/samples_of_firm.html", samples_of_firm,
          right="inspection.view", order=20),
    *(
        Panel(noun, _("Papers"), "office/papers.html", papers_panel(papers), right="inspection.view", order=10)
        for noun in ("inspection.task", "inspection.sample", "inspection.correction")
    ),
    *(
        Panel(noun, _("Pictures and papers kept"), "inspection/pictures.html", pictures_of_record,
              right="inspection.view", order=30)
        for noun in ("inspection.task", "inspection.sample")
    ),
)  # fmt: skip

BUTTONS = (
    Button(
        actions.plan_drawn_tasks, _("Plan the tasks"), forms.PlanDrawnTasks, noun="plans.draw", icon="assignment",
        when=lambda draw: draw.state == "drawn" and not Task.objects.filter(draw=draw).exists(),
    ),
)  # fmt: skip

PAGES = (
    Page(_("Limits judged again"), "inspection:rejudged", right="inspection.view", icon="rule", group=_("Work"),
         order=50),
    Page(_("Laboratory desk"), "inspection:desk", right="inspection.test", icon="science", group=_("Work"), order=40),
)  # fmt: skip

TODO = (
    Todo(_("Late"), late, "inspection.view", lambda on: listed(Sample, due_on_to=on - timedelta(days=1)), order=10),
    Todo(_("To sample"), mine, "inspection.sample", lambda on: listed(Task, state__exact=work.TO_SAMPLE), order=20),
    in_states("sampled", "received", title=_("To receive and test"), right="inspection.test", order=30),
    Todo(_("Re-tests to report"), retests, "inspection.test",
         lambda on: listed(Objection, state__exact="retest_running"), order=35),
    Todo(_("To answer"), of_own_firm, "inspection.object",
         lambda on: listed(Sample, state__exact=FIRMS_MOVE), order=15),
    in_states("failed", "passed", "not_judged", title=_("To serve or notify"), right="inspection.decide", order=40),
    Todo(_("Refusals to hand over"), refusals, "inspection.decide", lambda on: listed(Task, state__exact="refused"),
         order=45),
    Todo(_("Amended reports"), amended_reports, "inspection.decide", order=42),
    Todo(_("Objections"), objections, "inspection.decide",
         lambda on: listed(Objection, state__exact=work.OPEN_OBJECTIONS), order=50),
    in_states("result_final", "corrected", "recheck_failed", title=_("To order or re-check"),
              right="inspection.correct", order=60),
)  # fmt: skip
