"""Screens of evidence, of numbered papers, of remedies and of transfers to the police."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, FileScreen, PaperScreen, Screen, register
from banyan.response.casework import actions, forms
from banyan.response.casework.models import TRANSFER_FLOW, Evidence, Paper, Remedy, Transfer
from banyan.response.casework.queries import papers


@register(Evidence)
class EvidenceScreen(FileScreen):
    list_display = ("case", "number", "kind", "title", "taken_on", "taken_by", "added_on", "hold_until")
    filters = ("kind", "taken_on", "hold_until", "withdrawn_on")
    finds_by = ("case__number", "digest", "pk")
    search_help_text = _("Beginning of the number of the case, or of the digest")
    icon = "photo_library"
    empty = _("No evidence lies within your office.")
    fields = (("case", "number"), ("kind", "title"), ("taken_on", "taken_by", "place"), ("digest", "hashed_at"),
              ("name", "media_type", "size"), ("has_place", "added_on"), "hold_until")  # fmt: skip
    buttons = (
        Button(actions.add_file, _("Add the file"), forms.AddFile, when=lambda one: not one.file, icon="upload_file"),
        Button(actions.withdraw_evidence, _("Withdraw the evidence"), forms.NeedsReason, icon="visibility_off",
               variant="danger"),
    )  # fmt: skip


@register(Paper)
class PaperOfCaseScreen(PaperScreen):
    papers = papers
    list_display = ("number", "title", "case", "office", "made_on", "made_by")
    filters = ("office", "made_on")
    finds_by = ("number", "case__number", "pk")
    icon = "description"
    empty = _("No paper of a case lies within your office.")
    fields = (("number", "title"), ("case", "office"), ("made_on", "made_by"), "cited")


@register(Remedy)
class RemedyScreen(Screen):
    list_display = ("case", "kind", "authority", "asked_on", "ask_by", "end", "ended_on", "fine_after")
    filters = ("kind", "end", "asked_on", "ended_on")
    finds_by = ("case__number", "number", "pk")
    icon = "balance"
    empty = _("No reconsideration and no lawsuit lies within your office.")
    fields = ("case", ("kind", "authority", "number"), ("asked_on", "ask_by"), ("end", "ended_on"), "words",
              ("fine_before", "fine_after"))  # fmt: skip
    buttons = (
        Button(actions.end_remedy, _("Record the end"), forms.EndRemedy, icon="gavel", variant="primary",
               when=lambda one: not one.end),
    )  # fmt: skip


@register(Transfer)
class TransferScreen(Screen):
    list_display = ("case", "proposed_on", "amount", "threshold", "police", "sent_on", "receipted_on", "copied_on",
                    "state", "due_on")  # fmt: skip
    filters = ("state", "proposed_on", "sent_on", "due_on")
    finds_by = ("case__number", "receipt", "pk")
    icon = "local_police"
    flow = TRANSFER_FLOW
    empty = _("No transfer to the police lies within your office.")
    fields = ("case", ("amount", "threshold"), ("proposed_on", "proposed_by"), ("decided_on", "decided_by"),
              ("police", "sent_on"), ("receipt", "receipted_on"), ("prosecutor", "copied_on"),
              ("answer_by", "answered_on"), "answer", ("assignee", "due_on"), "due_rule")  # fmt: skip
    buttons = (
        Button(actions.approve_transfer, move="approve_transfer", icon="check", variant="primary"),
        Button(actions.reject_transfer, form=forms.NeedsReason, move="reject_transfer", icon="close"),
        Button(actions.hand_over, form=forms.HandOver, move="hand_over", icon="send", variant="primary"),
        Button(actions.copy_to_prosecutor, form=forms.Copy, move="copy_to_prosecutor", icon="content_copy",
               when=lambda one: one.copied_on is None),
        Button(actions.record_receipt, form=forms.Receipt, move="record_receipt", icon="receipt_long",
               variant="primary"),
        Button(actions.record_answer, form=forms.Answer, move="record_answer", icon="how_to_reg"),
        Button(actions.contest_answer, form=forms.NeedsReason, move="contest_answer", icon="balance"),
        Button(actions.take_back, move="take_back", icon="undo", when=lambda one: one.case.state == "transferred"),
    )  # fmt: skip
