"""Work: whose move it is, what is late, what repeats a check, and the samples of a firm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import plain_code
from banyan.kit import rights
from banyan.records.inspection.models import SAMPLE_FLOW, STANDING, ItemResult, Objection, Result, Sample, Task
from banyan.records.inspection.queries import terms
from banyan.records.plans.queries import Level, Scheme
from banyan.science import limits

RANKS: dict[str, int] = {Level.COUNTY: 1, Level.CITY: 2, Level.PROVINCE: 3, Level.NATIONAL: 4}
"""How high an authority stands; what is not stated stands nowhere."""

MOVES = {
    "planned": "planner", "notified": "sampler", "refused": "authority",
    "sampled": "laboratory", "received": "laboratory", "passed": "authority", "not_judged": "authority",
    "failed": "authority", "result_notified": "authority", "result_served": "firm",
    "objection_filed": "authority", "retest_granted": "firm", "retest_running": "laboratory",
    "result_final": "authority", "published": "authority", "correction_ordered": "firm", "corrected": "authority",
    "recheck_passed": "authority", "recheck_failed": "authority", "closure_ordered": "authority",
}  # fmt: skip
"""Whose move it is in a state of a task or sample; nobody's where nothing more follows."""

MOVERS = {
    "planner": gettext_lazy("planner"), "sampler": gettext_lazy("sampler"), "laboratory": gettext_lazy("laboratory"),
    "firm": gettext_lazy("firm"), "authority": gettext_lazy("the organising authority"),
}  # fmt: skip

TO_SAMPLE = ("planned", "notified")
OPEN_TASKS = (*TO_SAMPLE, "refused")
OPEN_OBJECTIONS = ("filed", "retest_granted", "retest_running", "spare_rejected")
ENDED_SAMPLES = ("lost", "rejected", "closed", "licence_revoked")
OPEN_SAMPLES = tuple(state for state in SAMPLE_FLOW.states if state not in ENDED_SAMPLES)
"""Named one by one, so that the database looks them up in the index of states and days."""
NOT_CHECKED = ("lost", "rejected")


IDENTITY = ("authority", "maker_id", "maker_name", "standard", "brand", "model", "product_name")


def whose_move(act: Any) -> str:
    """planner, sampler, laboratory, authority or firm; empty where nothing more follows.

    A planned task waits for the planner until its samplers are named, and then for them, who give notice.
    """
    if isinstance(act, Task) and (act.state not in OPEN_TASKS or (act.state == "planned" and act.samplers)):
        return "sampler" if act.state == "planned" else ""
    return MOVES.get(act.state, "")


def mover(act: Any) -> str:
    """Whose move it is, in words; empty where nothing more follows."""
    return str(MOVERS.get(whose_move(act), ""))


def repeats_of(*, samples: Sequence[Sample]) -> Iterator[tuple[Sample, date]]:
    """Samples that repeat a check inside the window, each with the day of the other one, which may be the later one.

    A repeat has the same authority and the same product: maker, executed standard, brand and model, however they
    are spelt. Where all of the last three are unknown, the product's name must be the same too; where the maker is
    not registered, its name.
    """
    within = [one for one in samples if one.scheme == Scheme.PRODUCT_SUPERVISION and (one.maker_id or one.maker_name)]
    if not within:
        return
    known: dict[tuple[Any, ...], list[date]] = defaultdict(list)
    own = {one.pk for one in within}
    for key, day, *identity in _checks_near(within):
        if key not in own:
            known[_identity(identity)].append(day)
    for sample in sorted(within, key=lambda one: one.sampled_on):
        others = known[_identity([getattr(sample, name) for name in IDENTITY])]
        for day in sorted(others):
            first, second = sorted((day, sample.sampled_on))
            window = terms.due(scheme=sample.scheme, step="repeat", start=first)
            if window and second <= window.on:
                yield sample, day
                break
        else:
            others.append(sample.sampled_on)


