"""What recalls show on other pages: of a firm, a product, a sample; the units of a recall; work to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.insight.risk import queries as risk
from banyan.kit import amounts, rights
from banyan.kit.office import BY_FORM, Button, Page, Panel, Todo, TodoItem, link, papers_panel
from banyan.kit.scope import scoped
from banyan.response.casework.actions import enter_clues
from banyan.response.casework.queries import Clue
from banyan.response.recall import actions, forms, queries
from banyan.response.recall.models import TALLIES, Holding, Lead, Recall
from banyan.response.recall.queries import papers, work
from banyan.response.recall.queries.matching import matches

SHOWN = 8


def recalls_of_firm(organisation: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The latest recalls of a firm's goods, and those whose goods it held, within what the person may see."""
    held = scoped(Holding, person).filter(party=organisation, withdrawn_on=None).values("recall")
    found = scoped(Recall, person).filter(Q(maker=organisation) | Q(pk__in=held), withdrawn_on=None)
    return _rows(found)


def recalls_of_product(product: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The recalls of a product, by its record or its bar code."""
    same = Q(product=product) | (Q(gtin=product.gtin) if product.gtin else Q())
    return _rows(scoped(Recall, person).filter(same, withdrawn_on=None))


def lead_of_sample(sample: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The lead that was made of a failed sample, and what it came to."""
    found = scoped(Lead, person).filter(sample=sample, withdrawn_on=None).select_related("inquiry").first()
    if found is None:
        return None
    return {"rows": [{"recall": one, "url": link(one)} for one in (found, found.inquiry) if one], "more": False}


def matches_of_lead(lead: Lead, *, person: Any, on: date) -> dict[str, Any] | None:
    """The products and firms of the registry that a lead without either may be about, each with the reason."""
    if lead.state != "received" or lead.product_id or lead.maker_id or lead.withdrawn_on:
        return None
    rows = [
        {"record": one.record, "url": link(one.record), "maker": getattr(one.record, "maker", ""),
         "reason": one.reason}
        for one in matches(lead, person=person)
    ]  # fmt: skip
    return {"rows": rows} if rows else None


def units_of_recall(recall: Recall, *, person: Any, on: date) -> dict[str, Any] | None:
    """What is stated and traced at each holder, what does not agree, and how far the recall has come."""
    rows = list(scoped(Holding, person).filter(recall=recall, withdrawn_on=None).select_related("party", "county"))
    if not rows:
        return None
    totals = queries.totals(recall, rows)
    for row in (table := queries.table(rows)):
        row["url"] = link(row["holding"])
    return {
        "heads": list(TALLIES.values()), "rows": table, "differences": queries.differences(recall, rows),
        "recalled": amounts.said(totals.recalled), "settled": amounts.said(totals.settled),
        "completion": totals.completion, "reached": totals.reached,
        "told": sum(1 for row in rows if row.told_on), "count": len(rows),
    }  # fmt: skip


def _rows(found: Any) -> dict[str, Any] | None:
    rows = list(found.order_by("-begun_on", "key")[: SHOWN + 1])
    if not rows:
        return None
    return {"rows": [{"recall": one, "url": link(one)} for one in rows[:SHOWN]], "more": len(rows) > SHOWN}


# ---------------------------------------------------------------- work to do


def late(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What is late in recalls within the person's office, oldest term first; a firm sees its own moves."""
    whose = "firm" if _is_firm(person) else ""
    found: list[Any] = []
    for model in work.OPEN:
        rows = work.open_of(model).within(person, on=on).filter(due_on__lt=on).select_related("assignee")
        if whose:
            rows = rows.filter(state__in=work.states_of(model, whose))
        found += rows.order_by("due_on", "key")[:limit]
    found.sort(key=lambda one: one.due_on)
    return _items(found[:limit], on=on)


def to_decide(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Leads, inquiries and recalls in which the authority moves next."""
    return _moves("authority", person=person, on=on, limit=limit)


def to_answer(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What a firm is to answer: an order to investigate, a notice, a plan, a report; and units to state."""
    if not _is_firm(person):
        return []
    found = _moves("firm", person=person, on=on, limit=limit)
    own = [one.path for one in rights.reaches(person, "recall.answer") if one.dimension == "organisation"]
    rows = scoped(Holding, person).filter(
        party__in=own, stated_on=None, withdrawn_on=None, recall__state__in=work.OPEN[Recall]
    )  # fmt: skip
    units = [
        TodoItem(text=str(one), url=link(one), note=gettext("units to be stated"))
        for one in rows.select_related("recall").order_by("key")[:limit]
    ]
    return [*found, *units][:limit]


def to_place(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Notices and other leads about goods or firms that the registry seems to know, and that nobody has placed."""
    rows = work.open_of(Lead).within(person, on=on)
    rows = rows.filter(state="received", is_likely=True, product=None, maker=None)
    return [
        TodoItem(text=str(one), url=link(one), note=" · ".join(filter(None, (one.brand, one.maker_name, one.origin))))
        for one in rows.order_by("received_on", "key")[:limit]
    ]


def to_publish(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Recalls whose plan is filed and that the public does not know of yet, the shortest term first."""
    rows = work.open_of(Recall).within(person, on=on).filter(state="planned").select_related("assignee")
    return _items(list(rows.order_by("publish_by", "key")[:limit]), on=on)


def risk_of_inquiry(inquiry: Any, *, person: Any, on: date) -> dict[str, Any]:
    """The assessments of the risk of the goods of an inquiry."""
    return {"assessments": risk.assessments_of(inquiry, person=person)}


def _moves(whose: str, *, person: Any, on: date, limit: int) -> list[TodoItem]:
    found: list[Any] = []
    for model in work.OPEN:
        states = work.states_of(model, whose)
        rows = work.open_of(model).within(person, on=on).filter(state__in=states).select_related("assignee")
        found += rows.order_by("due_on", "key")[:limit]
    found.sort(key=lambda one: (one.due_on is None, one.due_on or on))
    return _items(found[:limit], on=on)


def _is_firm(person: Any) -> bool:
    return any(one.dimension == "organisation" for one in rights.reaches(person, "recall.answer"))


def _items(records: Iterable[Any], *, on: date) -> list[TodoItem]:
    items = []
    for one in records:
        said = [str(one.get_state_display())]
        if one.escalated_on:
            went = gettext("went up to %(name)s on %(day)s") if one.assignee else gettext("went up on %(day)s")
            said.append(went % {"name": one.assignee, "day": one.escalated_on})
        is_late = bool(one.due_on and one.due_on < on)
        items.append(
            TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=is_late, note=" · ".join(said))
        )
    return items


def listed(model: Any, **filters: Any) -> str:
    """The address of a list of recalls, filtered."""
    meta = model._meta
    address = reverse(f"office:{meta.app_label}_{meta.model_name}_changelist")
    return f"{address}?{urlencode(filters, doseq=True)}"


def has_failed(sample: Any) -> bool:
    return sample.conclusion == "failed" and not Lead.objects.filter(sample=sample, withdrawn_on=None).exists()


def leads_to_no_clue(recall: Recall) -> bool:
    """Whether no clue was made of a recall."""
    return not Clue.objects.filter(source_noun=recall.noun, source_key=recall.pk, withdrawn_on=None).exists()


PANELS = (
    Panel("registry.organisation", _("Recalls"), "recall/recalls.html", recalls_of_firm, right="recall.view",
          order=30),
    Panel("registry.product", _("Recalls"), "recall/recalls.html", recalls_of_product, right="recall.view", order=30),
    Panel("inspection.sample", _("Lead to a defect"), "recall/recalls.html", lead_of_sample, right="recall.view",
          order=40),
    Panel("recall.lead", _("Goods and firms that it may be about"), "recall/matches.html", matches_of_lead,
          right="recall.decide", order=5),
    Panel("recall.inquiry", _("Assessments of risk"), "risk/assessments.html", risk_of_inquiry, right="risk.view",
          order=7),
    Panel("recall.recall", _("Units by holder"), "recall/units.html", units_of_recall, right="recall.view", order=5),
    *(
        Panel(noun, _("Letters"), "office/papers.html", papers_panel(papers), right="recall.view", order=10)
        for noun in ("recall.inquiry", "recall.recall", "recall.notice", "recall.holding")
    ),
)  # fmt: skip

BUTTONS = (
    Button(
        enter_clues, _("Make a clue of a breach"), forms.ClueOfRecall, record=BY_FORM, noun="recall.recall",
        icon="lightbulb", when=leads_to_no_clue,
    ),
    Button(
        actions.make_lead_of_sample, _("Make a lead to a defect"), noun="inspection.sample", icon="travel_explore",
        when=has_failed,
    ),
)  # fmt: skip

PAGES = (
    Page(_("Figures of recalls"), "recall:statistics", right="recall.view", icon="monitoring", group=_("Work"),
         order=60),
)  # fmt: skip

TODO = (
    Todo(_("Recalls: late"), late, "recall.view", lambda on: listed(Recall, due_on_to=on - timedelta(days=1)),
         order=12),
    Todo(_("Recalls: to answer"), to_answer, "recall.answer",
         lambda on: listed(Recall, state__exact=work.states_of(Recall, "firm")), order=16),
    Todo(_("Recalls: to decide"), to_decide, "recall.decide",
         lambda on: listed(Recall, state__exact=work.states_of(Recall, "authority")), order=55),
    Todo(_("Recalls: notices to publish"), to_publish, "recall.publish",
         lambda on: listed(Recall, state__exact="planned"), order=13),
    Todo(_("Leads: goods here concerned?"), to_place, "recall.decide",
         lambda on: listed(Lead, state__exact="received", is_likely__exact=1), order=54),
)  # fmt: skip
