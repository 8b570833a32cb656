"""What credit shows on other pages: on a firm's its grade and why, in the side bar how grades fall on firms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import kinds
from banyan.base.registry.queries import Organisation
from banyan.judgement.access import actions as access
from banyan.judgement.credit import queries
from banyan.judgement.credit.models import Objection
from banyan.kit import office
from banyan.kit.office import Page, Panel, Todo, TodoItem, link
from banyan.kit.refusals import Refused
from banyan.kit.scope import scoped

RIGHT, REVIEW = "credit.view", "credit.review"
SHOWN = 3
NOT_GRADED = ("laboratory", "authority")
"""Kinds of organisations that make and sell nothing."""


def of_firm(firm: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The grade of a firm today and the findings that weigh most."""
    if firm.kind in NOT_GRADED:
        return None
    try:
        told = queries.explained(firm=firm.pk, on=on)
    except Refused:
        return None
    access.note_on_duty(person=person, firm=firm.pk, what="summary")
    return {"firm": firm, "told": told, "lines": told.lines[:SHOWN], "more": len(told.lines) - SHOWN}


def with_records(lines: Sequence[queries.Line], *, firm: str, person: Any) -> list[dict[str, Any]]:
    """The lines of a firm's explanation, each with what happened in words, the record that tells it as far as the
    person may see it, and the firm's own objection to it."""
    records = queries.records_of(lines)
    merged = {line.found_at for line in lines if line.found_at}
    firms = Organisation.objects.in_bulk(merged) if merged else {}
    own = scoped(Objection, person).filter(organisation=firm)
    kept = own.filter(record_key__in={key for _noun, key in records.values()})
    objections = {(one.rule, one.record_key): one for one in kept.order_by("objected_on", "key")}
    told = [
        {
            "line": line,
            "found_at": firms.get(line.found_at),
            "objection": objections.get((line.rule, key)),
            "what": kinds()[line.kind].title,
            "noun": noun,
            "key": key,
        }
        for line in lines
        for noun, key in [records.get(line.source, ("", line.record))]
    ]
    return office.with_records(told, person=person)


def to_answer(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Objections that wait for an answer, the shortest term first."""
    rows = scoped(Objection, person, right="credit.answer").filter(state="open", withdrawn_on=None)
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on))
        for one in rows.select_related("organisation").order_by("due_on", "key")[:limit]
    ]


PAGES = (
    Page(_("Grades and fairness"), "credit:fairness", right=REVIEW, icon="balance", group=_("Quality credit"),
         order=47),
)  # fmt: skip
PANELS = (Panel("registry.organisation", _("Quality credit"), "credit/of_firm.html", of_firm, right=RIGHT, order=5),)
TODO = (Todo(_("Objections to credit"), to_answer, "credit.answer", order=21),)
