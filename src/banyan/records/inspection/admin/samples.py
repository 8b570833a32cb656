"""Screens of samples and of what laboratories report about them."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import BY_FORM, Button, Inline, Screen, register, shown
from banyan.kit.scope import scoped
from banyan.records.inspection import actions, forms, queries
from banyan.records.inspection.admin.field import Acts, EvidenceInline
from banyan.records.inspection.models import (
    SAMPLE_FLOW,
    STANDING,
    Conclusion,
    Correction,
    ItemResult,
    Objection,
    Result,
    Sample,
    Service,
    Task,
)
from banyan.records.inspection.queries.objecting import who_may_object

FIRST_ITEMS = 12
MOST_ITEMS = 400


class ResultsInline(Inline):
    model = Result
    fields = ("kind", "laboratory", "report_number", "reported_on", "conclusion", "grade", "replaces", "withdrawn_on")


class ServicesInline(Inline):
    model = Service
    fields = ("role", "party", "served_on", "object_by", "manner")
    show_change_link = False


class ObjectionsInline(Inline):
    model = Objection
    fields = ("filed_on", "party", "kind", "state", "decision", "retest_laboratory", "fee_borne_by")


class CorrectionInline(Inline):
    model = Correction
    fields = ("ordered_on", "party", "state", "correct_by", "recheck_by", "rechecked_on")


class FollowUpsInline(Inline):
    model = Task
    fk_name = "follows"
    fields = ("planned_on", "organisation", "state", "visited_on")
    verbose_name_plural = _("follow-ups")


def items_table(result: Result, most: int) -> dict[str, Any]:
    """The items of a result as a table, those first that failed or whose own limit says otherwise."""
    first = Case(
        When(conclusion=Conclusion.FAILED, then=0), When(rejudged=ItemResult.Rejudged.DIFFERS, then=0), default=1
    )
    rows = list(result.items.order_by(first, "order")[: most + 1])
    names = ("item", "value", "limit", "unit", "method", "conclusion", "rejudged")
    columns = [ItemResult._meta.get_field(name) for name in names]
    return {
        "title": ItemResult._meta.verbose_name_plural,
        "heads": [field.verbose_name for field in columns],
        "rows": [{"url": "", "cells": [shown(one, field) for field in columns]} for one in rows[:most]],
        "more": len(rows) > most,
    }


def is_final_failure(sample: Sample) -> bool:
    return sample.conclusion == Conclusion.FAILED and sample.final_on is not None and sample.state != "closed"


def may_close(sample: Sample) -> bool:
    """A failure is closed after its correction only."""
    return sample.conclusion != Conclusion.FAILED or sample.state not in ("result_final", "published")


def is_failure(sample: Sample) -> bool:
    return sample.conclusion == Conclusion.FAILED


def awaits_decision(result: Result) -> bool:
    return result.awaits_since is not None and result.withdrawn_on is None


@register(Sample)
class SampleScreen(Acts):
    list_display = ("number", "product_name", "maker", "county", "sampled_on", "state", "conclusion", "due_on")
    filters = ("state", "conclusion", "county", "origin_county", "product_class", "scheme", "level", "drawn",
               "sampled_on", "due_on")  # fmt: skip
    finds_by = ("number", "pk", "lot", "maker")
    search_help_text = _("Beginning of the sample's number or lot, or the maker by name, pinyin or code")
    icon = "science"
    flow = SAMPLE_FLOW
    empty = _("No sample lies within your office. Samples are taken on the page of a task, or read in from files.")
    export_fields = (
        "number", "product_name", "brand", "model", "standard", "maker", "maker_name", "seller", "seller_name",
        "county", "origin_county", "product_class", "scheme", "level", "drawn", "sampled_on", "laboratory", "state",
        "conclusion", "grade", "judged_on", "published_on",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("number", "task"), ("product_name", "product_class"), ("brand", "model"),
                           ("standard", "lot"), ("made_on", "product"))}),
        (_("Who"), {"fields": (("maker", "maker_name"), ("seller", "seller_name"), ("origin_county", "park"),
                               ("industry", "size"), "platform")}),
        (_("Where and how"), {"fields": (("county", "stage"), ("place", "latitude", "longitude"),
                                         ("sampled_on", "quantity", "price"), ("seal", "spare_seal"),
                                         ("scheme", "level", "drawn"), ("stratum", "weight"),
                                         ("authority", "organiser"))}),
        (_("Result"), {"fields": (("laboratory", "received_on"), ("conclusion", "grade"), ("judged_on", "served_on"),
                                  ("final_on", "published_on"), ("spare_until", "case"))}),
        (_("Whose move"), {"fields": (("assignee", "due_on"), ("due_rule", "is_due_provisional"), "escalated_on")}),
        (_("Where it came from"), {"fields": (("source_file", "source_row"),)}),
    )  # fmt: skip
    inlines = (ResultsInline, ServicesInline, ObjectionsInline, CorrectionInline, FollowUpsInline, EvidenceInline)
    buttons = (
        Button(actions.hand_over, _("Hand over to a laboratory"), forms.HandOver, move="receive", bulk="samples",
               icon="local_shipping"),
        Button(actions.receive_samples, form=forms.ReceiveSample, move="receive", bulk="samples", icon="inbox"),
        Button(actions.reject_sample, form=forms.RejectSample, move="reject_seal", icon="broken_image"),
        Button(actions.record_loss, form=forms.NeedsReason, move="record_loss", icon="report"),
        Button(actions.report_results, form=forms.ReportResult, record=BY_FORM, move="report_result",
               icon="science", variant="primary"),
        Button(actions.notify_results, move="notify_result", bulk="samples", icon="mail"),
        Button(actions.serve_results, form=forms.ServeResult, move="serve_result", bulk="samples", icon="mail"),
        Button(actions.file_objections, form=forms.FileObjection, record=BY_FORM, move="file_objection",
               who=who_may_object, icon="feedback"),
        Button(actions.let_objections_lapse, move="let_objection_lapse", bulk="samples", icon="timer_off"),
        Button(actions.publish_results, move="publish_result", bulk="samples", icon="public"),
        Button(actions.order_corrections, move="order_correction", when=is_failure, bulk="samples", icon="build"),
        Button(actions.hand_to_enforcement, _("Hand to enforcement"), forms.CaseNumber, when=is_final_failure,
               icon="gavel"),
        Button(actions.add_evidence, _("Add pictures or papers"), forms.AddEvidence, icon="add_a_photo"),
        Button(actions.reassign, _("Reassign"), forms.Reassign, when=queries.whose_move, bulk="samples",
               icon="swap_horiz"),
        Button(actions.close_samples, move="close_sample", when=may_close, bulk="samples", icon="done_all"),
        Button(actions.amend_samples, _("Amend the record"), forms.AmendSample, record=BY_FORM, icon="edit"),
        Button(actions.withdraw_samples, _("Withdraw the record"), forms.NeedsReason, bulk="samples",
               variant="danger"),
    )  # fmt: skip

    def hanging(self, record: Any, request: Any) -> list[dict[str, Any]]:
        """What hangs on the sample, and the items of the result that counts today."""
        tables = super().hanging(record, request)
        counts = scoped(Result, request.user).filter(STANDING, sample=record).order_by("reported_on", "key")
        if (result := counts.last()) is not None:
            tables.insert(1, items_table(result, FIRST_ITEMS))
        return tables


@register(Result)
class ResultScreen(Screen):
    list_display = ("report_number", "sample", "kind", "laboratory", "reported_on", "conclusion")
    filters = ("kind", "conclusion", "laboratory", "reported_on")
    finds_by = ("report_number", "pk")
    icon = "lab_profile"
    ordering = ("-reported_on", "key")
    empty = _("No result lies within your office.")
    fields = (("sample", "kind"), ("laboratory", "report_number"), ("tested_on", "reported_on"),
              ("conclusion", "grade"), ("replaces", "awaits_since"))  # fmt: skip
    buttons = (
        Button(actions.amend_report, _("Send an amended report"), forms.AmendReport, record=BY_FORM,
               when=lambda result: result.is_standing, icon="edit_document"),
        Button(actions.accept_report, _("Accept the amended report"), when=awaits_decision, icon="check",
               variant="primary"),
        Button(actions.decline_report, _("Decline the amended report"), forms.NeedsReason, when=awaits_decision,
               icon="close"),
    )  # fmt: skip

    def hanging(self, record: Any, request: Any) -> list[dict[str, Any]]:
        """The items of the result."""
        return [items_table(record, MOST_ITEMS)]
