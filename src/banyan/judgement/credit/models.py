"""Grades by the nightly weighing, and what firms say against lines of their credit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation
from banyan.kit import people
from banyan.kit.models import Record, Timed
from banyan.kit.workflow import workflow


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


OBJECTION_FLOW = workflow(
    "credit.objection",
    {
        "open": _("open"),
        "upheld": _("upheld, the record was corrected"),
        "refused": pgettext_lazy("objection", "refused"),
    },
    ("uphold_objection", _("Uphold: the record was corrected"), "open", "upheld"),
    ("refuse_objection", _("Refuse"), "open", "refused"),
    written=_("Rules on sharing government data, art. 26"),
)


class Objection(Timed):
    """What a firm says against one line of its credit: which record, and why that is wrong."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="credit_objections", verbose_name=_("firm")
    )
    rule = models.CharField(_("rule"), max_length=120)
    record_noun = models.CharField(_("kind of record"), max_length=40)
    record_key = models.CharField(_("key of the record"), max_length=60)
    version = models.BigIntegerField(_("version objected to"))
    words = models.TextField(_("what is wrong, and how that can be seen"))
    state = models.CharField(_("state"), max_length=8, choices=OBJECTION_FLOW.choices, default="open", db_index=True)
    objected_on = models.DateField(_("objected on"))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=150, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    noun: ClassVar[str] = "credit.objection"
    spoken: ClassVar = {"answered_by": people.named}
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}
    named_by: ClassVar = ("organisation",)
    cites: ClassVar = ("rule", "due_rule")

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("objection to a line of credit")
        verbose_name_plural = _("objections to lines of credit")
        ordering = ("-objected_on", "key")
        indexes = (models.Index(fields=["organisation", "state"], name="objection_firm_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "rule", "record_noun", "record_key"], condition=models.Q(state="open"),
                name="one_open_objection_a_line",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation} · {self.record_key}"
