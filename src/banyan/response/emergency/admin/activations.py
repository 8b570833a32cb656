"""Screens of activations, of the steps of a plan, the command log and the findings of a review."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import BY_FORM, Button, Inline, PaperScreen, Screen, register
from banyan.response.emergency import actions, forms, queries
from banyan.response.emergency.models import (
    ACTIVATION_FLOW,
    FINDING_FLOW,
    Activation,
    Bulletin,
    Entry,
    Finding,
    Measure,
    Message,
    Reservation,
)
from banyan.response.emergency.queries import papers


class MeasuresInline(Inline):
    model = Measure
    fields = ("step", "role", "due_at", "state", "done_at", "result")


class MessagesInline(Inline):
    model = Message
    fields = ("sent_at", "roles", "text", "due_at")


class BulletinsInline(Inline):
    model = Bulletin
    fields = ("number", "sort", "headline", "issued_at", "state")


class ReservationsInline(Inline):
    model = Reservation
    fields = ("resource", "quantity", "reserved_at", "released_at")


class FindingsInline(Inline):
    model = Finding
    fields = ("number", "found", "demand", "assignee", "mend_by", "state")


def is_active(record: Any) -> bool:
    return getattr(record, "activation", record).state == "active"


def takes_entries(activation: Activation) -> bool:
    return activation.state != "reviewed"


def is_over(activation: Activation) -> bool:
    return activation.state != "active"


def is_open(measure: Measure) -> bool:
    return measure.state == Measure.State.OPEN and is_active(measure)


def marked(record: Any) -> str:
    """The word EXERCISE where a record is one."""
    return format_html('<span class="office-overdue">{}</span>', _("EXERCISE")) if record.is_drill else "—"


@register(Activation)
class ActivationScreen(PaperScreen):
    papers = papers
    list_display = ("number", "exercise", "title", "kind", "level", "county", "activated_at", "state", "score")
    filters = ("state", "is_drill", "level", "county", "activated_on")
    finds_by = ("number", "title", "pk")
    icon = "emergency_home"
    flow = ACTIVATION_FLOW
    empty = _("No plan was activated within your office.")
    export_fields = (
        "number", "is_drill", "kind", "level", "title", "county", "place", "activated_at", "ended_at", "state",
        "score",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("number", "exercise"), ("kind", "level"), "title", "happened", ("county", "place"),
                           ("incident", "decision"), ("activated_at", "ended_at"), ("score", "summary"))}),
        (_("Whose move"), {"fields": (("assignee", "due_on"), ("due_rule", "is_due_provisional"), "escalated_on")}),
    )  # fmt: skip
    readonly_fields = ("exercise",)
    inlines = (MeasuresInline, MessagesInline, BulletinsInline, ReservationsInline, FindingsInline)
    buttons = (
        Button(actions.activate, _("Activate a plan"), forms.Activate, record="activation", where="list",
               icon="emergency", variant="primary"),
        Button(actions.write_entry, _("Write into the command log"), forms.WriteEntry, when=takes_entries,
               icon="edit_note", variant="primary"),
        Button(actions.send_message, _("Send a message"), forms.SendMessage, when=is_active, icon="campaign"),
        Button(actions.issue_bulletin, _("Issue a bulletin"), forms.IssueBulletin, record=BY_FORM,
               when=takes_entries, icon="feed"),
        Button(actions.reserve, _("Reserve a resource"), forms.Reserve, when=is_active, icon="inventory"),
        Button(actions.change_level, form=forms.ChangeLevel, move="change_level", icon="swap_vert"),
        Button(actions.end_response, form=forms.NeedsReason, move="end_response", icon="flag"),
        Button(actions.enter_findings, _("Enter a finding"), forms.EnterFinding, when=is_over, icon="playlist_add"),
        Button(actions.close_review, form=forms.CloseReview, move="close_review", icon="task_alt"),
    )  # fmt: skip

    @admin.display(description=_("exercise"))
    def exercise(self, record: Any) -> str:
        return marked(record)

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)


@register(Measure)
class MeasureScreen(Screen):
    list_display = ("activation", "step", "role", "due_at", "state", "done_at")
    filters = ("state", "is_drill", "county", "level")
    finds_by = ("activation__number", "pk")
    icon = "checklist"
    empty = _("No step of a plan lies within your office.")
    fields = ("activation", ("step", "level"), ("role", "due_at"), ("state", "done_at"), "result", "points")
    buttons = (
        Button(actions.complete_measure, _("Record that it was done"), forms.CompleteMeasure, when=is_open,
               icon="task_alt", variant="primary"),
    )  # fmt: skip


def may_be_corrected(entry: Entry) -> bool:
    return entry.activation.state != "reviewed"


@register(Entry)
class EntryScreen(Screen):
    list_display = ("activation", "number", "at", "kind", "entered_by", "words")
    filters = ("kind", "is_drill", "county")
    finds_by = ("activation__number", "pk")
    icon = "menu_book"
    empty = _("No command log lies within your office.")
    export_fields = ("activation", "number", "at", "entered_at", "kind", "entered_by", "text", "corrects")
    fields = ("activation", ("number", "kind"), ("at", "entered_at"), "entered_by", "words", "corrects")
    readonly_fields = ("words",)
    buttons = (
        Button(actions.correct_entry, _("Correct by another entry"), forms.CorrectEntry, when=may_be_corrected,
               icon="edit_note"),
    )  # fmt: skip

    @admin.display(description=_("text"))
    def words(self, entry: Entry) -> str:
        return entry.words


@register(Finding)
class FindingScreen(Screen):
    list_display = ("number", "found", "county", "assignee", "mend_by", "state", "due_on")
    filters = ("state", "is_drill", "county", "due_on")
    finds_by = ("number", "pk")
    icon = "rule"
    flow = FINDING_FLOW
    empty = _("No review within your office found anything wanting.")
    fieldsets = (
        (None, {"fields": ("activation", ("number", "found_on"), "found", "demand", ("mend_by", "reported_on"),
                           "report", "check_found", ("closed_on", "was_late"))}),
        (_("Whose move"), {"fields": (("assignee", "due_on"), "escalated_on")}),
    )  # fmt: skip
    buttons = (
        Button(actions.report_mended, form=forms.ReportMended, move="report_mended", icon="task_alt",
               variant="primary"),
        Button(actions.find_mended, form=forms.LookedAgain, move="find_mended", icon="done_all", variant="primary"),
        Button(actions.find_not_mended, form=forms.NotMended, move="find_not_mended", icon="replay"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, bulk="findings", icon="swap_horiz"),
    )  # fmt: skip

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)
