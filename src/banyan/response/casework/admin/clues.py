"""Screens of clues and of duties."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Inline, Screen, register
from banyan.response.casework import actions, forms, queries
from banyan.response.casework.models import CLUE_FLOW, Clue, Duty

CLOCK = (("assignee", "due_on"), ("due_rule", "is_due_provisional"), "escalated_on")
MATTER = ("title", ("party", "party_name"), ("product_name", "product_class"), "lots", "county")


class DutiesInline(Inline):
    """The chain: who had to act by when, and did or did not."""

    model = Duty
    fields = ("task", "officer", "from_on", "due_on", "ended_on", "end", "raised_on", "raised_to")
    ordering = ("from_on", "key")
    per_page = 40


@register(Clue)
class ClueScreen(Screen):
    list_display = ("number", "title", "party_name", "cause", "county", "received_on", "assignee", "state", "due_on")
    filters = ("state", "cause", "county", "product_class", "received_on", "due_on")
    finds_by = ("number", "party", "source_key", "pk")
    search_help_text = _("Beginning of the number, or the party by name, pinyin or code")
    icon = "lightbulb"
    flow = CLUE_FLOW
    empty = _("No clue lies within your office.")
    fieldsets = (
        (None, {"fields": ("cause", *MATTER, "detail", ("happened_on", "received_on"), "extended_on",
                           ("decided_on", "decided_by"), "case")}),
        (_("Whose move"), {"fields": CLOCK}),
    )  # fmt: skip
    inlines = (DutiesInline,)
    buttons = (
        Button(actions.enter_clues, _("Enter a clue"), forms.EnterClue, where="list", icon="add", record="clue"),
        Button(actions.file_case, form=forms.FileCase, move="file_case", icon="gavel", variant="primary"),
        Button(actions.join_clue, form=forms.JoinClue, move="join_clue", icon="merge"),
        Button(actions.extend_verification, form=forms.NeedsReason, move="extend_verification", icon="more_time",
               when=lambda one: one.extended_on is None),
        Button(actions.decline_clues, form=forms.NeedsReason, move="decline_clues", bulk="clues", icon="close"),
        Button(actions.reassign_clues, _("Reassign"), forms.Reassign, bulk="clues", icon="swap_horiz",
               when=lambda one: one.state == "waiting"),
    )  # fmt: skip

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)


@register(Duty)
class DutyScreen(Screen):
    list_display = ("case", "clue", "task", "officer", "county", "from_on", "due_on", "ended_on", "end", "raised_on")
    filters = ("task", "officer", "county", "end", "due_on", "ended_on", "raised_on")
    finds_by = ("case__number", "clue__number", "pk")
    icon = "assignment_late"
    empty = _("No duty lies within your office.")
    fields = (("case", "clue"), ("task", "officer"), ("from_on", "due_on"), "rule", ("raised_on", "raised_to"),
              ("ended_on", "ended_by", "end"))  # fmt: skip
