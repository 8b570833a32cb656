"""What a review found, who mends it by when, and whether that was looked at again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.kit.models import Timed
from banyan.kit.workflow import workflow
from banyan.response.emergency.models.activations import WRITTEN, OfActivation

FINDING_FLOW = workflow(
    "emergency.finding",
    {"open": _("to be mended"), "reported": _("to be looked at again"), "closed": _("closed")},
    ("report_mended", _("Report that it is mended"), "open", "reported"),
    ("find_mended", _("Look again: mended"), "reported", "closed"),
    ("find_not_mended", _("Look again: not mended"), "reported", "open"),
    written=WRITTEN,
)


class Finding(Timed, OfActivation):
    """One thing that a review found wanting: whoever is in charge mends it by a day."""

    number = models.CharField(_("number"), max_length=44, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=FINDING_FLOW.choices, default="open")
    found = models.TextField(pgettext_lazy("review", "what was found"))
    demand = models.TextField(_("what is to be done"))
    found_on = models.DateField(_("found on"), editable=False)
    mend_by = models.DateField(_("to be mended by"))
    reported_on = models.DateField(_("reported mended on"), null=True, blank=True, editable=False)
    report = models.TextField(_("what was done"), blank=True)
    closed_on = models.DateField(pgettext_lazy("finding", "closed on"), null=True, blank=True, editable=False)
    check_found = models.TextField(_("what the second look found"), blank=True)
    was_late = models.BooleanField(_("late"), default=False, editable=False)

    noun: ClassVar[str] = "emergency.finding"

    class Meta(OfActivation.Meta):
        abstract = False
        verbose_name = _("finding of a review")
        verbose_name_plural = _("findings of reviews")
        ordering = ("-found_on", "-number")

    def __str__(self) -> str:
        text = self.found if len(self.found) <= 50 else f"{self.found[:49]}…"
        return f"{self.number} {text}"
