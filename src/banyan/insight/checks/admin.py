"""The office's screen of findings: the list, and each with its record and the answers to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.insight.checks import actions, forms
from banyan.insight.checks.models import FINDING_FLOW, Finding
from banyan.kit.office import Button, Screen, register


@register(Finding)
class FindingScreen(Screen):
    list_display = ("__str__", "grade", "county", "laboratory", "found_on", "due_on", "state")
    export_fields = ("rule", "grade", "subject", "record_noun", "record_key", "county", "laboratory", "found_on",
                     "due_on", "mended_on", "state", "reason", "answered_on")  # fmt: skip
    filters = ("state", "grade", "rule", "county", "laboratory", "found_on", "due_on")
    finds_by = ("pk",)
    icon = "fact_check"
    flow = FINDING_FLOW
    empty = _("The rules find nothing wrong or missing in the data of your office.")
    fields = (("subject", "grade", "state"), ("county", "laboratory"), ("found_on", "due_on", "mended_on"),
              ("reason",), ("answered_on", "answered_by"))  # fmt: skip
    buttons = (
        Button(actions.explain, form=forms.NeedsReason, record="finding", move="explain", icon="chat"),
        Button(
            actions.ignore, form=forms.NeedsReason, record="finding", move="ignore", variant="danger", icon="close"
        ),
    )
