"""A response under a plan: its level, what must be done within which term, and the command log."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Region
from banyan.kit import titles
from banyan.kit.models import Record, Timed
from banyan.kit.workflow import workflow
from banyan.records.equipment.models import Incident
from banyan.response.emergency.models.words import kind_in_words, role_in_words, roles_in_words, step_in_words

WRITTEN = _("Emergency response act; plans of the packs")

ACTIVATION_FLOW = workflow(
    "emergency.activation",
    {"active": _("response under way"), "ended": _("ended, to be reviewed"), "reviewed": _("reviewed")},
    ("change_level", _("Raise or lower the level"), "active", "active"),
    ("end_response", _("End the response"), "active", "ended"),
    ("close_review", _("Close the review"), "ended", "reviewed"),
    written=WRITTEN,
)


class Level(models.TextChoices):
    """Levels of response, the gravest first."""

    I = "I", _("level I")  # noqa: E741 - its name in every text
    II = "II", _("level II")
    III = "III", _("level III")
    IV = "IV", _("level IV")


class Activation(Timed):
    """One response under a plan, real or an exercise, from its activation to its review."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=ACTIVATION_FLOW.choices, default="active")
    is_drill = models.BooleanField(_("exercise"), default=False)
    kind = models.CharField(_("kind of emergency"), max_length=20)
    level = models.CharField(_("level"), max_length=4, choices=Level)
    title = models.CharField(_("title"), max_length=160)
    happened = models.TextField(_("what happened"))
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    place = models.CharField(pgettext_lazy("event", "place"), max_length=240, blank=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="activations",
        verbose_name=_("incident with equipment"),
    )  # fmt: skip
    decision = models.CharField(
        _("decided by, with the number of the order"), max_length=160, blank=True,
        help_text=_("Needed where an authority above the city decides the level."),
    )  # fmt: skip
    activated_at = models.DateTimeField(_("activated at"), editable=False)
    activated_on = models.DateField(_("activated on"), editable=False, db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)
    ended_on = models.DateField(pgettext_lazy("response", "ended on"), null=True, blank=True, editable=False)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, blank=True, editable=False)
    summary = models.TextField(_("summary of the review"), blank=True)

    noun: ClassVar[str] = "emergency.activation"
    reach: ClassVar = {"region": ("county__path",)}
    spoken: ClassVar = {"kind": kind_in_words}

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        ordering = ("-activated_at", "-key")

    def __str__(self) -> str:
        return f"{_('EXERCISE')} {self.number} {self.title}" if self.is_drill else f"{self.number} {self.title}"


class OfActivation(Record):
    """What belongs to an activation, in its region, and is an exercise where that is one."""

    activation = models.ForeignKey(Activation, models.PROTECT, verbose_name=_("activation"))
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"), editable=False)
    is_drill = models.BooleanField(_("exercise"), default=False, editable=False)

    reach: ClassVar = {"region": ("county__path",)}
    named_by: ClassVar[tuple[str, ...]] = ("activation",)

    class Meta(Record.Meta):
        abstract = True
        default_related_name = "%(model_name)ss"


class Measure(OfActivation):
    """One step of the plan that an activation set going: by when, and whether it was done."""

    class State(models.TextChoices):
        OPEN = "open", _("to be done")
        DONE = "done", _("done")
        DROPPED = "dropped", _("no longer asked for")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    step = models.CharField(_("step"), max_length=30)
    level = models.CharField(_("level"), max_length=4, choices=Level)
    role = models.CharField(_("who acts"), max_length=40, blank=True)
    due_at = models.DateTimeField(_("to be done by"))
    points = models.PositiveSmallIntegerField(pgettext_lazy("step", "points"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    result = models.TextField(_("what was done"), blank=True)

    noun: ClassVar[str] = "emergency.measure"
    spoken: ClassVar = {"step": step_in_words, "role": role_in_words}

    class Meta(OfActivation.Meta):
        abstract = False
        verbose_name = _("step of the plan")
        verbose_name_plural = _("steps of the plan")
        ordering = ("due_at", "key")

    def __str__(self) -> str:
        return step_in_words(self.step)

    def is_late(self, *, at: Any) -> bool:
        """Whether it was done after its term, or is open at a moment after it."""
        return self.state != self.State.DROPPED and (self.done_at or at) > self.due_at


SPOKEN = {"level": lambda level: Level(level).label, "step": step_in_words, "roles": roles_in_words}
"""How the codes are said that sentences of the system name."""


def told_in_words(told: dict[str, Any]) -> str:
    """What the system wrote into the command log, in the language that is active; what people wrote stays theirs."""
    given = {name: SPOKEN[name](value) if name in SPOKEN else value for name, value in told["given"].items()}
    return titles.sentences([gettext(told["words"]) % given, *told["more"]])


class Entry(OfActivation):
    """One entry of the command log. It is never changed: who was wrong writes another that corrects it.

    What the system wrote is kept as a sentence in the language of the city, and by its parts (`told`: the sentence in
    English, the values that it names, what follows it), so that it can be read in another.
    """

    class Kind(models.TextChoices):
        ORDER = "order", pgettext_lazy("command log", "order")
        REPORT = "report", _("report")
        DECISION = "decision", _("decision")
        CONTACT = "contact", _("telephone or visit")
        CORRECTION = "correction", _("correction")
        DEED = "deed", _("written by the system")

    number = models.PositiveIntegerField(_("number in the log"))
    kind = models.CharField(_("sort of entry"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("happened at"))
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    text = models.TextField(_("text"))
    told = models.JSONField(_("parts of what the system wrote"), null=True, blank=True, editable=False)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )

    noun: ClassVar[str] = "emergency.entry"

    class Meta(OfActivation.Meta):
        abstract = False
        verbose_name = _("entry of the command log")
        verbose_name_plural = _("command log")
        ordering = ("-entered_at", "-number")
        default_related_name = "entries"
        constraints = (models.UniqueConstraint(fields=["activation", "number"], name="entry_number_once"),)

    def __str__(self) -> str:
        return f"{self.activation.number}-{self.number}"

    @property
    def words(self) -> str:
        """What it says: as it was entered; in another language than the city's, what the system wrote in that."""
        is_of_city = (get_language() or settings.LANGUAGE_CODE)[:2] == settings.LANGUAGE_CODE[:2]
        return self.text if self.told is None or is_of_city else told_in_words(self.told)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry. Raises TypeError for one that is stored already: the log is only added to."""
        if not self._state.adding:
            raise TypeError("an entry of the command log is never changed; correct it by another")
        super().save(*args, **kwargs)
