"""The office's screen of listings, with a button for each step that the state allows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.judgement.lists import actions, forms
from banyan.judgement.lists.models import LISTING_FLOW, Listing
from banyan.kit.office import Button, Screen, register


@register(Listing)
class ListingScreen(Screen):
    list_display = (
        "number",
        "organisation",
        "list",
        "county",
        "proposed_on",
        "published_on",
        "public_until",
        "state",
    )
    filters = ("state", "list", "county", "published_on", "public_until", "due_on")
    finds_by = ("number", "organisation", "pk")
    icon = "format_list_bulleted"
    flow = LISTING_FLOW
    empty = _("No firm within your office is listed, or on its way to be.")
    fields = (("list", "organisation"), ("county", "case"), "cause", "facts", ("proposed_on", "proposed_by"),
              ("noticed_on", "state_by"), "statement", "stated_on", ("hearing_on", "heard_on"), "hearing_record",
              ("approved_on", "approved_by"), ("decided_on", "conditions"), ("published_on", "public_until"),
              ("applied_on", "accepted_on"), "application", ("removed_on", "removed_for"), "no_repair_until",
              ("assignee", "due_on"))  # fmt: skip
    buttons = (
        Button(actions.propose_listing, _("Propose a listing"), forms.ProposeListing, where="list", icon="add"),
        Button(actions.give_notice, move="give_notice", icon="mail", variant="primary"),
        Button(actions.record_statement, form=forms.RecordStatement, move="record_statement", icon="chat"),
        Button(actions.call_hearing, form=forms.CallHearing, move="call_hearing", icon="gavel"),
        Button(actions.hold_hearing, form=forms.HoldHearing, move="hold_hearing", icon="gavel", variant="primary"),
        Button(actions.approve_listing, move="approve_listing", icon="verified", variant="primary"),
        Button(actions.decide_listing, form=forms.DecideListing, move="decide_listing", icon="task",
               variant="primary"),
        Button(actions.publish_listing, move="publish_listing", bulk="each", icon="campaign", variant="primary"),
        Button(actions.apply_repair, form=forms.ApplyRepair, move="apply_repair", icon="healing"),
        Button(actions.accept_repair, move="accept_repair", icon="inbox", variant="primary"),
        Button(actions.return_repair, form=forms.NeedsReason, move="return_repair", icon="undo"),
        Button(actions.grant_repair, form=forms.NeedsReason, move="grant_repair", icon="check", variant="primary"),
        Button(actions.refuse_repair, form=forms.NeedsReason, move="refuse_repair", icon="close"),
        Button(actions.annul_listing, form=forms.NeedsReason, move="annul_listing", icon="delete_sweep",
               variant="danger"),
        Button(actions.restore_listing, form=forms.NeedsReason, move="restore_listing", icon="history",
               when=lambda one: one.removed_for == Listing.End.REPAIRED, variant="danger"),
        Button(actions.drop_listing, form=forms.NeedsReason, move="drop_listing", icon="close", variant="danger"),
    )  # fmt: skip
