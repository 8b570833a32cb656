"""The office's screens of the ways of lots that are public, and of how far goods are traced day by day."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation
from banyan.kit.office import Button, Screen, register
from banyan.records.trace import actions, forms
from banyan.records.trace.models import PublishedTrace, TraceDay

HEADS = {
    "events": _("events"), "late": _("late"), "taking": _("with goods taken in"), "traced": _("of known origin"),
    "goods": _("goods"), "lots": _("lots made"), "forwarded": _("of known recipient"), "gaps": _("gaps"),
}  # fmt: skip


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


@register(TraceDay)
class TraceDayScreen(Screen):
    list_display = ("key", "on", "county", "events")
    filters = ("on", "county")
    finds_by = ("pk",)
    icon = "event_available"
    empty = _("No day of events has been told yet. The daily run tells them when firms have sent events.")
    fields = (("on", "county"), "counts", "upto")
    readonly_fields = ("counts",)

    def events(self, day: TraceDay) -> int:
        """How many events happened."""
        return sum(line["events"] for line in day.firms)

    events.short_description = _("events")  # type: ignore[attr-defined]

    def counts(self, day: TraceDay) -> SafeString:
        """The counts of each firm, by its name."""
        firms = Organisation.objects.in_bulk(
            [line["organisation_id"] for line in day.firms if line["organisation_id"]]
        )
        head = format_html_join("", '<th class="number">{}</th>', ((HEADS[name],) for name in TraceDay.COUNTS))
        rows = format_html_join(
            "", '<tr><th scope="row">{}</th>{}</tr>',
            (
                (
                    firms.get(line["organisation_id"], "—"),
                    format_html_join("", '<td class="number">{}</td>', ((line[name],) for name in TraceDay.COUNTS)),
                )
                for line in day.firms
                if line["events"]
            ),
        )  # fmt: skip
        return format_html(
            '<div class="office-scroll" tabindex="0"><table class="office-table"><thead><tr><th>{}</th>{}</tr>'
            "</thead><tbody>{}</tbody></table></div>",
            _("firm"), head, rows,
        )  # fmt: skip

    counts.short_description = _("counts by firm")  # type: ignore[attr-defined]
