"""Equipment with its code, its state and what is due, and where it stood under whom from when to when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Region
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow
from banyan.records.equipment.models.words import rule_in_words, variety_in_words

WRITTEN = _("Special Equipment Safety Act; docs/how-to/special-equipment.md")


class Kind(models.TextChoices):
    """Kinds of special equipment; the packs say their codes, signs and limits."""

    BOILER = "boiler", _("boiler")
    VESSEL = "vessel", _("pressure vessel")
    CYLINDER = "cylinder", _("gas cylinder")
    PIPE = "pipe", _("pressure pipe")
    ELEVATOR = "elevator", _("elevator")
    CRANE = "crane", _("crane")
    ROPEWAY = "ropeway", _("passenger ropeway")
    RIDE = "ride", _("amusement ride")
    VEHICLE = "vehicle", _("in-plant vehicle")


class What(models.TextChoices):
    """What is done to equipment and shows that it may go on; the packs say which of them is due when."""

    SUPERVISION = "supervision", _("supervision inspection at installation")
    PERIODIC = "periodic", _("periodic inspection")
    EXTERNAL = "external", _("external inspection")
    INTERNAL = "internal", _("internal inspection")
    YEARLY_CHECK = "yearly_check", _("yearly check")
    SELF_TEST = "self_test", _("self-test")


EQUIPMENT_FLOW = workflow(
    "equipment.equipment",
    {
        "unregistered": _("not registered for use"),
        "in_use": _("in service"),
        "stopped": pgettext_lazy("equipment", "stopped"),
        "barred": _("use forbidden"),
        "scrapped": _("scrapped"),
        "cancelled": _("registration cancelled"),
    },
    ("register", _("Register for use"), "unregistered", "in_use"),
    ("stop", _("Record that it is stopped"), "in_use", "stopped"),
    ("restart", _("Record that it is used again"), "stopped", "in_use"),
    ("bar", _("Forbid its use"), "in_use stopped", "barred"),
    ("release", _("Allow its use again"), "barred", "in_use"),
    ("scrap", _("Record that it is scrapped"), "unregistered in_use stopped barred", "scrapped"),
    ("cancel", _("Cancel its registration"), "in_use stopped barred", "cancelled"),
    written=WRITTEN,
)
STANDING = ("unregistered", "in_use", "stopped", "barred")
"""The states in which equipment still stands somewhere."""


class Equipment(Record):
    """One piece of special equipment, by its code, from installation until it is scrapped."""

    code = models.CharField(_("equipment code"), max_length=17)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    variety = models.CharField(_("variety"), max_length=20, blank=True)
    name = models.CharField(_("type or model"), max_length=120, blank=True)
    maker_name = models.CharField(_("maker as stated"), max_length=160, blank=True)
    certificate = models.CharField(  # noqa: DJ001 - no number is told apart from none: numbers are unique
        _("use registration number"), max_length=24, null=True, blank=True,
        help_text=_("Such as 梯11闽A00001(23)."),
    )  # fmt: skip
    user_unit = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("user unit"),
        help_text=_("who uses or manages it and answers for its safety"),
    )  # fmt: skip
    maintenance_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("maintenance unit")
    )
    telephone = models.CharField(
        _("telephone of the maintenance unit"), max_length=30, blank=True,
        help_text=_("The number that stands on the equipment; the public page shows it."),
    )  # fmt: skip
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT, db_index=False)
    address = models.CharField(_("where it stands"), max_length=240)
    installed_on = models.DateField(
        _("installed on"), help_text=_("The day of the supervision inspection at installation.")
    )
    used_since = models.DateField(_("used since"), null=True, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EQUIPMENT_FLOW.choices, default="unregistered")
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    ended_on = models.DateField(_("scrapped or cancelled on"), null=True, blank=True)
    inspected_on = models.DateField(_("last passed on"), null=True, blank=True)
    due_on = models.DateField(_("next inspection due on"), null=True, blank=True)
    due_what = models.CharField(_("what is due"), max_length=12, choices=What, blank=True)
    next_rule = models.CharField(_("rule of the next inspection"), max_length=60, blank=True)
    applied_on = models.DateField(_("inspection applied for on"), null=True, blank=True)

    noun: ClassVar[str] = "equipment.equipment"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("user_unit_id", "maintenance_unit_id")}
    named_by: ClassVar = ("user_unit",)
    spoken: ClassVar = {"variety": variety_in_words, "next_rule": rule_in_words}
    cites: ClassVar = ("next_rule",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("equipment")
        verbose_name_plural = _("special equipment")
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["county", "state", "due_on"], name="equipment_county_due"),
            models.Index(fields=["state", "due_on"], name="equipment_state_due"),
        )
        constraints = tuple(
            models.UniqueConstraint(
                fields=[name], condition=models.Q(withdrawn_on__isnull=True), name=f"one_equipment_of_a_{name}"
            )
            for name in ("code", "certificate")
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    def is_overdue(self, *, on: date) -> bool:
        """Whether it is used although the day of its next inspection has passed."""
        return self.state == "in_use" and self.due_on is not None and self.due_on < on


class Placement(Record):
    """Where equipment stood, under which user and maintenance unit, from a day until a day."""

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="placements", verbose_name=_("equipment"))
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT)
    address = models.CharField(_("where it stands"), max_length=240)
    user_unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("user unit"))
    maintenance_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("maintenance unit")
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "equipment.placement"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("user_unit_id", "maintenance_unit_id")}
    shown_on: ClassVar[str] = "equipment"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("placement of equipment")
        verbose_name_plural = _("placements of equipment")
        ordering = ("-from_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["equipment"], condition=models.Q(until_on__isnull=True), name="one_present_placement"
            ),
        )

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.county_id} {self.from_on}"
