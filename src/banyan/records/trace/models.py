"""Nouns of the trace: the way of a lot as its maker lets the public read it, and how far goods are traced by day."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan import epcis
from banyan.base.registry.queries import Organisation, Product, Region
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT

RECEIPT = re.compile(r"(forward|backward|common) (.+?)(?: --on (\S+))?: events 1-(\d+), (\d+) things, (\w+)")
DIRECTIONS = {"forward": _("forward"), "backward": _("backward"), "common": _("common sources of several")}


def receipt_in_words(receipt: str) -> str:
    """The receipt of a trace in the language of the page; what is none, as it is."""
    if (told := RECEIPT.fullmatch(receipt)) is None:
        return receipt
    direction, asked, day, last, n, digest = told.groups()
    until = gettext(" up to %(day)s") % {"day": day} if day else ""
    return gettext("%(direction)s %(asked)s%(until)s: events 1 to %(last)s, %(n)s things, digest %(digest)s") % {
        "direction": DIRECTIONS[direction], "asked": asked, "until": until, "last": last, "n": n, "digest": digest,
    }  # fmt: skip


class PublishedTrace(Record):
    """What a shopper may read of the way of a lot, frozen on the day it was published. Partners stand by district."""

    identifier = models.CharField(_("identifier"), max_length=epcis.LONGEST_IDENTIFIER)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="published_traces", verbose_name=_("published by")
    )
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    sources = models.JSONField(_("made from"), default=list, blank=True)
    districts = models.JSONField(_("seen in"), default=list, blank=True)
    gaps = models.PositiveIntegerField(_("gaps"), default=0)
    receipt = models.TextField(_("receipt"))
    published_on = models.DateField(_("published on"))

    noun: ClassVar[str] = "trace.published"
    spoken: ClassVar = {"receipt": receipt_in_words}
    view_right: ClassVar[str] = "traceability.view"
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("published trace")
        verbose_name_plural = _("published traces")
        ordering = ("-published_on", "key")
        constraints = (
            models.UniqueConstraint(
                fields=["identifier"], condition=models.Q(withdrawn_on__isnull=True), name="one_way_of_a_lot"
            ),
        )

    def __str__(self) -> str:
        return self.identifier


def counts_in_words(lines: list[dict[str, Any]]) -> str:
    """How many events of how many firms a day has."""
    events = sum(line["events"] for line in lines)
    return gettext("%(events)d events of %(firms)d firms") % {"events": events, "firms": len(lines)}


class TraceDay(Record):
    """
    How far the goods of the firms of a district can be traced by the events of one day: a line for each firm.

    A firm keeps its place in `firms`; a day of more than FIRMS has further parts. `upto` is the event that was the
    last when the line was told.
    """

    FIRMS: ClassVar[int] = 500
    COUNTS: ClassVar = ("events", "late", "taking", "traced", "goods", "lots", "forwarded", "gaps")

    on = models.DateField(_("day"))
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    firms = models.JSONField(_("counts by firm"), default=list)
    upto = models.BigIntegerField(_("last event seen"), db_index=True)

    noun: ClassVar[str] = "trace.day"
    view_right: ClassVar[str] = "traceability.view"
    reach: ClassVar = {"region": ("county__path",)}
    spoken: ClassVar = {"firms": counts_in_words}
    named_by: ClassVar = ("county",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("day of the trace")
        verbose_name_plural = _("days of the trace")
        ordering = ("-on", "key")

    def __str__(self) -> str:
        return f"{self.on} {self.county or ''}"
