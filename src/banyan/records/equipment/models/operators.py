"""Operators of special equipment with their licences."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Region
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.records.equipment.models.words import job_in_words, rule_in_words


class Operator(Record):
    """A person who operates equipment for a firm, in one job, with a licence or found without one."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=400)
    employer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("employer"))
    county = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", verbose_name=DISTRICT, editable=False
    )
    job = models.CharField(_("job"), max_length=6)
    licence = models.CharField(
        _("number of the licence"), max_length=40, blank=True, help_text=_("Left empty for somebody without one.")
    )
    licensed_on = models.DateField(_("licensed on"), null=True, blank=True)
    until_on = models.DateField(_("licence valid until"), null=True, blank=True, db_index=True)
    until_rule = models.CharField(_("rule of the term"), max_length=60, blank=True, editable=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    noun: ClassVar[str] = "equipment.operator"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("employer_id",)}
    personal: ClassVar = ("name",)
    spoken: ClassVar = {"job": job_in_words, "until_rule": rule_in_words}
    cites: ClassVar = ("until_rule",)
    named_by: ClassVar = ("employer",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{job_in_words(self.job)} · {self.employer}"
