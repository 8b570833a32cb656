"""Clues: what may become a case, from wherever it came, on the desk of the officer who is to verify it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, ProductClass, Region
from banyan.kit import people
from banyan.kit.models import Timed
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow

WRITTEN = _("SAMR order 2")

CLUE_FLOW = workflow(
    "casework.clue",
    {"waiting": _("to be verified"), "filed": _("became a case"), "joined": _("joined to a case"),
     "declined": _("no case: reason stated")},
    ("extend_verification", _("Extend the verification"), "waiting", "waiting"),
    ("file_case", _("File a case"), "waiting", "filed"),
    ("join_clue", _("Join to a case"), "waiting", "joined"),
    ("decline_clues", _("File no case"), "waiting", "declined"),
    written=WRITTEN,
)  # fmt: skip


class Cause(models.TextChoices):
    """What made somebody suspect a breach."""

    SAMPLE = "sample", _("failed sample")
    ALERT = "alert", _("alert")
    COMPLAINT = "complaint", _("complaint")
    REPORT = "report", _("report of a breach")
    RECALL = "recall", _("recall")
    TRANSFER = "transfer", _("handed over by another authority")
    INSPECTION = "inspection", pgettext_lazy("cause", "inspection")


class Matter(Timed):
    """What a clue and the case that follows are about: whom, which goods, where, since when."""

    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    source_noun = models.CharField(_("kind of the record that led to it"), max_length=40, blank=True)
    source_key = models.CharField(_("record that led to it"), max_length=60, blank=True)
    title = models.CharField(_("matter"), max_length=240)
    party = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party")
    )
    party_name = models.CharField(_("party as stated"), max_length=240, blank=True)
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product class")
    )
    product_name = models.CharField(_("product"), max_length=240, blank=True)
    lots = models.TextField(_("lots"), blank=True)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)

    class Meta(Timed.Meta):
        abstract = True


class Clue(Matter):
    """A possible breach. Nothing opens or closes by itself: an officer files a case, joins it to one, or declines."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=CLUE_FLOW.choices, default="waiting")
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    received_on = models.DateField(_("taken in on"))
    detail = models.TextField(_("what is known"), blank=True)
    extended_on = models.DateField(_("verification extended on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="clues", verbose_name=_("case")
    )

    noun: ClassVar[str] = "casework.clue"
    spoken: ClassVar = {"decided_by": people.named}
    reach: ClassVar = {"region": ("county__path",)}
    named_by: ClassVar = ("party",)

    class Meta(Matter.Meta):
        abstract = False
        verbose_name = _("clue")
        verbose_name_plural = _("clues")
        ordering = ("-received_on", "key")
        indexes = (
            models.Index(fields=["state", "due_on"], name="clue_state_due"),
            models.Index(fields=["assignee", "state"], name="clue_assignee_state"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["source_noun", "source_key"],
                condition=~models.Q(source_key="") & models.Q(withdrawn_on__isnull=True), name="one_clue_a_source",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
