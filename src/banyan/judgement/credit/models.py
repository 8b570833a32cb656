"""Grades: what a firm was graded by the nightly weighing, and since when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation
from banyan.kit.models import Record


class Grade(Record):
    """The grade of a firm that has or had findings, since the day on which it changed. Its key is the firm's.

    The score of any day is computed anew from the facts; here stands what it was when the grade changed.
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="credit_grade", verbose_name=_("firm")
    )
    grade = models.CharField(_("grade"), max_length=6, db_index=True)
    before = models.CharField(_("grade before"), max_length=6, blank=True)
    score = models.DecimalField(_("score on that day"), max_digits=8, decimal_places=2)
    since_on = models.DateField(_("since"), db_index=True)

    noun: ClassVar[str] = "credit.grade"
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}
    named_by: ClassVar = ("organisation",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("credit grade")
        verbose_name_plural = _("credit grades")
        ordering = ("-since_on", "key")

    def __str__(self) -> str:
        return f"{self.grade} · {self.organisation}"
