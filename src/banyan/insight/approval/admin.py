"""The office's screens of approval: how far each period is, with its history, and the late entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.insight.approval import actions, forms
from banyan.insight.approval.models import LATE_FLOW, Approval, LateEntry
from banyan.kit.office import Button, Screen, register


@register(Approval)
class ApprovalScreen(Screen):
    list_display = ("__str__", "level", "locked_on", "approved_on", "opened_on")
    filters = ("level", "from_on", "unit")
    finds_by = ("pk",)
    icon = "lock"
    fields = (("unit", "from_on", "until_on"), ("level", "approved_on", "approved_by"), ("locked_on", "opened_on"),
              ("reason",))  # fmt: skip
    empty = _("No period has been approved yet. The desk of approval shows what waits.")


@register(LateEntry)
class LateEntryScreen(Screen):
    list_display = ("__str__", "state", "asked_on", "asked_by", "decided_on")
    filters = ("state", "asked_on")
    finds_by = ("pk",)
    icon = "pending_actions"
    flow = LATE_FLOW
    fields = (
        ("subject", "approval"),
        ("state", "asked_on", "asked_by"),
        ("records", "files"),
        ("reason",),
        ("decided_on", "decision"),
    )
    empty = _("Nothing waits for a period to be opened.")
    buttons = (
        Button(actions.enter_late, record="late", move="enter_late", icon="done", when=lambda late: late.is_open),
        Button(actions.decline_late, form=forms.NeedsReason, record="late", move="decline_late", variant="danger",
               icon="close"),
    )  # fmt: skip
