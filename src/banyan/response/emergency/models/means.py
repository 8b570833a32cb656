"""What an emergency can count on: resources with what is reserved of them, and who is on duty."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Region
from banyan.kit.models import Record
from banyan.response.emergency.models.activations import OfActivation


def amount(quantity: Decimal) -> str:
    """A quantity without zeros at its end, the same on every database."""
    return f"{quantity.normalize():f}"


class Resource(Record):
    """People, cars, stores or laboratories that can be called upon: how many, where, and whom to call."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("team of people")
        CAR = "car", _("vehicle")
        STORE = "store", _("store of goods")
        LABORATORY = "laboratory", _("laboratory")

    kind = models.CharField(_("kind of resource"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=1)
    measured_in = models.CharField(_("counted in"), max_length=20, help_text=_("as people, vehicles, boxes"))
    holder = models.CharField(pgettext_lazy("resource", "held by"), max_length=160)
    place = models.CharField(pgettext_lazy("resource", "place"), max_length=240, blank=True)
    contact = models.CharField(_("office to call"), max_length=120, help_text=_("A duty room, not a person's name."))
    telephone = models.CharField(_("telephone"), max_length=40)

    noun: ClassVar[str] = "emergency.resource"
    reach: ClassVar = {"region": ("county__path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ("kind", "name", "key")
        constraints = (models.CheckConstraint(condition=models.Q(quantity__gt=0), name="resource_has_some"),)

    def __str__(self) -> str:
        return self.name


class Reservation(OfActivation):
    """What an activation holds of a resource, until it is released."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="reservations", verbose_name=_("resource"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=1)
    reserved_at = models.DateTimeField(_("reserved at"), editable=False)
    released_at = models.DateTimeField(
        pgettext_lazy("resource", "released at"), null=True, blank=True, editable=False
    )

    noun: ClassVar[str] = "emergency.reservation"
    named_by: ClassVar[tuple[str, ...]] = ("activation", "resource")

    class Meta(OfActivation.Meta):
        abstract = False
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ("-reserved_at", "key")
        constraints = (models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reservation_of_some"),)

    def __str__(self) -> str:
        return f"{self.resource} · {amount(self.quantity)}"


class Duty(Record):
    """Somebody on duty for a region from a moment until a moment."""

    class Kind(models.TextChoices):
        LEADER = "leader", _("leader on duty")
        OFFICER = "officer", _("officer on duty")

    kind = models.CharField(pgettext_lazy("roster", "duty"), max_length=8, choices=Kind, default=Kind.OFFICER)
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("on duty")
    )
    from_at = models.DateTimeField(pgettext_lazy("roster", "from"), db_index=True)
    until_at = models.DateTimeField(pgettext_lazy("roster", "until"), db_index=True)
    telephone = models.CharField(_("telephone of the duty room"), max_length=40, blank=True)

    noun: ClassVar[str] = "emergency.duty"
    reach: ClassVar = {"region": ("county__path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = pgettext_lazy("roster", "duty")
        verbose_name_plural = _("duty roster")
        ordering = ("-from_at", "key")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until_at__gte=models.F("from_at")), name="duty_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return f"{self.county} {self.person}"
