"""What kit itself stores: events, versions, keys of subjects, runs; who signs in stands in `accounts`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.kit import titles
from banyan.kit.accounts import Binding as Binding
from banyan.kit.accounts import Grant as Grant
from banyan.kit.accounts import Machine as Machine
from banyan.kit.accounts import Person as Person
from banyan.kit.accounts import Visit as Visit
from banyan.kit.scope import ScopedManager
from banyan.kit.terms import spoken


class Signed:
    """User names as logs show them: the name of the person, and behind it the user name, which is borne only once."""

    def __call__(self, username: str) -> str:
        return self.of_all([username])[0]

    def of_all(self, usernames: Sequence[str]) -> list[str]:
        """The same of many, in one question."""
        from banyan.kit import people  # verbs that stand on these nouns

        names = people.known_names(usernames)
        return [f"{names[one]} ({one})" if names.get(one, one) != one else one for one in usernames]


class Event(models.Model):
    """One verb that was done: who, when, what, why; a link of the chain. No foreign keys on purpose."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("recorded at"))
    on = models.DateField(_("day"))
    name = models.CharField(_("event"), max_length=80, db_index=True)
    by = models.CharField(_("by"), max_length=150, db_index=True)
    subject = models.CharField(_("subject"), max_length=120, blank=True, db_index=True)
    rows = models.PositiveIntegerField(_("records"), default=1)
    reason = models.TextField(_("reason"), blank=True)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    digest = models.CharField(_("digest of the versions"), max_length=64)
    previous = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    noun: ClassVar[str] = "kit.event"
    spoken: ClassVar = {"by": Signed(), "reason": titles.reason_in_words}
    view_right: ClassVar[str] = "events.view"
    reach: ClassVar = {"house": ()}

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Reading(models.Model):
    """One time that somebody read what needs a stated reason: who, when, under which statement, by which address."""

    LONGEST_ADDRESS: ClassVar[int] = 600

    at = models.DateTimeField(_("read at"))
    by = models.CharField(_("by"), max_length=150, db_index=True)
    under = models.CharField(_("under"), max_length=120, db_index=True)
    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS, blank=True)

    noun: ClassVar[str] = "kit.reading"
    spoken: ClassVar = {"by": Signed()}
    view_right: ClassVar[str] = "events.view"
    reach: ClassVar = {"house": ()}

    class Meta:
        verbose_name = _("reading under a purpose")
        verbose_name_plural = _("readings under a purpose")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"


class ChainHead(models.Model):
    """The last link of the chain: the row whose lock gives event numbers in the order of commits."""

    name = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("head of the chain")


class Tally(models.Model):
    """How often something was done that may be done so often only: one row for all processes, until it ends."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends = models.BigIntegerField(db_index=True)  # seconds of the machine's clock: a demonstration's repeats its day

    class Meta:
        verbose_name = _("tally")

    def __str__(self) -> str:
        return f"{self.count} × {self.key[:8]}"


class Version(models.Model):
    """The state of a record after one event, as canonical JSON text. Facts derive from these, never from rows."""

    id = models.BigAutoField(primary_key=True)
    event = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    noun = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    state = models.TextField()

    class Meta:
        verbose_name = _("version")
        indexes = (
            models.Index(fields=["noun", "event"], name="version_noun_event"),
            models.Index(fields=["noun", "key", "id"], name="version_noun_key"),
        )


class LogEntry(models.Model):
    """One leaf of the public log: an event that everyone may know of, without the person who did it."""

    number = models.BigIntegerField(primary_key=True)
    event = models.BigIntegerField(unique=True)
    salt = models.CharField(max_length=32)
    content = models.TextField()

    class Meta:
        verbose_name = _("entry of the public log")


class LogNode(models.Model):
    """The hash of a complete subtree of the public log; once there it never changes."""

    place = models.CharField(max_length=40, primary_key=True)  # level/index
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("node of the public log")


class LogHead(models.Model):
    """The signed root of the public log when it had so many entries.

    It holds every public event up to number `event` of the house, recorded at `until`: what comes later stands behind
    both. While nothing public happens the same head is signed anew each day, with more held. Heads that were signed
    before this was told have neither.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    event = models.BigIntegerField(null=True)
    until = models.DateTimeField(null=True)
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("head of the public log")


class LogKey(models.Model):
    """The public key that signs the heads of more than `after` entries, until the next of these."""

    after = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=64)
    on = models.DateField()

    class Meta:
        verbose_name = _("key of the public log")


class SubjectKey(models.Model):
    """The wrapped key under which the personal fields of one subject are sealed."""

    subject = models.CharField(max_length=120, primary_key=True)
    wrapped = models.TextField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("key of a subject")


class SearchEntry(models.Model):
    """A text under which a record is found. The words it is found by lie in an index of the database's own kind."""

    noun = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    text = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("text to be found by")
        indexes = (models.Index(fields=["key", "noun"], name="search_key_noun"),)

    def __str__(self) -> str:
        return self.text


