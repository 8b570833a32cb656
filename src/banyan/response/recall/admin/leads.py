"""Screens of leads and inquiries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Inline, PaperScreen, Screen, register
from banyan.response.recall import actions, forms, queries
from banyan.response.recall.models import INQUIRY_FLOW, LEAD_FLOW, Inquiry, Lead, Recall
from banyan.response.recall.queries import papers

GOODS = (
    ("product_name", "product"), ("brand", "model"), ("lots", "gtin"), ("maker", "maker_name"),
    ("product_class", "regime"), "defect", "hazard",
)  # fmt: skip
CLOCK = (("assignee", "due_on"), ("due_rule", "is_due_provisional"), "escalated_on")


class LeadsInline(Inline):
    model = Lead
    fk_name = "inquiry"
    fields = ("number", "source", "received_on", "product_name", "state")


class RecallsInline(Inline):
    model = Recall
    fk_name = "inquiry"
    fields = ("number", "basis", "begun_on", "state", "due_on")


@register(Lead)
class LeadScreen(Screen):
    list_display = ("number", "product_name", "maker_name", "source", "county", "received_on", "state", "due_on")
    filters = (
        "state",
        "source",
        "county",
        "regime",
        "is_likely",
        "is_grave",
        "product_class",
        "received_on",
        "due_on",
    )
    finds_by = ("number", "reference", "gtin", "maker", "pk")
    search_help_text = _("Beginning of the number, reference or bar code, or the maker by name, pinyin or code")
    icon = "travel_explore"
    flow = LEAD_FLOW
    empty = _("No lead to a defect lies within your office.")
    export_fields = (
        "number", "source", "received_on", "happened_on", "product_name", "brand", "model", "lots", "gtin", "maker",
        "maker_name", "county", "origin", "made_in", "reference", "link", "state",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("source", "received_on"), ("happened_on", "is_grave"), ("sample", "inquiry"),
                           ("reporter", "informant"), ("origin", "reference"), ("made_in", "address"))}),
        (_("Goods"), {"fields": (*GOODS, "county")}),
        (_("Whose move"), {"fields": (*CLOCK, ("forwarded_to", "decided_on"))}),
        (_("Where it came from"), {"fields": (("came_by", "source_file", "source_row"),)}),
    )  # fmt: skip
    buttons = (
        Button(actions.enter_leads, _("Enter a lead"), forms.EnterLead, record="leads", where="list", icon="add"),
        Button(actions.report_defect, _("Report a defect"), forms.ReportDefect, where="list", icon="report"),
        Button(actions.concern_goods, _("Concerns goods here"), forms.ConcernGoods, move="concern_goods",
               icon="inventory_2", when=lambda one: not (one.product_id or one.maker_id)),
        Button(actions.open_inquiry, form=forms.OpenInquiry, move="open_inquiry", icon="search", variant="primary"),
        Button(actions.join_inquiry, form=forms.JoinInquiry, move="join_inquiry", icon="merge"),
        Button(actions.start_voluntary, form=forms.Goods, move="start_voluntary", icon="assignment_return"),
        Button(actions.forward_lead, form=forms.ForwardLead, move="forward_lead", icon="forward"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, bulk="leads", icon="swap_horiz"),
        Button(actions.hand_over_work, _("Hand over somebody's work"), forms.HandOver, where="list",
               icon="move_up"),
        Button(actions.dismiss_leads, form=forms.NeedsReason, move="dismiss_lead", bulk="leads", icon="close"),
        Button(actions.withdraw_leads, _("Withdraw the record"), forms.NeedsReason, move="dismiss_lead", bulk="leads",
               variant="danger"),
    )  # fmt: skip

    readonly_fields = ("address",)

    @admin.display(description=_("address of the notice"))
    def address(self, lead: Lead) -> str:
        """The notice where its authority published it, as a link where it is one of the web."""
        if not lead.link.startswith(("https://", "http://")):
            return lead.link
        return format_html('<a href="{}" rel="noreferrer">{}</a>', lead.link, lead.link)

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)


@register(Inquiry)
class InquiryScreen(PaperScreen):
    papers = papers
    list_display = ("number", "product_name", "maker", "county", "ordered_on", "state", "due_on")
    filters = ("state", "county", "regime", "product_class", "ordered_on", "due_on")
    finds_by = ("number", "gtin", "maker", "pk")
    icon = "search"
    flow = INQUIRY_FLOW
    empty = _("No inquiry into a defect lies within your office.")
    fieldsets = (
        (None, {"fields": (("ordered_on", "report_by"), ("reported_on", "concluded_on"), "finding", "conclusion")}),
        (_("Goods"), {"fields": (*GOODS, "county")}),
        (_("Whose move"), {"fields": CLOCK}),
    )
    inlines = (LeadsInline, RecallsInline)
    buttons = (
        Button(actions.report_inquiry, form=forms.ReportInquiry, move="report_inquiry", icon="lab_profile"),
        Button(actions.assess_risk, form=forms.AssessRisk, move="assess_risk", icon="crisis_alert"),
        Button(actions.notify_recall, form=forms.Goods, move="notify_recall", icon="mail", variant="primary"),
        Button(actions.start_recall, form=forms.Goods, move="start_recall", icon="assignment_return"),
        Button(actions.find_no_defect, form=forms.Conclude, move="find_no_defect", icon="check"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, bulk="inquiries", icon="swap_horiz"),
    )

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)
