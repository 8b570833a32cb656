"""What a laboratory reports: the result of a test and its items with limits."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation
from banyan.kit import bulk
from banyan.kit.models import Record
from banyan.records.inspection.models.samples import Conclusion, Grade, Sample

DIMENSIONS_OF_ITEMS = (
    "scheme", "level", "county_id", "origin_county_id", "maker_id", "seller_id", "park_id", "industry_id",
    "product_class_id", "size", "stage", "drawn", "stratum", "cluster", "weight", "sampled_on",
)  # fmt: skip

FIELDS_OF_ITEMS = (
    "order", "item", "category", "unit", "value", "limit", "method", "conclusion", "rejudged", "rejudged_reason",
)  # fmt: skip

STANDING = models.Q(withdrawn_on=None, awaits_since=None)
"""Which results count: neither replaced nor withdrawn, nor waiting for the authority's decision."""

_of_sample, _of_item = bulk.values_of(DIMENSIONS_OF_ITEMS), bulk.values_of(FIELDS_OF_ITEMS)


class Result(Record):
    """One report on a test of a sample: first test, re-test or re-check.

    An amended report is a further result of the same kind that `replaces` the earlier one, which is withdrawn with
    that and kept. `awaits_since` is set while the authority has to decide about it; it does not count before.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", _("first test")
        RETEST = "retest", _("re-test")
        RECHECK = "recheck", _("re-check")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="results", verbose_name=_("sample"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.INITIAL)
    laboratory = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name=_("laboratory"))
    report_number = models.CharField(_("report number"), max_length=80, blank=True)
    tested_on = models.DateField(_("tested on"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"))
    conclusion = models.CharField(_("conclusion"), max_length=12, choices=Conclusion)
    grade = models.CharField(_("grade of failure"), max_length=8, choices=Grade, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amended_by", verbose_name=_("replaces")
    )
    awaits_since = models.DateField(_("amended report awaits the authority since"), null=True, blank=True)

    noun: ClassVar[str] = "inspection.result"
    reach: ClassVar = {
        "region": ("sample__county__path", "sample__origin_county__path", "sample__organiser__path"),
        "organisation": ("sample__maker_id", "sample__seller_id"),
        "laboratory": ("laboratory_id",),
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("test result")
        verbose_name_plural = _("test results")
        ordering = ("reported_on", "key")
        indexes = (
            models.Index(fields=["-reported_on", "key"], name="result_day_key"),
            models.Index(
                fields=["awaits_since", "key"], name="result_awaits", condition=models.Q(awaits_since__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["sample", "kind"],
                condition=models.Q(kind__in=["initial", "retest"]) & STANDING,
                name="one_standing_result_a_kind",
            ),
        )

    def __str__(self) -> str:
        return self.report_number or self.key

    @property
    def is_standing(self) -> bool:
        """Whether the result counts."""
        return self.withdrawn_on is None and self.awaits_since is None

    def version_extra(self) -> dict[str, Any]:
        """The items, and the sample's dimensions that item facts need, beside the result's own fields.

        A bulk verb sets `_items` (list of ItemResult) beforehand, so that no query is made per result.
        """
        items = getattr(self, "_items", None)
        if items is None:
            items = list(self.items.all())
        sample = self.sample
        dimensions = zip(DIMENSIONS_OF_ITEMS, _of_sample(vars(sample)), strict=True)
        return {"items": [item.as_version() for item in items], **dict(dimensions)}


class ItemResult(models.Model):
    """One tested item of a result, as the laboratory wrote it, and what re-judging it by its limit gives."""

    class Rejudged(models.TextChoices):
        AGREES = "agrees", _("agrees")
        DIFFERS = "differs", _("differs")
        CANNOT = "cannot", _("cannot be re-judged")

    result = models.ForeignKey(
        Result, models.PROTECT, related_name="items", verbose_name=_("test result"), db_index=False
    )
    order = models.PositiveSmallIntegerField(_("order"))
    item = models.CharField(_("item"), max_length=160)
    category = models.CharField(_("class of item"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    value = models.CharField(_("value found"), max_length=160, blank=True)
    limit = models.CharField(_("limit"), max_length=240, blank=True)
    method = models.CharField(_("test method"), max_length=120, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=12, choices=Conclusion)
    rejudged = models.CharField(_("re-judged"), max_length=8, choices=Rejudged, blank=True)
    rejudged_reason = models.CharField(_("why"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("item result")
        verbose_name_plural = _("item results")
        ordering = ("result", "order")
        constraints = (models.UniqueConstraint(fields=["result", "order"], name="item_order_once"),)

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"

    def as_version(self) -> dict[str, Any]:
        """The item as the version of its result keeps it."""
        return dict(zip(FIELDS_OF_ITEMS, _of_item(vars(self)), strict=True))
