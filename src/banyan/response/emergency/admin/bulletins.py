"""Screens of bulletins, of messages, and of who acknowledged them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Inline, PaperScreen, Screen, register
from banyan.response.emergency import actions, forms
from banyan.response.emergency.admin.activations import marked
from banyan.response.emergency.models import Bulletin, Message, Receipt
from banyan.response.emergency.queries import cap, papers


class ReceiptsInline(Inline):
    model = Receipt
    fields = ("person", "role", "due_at", "acknowledged_at", "in_time", "answer")
    ordering = ("acknowledged_at", "due_at", "key")


class MessagesInline(Inline):
    model = Message
    fields = ("sent_at", "roles", "text", "due_at")


def stands(bulletin: Bulletin) -> bool:
    return bulletin.state == Bulletin.State.STANDS and bulletin.sort != Bulletin.Sort.CANCEL


@register(Bulletin)
class BulletinScreen(PaperScreen):
    papers = papers
    list_display = ("number", "exercise", "sort", "headline", "county", "is_public", "issued_at", "state")
    filters = ("state", "sort", "is_drill", "is_public", "county", "issued_on")
    finds_by = ("number", "gtin", "pk")
    icon = "feed"
    empty = _("No bulletin was issued within your office.")
    fieldsets = (
        (None, {"fields": (("number", "exercise"), ("sort", "replaces"), "activation", ("kind", "state"),
                           ("county", "area"), ("roles", "is_public"), ("urgency", "severity"), "certainty",
                           ("issued_at", "expires_at"))}),
        (_("What it says"), {"fields": ("headline", "description", "measures", "contact")}),
        (_("Goods"), {"fields": (("product_name", "brand"), ("model", "lots"), ("gtin", "photo_digest"))}),
    )  # fmt: skip
    readonly_fields = ("exercise",)
    inlines = (MessagesInline,)
    buttons = (
        Button(actions.issue_bulletin, _("Issue a bulletin"), forms.IssueBulletinAlone, record="bulletin",
               where="list", icon="feed"),
        Button(actions.update_bulletin, _("Update by another"), forms.UpdateBulletin, when=stands, icon="update",
               variant="primary"),
        Button(actions.cancel_bulletin, _("Cancel by another"), forms.NeedsReason, when=stands, icon="cancel",
               variant="danger"),
    )  # fmt: skip

    @admin.display(description=_("exercise"))
    def exercise(self, record: Any) -> str:
        return marked(record)

    def get_urls(self) -> list[Any]:
        views = [
            path("<path:key>/cap.xml", self.admin_site.admin_view(self.cap_view), name="emergency_bulletin_cap_file"),
            path(
                "<path:key>/photo", self.admin_site.admin_view(self.photo_view), name="emergency_bulletin_photo_file"
            ),
        ]
        return [*views, *super().get_urls()]

    def cap_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The bulletin as CAP 1.2, exercises too, within the person's rights."""
        content = cap.cap_of(self._one(request, key))
        return HttpResponse(content, content_type=cap.MEDIA_TYPE)

    def photo_view(self, request: HttpRequest, key: str) -> Any:
        """The photograph of a bulletin, within the person's rights."""
        bulletin = self._one(request, key)
        if not bulletin.photo or not bulletin.photo.storage.exists(bulletin.photo.name):
            raise Http404(key)
        return FileResponse(bulletin.photo.open("rb"), content_type=bulletin.photo_type)

    def _one(self, request: HttpRequest, key: str) -> Bulletin:
        found = self.get_queryset(request).filter(pk=key).first() if self.has_view_permission(request) else None
        if found is None:
            raise Http404(key)
        return found  # type: ignore[no-any-return]


@register(Message)
class MessageScreen(Screen):
    list_display = ("sent_at", "exercise", "activation", "roles", "text", "due_at")
    filters = ("is_drill", "county")
    finds_by = ("activation__number", "pk")
    icon = "campaign"
    empty = _("No message was sent within your office.")
    fields = (("activation", "bulletin"), "roles", "text", ("sent_at", "due_at"), "exercise")
    readonly_fields = ("exercise",)
    inlines = (ReceiptsInline,)

    @admin.display(description=_("exercise"))
    def exercise(self, record: Any) -> str:
        return marked(record)


def is_unanswered(receipt: Receipt) -> bool:
    return receipt.acknowledged_at is None


@register(Receipt)
class ReceiptScreen(Screen):
    list_display = ("message", "exercise", "person", "role", "sent_at", "due_at", "acknowledged_at", "in_time")
    filters = ("in_time", "is_drill", "county", "sent_on")
    finds_by = ("pk",)
    icon = "mark_chat_read"
    empty = _("Nothing was sent to you.")
    fields = ("words", "about", "exercise", ("person", "role"), ("sent_at", "due_at"), ("acknowledged_at", "in_time"),
              "answer")  # fmt: skip
    readonly_fields = ("words", "about", "exercise")
    buttons = (
        Button(actions.acknowledge, _("Acknowledge"), forms.Acknowledge, bulk="receipts", when=is_unanswered,
               icon="mark_chat_read", variant="primary"),
    )  # fmt: skip

    @admin.display(description=_("text"))
    def words(self, receipt: Receipt) -> str:
        """The whole message: those to whom it went may see nothing else of the response."""
        return receipt.message.text

    @admin.display(description=_("emergency and place"))
    def about(self, receipt: Receipt) -> str:
        """What it is about and where: whoever is called to a place must know which."""
        response, bulletin = receipt.message.activation, receipt.message.bulletin
        if response is not None:
            return " · ".join(str(part) for part in (response, response.county, response.place) if part)
        return f"{bulletin} · {bulletin.area}" if bulletin is not None else "—"

    @admin.display(description=_("exercise"))
    def exercise(self, record: Any) -> str:
        return marked(record)
