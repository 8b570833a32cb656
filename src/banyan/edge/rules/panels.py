"""What a draft's page shows: what is written otherwise, and the previews; and what waits for adoption."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.edge.rules import queries
from banyan.edge.rules.models import Draft
from banyan.insight.alerts import queries as alerts
from banyan.kit.office import Panel, Todo, TodoItem, link


def difference(draft: Draft, *, person: Any, on: date) -> dict[str, Any]:
    """The lines that the draft writes otherwise than the rule in force; none where the packs have it no more."""
    is_there = any(entry.key == draft.rule for entry in queries.may_be_drafted())
    return {"lines": queries.difference_of(draft, on=on) if is_there else [], "draft": draft, "is_there": is_there}


def previews(draft: Draft, *, person: Any, on: date) -> dict[str, Any]:
    """The previews of the draft, and the form that asks for one."""
    days = queries.range_of()
    return {
        "draft": draft, "days": days, "previews": list(draft.previews.defer("result")[:5]),
        "counts": queries.preview_that_counts(draft), "may_ask": draft.state == "drafted",
    }  # fmt: skip


def past(draft: Draft, *, person: Any, on: date) -> dict[str, Any] | None:
    """How good the alerts of the rule were so far: how many people took up, and after how many days."""
    return {"past": alerts.record_of_rule(draft.rule, person)} if draft.kind == "alert_rule" else None


def waiting(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Drafts of others that were previewed as they are and name their document: they wait for a second person."""
    rows = queries.drafts_of(person).filter(state="drafted", document_on__isnull=False)
    rows = rows.exclude(document_number="").exclude(drafted_by=person.username)
    found = [one for one in rows.order_by("drafted_on", "key")[:limit] if person.username not in one.edited_by]
    return [TodoItem(text=str(one), url=link(one), note=one.document_number) for one in found]


PANELS = (
    Panel("rules.draft", _("How good its alerts were"), "rules/past.html", past, right="alerts.view", order=3),
    Panel("rules.draft", _("What it changes"), "rules/difference.html", difference, right="rules.view", order=5),
    Panel(
        "rules.draft", _("What it would have changed"), "rules/previews.html", previews, right="rules.view", order=10
    ),
)
TODO = (Todo(_("Drafts of rules to be adopted"), waiting, right="rules.adopt", order=60),)
