"""The office's screens of captures, places, shares, purposes, events and things."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock
from banyan.kit.office import Button, Screen, register
from banyan.records.masterdata.queries import VocabularyElement, each_once, told_in_words
from banyan.records.traceability import actions, forms, queries
from banyan.records.traceability.models import CaptureJob, Location, Purpose, Share, Thing, TraceEvent


class NeedsPurpose(Screen):
    """A screen of the stream: who reads the events of other firms says first what for."""

    empty: ClassVar[Any] = _(
        "Nothing is shown: no event names your firm, or you have not stated today what you read the events of firms "
        "for (Stated purposes)."
    )
    show_timeline = False

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)
        if not self.has_view_permission(request):
            return rows
        try:
            queries.demand_purpose(request.user, on=clock.today())
        except queries.NoPurpose:
            return rows.none()
        return rows

    def change_view(self, request: HttpRequest, object_id: str, *given: Any, **named: Any) -> Any:
        """The record; who has not said yet what for is led to where it is said."""
        try:
            return super().change_view(request, object_id, *given, **named)
        except Http404:
            try:
                queries.demand_purpose(request.user, on=clock.today())
            except queries.NoPurpose as refusal:
                messages.warning(request, refusal.sentence)
                return redirect("office:traceability_purpose_new", name="state_purpose")
            raise


@register(CaptureJob)
class CaptureScreen(NeedsPurpose):
    list_display = ("started_at", "organisation", "success", "stored", "unchanged", "refused", "media_type")
    filters = ("success", "started_at", "organisation")
    finds_by = ("pk", "organisation")
    icon = "upload_file"
    fields = (("organisation", "username"), ("media_type", "on_error"), ("started_at", "finished_at"),
              ("success", "stored", "unchanged", "refused"), "described", "problems_told", "digest")  # fmt: skip
    readonly_fields = ("problems_told",)

    @staticmethod
    def _told(one: dict[str, str]) -> str:
        return f"{one['path']}: {one['says']}"

    def problems_told(self, job: CaptureJob) -> str:
        """What is wrong, by path."""
        return "\n".join(self._told(one) for one in job.problems) or "—"

    problems_told.short_description = _("what is wrong")  # type: ignore[attr-defined]


@register(VocabularyElement)
class MasterDataScreen(NeedsPurpose):
    list_display = ("identifier", "kind", "organisation", "told_at")
    filters = ("kind", "organisation", "told_at")
    finds_by = ("identifier", "gtin")
    icon = "menu_book"
    empty = _(
        "Nothing is shown: nobody told anything of places or goods yet, or you have not stated today what you read "
        "the events of firms for (Stated purposes)."
    )
    show_timeline = True
    fields = (("identifier", "gtin"), ("kind", "vocabulary"), ("organisation", "told_at"), "capture", "told")
    readonly_fields = ("told",)

    def told(self, element: VocabularyElement) -> str:
        """Its attributes and parts."""
        return format_html("<pre class='whitespace-pre-wrap'>{}</pre>", told_in_words(element))

    told.short_description = _("what is told")  # type: ignore[attr-defined]

    def get_queryset(self, request: Any) -> Any:
        return each_once(super().get_queryset(request))


@register(Location)
class LocationScreen(Screen):
    list_display = ("identifier", "name", "organisation", "county")
    filters = ("county", "organisation")
    finds_by = ("identifier", "organisation")
    icon = "location_on"
    empty = _("No place of your office has a number yet.")
    fields = ("identifier", "name", ("organisation", "county"))


@register(Share)
class ShareScreen(Screen):
    list_display = ("organisation", "partner", "from_on", "until_on")
    filters = ("organisation", "until_on")
    finds_by = ("organisation",)
    icon = "share"
    empty = _("No firm of your office shares its events beyond those that name the partner.")
    fields = (("organisation", "partner"), ("from_on", "until_on"))
    buttons = (
        Button(actions.share_events, _("Share with a partner"), forms.ShareEvents, where="list"),
        Button(actions.stop_sharing, _("Stop sharing"), forms.NeedsReason, record="share", icon="link_off"),
    )


@register(Purpose)
class PurposeScreen(Screen):
    list_display = ("says", "username", "from_on", "until_on")
    filters = ("from_on",)
    finds_by = ("username",)
    icon = "policy"
    empty = _("No purpose was stated yet.")
    fields = ("says", "username", ("from_on", "until_on"))
    buttons = (Button(actions.state_purpose, _("State a purpose"), forms.StatePurpose, where="list"),)


@register(TraceEvent)
class EventScreen(NeedsPurpose):
    list_display = ("event_time", "type", "action", "biz_step", "holder", "county", "captured_by")
    filters = ("type", "biz_step", "event_time", "county")
    finds_by = ("event_id", "hash")
    icon = "timeline"
    fields = (("type", "action"), ("event_time", "offset"), ("biz_step", "disposition"), "read_point", "biz_location",
              ("holder", "county"), ("captured_by", "capture"), "record_time", "event_id", "hash", "declares_wrong",
              "told")  # fmt: skip
    readonly_fields = ("told",)

    def told(self, event: TraceEvent) -> str:
        """The event as it was sent."""
        text = json.dumps(event.content, ensure_ascii=False, indent=1)
        return format_html("<pre class='whitespace-pre-wrap'>{}</pre>", text)

    told.short_description = _("as it was sent")  # type: ignore[attr-defined]

    def get_queryset(self, request: Any) -> Any:
        return queries.each_once(super().get_queryset(request), request.user)


@register(Thing)
class ThingScreen(NeedsPurpose):
    list_display = ("epc", "kind", "gtin", "product")
    filters = ("kind",)
    finds_by = ("epc", "gtin")
    icon = "qr_code_2"
    fields = ("epc", ("kind", "gtin"), "product")

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).distinct()