def _checks_near(samples: Sequence[Sample]) -> Iterator[tuple[Any, ...]]:
    """Key, day and identity of the checks of the same makers, or of unregistered ones, about the days of samples."""
    days = [one.sampled_on for one in samples]
    year = timedelta(days=370)
    near = Sample.objects.filter(
        scheme=Scheme.PRODUCT_SUPERVISION, withdrawn_on=None, sampled_on__range=(min(days) - year, max(days) + year)
    ).exclude(state__in=NOT_CHECKED)  # fmt: skip
    makers = sorted({one.maker_id for one in samples if one.maker_id})
    for start in range(0, len(makers), 2000):
        part = makers[start : start + 2000]
        yield from near.filter(maker__in=part).values_list("key", "sampled_on", *IDENTITY)
    if unregistered := {one.authority for one in samples if not one.maker_id}:
        rows = near.filter(maker=None, authority__in=unregistered).exclude(maker_name="")
        yield from rows.values_list("key", "sampled_on", *IDENTITY).iterator()


def was_checked(*, task: Task, on: date) -> bool:
    """Whether the task's authority sampled the same class of product at the firm within the window."""
    last = (
        Sample.objects.filter(
            Q(maker=task.organisation_id) | Q(seller=task.organisation_id), authority=task.authority,
            product_class=task.product_class_id, sampled_on__lte=on, withdrawn_on=None,
        ).exclude(state__in=NOT_CHECKED).order_by("-sampled_on").first()
    )  # fmt: skip
    if last is None:
        return False
    window = terms.due(scheme=task.scheme, step="repeat", start=last.sampled_on)
    return window is not None and on <= window.on


def samples_by_number(numbers: Sequence[str]) -> dict[str, Sample]:
    """The samples of these numbers that stand or were withdrawn, by number."""
    found: dict[str, Sample] = {}
    for start in range(0, len(numbers), 2000):
        for sample in Sample.objects.filter(number__in=numbers[start : start + 2000]):
            found[sample.number] = sample
    return found


def samples_seen(keys: Sequence[str], *, person: Any) -> dict[str, Sample]:
    """Those of the samples that a person may see, by key."""
    return {one.pk: one for one in Sample.objects.filter(pk__in=list(keys)).within(person)}


def reports_of(keys: Sequence[str], *, person: Any) -> dict[str, list[Result]]:
    """The laboratories' reports on these samples that a person may see, by sample, the latest last."""
    found: dict[str, list[Result]] = {}
    rows = Result.objects.filter(STANDING, sample__in=list(keys)).within(person)
    for result in rows.order_by("reported_on", "key"):
        found.setdefault(result.sample_id, []).append(result)
    return found


def samples_of(organisation: Any) -> QuerySet[Sample]:
    """The samples that an organisation made or sold, the latest first."""
    return Sample.objects.filter(
        Q(maker=organisation) | Q(seller=organisation), withdrawn_on=None
    ).order_by("-sampled_on", "key")  # fmt: skip


def open_samples_of(person: Any) -> Any:
    """The open samples that wait for a person."""
    return Sample.objects.filter(assignee=person, withdrawn_on=None).exclude(state__in=ENDED_SAMPLES)


def open_tasks_of(person: Any) -> Any:
    """The open tasks that wait for a person, or that the person is to sample."""
    mine = Q(assignee=person) | rights.naming("samplers", person.username)
    return Task.objects.filter(mine, state__in=OPEN_TASKS, withdrawn_on=None)


def samples_past_objection(*, on: date) -> QuerySet[Sample]:
    """Served failures whose term to object is over."""
    return Sample.objects.filter(state="result_served", due_on__lt=on, withdrawn_on=None).order_by("key")


def retests_past_formalities(*, on: date) -> QuerySet[Objection]:
    """Granted re-tests whose formalities were not done in time."""
    rule = terms.rule_of(scheme=Scheme.PRODUCT_SUPERVISION, step="formalities")
    return (
        Objection.objects.filter(
            state="retest_granted", formalities_on=None, withdrawn_on=None,
            sample__due_on__lt=on, sample__due_rule=rule,
        ).select_related("sample").order_by("key")
    )  # fmt: skip


