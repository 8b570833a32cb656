"""What a party does against its penalty: reconsideration or a lawsuit, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.kit.models import Record
from banyan.response.casework.models.cases import Case


class Remedy(Record):
    """One reconsideration or lawsuit: with whom, since when, whether within its term, and how it ended."""

    class Kind(models.TextChoices):
        RECONSIDERATION = "reconsider", _("reconsideration")
        LAWSUIT = "lawsuit", _("lawsuit")

    class End(models.TextChoices):
        UPHELD = "upheld", _("penalty upheld")
        CHANGED = "changed", _("fine changed")
        QUASHED = "quashed", _("penalty quashed")
        WITHDRAWN = "withdrawn", _("taken back by the party")

    case = models.ForeignKey(Case, models.PROTECT, related_name="remedies", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    authority = models.CharField(_("authority or court"), max_length=160)
    number = models.CharField(_("number there"), max_length=80, blank=True)
    asked_on = models.DateField(_("asked for on"))
    ask_by = models.DateField(_("may be asked for until"), null=True, blank=True)
    end = models.CharField(_("end"), max_length=10, choices=End, blank=True, default="")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    words = models.TextField(_("what was decided"), blank=True)
    fine_before = models.DecimalField(_("fine before"), max_digits=16, decimal_places=2, null=True, blank=True)
    fine_after = models.DecimalField(_("fine after"), max_digits=16, decimal_places=2, null=True, blank=True)

    noun: ClassVar[str] = "casework.remedy"
    reach: ClassVar = {"region": ("case__county__path",)}
    named_by: ClassVar = ("case",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("reconsideration or lawsuit")
        verbose_name_plural = _("reconsiderations and lawsuits")
        ordering = ("-asked_on", "-key")
        constraints = (
            models.UniqueConstraint(
                fields=["case"], name="one_open_remedy", condition=models.Q(end="", withdrawn_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(end="", ended_on__isnull=True)
                | ~models.Q(end="") & models.Q(ended_on__isnull=False),
                name="remedy_ended_with_its_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case.number} · {self.get_kind_display()} {self.asked_on}"
