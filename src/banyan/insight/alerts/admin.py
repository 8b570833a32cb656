"""The office's screen of alerts: the list, and each with its numbers and decisions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banyan.insight.alerts import actions, forms, queries
from banyan.insight.alerts.models import ALERT_FLOW, Alert
from banyan.kit import clock
from banyan.kit.office import Button, Screen, register


@register(Alert)
class AlertScreen(Screen):
    list_display = ("__str__", "grade", "score", "noticed_on", "due_on", "observed", "expected", "county", "state")
    export_fields = (
        "rule",
        "grade",
        "score",
        "noticed_on",
        "known_on",
        "observed",
        "expected",
        "n",
        "county",
        "due_on",
        "state",
    )
    filters = ("state", "grade", "rule", "noticed_on", "due_on", "county", "product")
    finds_by = ("pk",)
    icon = "notifications_active"
    flow = ALERT_FLOW
    list_template = "alerts/cannot_judge.html"
    empty = _("The facts warn of nothing in your office.")
    fields = (("product", "item", "county"), ("laboratory", "seller"), ("grade", "score", "state"),
              ("from_on", "noticed_on", "known_on"), ("observed", "expected", "bound"), ("n", "p_value", "due_on"),
              ("reason", "decided_on"))  # fmt: skip
    buttons = (
        Button(actions.investigate, form=forms.NeedsReason, move="investigate", icon="search"),
        Button(actions.keep_an_eye_on, form=forms.NeedsReason, move="keep_an_eye_on", icon="visibility"),
        Button(actions.dismiss, form=forms.NeedsReason, move="dismiss", variant="danger", icon="close"),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, under what rules cannot judge yet, and why."""
        silent = [one for one in queries.rule_states(on=clock.today()) if one["why_not"]]
        return super().changelist_view(request, {"silent": silent, **(extra_context or {})})
