"""Tasks of regional supervision, interviews, and the commitments that are made in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, ProductClass, Region
from banyan.kit import people
from banyan.kit.models import Record, Timed
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow

WRITTEN = _("the house's own rules, supervision")

TASK_FLOW = workflow(
    "leadership.task",
    {"set": _("set"), "reported": _("reported as done"), "done": _("accepted as done"), "dropped": _("dropped")},
    ("report_tasks", _("Report the task as done"), "set", "reported"),
    ("accept_tasks", _("Accept"), "reported", "done"),
    ("return_task", _("Send back"), "reported", "set"),
    ("drop_task", _("Drop"), "set reported", "dropped"),
    written=WRITTEN,
)  # fmt: skip

INTERVIEW_FLOW = workflow(
    "leadership.interview",
    {"noticed": _("notice given"), "held": _("held, commitments run"), "kept": _("commitments kept"),
     "broken": _("commitments broken"), "cancelled": _("cancelled")},
    ("hold_interview", _("Record the interview"), "noticed", "held"),
    ("cancel_interview", _("Cancel"), "noticed", "cancelled"),
    ("conclude_interview", _("Conclude the follow-up"), "held", "kept broken"),
    written=WRITTEN,
)  # fmt: skip


class Task(Timed):
    """What an officer of a county has to do by a day for a programme, for a product or for all."""

    programme = models.CharField(_("programme"), max_length=40, db_index=True)
    title = models.CharField(pgettext_lazy("supervision", "task"), max_length=240)
    asked = models.TextField(_("what is asked"), blank=True)
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT)
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product class")
    )
    state = models.CharField(_("state"), max_length=10, choices=TASK_FLOW.choices, default="set")
    set_on = models.DateField(_("set on"))
    set_by = models.CharField(_("set by"), max_length=150)
    result = models.TextField(_("what was done"), blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    reported_by = models.CharField(_("reported by"), max_length=150, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    superior = models.ForeignKey(
        "kit.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("went up to")
    )

    noun: ClassVar[str] = "leadership.task"
    spoken: ClassVar = {"set_by": people.named, "reported_by": people.named}
    reach: ClassVar = {"region": ("county__path",)}

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("task of supervision")
        verbose_name_plural = _("tasks of supervision")
        ordering = ("-set_on", "key")
        indexes = (models.Index(fields=["state", "due_on"], name="supervision_task_due"),)

    def __str__(self) -> str:
        return f"{self.title} · {self.county}"


class Interview(Timed):
    """A talk to which a firm or an office is called because of what went wrong (约谈)."""

    class Trigger(models.TextChoices):
        CASE = "case", _("case")
        TASK = "task", _("task that is late")
        ALERT = "alert", _("alert")
        COMPLAINTS = "complaints", _("many complaints")
        INCIDENT = "incident", _("incident")
        OTHER = "other", _("another cause")

    number = models.CharField(_("number"), max_length=40, unique=True)
    trigger = models.CharField(_("cause"), max_length=10, choices=Trigger)
    source_noun = models.CharField(_("kind of the record that led to it"), max_length=40, blank=True)
    source_key = models.CharField(_("record that led to it"), max_length=60, blank=True)
    party = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("firm")
    )
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=DISTRICT)
    called = models.CharField(_("who is called"), max_length=240)
    topic = models.TextField(_("what it is about"))
    state = models.CharField(_("state"), max_length=10, choices=INTERVIEW_FLOW.choices, default="noticed")
    noticed_on = models.DateField(_("notice given on"))
    interview_on = models.DateField(_("interview on"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    held_by = models.CharField(pgettext_lazy("interview", "held by"), max_length=150, blank=True)
    attended = models.TextField(_("who attended"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    concluded_on = models.DateField(_("follow-up concluded on"), null=True, blank=True)

    noun: ClassVar[str] = "leadership.interview"
    spoken: ClassVar = {"held_by": people.named}
    reach: ClassVar = {"region": ("county__path",)}
    named_by: ClassVar = ("party",)

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ("-noticed_on", "key")

    def __str__(self) -> str:
        return f"{self.number} {self.called}"


class Commitment(Record):
    """One thing that was promised in an interview, by when, and what the check found."""

    interview = models.ForeignKey(
        Interview, models.PROTECT, related_name="commitments", verbose_name=_("interview")
    )  # fmt: skip
    text = models.TextField(_("what was promised"))
    by_on = models.DateField(pgettext_lazy("commitment", "by"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.CharField(_("checked by"), max_length=150, blank=True)
    is_kept = models.BooleanField(pgettext_lazy("commitment", "kept"), null=True, blank=True)
    found = models.TextField(_("what the check found"), blank=True)

    noun: ClassVar[str] = "leadership.commitment"
    spoken: ClassVar = {"checked_by": people.named}
    reach: ClassVar = {"region": ("interview__county__path",)}
    named_by: ClassVar = ("interview",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("by_on", "key")

    def __str__(self) -> str:
        return f"{self.interview} · {self.by_on}"
