"""Duties: who had to act by when, and did or did not."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Region
from banyan.kit import people
from banyan.kit.models import Person, Record
from banyan.kit.terms import DISTRICT, spoken
from banyan.response.casework.models.cases import Case
from banyan.response.casework.models.clues import Clue


class Duty(Record):
    """One thing that one officer had to do for a case or clue: since when, by when, done when, raised to whom."""

    class Task(models.TextChoices):
        VERIFY = "verify", _("verify the clue")
        INVESTIGATE = "investigate", _("investigate")
        REVIEW = "review", _("review the file")
        ANNOUNCE = "announce", _("announce the penalty")
        DECIDE = "decide", _("decide")
        SERVE = "serve", _("serve the decision")
        COLLECT = "collect", _("see the fine paid")
        ENFORCE = "enforce", _("go to the court")
        CLOSE = "close", _("close the case")
        PUBLISH = "publish", _("publish the penalty")
        UNPUBLISH = "unpublish", _("take the penalty off the public pages")
        TRANSFER = "transfer", _("decide on the transfer")
        HAND_OVER = "hand_over", _("hand the case over")
        COPY = "copy", _("copy it to the prosecutor")

    clue = models.ForeignKey(
        Clue, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("clue")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("case")
    )
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    task = models.CharField(_("duty"), max_length=12, choices=Task)
    officer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    rule = models.CharField(_("rule of the term"), max_length=60, blank=True)
    from_on = models.DateField(_("from"))
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    raised_on = models.DateField(_("went up on"), null=True, blank=True)
    raised_to = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("went up to")
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=150, blank=True)
    end = models.CharField(
        _("end"), max_length=8, blank=True,
        choices=[("done", _("done")), ("passed", _("passed on to somebody else")), ("void", _("no longer needed"))],
    )  # fmt: skip

    noun: ClassVar[str] = "casework.duty"
    reach: ClassVar = {"region": ("county__path",)}
    spoken: ClassVar = {"rule": spoken, "ended_by": people.named}
    cites: ClassVar = ("rule",)
    named_by: ClassVar = ("case", "clue")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ("-from_on", "-key")
        indexes = (
            models.Index(fields=["officer", "ended_on", "due_on"], name="duty_officer_open"),
            models.Index(fields=["ended_on", "due_on"], name="duty_open_due"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(clue__isnull=False) | models.Q(case__isnull=False), name="duty_of_clue_or_case"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case or self.clue} · {self.get_task_display()}"
