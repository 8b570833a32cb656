"""The office's screen of alerts: the list, and each with its numbers and decisions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.insight.alerts import actions, forms
from banyan.insight.alerts.models import ALERT_FLOW, Alert
from banyan.kit.office import Button, Screen, register


@register(Alert)
class AlertScreen(Screen):
    list_display = ("__str__", "grade", "score", "noticed_on", "known_on", "observed", "expected", "county", "state")
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
        "state",
    )
    filters = ("state", "grade", "county", "product")
    finds_by = ("pk",)
    icon = "notifications_active"
    flow = ALERT_FLOW
    empty = _("The facts warn of nothing in your office.")
    fields = (("product", "county"), ("laboratory", "seller"), ("grade", "score", "state"),
              ("from_on", "noticed_on", "known_on"), ("observed", "expected", "bound"), ("n", "p_value"),
              ("reason", "decided_on"))  # fmt: skip
    buttons = (
        Button(actions.investigate, form=forms.NeedsReason, move="investigate", icon="search"),
        Button(actions.keep_an_eye_on, form=forms.NeedsReason, move="keep_an_eye_on", icon="visibility"),
        Button(actions.dismiss, form=forms.NeedsReason, move="dismiss", variant="danger", icon="close"),
    )
