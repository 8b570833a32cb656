"""The office's screen of the ways of lots that are public."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Screen, register
from banyan.records.trace import actions, forms
from banyan.records.trace.models import PublishedTrace


def is_public(trace: PublishedTrace) -> bool:
    return trace.withdrawn_on is None


@register(PublishedTrace)
class PublishedTraceScreen(Screen):
    list_display = ("identifier", "product", "organisation", "county", "made_on", "published_on", "withdrawn_on")
    filters = ("published_on", "withdrawn_on", "organisation")
    finds_by = ("identifier", "product", "pk")
    icon = "route"
    empty = _("Nobody has let the public read the way of a lot yet. A maker does so for its own lots, one by one.")
    fields = ("identifier", ("product", "organisation"), ("county", "made_on", "published_on"), "read_at",
              ("gaps", "receipt"))  # fmt: skip
    readonly_fields = ("read_at",)
    buttons = (
        Button(actions.publish_trace, _("Publish the way of a lot"), forms.PublishTrace, where="list"),
        Button(actions.withdraw_trace, _("Withdraw from the public"), forms.NeedsReason, record="trace",
               when=is_public, variant="danger", icon="visibility_off"),
    )  # fmt: skip

    def read_at(self, trace: PublishedTrace) -> SafeString:
        """Where the public reads it."""
        path = trace.identifier.removeprefix("https://id.gs1.org")
        return format_html('<a href="{}">{}</a>', path, path)

    read_at.short_description = _("public page")  # type: ignore[attr-defined]
