"""The office's screen of alerts: the list, and each with its numbers and decisions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banyan.insight.alerts import actions, forms, queries
from banyan.insight.alerts.models import ALERT_FLOW, Alert, plain
from banyan.kit import clock
from banyan.kit.office import Button, Screen, register
from banyan.kit.terms import DISTRICT


@register(Alert)
class AlertScreen(Screen):
    list_display = (
        "__str__",
        "grade",
        "priority",
        "noticed_on",
        "due_on",
        "seen",
        "expected_range",
        "where",
        "officer",
        "state",
    )
    export_fields = (
        "rule",
        "grade",
        "score",
        "begun_on",
        "noticed_on",
        "known_on",
        "observed",
        "expected",
        "bound",
        "n",
        "county",
        "due_on",
        "officer",
        "state",
    )
    filters = ("state", "grade", "rule", "noticed_on", "due_on", "zone", "product", "officer")
    finds_by = ("pk",)
    icon = "notifications_active"
    flow = ALERT_FLOW
    list_template = "alerts/desk.html"
    empty = _("The facts warn of nothing in your office.")
    fields = (("product", "item", "county"), ("laboratory", "seller"), ("grade", "priority", "state"),
              ("from_on", "begun_on", "noticed_on", "known_on"), ("seen", "expected_range", "n"),
              ("chance", "officer", "due_on"), ("reason", "decided_on"))  # fmt: skip
    readonly_fields = ("priority", "seen", "expected_range", "chance")
    buttons = (
        Button(actions.investigate, form=forms.NeedsReason, move="investigate", icon="search"),
        Button(actions.keep_an_eye_on, form=forms.NeedsReason, move="keep_an_eye_on", icon="visibility"),
        Button(actions.confirm, form=forms.NeedsReason, move="confirm", icon="check"),
        Button(
            actions.assign,
            _("Assign"),
            forms.Assign,
            when=lambda alert: alert.state not in queries.ENDED,
            bulk="alerts",
            icon="person",
        ),
        Button(actions.dismiss, form=forms.NeedsReason, move="dismiss", variant="danger", icon="close"),
    )

    @admin.display(description=_("score"), ordering="score")
    def priority(self, alert: Alert) -> str:
        return plain(alert.score)

    @admin.display(description=_("observed"), ordering="observed")
    def seen(self, alert: Alert) -> str:
        return alert.seen

    @admin.display(description=_("expected range"), ordering="expected")
    def expected_range(self, alert: Alert) -> str:
        return alert.expected_range

    @admin.display(description=_("adjusted p-value"), ordering="p_value")
    def chance(self, alert: Alert) -> str:
        return alert.chance

    @admin.display(description=DISTRICT, ordering="county")
    def where(self, alert: Alert) -> str:
        """The county, and how many others the alert concerns."""
        others = len(alert.counties) - 1
        name = str(alert.county or "")
        return f"{name} +{others}" if others > 0 else name

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The desk: the list under the map of what waits, how good each rule's alerts were, what cannot be judged."""
        return super().changelist_view(request, queries.desk(request.user, on=clock.today()) | (extra_context or {}))