class Run(models.Model):
    """One run of the daily flow for a day, with the cut that it fixed when it first started.

    A day has a further round where somebody asks for what was recorded since the last one.
    """

    name = models.CharField(_("run"), max_length=40)
    on = models.DateField(_("day"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    cut = models.BigIntegerField(_("last event seen"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    packs = models.CharField(_("packs used"), max_length=64, blank=True)

    noun: ClassVar[str] = "kit.run"
    spoken: ClassVar = {"name": lambda name: str(_(name))}
    view_right: ClassVar[str] = "runs.view"
    reach: ClassVar = {"house": ()}

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = (models.UniqueConstraint(fields=["name", "on", "round"], name="one_run_a_round"),)

    def __str__(self) -> str:
        return f"{_(self.name)} {self.on}" + (f" · {self.round}" if self.round > 1 else "")


def told(outcome: str) -> str:
    """What a step did, as `name: number` unless that is 0; parts in brackets, rules by their titles."""

    def called(name: str) -> str:
        spaced = name.replace("_", " ")
        return titles.title(name) if (said := str(_(spaced))) == spaced else said

    def said(part: Any) -> str:
        if not isinstance(part, dict):
            return str(part) if part else ""
        inner = ", ".join(f"{called(name)} {words}" for name, one in part.items() if (words := said(one)))
        return f"({inner})" if inner else ""

    parts = json.loads(outcome or "{}")
    changed = " · ".join(titles.paired(called(name), words) for name, part in parts.items() if (words := said(part)))
    return changed or (str(_("nothing changed")) if parts else "")


class RunStep(models.Model):
    """One step of a run: what it did, how long it took, what failed."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    name = models.CharField(_("step"), max_length=40)
    started_at = models.DateTimeField(_("started at"))
    seconds = models.FloatField(_("seconds"), null=True)
    outcome = models.TextField(_("outcome"), blank=True)
    error = models.TextField(_("error"), blank=True)

    noun: ClassVar[str] = "kit.run_step"
    spoken: ClassVar = {"name": lambda name: str(_(name)), "outcome": told}
    view_right: ClassVar[str] = "runs.view"
    reach: ClassVar = {"house": ()}

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")


class Record(models.Model):
    """Base of every noun: a stable text key, a reach for rights, sealed personal fields, never deleted.

    `noun` is the dotted name in events and versions. `reach` maps a dimension to look-ups; a look-up that ends
    in `path` is matched by prefix, any other exactly. `names_people` maps a right to fields that hold user names or
    a person: who is named there and holds the right anywhere has it on that record too. `personal` names the fields
    that are sealed. `spoken` says how a field whose value is a code or a structure is shown to people: a function of
    the value that gives text; where it asks the database, its `of_all` says many values in one question.
    """

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("reason for withdrawal"), blank=True)

    objects = ScopedManager()

    noun: ClassVar[str] = ""
    reach: ClassVar[dict[str, tuple[str, ...]]] = {}
    names_people: ClassVar[dict[str, tuple[str, ...]]] = {}
    personal: ClassVar[tuple[str, ...]] = ()
    spoken: ClassVar[dict[str, Callable[[Any], str]]] = {}
    cites: ClassVar[tuple[str, ...]] = ()  # fields that hold the key of a rule: pages lead to it
    shown_on: ClassVar[str] = ""  # the related record on whose page this one is shown, where it has no page
    named_by: ClassVar[tuple[str, ...]] = ()  # the related records whose names stand in its own

    class Meta:
        abstract = True

    def __init_subclass__(cls, **given: Any) -> None:
        """How fields read is told once, where they are declared: what derives from it adds its own."""
        super().__init_subclass__(**given)
        bases = [vars(base).get("spoken", {}) for base in reversed(cls.__mro__)]
        cls.spoken = {name: say for told in bases for name, say in told.items()}

    def _get_FIELD_display(self, field: Any) -> Any:
        """A choice by its label. Django's own way translates and hashes the labels of all choices for each record."""
        value = getattr(self, field.attname)
        return next((str(label) for choice, label in field.flatchoices if choice == value), value)

    def version_extra(self) -> dict[str, Any]:
        """Further content of the version, for what lies in tables of its own (items of a result)."""
        return {}


class Timed(Record):
    """A record whose next step is somebody's move by a day."""

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("officer in charge"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True, blank=True, db_index=True)
    due_rule = models.CharField(_("rule of the term"), max_length=60, blank=True)
    is_due_provisional = models.BooleanField(_("term provisional"), default=False)
    escalated_on = models.DateField(_("went up on"), null=True, blank=True)

    spoken: ClassVar = {"due_rule": spoken}
    cites: ClassVar[tuple[str, ...]] = ("due_rule",)

    class Meta(Record.Meta):
        abstract = True
