"""Bulletins: what is told to whom of a danger, as it stood when it was issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Region
from banyan.kit.models import Record
from banyan.response.emergency.models.activations import Activation
from banyan.response.emergency.models.words import kind_in_words, roles_in_words


class Bulletin(Record):
    """A bulletin in the terms of CAP 1.2, never changed: another updates or cancels it."""

    class Sort(models.TextChoices):
        ALERT = "Alert", _("first bulletin")
        UPDATE = "Update", _("update")
        CANCEL = "Cancel", _("cancellation")

    class State(models.TextChoices):
        STANDS = "stands", _("stands")
        UPDATED = "updated", _("updated by another")
        CANCELLED = "cancelled", _("cancelled")

    class Urgency(models.TextChoices):
        IMMEDIATE = "Immediate", _("act at once")
        EXPECTED = "Expected", _("act soon")
        FUTURE = "Future", _("act in the near future")
        PAST = "Past", _("no action any more")
        UNKNOWN = "Unknown", _("urgency not known")

    class Severity(models.TextChoices):
        EXTREME = "Extreme", _("extreme")
        SEVERE = "Severe", _("severe")
        MODERATE = "Moderate", _("moderate")
        MINOR = "Minor", _("minor")
        UNKNOWN = "Unknown", _("severity not known")

    class Certainty(models.TextChoices):
        OBSERVED = "Observed", pgettext_lazy("certainty", "observed")
        LIKELY = "Likely", _("likely")
        POSSIBLE = "Possible", _("possible")
        UNLIKELY = "Unlikely", _("unlikely")
        UNKNOWN = "Unknown", _("certainty not known")

    number = models.CharField(_("number"), max_length=40, unique=True)
    sort = models.CharField(_("sort of bulletin"), max_length=8, choices=Sort, default=Sort.ALERT, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STANDS)
    is_drill = models.BooleanField(_("exercise"), default=False, editable=False)
    activation = models.ForeignKey(
        Activation, models.PROTECT, null=True, blank=True, related_name="bulletins", verbose_name=_("activation")
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name=_("refers to"),
        editable=False,
    )  # fmt: skip
    kind = models.CharField(_("kind of emergency"), max_length=20)
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    area = models.CharField(pgettext_lazy("bulletin", "area"), max_length=240, blank=True)
    roles = models.JSONField(_("to the roles"), default=list, blank=True)
    is_public = models.BooleanField(_("to the public too"), default=False)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.EXPECTED)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MODERATE)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty, default=Certainty.LIKELY)
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    description = models.TextField(_("what happened"), blank=True)
    measures = models.TextField(_("measures: what to do"), blank=True)
    contact = models.CharField(_("contact"), max_length=160, blank=True)
    is_of_goods = models.BooleanField(_("about goods"), default=False)
    product_name = models.CharField(_("product"), max_length=240, blank=True)
    brand = models.CharField(_("brand"), max_length=120, blank=True)
    model = models.CharField(_("model or specification"), max_length=160, blank=True)
    lots = models.CharField(_("lots"), max_length=400, blank=True)
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, blank=True)
    photo = models.FileField(_("photograph"), upload_to="emergency", blank=True)
    photo_digest = models.CharField(_("digest of the photograph (SHA-256)"), max_length=64, blank=True)
    photo_type = models.CharField(_("media type of the photograph"), max_length=20, blank=True)
    issued_at = models.DateTimeField(_("issued at"), editable=False)
    issued_on = models.DateField(pgettext_lazy("bulletin", "issued on"), editable=False, db_index=True)
    expires_at = models.DateTimeField(_("ends at"))

    noun: ClassVar[str] = "emergency.bulletin"
    reach: ClassVar = {"region": ("county__path",)}
    spoken: ClassVar = {"kind": kind_in_words, "roles": roles_in_words}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ("-issued_at", "-number")

    def __str__(self) -> str:
        return f"{_('EXERCISE')} {self.number} {self.headline}" if self.is_drill else f"{self.number} {self.headline}"
