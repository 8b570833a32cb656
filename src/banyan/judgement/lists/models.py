"""A listing of a firm: its states, its days, and constraints that no step be left out, whoever writes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Region
from banyan.kit import people
from banyan.kit.models import Timed
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow
from banyan.response.casework.models import Case

LISTING_FLOW = workflow(
    "lists.listing",
    {
        "proposed": _("proposed"),
        "noticed": _("notice given"),
        "hearing": _("hearing called"),
        "heard": _("hearing held"),
        "approved": _("approved"),
        "decided": pgettext_lazy("case", "decided"),
        "published": _("listed in public"),
        "applied": _("listed, repair applied for"),
        "accepted": _("listed, repair under decision"),
        "removed": _("removed"),
        "dropped": _("not listed"),
    },
    ("give_notice", _("Give notice"), "proposed", "noticed"),
    ("record_statement", _("Record the firm's statement"), "noticed", "noticed"),
    ("call_hearing", _("Call a hearing"), "noticed", "hearing"),
    ("hold_hearing", _("Record the hearing"), "hearing", "heard"),
    ("approve_listing", _("Approve"), "noticed heard", "approved"),
    ("decide_listing", _("Decide to list"), "approved", "decided"),
    ("drop_listing", _("Decide not to list"), "proposed noticed hearing heard approved", "dropped"),
    ("publish_listing", _("Publish"), "decided", "published"),
    ("apply_repair", _("Apply for repair"), "published", "applied"),
    ("accept_repair", _("Accept the application"), "applied", "accepted"),
    ("return_repair", _("Do not accept the application"), "applied", "published"),
    ("grant_repair", _("Remove: credit repaired"), "accepted", "removed"),
    ("refuse_repair", _("Refuse the repair"), "accepted", "published"),
    ("annul_listing", _("Remove: its ground is gone"), "decided published applied accepted", "removed"),
    ("end_listing", _("End of the term"), "published applied accepted", "removed"),
    ("restore_listing", _("List again: the application was false"), "removed", "published"),
    written=_("SAMR order 44 (2021) and order 107 (2025)"),
)
PUBLIC_STATES = ("published", "applied", "accepted")


class Listing(Timed):
    """A firm on a list, or on its way there or back."""

    class List(models.TextChoices):
        SERIOUS = "serious", _("serious violations and dishonesty")
        ABNORMAL = "abnormal", _("abnormal operation")
        LOCAL = "local", _("the city's list of quality")

    class End(models.TextChoices):
        TERM = "term", _("the term ended")
        REPAIRED = "repaired", _("credit repaired")
        ANNULLED = "annulled", _("its ground is gone")

    number = models.CharField(_("number"), max_length=40, unique=True)
    list = models.CharField(_("list"), max_length=10, choices=List)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="listings", verbose_name=_("firm"))
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("case")
    )
    state = models.CharField(_("state"), max_length=10, choices=LISTING_FLOW.choices, default="proposed")
    cause = models.CharField(_("cause"), max_length=240)
    facts = models.TextField(_("facts and grounds"))
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.CharField(_("proposed by"), max_length=150, blank=True)
    noticed_on = models.DateField(_("notice served on"), null=True, blank=True)
    state_by = models.DateField(_("statement or request for a hearing until"), null=True, blank=True)
    statement = models.TextField(_("statement of the firm"), blank=True)
    stated_on = models.DateField(_("firm stated on"), null=True, blank=True)
    hearing_on = models.DateField(_("hearing on"), null=True, blank=True)
    hearing_record = models.TextField(_("record of the hearing"), blank=True)
    heard_on = models.DateField(_("hearing held on"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    conditions = models.TextField(_("conditions of removal"), blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    public_until = models.DateField(_("public until"), null=True, blank=True)
    applied_on = models.DateField(_("repair applied for on"), null=True, blank=True)
    application = models.TextField(_("application for repair"), blank=True)
    accepted_on = models.DateField(_("application accepted on"), null=True, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True)
    removed_for = models.CharField(_("removed because"), max_length=10, choices=End, blank=True)
    no_repair_until = models.DateField(_("no application before"), null=True, blank=True)

    noun: ClassVar[str] = "lists.listing"
    spoken: ClassVar = {"proposed_by": people.named, "approved_by": people.named}
    reach: ClassVar = {"region": ("county__path",), "organisation": ("organisation_id",)}
    named_by: ClassVar = ("organisation",)

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ("-proposed_on", "key")
        indexes = (
            models.Index(fields=["state", "public_until"], name="listing_public"),
            models.Index(fields=["-proposed_on", "key"], name="listing_newest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approved_on__isnull=True)
                | models.Q(noticed_on__isnull=False, approved_on__gte=models.F("noticed_on")),
                name="listing_noticed_before_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_on__isnull=True)
                | models.Q(approved_on__isnull=False, decided_on__gte=models.F("approved_on")),
                name="listing_approved_before_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(published_on__isnull=True)
                | models.Q(decided_on__isnull=False, published_on__gte=models.F("decided_on")),
                name="listing_decided_before_public",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=PUBLIC_STATES) | models.Q(published_on__isnull=False),
                name="listing_public_was_published",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.organisation}"
