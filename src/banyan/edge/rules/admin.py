"""The office's screen of drafts: the list, and each with its difference, its previews and its verbs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.edge.rules import actions, forms
from banyan.edge.rules.models import FLOW, Draft
from banyan.kit import clock
from banyan.kit.office import Button, Screen, register


@register(Draft)
class DraftScreen(Screen):
    list_display = ("title", "kind", "state", "drafted_by", "drafted_on", "in_force_on", "document_number")
    filters = ("state", "drafted_on", "in_force_on")
    finds_by = ("rule",)
    export_fields = ("rule", "kind", "state", "drafted_by", "drafted_on", "why", "document_number", "document_on",
                     "in_force_on", "adopted_by", "adopted_on")  # fmt: skip
    icon = "edit_note"
    flow = FLOW
    empty = _("No rule is to change.")
    fieldsets = (
        (None, {"fields": (("rule", "kind", "state"), ("drafted_by", "drafted_on", "edited_by"), "why")}),
        (_("The document that orders it"), {"fields": (("document_number", "document_on", "clause"),
                                                       ("document_zh", "document_en"), ("says_zh", "says_en"))}),
        (_("Adoption"), {"fields": (("in_force_on", "adopted_by", "adopted_on"), ("packs_before", "packs_after"))}),
    )  # fmt: skip
    buttons = (
        Button(actions.draft_rule, label=_("Draft a rule"), form=forms.DraftRule, where="list", icon="add"),
        Button(actions.edit_draft, form=forms.EditDraft, move="edit_draft", icon="edit"),
        Button(actions.edit_text, form=forms.EditText, move="edit_text", icon="code"),
        Button(actions.adopt_draft, form=forms.AdoptDraft, move="adopt_draft", icon="gavel", variant="primary"),
        Button(actions.drop_draft, form=forms.NeedsReason, move="drop_draft", icon="close", variant="danger"),
        Button(actions.revoke_draft, form=forms.NeedsReason, move="revoke_draft", icon="undo", variant="danger",
               when=lambda draft: bool(draft.in_force_on and draft.in_force_on > clock.today())),
    )  # fmt: skip
