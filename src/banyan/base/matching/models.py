"""A name that came without a code, the firms that it may mean with why, and who decided which one it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation, Region
from banyan.kit import people
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow

MATCH_FLOW = workflow(
    "matching.name_match",
    {
        "proposed": _("to be decided"),
        "accepted": _("matched"),
        "refused": _("not in the register"),
    },
    ("accept_match", _("Accept the match"), "proposed", "accepted"),
    ("choose_match", _("Choose another firm"), "proposed refused", "accepted"),
    ("refuse_match", _("None of these"), "proposed", "refused"),
    ("undo_match", _("Undo the decision"), "accepted refused", "proposed"),
    written=_("matching.* of the packs"),
)


def said(candidates: Any) -> str:
    """Candidates as a timeline shows them: names and probabilities."""
    return "; ".join(f"{one['name']} {one['probability']:.0%}" for one in candidates or ())


class NameMatch(Record):
    """A name from elsewhere, and the firm of the register that it means, if any."""

    name = models.CharField(_("name as it came"), max_length=160)
    source = models.CharField(_("where it came from"), max_length=120)
    place = models.CharField(_("place in the source"), max_length=60, blank=True)
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="name_matches", verbose_name=_("firm"),
    )  # fmt: skip
    probability = models.DecimalField(_("probability"), max_digits=5, decimal_places=4, null=True, blank=True)
    candidates = models.JSONField(_("firms that it may mean"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=MATCH_FLOW.choices, default="proposed")
    is_by_machine = models.BooleanField(_("decided by machine"), default=False)
    came_on = models.DateField(_("came on"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)

    noun: ClassVar[str] = "matching.name_match"
    reach: ClassVar = {"region": ("county__path",)}
    named_by: ClassVar = ("organisation",)
    spoken: ClassVar = {"candidates": said, "decided_by": people.named}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("name without a code")
        verbose_name_plural = _("names without a code")
        ordering = ("-came_on", "key")
        indexes = (
            models.Index(fields=["state", "county"], name="name_match_to_decide"),
            models.Index(fields=["-came_on", "key"], name="name_match_newest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="accepted")
                | models.Q(organisation__isnull=False, decided_on__isnull=False),
                name="name_match_accepted_has_a_firm",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="proposed") | models.Q(decided_on__isnull=True, is_by_machine=False),
                name="name_match_proposed_is_open",
            ),
        )

    @property
    def share(self) -> str:
        """The probability as a person reads it; empty where a firm was chosen that was no candidate."""
        return "" if self.probability is None else f"{self.probability:.1%}"

    def __str__(self) -> str:
        return self.name
