"""Incidents with equipment, and rescues of people who were trapped, from the call to their release."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation
from banyan.kit.workflow import workflow
from banyan.records.equipment.models.inspections import OfEquipment
from banyan.records.equipment.models.things import WRITTEN
from banyan.records.equipment.models.words import level_in_words, rule_in_words

INCIDENT_FLOW = workflow(
    "equipment.incident",
    {"reported": _("reported"), "closed": _("investigated and closed")},
    ("close_incident", _("Close the investigation"), "reported", "closed"),
    written=WRITTEN,
)
RESCUE_FLOW = workflow(
    "equipment.rescue",
    {"called": _("rescuers called"), "arrived": _("rescuers there"), "released": _("people released")},
    ("record_arrival", _("Record the arrival"), "called", "arrived"),
    ("record_release", _("Record the release"), "arrived", "released"),
    written=WRITTEN,
)


class Incident(OfEquipment):
    """An incident with equipment; what it did to people and things says its level."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=INCIDENT_FLOW.choices, default="reported")
    happened_on = models.DateField(_("happened on"))
    reported_on = models.DateField(_("reported on"), editable=False)
    what_happened = models.TextField(_("what happened"))
    deaths = models.PositiveIntegerField(_("deaths"), default=0)
    injured = models.PositiveIntegerField(_("seriously injured"), default=0)
    loss = models.DecimalField(_("direct loss (yuan)"), max_digits=16, decimal_places=2, default=0)
    moved = models.PositiveIntegerField(_("people who had to leave"), default=0)
    stranded_minutes = models.PositiveIntegerField(_("minutes that people were stranded"), default=0)
    level = models.CharField(_("level"), max_length=16, blank=True, editable=False)
    level_rule = models.CharField(_("rule of the level"), max_length=60, blank=True, editable=False)
    cause = models.TextField(_("cause"), blank=True)
    measures = models.TextField(_("measures"), blank=True)
    closed_on = models.DateField(pgettext_lazy("incident", "closed on"), null=True, blank=True)

    noun: ClassVar[str] = "equipment.incident"
    spoken: ClassVar = {"level": level_in_words, "level_rule": rule_in_words}
    cites: ClassVar = ("level_rule",)

    class Meta(OfEquipment.Meta):
        abstract = False
        verbose_name = _("incident with equipment")
        verbose_name_plural = _("incidents with equipment")
        ordering = ("-happened_on", "-number")

    def __str__(self) -> str:
        return f"{self.number} {self.equipment}"


class Rescue(OfEquipment):
    """A call of people who are trapped, when the rescuers came and when the people were free."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=RESCUE_FLOW.choices, default="called")
    maintenance_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("maintenance unit"),
        editable=False,
    )  # fmt: skip
    called_on = models.DateField(_("day of the call"), editable=False, db_index=True)
    called_at = models.DateTimeField(_("called at"))
    trapped = models.PositiveSmallIntegerField(_("people trapped"), default=1)
    arrive_within = models.PositiveIntegerField(_("to arrive within (minutes)"), null=True, blank=True)
    arrive_rule = models.CharField(_("rule of the term"), max_length=60, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    arrival_minutes = models.PositiveIntegerField(_("minutes to arrival"), null=True, blank=True)
    release_minutes = models.PositiveIntegerField(_("minutes to release"), null=True, blank=True)
    injured = models.PositiveSmallIntegerField(_("people hurt"), default=0)
    remarks = models.TextField(_("remarks"), blank=True)

    noun: ClassVar[str] = "equipment.rescue"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("user_unit_id", "maintenance_unit_id")}
    spoken: ClassVar = {"arrive_rule": rule_in_words}
    cites: ClassVar = ("arrive_rule",)

    class Meta(OfEquipment.Meta):
        abstract = False
        verbose_name = _("rescue")
        verbose_name_plural = _("rescues")
        ordering = ("-called_at", "-number")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(arrived_at__isnull=True) | models.Q(arrived_at__gte=models.F("called_at")),
                name="rescue_arrives_after_call",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True) | models.Q(released_at__gte=models.F("arrived_at")),
                name="rescue_releases_after_arrival",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.equipment}"

    @property
    def is_late(self) -> bool | None:
        """Whether the rescuers came later than the term; None where they have not come or no term is set."""
        if self.arrival_minutes is None or self.arrive_within is None:
            return None
        return self.arrival_minutes > self.arrive_within
