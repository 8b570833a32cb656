"""The transfer of a case to the police: threshold, decision, receipt, copy to the prosecutor, what the police did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.kit import people
from banyan.kit.models import Timed
from banyan.kit.workflow import workflow
from banyan.response.casework.models.cases import Case

TRANSFER_FLOW = workflow(
    "casework.transfer",
    {
        "proposed": _("proposed"),
        "approved": _("approved"),
        "sent": _("sent to the police"),
        "receipted": _("receipt signed"),
        "accepted": _("police opened a case"),
        "returned": _("police opened none"),
        "contested": _("reconsideration or supervision asked for"),
        "rejected": pgettext_lazy("transfer", "not approved"),
    },
    ("approve_transfer", _("Approve the transfer"), "proposed", "approved"),
    ("reject_transfer", _("Do not approve"), "proposed", "rejected"),
    ("hand_over", _("Hand the case to the police"), "approved", "sent"),
    ("copy_to_prosecutor", _("Record the copy to the prosecutor"), "sent receipted", "sent receipted"),
    ("record_receipt", _("Record the receipt of the police"), "sent", "receipted"),
    ("record_answer", _("Record what the police decided"), "receipted contested", "accepted returned"),
    ("contest_answer", _("Ask for reconsideration"), "returned", "contested"),
    ("take_back", _("Take the case back"), "returned", "returned"),
    written=_("State Council order 310"),
)


class Transfer(Timed):
    """That a case may be a crime: by which measure, who decided, when each step was due and done."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers", verbose_name=_("case"))
    state = models.CharField(_("state"), max_length=10, choices=TRANSFER_FLOW.choices, default="proposed")
    offence = models.CharField(_("offence"), max_length=40)
    measure = models.CharField(pgettext_lazy("transfer", "measure"), max_length=20)
    amount = models.DecimalField(
        pgettext_lazy("transfer", "amount"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    threshold = models.DecimalField(_("threshold"), max_digits=16, decimal_places=2, null=True, blank=True)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.CharField(_("proposed by"), max_length=150)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    police = models.CharField(_("police authority"), max_length=120, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    receipt = models.CharField(_("number of the receipt"), max_length=80, blank=True)
    receipted_on = models.DateField(_("receipt signed on"), null=True, blank=True)
    prosecutor = models.CharField(_("prosecutor's office"), max_length=120, blank=True)
    copied_on = models.DateField(_("copied to the prosecutor on"), null=True, blank=True)
    answer_by = models.DateField(_("police decide by"), null=True, blank=True)
    answered_on = models.DateField(_("police decided on"), null=True, blank=True)
    answer = models.TextField(_("what the police decided"), blank=True)

    noun: ClassVar[str] = "casework.transfer"
    spoken: ClassVar = {"proposed_by": people.named, "decided_by": people.named}
    reach: ClassVar = {"region": ("case__county__path",)}
    named_by: ClassVar = ("case",)

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("transfer to the police")
        verbose_name_plural = _("transfers to the police")
        ordering = ("-proposed_on", "-key")
        constraints = (
            models.UniqueConstraint(
                fields=["case"], name="one_open_transfer",
                condition=~models.Q(state__in=("rejected", "returned")) & models.Q(withdrawn_on__isnull=True),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case.number} · {self.proposed_on}"
