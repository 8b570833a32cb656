"""Screens of recalls and their public notices."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Inline, PaperScreen, Screen, register
from banyan.response.recall import actions, forms, queries
from banyan.response.recall.admin.leads import CLOCK, GOODS
from banyan.response.recall.models import RECALL_FLOW, Notice, Progress, Recall, Scope
from banyan.response.recall.queries import papers


class ProgressInline(Inline):
    model = Progress
    fields = ("reported_on", "was_due_on", "text", "reached")
    show_change_link = False


class NoticesInline(Inline):
    model = Notice
    fields = ("number", "published_on", "withdrawn_on")


class ScopesInline(Inline):
    model = Scope
    fields = ("frozen_on", "way", "lots", "units", "firms", "replaced_on")


def has_open_plan(recall: Recall) -> bool:
    return recall.state in ("planned", "running", "completed")


def takes_units(recall: Recall) -> bool:
    return recall.state not in ("closed", "cancelled")


def awaits_summary(recall: Recall) -> bool:
    return recall.summarised_on is None


def awaits_check(recall: Recall) -> bool:
    return recall.checked_on is None


@register(Recall)
class RecallScreen(PaperScreen):
    papers = papers
    list_display = ("number", "product_name", "maker_name", "county", "basis", "level", "begun_on", "state", "due_on")
    filters = ("state", "basis", "cause", "level", "county", "regime", "product_class", "begun_on", "due_on")
    finds_by = ("number", "gtin", "maker", "pk")
    search_help_text = _("Beginning of the number or bar code, or the maker by name, pinyin or code")
    icon = "assignment_return"
    flow = RECALL_FLOW
    empty = _("No recall lies within your office.")
    export_fields = (
        "number", "product_name", "brand", "model", "lots", "gtin", "maker", "maker_name", "county", "basis", "cause",
        "lead_on", "level", "begun_on", "plan_filed_on", "published_on", "completed_on", "closed_on", "recalled",
        "settled", "state",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("basis", "cause"), ("lead_on", "inquiry"), ("begun_on", "level"),
                           ("recalled", "settled"), ("notified_on", "object_by"), ("ordered_on", "ordered_by"))}),
        (_("Goods"), {"fields": (*GOODS, "county")}),
        (_("Objection"), {"fields": (("objected_on",), "objection", "decision"), "classes": ("collapse",)}),
        (_("Plan of the recall"), {"fields": (("plan_by", "plan_filed_on"), ("publish_by", "complete_by"),
                                              "measures", "contact", "schedule")}),
        (_("Course and end"), {"fields": (("published_on", "completed_on"), ("checked_on", "summarised_on"),
                                          "check_found", "summary", ("closed_on", "keep_until"))}),
        (_("Whose move"), {"fields": CLOCK}),
    )  # fmt: skip
    inlines = (ScopesInline, NoticesInline, ProgressInline)
    buttons = (
        Button(actions.accept_notice, move="accept_notice", icon="check"),
        Button(actions.object_to_notice, form=forms.Objection, move="object_to_notice", icon="feedback"),
        Button(actions.let_notices_stand, move="let_notice_stand", bulk="recalls", icon="timer_off"),
        Button(actions.reject_objection, form=forms.Decision, move="reject_objection", icon="close"),
        Button(actions.uphold_objection, form=forms.Decision, move="uphold_objection", icon="balance"),
        Button(actions.order_recall, form=forms.OrderedBy, move="order_recall", icon="gavel"),
        Button(actions.file_plan, form=forms.FilePlan, move="file_plan", icon="description", variant="primary"),
        Button(actions.return_plan, form=forms.NeedsReason, move="return_plan", icon="undo"),
        Button(actions.freeze_scope, _("Compute the scope from the trace"), forms.FreezeScope, when=takes_units,
               icon="account_tree"),
        Button(actions.state_scope, _("Enter the scope as stated"), forms.StateScope, when=takes_units,
               icon="edit_note"),
        Button(actions.tell_holders, _("Record that the holders were told"), when=takes_units, icon="campaign"),
        Button(actions.publish_notice, form=forms.PublishNotice, move="publish_notice", icon="public",
               variant="primary"),
        Button(actions.report_progress, form=forms.ReportProgress, move="report_progress", icon="update"),
        Button(actions.complete_measures, move="complete_measures", icon="task_alt"),
        Button(actions.file_summary, form=forms.Summary, move="file_summary", when=awaits_summary,
               icon="summarize"),
        Button(actions.find_effective, form=forms.Found, move="find_effective", when=awaits_check,
               icon="fact_check"),
        Button(actions.recall_again, form=forms.RecallAgain, move="recall_again", icon="replay"),
        Button(actions.close_recall, move="close_recall", icon="done_all", variant="primary"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, bulk="recalls", icon="swap_horiz"),
    )  # fmt: skip

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)


@register(Notice)
class NoticeScreen(PaperScreen):
    papers = papers
    list_display = ("number", "product_name", "brand", "maker_name", "published_on", "withdrawn_on")
    filters = ("published_on", "withdrawn_on", "level")
    finds_by = ("number", "gtin", "pk")
    icon = "campaign"
    empty = _("No recall notice lies within your office.")
    fields = (("recall", "published_on"), ("product_name", "brand", "model"), ("lots", "gtin"),
              ("maker", "maker_name"), "hazard", "defect", "measures", "contact",
              ("recalled", "photo_digest"))  # fmt: skip
    buttons = (
        Button(actions.withdraw_notice, _("Withdraw the notice"), forms.NeedsReason, variant="danger",
               icon="visibility_off"),
    )  # fmt: skip

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.photo_view)
        return [path("<path:key>/photo/", view, name="recall_notice_file"), *super().get_urls()]

    def photo_view(self, request: HttpRequest, key: str) -> HttpResponse | FileResponse:
        """The photograph of a notice, within the person's rights."""
        notice = self.get_queryset(request).filter(pk=key).first() if self.has_view_permission(request) else None
        if notice is None:
            raise Http404(key)
        return FileResponse(notice.photo.open("rb"), content_type=notice.photo_type)


@register(Scope)
class ScopeScreen(Screen):
    list_display = ("recall", "frozen_on", "way", "lots", "units", "firms", "replaced_on")
    filters = ("way", "frozen_on")
    finds_by = ("recall__number", "pk")
    icon = "account_tree"
    empty = _("No scope of a recall lies within your office.")
    fields = ("recall", ("way", "asked"), ("frozen_on", "known_at"), ("lots", "units", "firms"), "receipt",
              "replaced_on")  # fmt: skip

    def hanging(self, record: Any, request: Any) -> list[dict[str, Any]]:
        """The first lines of the scope."""
        return queries.lines_of_scope(record)
