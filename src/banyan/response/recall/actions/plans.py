"""Verbs of the plan and of what the maker reports while it carries it out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.models import PLAN_CONTENTS, RECALL_FLOW, Progress, Recall
from banyan.response.recall.queries import reconciling, terms


@verb("recall.plan.filed", right="recall.answer")
def file_plan(
    deed: Deed, *, recall: Recall, measures: str, contact: str, schedule: str, defect: str = "", lots: str = "",
    complete_by: date | None = None,
) -> Recall:  # fmt: skip
    """File the maker's plan. Refused, naming each, while contents that the rules ask for are missing.

    The term to publish the recall begins; `complete_by` is the day by which the plan has the measures done.
    """
    RECALL_FLOW.move(recall, "file_plan")
    asked = _("The plan of %(recall)s was to be filed.") % {"recall": recall}
    if complete_by and complete_by < deed.on:
        raise Refused(
            asked,
            _("%(day)s has passed.") % {"day": complete_by},
            _("Give a day to come by which the measures are completed."),
            _("SAMR order 19, art. 18"),
            code="past-day",
        )
    if complete_by:
        terms.demand_near(asked=asked, day=complete_by, on=deed.on)
    recall.complete_by = complete_by or recall.complete_by
    recall.measures, recall.contact, recall.schedule = measures.strip(), contact.strip(), schedule.strip()
    recall.defect, recall.lots = defect.strip() or recall.defect, lots.strip() or recall.lots
    if missing := missing_in_plan(recall):
        raise Refused(
            _("The plan of %(recall)s was to be filed.") % {"recall": recall},
            _("It does not say: %(missing)s.") % {"missing": ", ".join(missing)},
            _("Complete it and file it again."),
            _("SAMR order 19, art. 18"),
            code="plan-incomplete",
        )
    recall.plan_filed_on = deed.on
    terms.run_clock(recall, "publish", start=deed.on)
    recall.publish_by = recall.publish_by if recall.published_on else recall.due_on
    return deed.save(
        recall, "state", "measures", "contact", "schedule", "defect", "lots", "plan_filed_on", "publish_by",
        "complete_by", *terms.CLOCK,
    )  # fmt: skip


def missing_in_plan(recall: Recall) -> list[str]:
    """Which contents a plan lacks, in words."""
    words = {
        "product": _("the product with its lots"), "defect": _("the defect"), "measures": _("the measures"),
        "contact": _("whom to ask"), "schedule": _("the schedule"),
    }  # fmt: skip
    held = {name: getattr(recall, name) for name in PLAN_CONTENTS if name != "product"}
    held["product"] = recall.product_name if recall.lots.strip() else ""
    return [str(words[name]) for name in PLAN_CONTENTS if not str(held[name]).strip()]


@verb("recall.plan.returned", right="recall.decide")
def return_plan(deed: Deed, *, recall: Recall) -> Recall:
    """Return a plan to the maker with the reason; the term for it is the one that ran before."""
    terms.demand_reason(deed.reason, _("Returning a plan"))
    RECALL_FLOW.move(recall, "return_plan")
    terms.run_clock(recall, "plan", start=deed.on)
    recall.due_on = recall.plan_by
    return deed.save(recall, "state", *terms.CLOCK)


@verb("recall.progress.reported", right="recall.answer")
def report_progress(deed: Deed, *, recall: Recall, text: str, reached: int | None = None) -> Progress:
    """Record a stage summary with the units of the day; the next one is due after the interval of the rules."""
    RECALL_FLOW.demand(recall, "report_progress")
    demand_words(recall, text, _("what was done"))
    totals = reconciling.totals(recall)
    progress = Progress(
        key=fresh("rp"), recall=recall, reported_on=deed.on, was_due_on=recall.due_on, text=text, reached=reached,
        units={name: str(value) for name, value in totals.counts.items()},
    )  # fmt: skip
    deed.add(progress)
    recall.settled = totals.settled
    if terms.rule_of(recall, "stage_summary", on=deed.on):  # food has none: its term for the whole recall runs on
        terms.run_clock(recall, "stage_summary", start=deed.on)
    deed.save(recall, "settled", *terms.CLOCK)
    return progress


@verb("recall.measures.completed", right="recall.answer")
def complete_measures(deed: Deed, *, recall: Recall) -> Recall:
    """Record that the maker has done what the plan says: the term for the final summary begins."""
    RECALL_FLOW.move(recall, "complete_measures")
    recall.completed_on = deed.on
    recall.settled = reconciling.totals(recall).settled
    terms.run_clock(recall, "final_summary", start=deed.on)
    return deed.save(recall, "state", "completed_on", "settled", *terms.CLOCK)


def demand_words(recall: Recall, words: str, what: Any) -> None:
    """Refuse a step of a recall that does not say what it is to say."""
    if not words.strip():
        raise Refused(
            _("A step of %(recall)s was asked for.") % {"recall": recall},
            _("It does not say %(what)s.") % {"what": what},
            _("Write it down, in sentences that a reader in ten years understands."),
            str(RECALL_FLOW.written),
            code="words-missing",
        )
