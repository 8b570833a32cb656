"""What risk shows: the order of inspections, risks to review, and assessments on the page of an alert."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.insight.risk import actions, forms, queries
from banyan.insight.risk.models import Assessment
from banyan.insight.risk.queries import papers
from banyan.kit.office import Button, Page, Panel, Todo, TodoItem, link, papers_panel, with_records
from banyan.kit.scope import scoped


def of_alert(alert: Any, *, person: Any, on: date) -> dict[str, Any]:
    """The assessments of the risk of what an alert warns of."""
    return {"assessments": queries.assessments_of(alert, person=person)}


def about(assessment: Assessment, *, person: Any, on: date) -> dict[str, Any] | None:
    """The record that an assessment was made for, and what would change its level."""
    line = {"noun": assessment.about_noun, "key": assessment.about_key}
    (found,) = with_records([line], person=person) if line["noun"] else (None,)
    return {"about": found, "shifts": [queries.shift_in_words(one) for one in assessment.shifts],
            "is_robust": assessment.is_robust}  # fmt: skip


def to_review(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Assessments of risk that somebody else made and a second person is to review."""
    rows = scoped(Assessment, person).filter(reviewed_on=None, withdrawn_on=None)
    rows = rows.exclude(assessed_by=person.username).order_by("assessed_on", "key")
    return [TodoItem(text=str(one), url=link(one), note=queries.level_in_words(one.level)) for one in rows[:limit]]


PANELS = (
    Panel("alerts.alert", _("Assessments of risk"), "risk/assessments.html", of_alert, right="risk.view", order=20),
    Panel("risk.assessment", _("What it rests on"), "risk/about.html", about, right="risk.view", order=5),
    Panel("risk.assessment", _("Letters"), "office/papers.html", papers_panel(papers), right="risk.view", order=10),
)
BUTTONS = (
    Button(actions.assess_alert, _("Assess the risk"), forms.AssessRisk, record="alert", noun="alerts.alert",
           icon="crisis_alert"),
)  # fmt: skip
PAGES = (
    Page(
        _("Order by risk"),
        "risk:order",
        right="alerts.view",
        icon="low_priority",
        group=_("Plans and draws"),
        order=60,
    ),
)
TODO = (
    Todo(_("Risks to review"), to_review, "risk.review",
         lambda on: reverse("office:risk_assessment_changelist") + "?is_upheld__isnull=1", order=56),
)  # fmt: skip
