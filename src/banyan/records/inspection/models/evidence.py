"""Evidence: the pictures and papers that belong to a task or sample."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.kit.models import Record
from banyan.records.inspection.models.samples import Sample
from banyan.records.inspection.models.tasks import SAMPLERS_MAY, Task


class Evidence(Record):
    """A photograph or paper that belongs to a task or sample, with its digest."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photograph")
        FORM = "form", _("signed sampling form")
        PROOF = "proof", _("proof brought by the party")
        REPORT = "report", _("report")

    sample = models.ForeignKey(
        Sample, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("sample")
    )
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("task")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PHOTO)
    file = models.FileField(_("file"), upload_to="evidence")
    name = models.CharField(_("file name"), max_length=160)
    media_type = models.CharField(_("media type"), max_length=60)
    size = models.PositiveIntegerField(_("size (bytes)"))
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    taken_on = models.DateField(_("taken on"))
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    noun: ClassVar[str] = "inspection.evidence"
    reach: ClassVar = {
        "region": ("sample__county__path", "task__county__path"),
        "organisation": ("sample__maker_id", "sample__seller_id", "task__organisation_id"),
        "laboratory": ("sample__laboratory_id",),
    }
    names_people: ClassVar = dict.fromkeys(SAMPLERS_MAY, ("task__samplers", "sample__task__samplers"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.name
