"""The office's screen of complaints and reports: one queue for every channel."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banyan.kit import rights
from banyan.kit.office import Button, Screen, register
from banyan.response.complaints import actions, forms, queries
from banyan.response.complaints.models import COMPLAINT_FLOW, OPEN, Complaint, Track
from banyan.response.complaints.queries import terms

TELEPHONE = range(7, 16)


def is_complaint(one: Complaint) -> bool:
    return one.track == Track.COMPLAINT


def is_report(one: Complaint) -> bool:
    return one.track == Track.REPORT


def is_stopped(one: Complaint) -> bool:
    return one.stopped_on is not None


def is_unpublished(one: Complaint) -> bool:
    return is_complaint(one) and one.state == "closed" and one.published_on is None


def may_comment(one: Complaint) -> bool:
    return one.copied_on is not None and one.published_on is None


@register(Complaint)
class ComplaintScreen(Screen):
    list_display = (
        "number", "track", "product_name", "firm_name", "subject", "county", "channel", "received_on",
        "state", "due_on",
    )  # fmt: skip
    filters = (
        "state", "track", "channel", "office", "county", "product_class", "is_classified", "is_lapsed",
        "received_on", "due_on", "published_on",
    )  # fmt: skip
    finds_by = ("number", "source_number", "gtin", "firm", "firm_name", "pk")
    search_help_text = _(
        "Beginning of the number here or at the source, bar code or firm's name; a whole telephone number"
    )
    icon = "support_agent"
    flow = COMPLAINT_FLOW
    empty = _("No complaint and no report lies within your office.")
    export_fields = (
        "number", "source_number", "track", "channel", "received_on", "product_name", "gtin", "product_class",
        "firm", "firm_name", "county", "subject", "office", "state", "accept_by", "accepted_on", "mediate_by",
        "ended_on", "outcome", "times_not_solved", "published_on",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("track", "channel"), ("received_on", "source_number"), "is_real_name",
                           ("product_name", "product"), ("product_class", "gtin"), ("firm", "firm_name"),
                           ("place", "bought_on"), ("county", "office"), ("subject", "is_classified"),
                           ("duplicate_of", "case_number"))}),
        (_("Whose move"), {"fields": (("assignee", "due_on"), ("term", "is_due_provisional"),
                                      ("accept_by", "mediate_by"), ("stopped_on", "escalated_on"),
                                      "times_returned")}),
        (_("Course and end"), {"fields": (("accepted_on", "ended_on"), ("outcome_in_words", "told_on"),
                                          "ground_in_words", "decision", ("times_not_solved", "not_solved_on"))}),
        (_("The firm"), {"fields": (("sent_to_firm_on", "answer_by"), ("answered_on", "is_lapsed"), "answer",
                                    ("copied_on", "comment_by"), "commented_on", "comment")}),
        (_("For the public"), {"fields": ("public_words", ("published_on", "unpublished_on"))}),
    )  # fmt: skip
    readonly_fields = ("term", "ground_in_words", "outcome_in_words")
    buttons = (
        Button(actions.file_message, _("File a message"), forms.EnterMessage, record="filing", where="list",
               icon="add_call"),
        Button(actions.classify_complaint, _("Confirm class, firm and place"), forms.Classify, icon="label",
               when=lambda one: one.state in OPEN),
        Button(actions.route_complaints, form=forms.Route, move="route", bulk="complaints", icon="alt_route"),
        Button(actions.return_route, form=forms.NeedsReason, move="return_route", icon="undo"),
        Button(actions.offer_to_firm, move="offer_to_firm", when=is_complaint, icon="storefront"),
        Button(actions.answer, form=forms.Answer, move="answer", icon="reply", variant="primary"),
        Button(actions.lapse_firms, move="lapse", bulk="complaints", icon="timer_off"),
        Button(actions.accept_offer, move="accept_offer", icon="handshake"),
        Button(actions.decline_offer, form=forms.MoreWords, move="decline_offer", icon="thumb_down"),
        Button(actions.ask_materials, form=forms.Decision, move="ask_materials", when=is_complaint,
               icon="attach_email"),
        Button(actions.take_materials, form=forms.MoreWords, move="take_materials", icon="inbox"),
        Button(actions.accept_complaints, move="accept", when=is_complaint, bulk="complaints", icon="check",
               variant="primary"),
        Button(actions.refuse_complaint, form=forms.Refuse, move="refuse", when=is_complaint, icon="block"),
        Button(actions.stop_for_test, form=forms.NeedsReason, move="stop_for_test", icon="pause",
               when=lambda one: not is_stopped(one)),
        Button(actions.resume, move="resume", when=is_stopped, icon="play_arrow"),
        Button(actions.settle_complaints, form=forms.Decision, move="settle", bulk="complaints",
               icon="handshake", variant="primary"),
        Button(actions.end_mediations, form=forms.Decision, move="end_mediation", bulk="complaints", icon="close"),
        Button(actions.split_report, _("Split off a report"), when=is_complaint, icon="call_split"),
        Button(actions.extend_check, form=forms.NeedsReason, move="extend_check", when=is_report, icon="more_time"),
        Button(actions.file_case, form=forms.CaseNumber, move="file_case", when=is_report, icon="gavel"),
        Button(actions.file_no_cases, form=forms.Decision, move="file_no_case", when=is_report, bulk="complaints",
               icon="close"),
        Button(actions.join_complaint, form=forms.Join, move="join", icon="merge"),
        Button(actions.give_up, form=forms.NeedsReason, move="give_up", icon="logout"),
        Button(actions.close_complaints, form=forms.Close, move="close", bulk="complaints", icon="done_all",
               variant="primary"),
        Button(actions.say_not_solved, form=forms.Words, move="say_not_solved", icon="replay"),
        Button(actions.write_note, _("Write a note"), forms.WriteNote, icon="edit_note"),
        Button(actions.send_copy, _("Send the firm a copy before publication"), forms.SendCopy, when=is_unpublished,
               icon="outgoing_mail"),
        Button(actions.comment, _("Comment before publication"), forms.Comment, when=may_comment, icon="comment"),
        Button(actions.publish_complaints, _("Publish"), when=is_unpublished, bulk="complaints", icon="public"),
        Button(actions.unpublish_complaint, _("Take back from the public"), forms.NeedsReason,
               when=lambda one: one.published_on and not one.unpublished_on, icon="visibility_off", variant="danger"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, bulk="complaints", icon="swap_horiz"),
    )  # fmt: skip

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A whole telephone number finds its messages by its mark, for those who may know whose they are."""
        digits = "".join(letter for letter in search_term if letter.isdigit())
        may_ask = len(digits) in TELEPHONE and rights.has(request.user, "complaints.personal")
        if may_ask and (keys := queries.messages_by_telephone(search_term)):
            return queryset.filter(message__in=keys), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("rule of the term"))
    def term(self, complaint: Complaint) -> str:
        return terms.said(complaint)

    @admin.display(description=_("ground"))
    def ground_in_words(self, complaint: Complaint) -> str:
        return queries.ground_in_words(complaint.ground, on=complaint.received_on)

    @admin.display(description=_("outcome"))
    def outcome_in_words(self, complaint: Complaint) -> str:
        return str(COMPLAINT_FLOW.states.get(complaint.outcome, ""))

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)
