"""What checks show: the findings that wait for an answer, each with its record, and on a record what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.insight.checks import queries
from banyan.insight.checks.models import METHODS
from banyan.kit.office import Page, Panel, Todo, TodoItem, link


def waiting(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Findings that nobody has answered, the earliest term first."""
    rows = queries.findings_of(person).filter(state="open").order_by("due_on", "key")
    return [
        TodoItem(
            text=str(one), url=link(one), note=str(one.get_grade_display()), due_on=one.due_on,
            is_overdue=bool(one.due_on and one.due_on < on),
        )
        for one in rows[:limit]
    ]  # fmt: skip


def seen(finding: Any, *, person: Any, on: date) -> dict[str, Any]:
    """The finding in one sentence, its rule in words, and the way to the record behind it."""
    rule = next((one for one in queries.rules_on(on) if one.key == finding.rule), None)
    named = [
        words for name, words in METHODS.items() if isinstance(finding.detail, dict) and finding.detail.get(name)
    ]
    return {
        "methods": named, "finding": finding, "rule": rule, "record": queries.record_behind(finding),
        "waits": finding.state == "open", "is_overdue": bool(finding.due_on and finding.due_on < on),
    }  # fmt: skip


PAGES = (
    Page(_("Completeness and timeliness"), "checks:completeness", right="checks.view", icon="grid_on",
         group=_("The city"), order=41),
)  # fmt: skip
PANELS = (Panel("checks.finding", _("What was found"), "checks/seen.html", seen, right="checks.view", order=5),)
TODO = (
    Todo(_("Data to check"), waiting, right="checks.explain", order=45,
         more=lambda on: reverse("office:checks_finding_changelist") + "?state__exact=open"),
)  # fmt: skip
