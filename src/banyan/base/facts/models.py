"""The catalogue of fact segments and how far collection has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """One immutable Parquet file of facts of one kind and year."""

    kind = models.CharField(_("kind"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    path = models.CharField(_("file"), max_length=200, unique=True)
    rows = models.PositiveIntegerField(_("rows"))
    superseding = models.PositiveIntegerField(_("rows that replace earlier ones"))
    known_from = models.DateTimeField(_("first known at"))
    known_until = models.DateTimeField(_("last known at"))
    digest = models.CharField(_("digest"), max_length=64)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    noun: ClassVar[str] = "facts.segment"

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = (models.Index(fields=["kind", "year"], name="segment_kind_year"),)

    def __str__(self) -> str:
        return self.path


class Watermark(models.Model):
    """The last event whose versions are in the segments of a kind, and the columns that these segments have."""

    kind = models.CharField(max_length=60, primary_key=True)
    event = models.BigIntegerField(default=0)
    columns = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        verbose_name = _("watermark")