def late_samples(*, on: date) -> QuerySet[Sample]:
    """Samples whose step is late and has not gone up a level yet."""
    return (
        Sample.objects.filter(due_on__lt=on, escalated_on=None, withdrawn_on=None)
        .exclude(state__in=(*ENDED_SAMPLES, "result_served"))
        .order_by("key")
    )


def late_tasks(*, on: date) -> QuerySet[Task]:
    """Tasks whose step is late and has not gone up a level yet."""
    return Task.objects.filter(
        due_on__lt=on, escalated_on=None, state__in=OPEN_TASKS, withdrawn_on=None
    ).order_by("key")  # fmt: skip


def late_work(person: Any, *, on: date) -> tuple[QuerySet[Sample], QuerySet[Task]]:
    """All that is late within what a person may see, whether it went up already or not, oldest term first."""
    samples = Sample.objects.filter(state__in=OPEN_SAMPLES, due_on__lt=on, withdrawn_on=None)
    tasks = Task.objects.filter(due_on__lt=on, state__in=OPEN_TASKS, withdrawn_on=None)
    return (
        samples.within(person, on=on).select_related("assignee").order_by("due_on", "key"),
        tasks.within(person, on=on)
        .select_related("organisation", "product_class", "assignee")
        .order_by("due_on", "key"),
    )


def rejudged_items(person: Any, *, outcome: str = ItemResult.Rejudged.DIFFERS) -> QuerySet[ItemResult]:
    """Items whose own limit gives this outcome beside the laboratory's verdict, within what a person may see."""
    return _counting_items(person).filter(rejudged=outcome).select_related("result__sample").order_by("pk")


def rejudged_counts(person: Any) -> dict[str, int]:
    """How many items agree with their own limits, differ, or cannot be judged again."""
    found = dict(_counting_items(person).values_list("rejudged").annotate(n=Count("pk")).order_by())
    return {outcome.value: found.get(outcome.value, 0) for outcome in ItemResult.Rejudged}


def rejudged_reasons(person: Any) -> list[tuple[str, int]]:
    """Why items cannot be judged again, in words, the most frequent first."""
    cannot = _counting_items(person).filter(rejudged=ItemResult.Rejudged.CANNOT)
    counts = cannot.values_list("rejudged_reason").annotate(n=Count("pk")).order_by("-n", "rejudged_reason")
    return [(_(limits.REASONS.get(code, code)), count) for code, count in counts]


def doubts(item: ItemResult) -> list[str]:
    """What looks wrong about an item as it was written, in words: its conclusion beside its limit, its unit."""
    written = {"item": item.item, "value": item.value, "limit": item.limit, "unit": item.unit}
    found = []
    if item.rejudged == ItemResult.Rejudged.DIFFERS:
        said = _("%(item)s: %(value)s by the limit %(limit)s is not “%(conclusion)s”.")
        found.append(said % {**written, "conclusion": item.get_conclusion_display()})
    elif item.rejudged_reason == "units_differ":
        found.append(f"{item.item}: {_(limits.REASONS['units_differ'])}")
    if item.unit.strip("-—–/ ") and not limits.is_unit(item.unit):
        found.append(_("%(item)s: “%(unit)s” is not among the units that are known here.") % written)
    return found


def _counting_items(person: Any) -> QuerySet[ItemResult]:
    seen = Sample.objects.filter(withdrawn_on=None).within(person)
    return ItemResult.objects.filter(result__in=Result.objects.filter(STANDING, sample__in=seen))


def _identity(found: Sequence[Any]) -> tuple[Any, ...]:
    """What makes a product the same; its name only where standard, brand and model are all unknown."""
    authority, maker, maker_name, *same, name = found
    same = [plain_code(one) for one in same]
    return (authority, maker or plain_code(maker_name), *same, "" if any(same) else plain_code(name))
