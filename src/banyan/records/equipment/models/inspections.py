"""What was inspected with which result, and the instructions that follow a failure."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Region
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT, spoken
from banyan.kit.workflow import workflow
from banyan.records.equipment.models.things import WRITTEN, Equipment, Kind, What

INSTRUCTION_FLOW = workflow(
    "equipment.instruction",
    {"issued": _("to be put right"), "reported": _("to be checked again"), "closed": _("closed")},
    ("report_rectified", _("Report that it was put right"), "issued", "reported"),
    ("find_rectified", _("Check again: put right"), "reported", "closed"),
    ("find_not_rectified", _("Check again: not put right"), "reported", "issued"),
    written=WRITTEN,
)


class OfEquipment(Record):
    """What happened to a piece of equipment: the county, user unit and kind are those of that day."""

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="%(class)ss", verbose_name=_("equipment"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, editable=False)
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT, editable=False)
    user_unit = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("user unit"), editable=False
    )

    reach: ClassVar = {"region": ("county__path",), "organisation": ("user_unit_id",)}
    named_by: ClassVar = ("equipment",)

    class Meta(Record.Meta):
        abstract = True


class Inspection(OfEquipment):
    """An inspection or test of equipment, and what it found."""

    what = models.CharField(_("sort of inspection"), max_length=12, choices=What)
    done_on = models.DateField(_("done on"), db_index=True)
    passed = models.BooleanField(_("passed"), default=False)
    body_name = models.CharField(_("inspection body"), max_length=160, blank=True)
    report_number = models.CharField(_("number of the report"), max_length=60, blank=True)
    found = models.TextField(_("faults found"), blank=True)
    stated_next_on = models.DateField(
        _("next inspection as the report says"), null=True, blank=True,
        help_text=_("Counts where it is earlier than the day by the rules."),
    )  # fmt: skip
    was_due_on = models.DateField(_("was due by"), null=True, blank=True, editable=False)

    noun: ClassVar[str] = "equipment.inspection"

    class Meta(OfEquipment.Meta):
        abstract = False
        verbose_name = _("inspection of equipment")
        verbose_name_plural = _("inspections of equipment")
        ordering = ("-done_on", "-pk")

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.done_on}"


class Instruction(OfEquipment):
    """A written safety instruction: what the user unit is to put right, by when, and whether it was."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=INSTRUCTION_FLOW.choices, default="issued")
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("inspection")
    )
    demands = models.TextField(_("what is to be put right"))
    issued_on = models.DateField(_("issued on"))
    rectify_by = models.DateField(_("to be put right by"))
    reported_on = models.DateField(_("reported put right on"), null=True, blank=True)
    report = models.TextField(_("report of the user unit"), blank=True)
    closed_on = models.DateField(pgettext_lazy("finding", "closed on"), null=True, blank=True)
    check_found = models.TextField(_("what the second check found"), blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("officer in charge"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True, blank=True, db_index=True)
    due_rule = models.CharField(_("rule of the term"), max_length=60, blank=True)
    is_due_provisional = models.BooleanField(_("term provisional"), default=False)
    escalated_on = models.DateField(_("went up on"), null=True, blank=True)

    noun: ClassVar[str] = "equipment.instruction"
    spoken: ClassVar = {"due_rule": spoken}
    cites: ClassVar = ("due_rule",)

    class Meta(OfEquipment.Meta):
        abstract = False
        verbose_name = _("safety instruction")
        verbose_name_plural = _("safety instructions")
        ordering = ("-issued_on", "-number")

    def __str__(self) -> str:
        return f"{self.number} {self.equipment}"
