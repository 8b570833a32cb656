"""Noun of the trace: the way of a lot as its maker lets the public read it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan import epcis
from banyan.base.registry.queries import Organisation, Product, Region
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT


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
