"""The frozen scope of a recall, and what each firm held of it: as the trace says and as the firm states."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation, Region
from banyan.kit.amounts import said
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.records.trace.queries import receipt_in_words
from banyan.records.traceability.queries import LONGEST_IDENTIFIER
from banyan.response.recall.models.recalls import Recall

TALLIES = {
    "made": _("made"),
    "received": _("received"),
    "sold": _("sold, handed on or used"),
    "returned": _("came back"),
    "sent_back": _("sent back"),
    "corrected": _("put right"),
    "destroyed": _("destroyed"),
}
"""What is counted at a holder. Each is kept apart; `left_over` says how they must add up."""

ENTERS, LEAVES = ("made", "received", "returned"), ("sold", "sent_back", "corrected", "destroyed")


class Scope(Record):
    """Which lots and units a recall covers and where they went, as known on a day; frozen with its receipt."""

    class Way(models.TextChoices):
        TRACE = "trace", _("computed from the trace")
        STATED = "stated", _("stated by the maker")

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="scopes", verbose_name=_("recall"))
    way = models.CharField(_("how it was found"), max_length=6, choices=Way)
    asked = models.JSONField(_("lots and units asked for"), default=list)
    frozen_on = models.DateField(_("frozen on"))
    known_at = models.DateField(_("as known on"))
    lines = models.JSONField(_("things reached"), default=list)
    lots = models.PositiveIntegerField(_("lots"), default=0)
    units = models.DecimalField(_("units"), max_digits=16, decimal_places=3, default=Decimal(0))
    firms = models.PositiveIntegerField(_("firms"), default=0)
    counties = models.JSONField(_("counties"), default=list)
    receipt = models.TextField(_("receipt"))
    replaced_on = models.DateField(_("replaced on"), null=True, blank=True)

    noun: ClassVar[str] = "recall.scope"
    reach: ClassVar = {"region": ("recall__county__path",), "organisation": ("recall__maker_id",)}
    named_by: ClassVar = ("recall",)
    spoken: ClassVar = {
        "asked": lambda asked: ", ".join(asked),
        "lines": lambda lines: str(len(lines)),
        "counties": lambda keys: str(len(keys)),
        "receipt": receipt_in_words,
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("scope of a recall")
        verbose_name_plural = _("scopes of recalls")
        ordering = ("-frozen_on", "-key")

    def __str__(self) -> str:
        return f"{self.recall} · {self.frozen_on}"


def amount(label: Any) -> Any:
    """A column for units; null where nobody has stated them yet."""
    return models.DecimalField(
        label, max_digits=16, decimal_places=3, null=True, blank=True,
    )  # fmt: skip


class Holding(Record):
    """What one firm held of a recall's goods, by one unit, and what became of it: as stated and as traced."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="holdings", verbose_name=_("recall"))
    party = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("holder")
    )
    place = models.CharField(_("place by the trace (GLN)"), max_length=LONGEST_IDENTIFIER, blank=True, default="")
    party_name = models.CharField(_("holder as named in the trace"), max_length=240)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    is_maker = models.BooleanField(_("the maker"), default=False)
    unit = models.CharField(_("unit"), max_length=8, blank=True)
    told_on = models.DateField(_("told on"), null=True, blank=True)
    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    traced_on = models.DateField(_("traced on"), null=True, blank=True)
    reached = models.PositiveBigIntegerField(_("users reached"), null=True, blank=True)
    made = amount(_("made"))
    received = amount(_("received"))
    sold = amount(_("sold, handed on or used"))
    returned = amount(_("came back"))
    sent_back = amount(_("sent back"))
    corrected = amount(_("put right"))
    destroyed = amount(_("destroyed"))
    traced = models.JSONField(_("counts by the trace"), default=dict, blank=True)

    noun: ClassVar[str] = "recall.holding"
    reach: ClassVar = {
        "region": ("county__path", "recall__county__path"),
        "organisation": ("party_id", "recall__maker_id"),
    }
    named_by: ClassVar = ("recall", "party")
    spoken: ClassVar = {
        "traced": lambda traced: ", ".join(
            f"{TALLIES[name]} {said(Decimal(value))}" for name, value in traced.items()
        )
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("units at a holder")
        verbose_name_plural = _("units by holder")
        ordering = ("-is_maker", "party_name", "key")
        constraints = (
            models.UniqueConstraint(
                fields=["recall", "party", "unit"],
                condition=models.Q(party__isnull=False),
                name="one_holding_a_party_and_unit",
            ),
            models.UniqueConstraint(
                fields=["recall", "place", "party_name", "unit"],
                condition=models.Q(party__isnull=True),
                name="one_holding_a_place_and_unit",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__gte": 0}),
                    name=f"holding_{name}_not_below_0",
                )
                for name in TALLIES
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} · {self.recall.number}"

    @property
    def title(self) -> str:
        """The holder in words, with the unit where the trace counts in one."""
        return f"{self.party_name} ({self.unit})" if self.unit else self.party_name

    @property
    def holder(self) -> str:
        """By which a holder is known again: its key in the registry, its place, or else its name as stated."""
        return self.party_id or self.place or self.party_name

    @property
    def stated(self) -> dict[str, Decimal]:
        """What the firm stated, count by count; empty where it stated nothing."""
        return {name: value for name in TALLIES if (value := getattr(self, name)) is not None}

    @property
    def left_over(self) -> Decimal:
        """What by its own statement still lies there: what came in less what went out. Nothing is to be left."""
        stated = self.stated
        came = sum((stated.get(name, Decimal(0)) for name in ENTERS), Decimal(0))
        return came - sum((stated.get(name, Decimal(0)) for name in LEAVES), Decimal(0))
