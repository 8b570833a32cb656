"""How far the data of a unit and a period are approved, and late entries that wait for a period to be open."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan import policy
from banyan.base.registry.queries import Region
from banyan.kit import people
from banyan.kit.models import Record
from banyan.kit.workflow import workflow


def level_in_words(level: str) -> str:
    """A level of the administration, in the language of the page; open where none has approved."""
    return str(Region.Level(level).label) if level else str(_("not approved"))


def deed_in_words(subject: str) -> str:
    """What was to be done, in the language of the page: a verb without a title is called as its button is."""
    from banyan.kit.office import office  # screens are made of models

    if LateEntry not in office._registry:
        admin.autodiscover()  # a command has no screens until it must name a button
    return str(office._registry[LateEntry].titles_of_events.get(subject) or subject)  # type: ignore[attr-defined]


LATE_FLOW = workflow(
    "approval.late_entry",
    {"waiting": _("waiting"), "entered": _("entered"), "declined": _("declined")},
    ("enter_late", _("Enter now"), "waiting", "entered"),
    ("decline_late", _("Decline"), "waiting", "declined"),
    written=_("the house's own rules, approval"),
)


class Approval(Record):
    """The data of one unit in one period: the highest level that has approved them, or none while they are open.

    The first approval locks them. Un-approval opens them whole: every level approves anew.
    """

    workflow = models.CharField(_("data"), max_length=60)
    unit = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("approval", "unit"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    level = models.CharField(_("approved by level"), max_length=10, choices=Region.Level, blank=True)
    locked_on = models.DateField(_("locked since"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    opened_on = models.DateField(_("last un-approved on"), null=True, blank=True)
    reason = models.TextField(_("reason of the un-approval"), blank=True)

    noun: ClassVar[str] = "approval.approval"
    reach: ClassVar = {"region": ("unit__path",)}
    named_by: ClassVar = ("unit",)
    spoken: ClassVar = {"level": level_in_words, "approved_by": people.named}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("approval of a period")
        verbose_name_plural = _("approvals of periods")
        ordering = ("-from_on", "unit__order", "key")
        constraints = (
            models.UniqueConstraint(fields=["workflow", "from_on", "unit"], name="approval_once"),
            models.CheckConstraint(condition=models.Q(until_on__gte=models.F("from_on")), name="approval_span"),
        )

    def __str__(self) -> str:
        return f"{self.unit} · {self.period}"

    @property
    def period(self) -> str:
        """What the period is called; its days where no pack speaks of the data any more."""
        try:
            entry: Any = policy.load(settings.BANYAN_PACKS).entry(self.workflow)
        except policy.UnknownEntry:
            return f"{self.from_on} – {self.until_on}"
        return str(entry.name_of(self.from_on))


class LateEntry(Record):
    """A verb that a lock refused and that somebody asked to keep: it waits, whole, until the period is open."""

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="late", verbose_name=_("waits for"))
    event = models.CharField(_("event"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=LATE_FLOW.choices, default="waiting", db_index=True)
    subject = models.CharField(_("what was to be entered"), max_length=240)
    payload = models.TextField(_("what the verb was given"))
    asked_by = models.CharField(_("asked by"), max_length=150)
    is_system = models.BooleanField(_("asked by a file or a program"), default=False)
    asked_on = models.DateField(_("asked on"))
    reason = models.TextField(_("reason"), blank=True)
    records = models.PositiveIntegerField(_("records"), default=1)
    files = models.JSONField(_("files"), default=list, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True)

    noun: ClassVar[str] = "approval.late_entry"
    reach: ClassVar = {"region": ("approval__unit__path",)}
    named_by: ClassVar = ("approval",)
    personal: ClassVar = ("payload",)
    spoken: ClassVar = {
        "subject": deed_in_words,
        "asked_by": people.named,
        "files": lambda files: ", ".join(one["name"] for one in files or ()),
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("late entry")
        verbose_name_plural = _("late entries")
        ordering = ("-asked_on", "key")

    def __str__(self) -> str:
        return f"{deed_in_words(self.subject)} · {self.approval}"

    @property
    def is_open(self) -> bool:
        """Whether it waits and its period is open, so that it can be entered."""
        return self.state == "waiting" and not self.approval.level
