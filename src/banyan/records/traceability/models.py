"""Nouns of traceability: captures and places as records; events and things as a stream that is only added to."""

from __future__ import annotations

import zlib
from typing import Any, ClassVar

import orjson
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan import epcis
from banyan.base.registry.queries import Organisation, Product, Region
from banyan.kit import people
from banyan.kit.models import Record
from banyan.kit.scope import ScopedManager
from banyan.kit.terms import DISTRICT

LONGEST_IDENTIFIER = epcis.LONGEST_IDENTIFIER


class Location(Record):
    """A place or party that events name by its number (GLN), and whose it is."""

    identifier = models.CharField(_("identifier"), max_length=LONGEST_IDENTIFIER, unique=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="locations", verbose_name=_("organisation")
    )
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=DISTRICT)

    noun: ClassVar[str] = "traceability.location"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("organisation_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("location")
        verbose_name_plural = _("locations")

    def __str__(self) -> str:
        return self.name or self.identifier


class Share(Record):
    """A firm lets a partner read its events, from a day until a day, beyond those that name the partner."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="shares", verbose_name=_("organisation")
    )
    partner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("partner"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "traceability.share"
    reach: ClassVar = {
        "region": ("organisation__county__path",),
        "organisation": ("organisation_id", "partner_id"),
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("share of events")
        verbose_name_plural = _("shares of events")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "partner"], condition=models.Q(until_on__isnull=True),
                name="one_present_share",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation} → {self.partner}"


class Purpose(Record):
    """Why an officer reads the events of firms, stated before reading, for some days. Officers see each other's."""

    username = models.CharField(_("person"), max_length=150)
    says = models.CharField(_("purpose"), max_length=300)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))

    noun: ClassVar[str] = "traceability.purpose"
    spoken: ClassVar = {"username": people.named}
    view_right: ClassVar[str] = "traceability.purpose"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("stated purpose")
        verbose_name_plural = _("stated purposes")
        indexes = (models.Index(fields=["username", "until_on"], name="purpose_username"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")), name="purpose_until_after_from"
            ),
        )

    def __str__(self) -> str:
        return self.says


class CaptureJob(Record):
    """One document that a firm sent: who, when, what became of it, and what its events were digested to."""

    class OnError(models.TextChoices):
        ROLLBACK = "rollback", _("keep all or none")
        PROCEED = "proceed", _("keep what is right")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="captures", verbose_name=_("organisation")
    )
    username = models.CharField(_("by"), max_length=150)
    media_type = models.CharField(_("media type"), max_length=60)
    on_error = models.CharField(
        _("where an event is wrong"), max_length=10, choices=OnError, default=OnError.ROLLBACK
    )
    started_at = models.DateTimeField(_("received at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    success = models.BooleanField(_("accepted"), default=False)
    stored = models.PositiveIntegerField(_("events kept"), default=0)
    unchanged = models.PositiveIntegerField(_("known already"), default=0)
    refused = models.PositiveIntegerField(_("events refused"), default=0)
    described = models.PositiveIntegerField(_("entries of master data kept"), default=0)
    problems = models.JSONField(_("what is wrong"), default=list, blank=True)
    digest = models.CharField(_("digest of the events' hashes"), max_length=64, blank=True)
    days = models.JSONField(_("events by day"), default=list, blank=True, editable=False)

    noun: ClassVar[str] = "traceability.capture"
    spoken: ClassVar = {"username": people.named}
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("capture")
        verbose_name_plural = _("captures")
        ordering = ("-started_at",)
        indexes = (models.Index(fields=["organisation", "started_at"], name="capture_organisation"),)

    def __str__(self) -> str:
        return self.key


class Thing(models.Model):
    """What events speak of: a serial, a lot, a class of goods, a logistic unit. Numbered without gaps from 1."""

    class Kind(models.IntegerChoices):
        INSTANCE = 1, _("single item")
        LOT = 2, _("lot")
        CLASS = 3, _("class of goods")
        LOGISTIC_UNIT = 4, _("logistic unit")
        OTHER = 5, _("other")

    id = models.BigIntegerField(primary_key=True)
    epc = models.CharField(_("identifier"), max_length=LONGEST_IDENTIFIER, unique=True)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=Kind)
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, blank=True, db_index=True)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="things", verbose_name=_("product"), db_constraint=False
    )

    objects = ScopedManager()

    noun: ClassVar[str] = "traceability.thing"
    reach: ClassVar = {
        "region": ("lines__event__county__path",),
        "organisation": ("lines__event__parties__organisation_id",),
    }

    class Meta:
        verbose_name = _("thing")
        verbose_name_plural = _("things")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.epc


class TraceEvent(models.Model):
    """One event as its sender said it. Never edited: a wrong one is declared wrong by a further event.

    `id` rises in the order of commits without gaps, so that whoever follows the stream keeps one number. `hash` is
    that of CBV 2.0; since that leaves an error declaration out, a declaration's own hash is made of both, and
    `declares_wrong` is the hash of the event that it takes back.
    """

    class Type(models.IntegerChoices):
        OBJECT = 1, _("object event")
        AGGREGATION = 2, _("aggregation event")
        TRANSACTION = 3, _("transaction event")
        TRANSFORMATION = 4, _("transformation event")
        ASSOCIATION = 5, _("association event")

    id = models.BigIntegerField(primary_key=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)
    event_id = models.CharField(_("event identifier"), max_length=LONGEST_IDENTIFIER, db_index=True)
    declares_wrong = models.CharField(_("declares wrong the event of hash"), max_length=64, blank=True, db_index=True)
    type = models.PositiveSmallIntegerField(_("type"), choices=Type)
    action = models.CharField(_("action"), max_length=8, blank=True)
    event_time = models.DateTimeField(_("happened at"), db_index=True)
    offset = models.CharField(_("offset"), max_length=6)
    record_time = models.DateTimeField(_("recorded at"))
    biz_step = models.CharField(_("business step"), max_length=LONGEST_IDENTIFIER, blank=True)
    disposition = models.CharField(_("disposition"), max_length=LONGEST_IDENTIFIER, blank=True)
    read_point = models.CharField(_("read point"), max_length=LONGEST_IDENTIFIER, blank=True)
    biz_location = models.CharField(_("business location"), max_length=LONGEST_IDENTIFIER, blank=True)
    capture = models.ForeignKey(
        CaptureJob, models.PROTECT, related_name="events", verbose_name=_("capture"), db_constraint=False
    )
    captured_by = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("captured by"), db_constraint=False
    )
    holder = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("held by"), db_constraint=False
    )
    county = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", verbose_name=DISTRICT, db_constraint=False
    )
    body = models.BinaryField()

    objects = ScopedManager()

    noun: ClassVar[str] = "traceability.event"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("parties__organisation_id",)}

    class Meta:
        verbose_name = _("trace event")
        verbose_name_plural = _("trace events")
        ordering = ("-id",)
        indexes = (models.Index(fields=["biz_step", "event_time"], name="trace_event_step"),)

    def __str__(self) -> str:
        return self.event_id

    @property
    def content(self) -> dict[str, Any]:
        """The event in the canonical form of `banyan.epcis`."""
        content: dict[str, Any] = orjson.loads(zlib.decompress(self.body))
        return content


class EventParty(models.Model):
    """An organisation that may read an event: its sender, whom it names, whose place it names, a shared partner."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(TraceEvent, models.PROTECT, related_name="parties", db_constraint=False, db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("reader of an event")
        constraints = (models.UniqueConstraint(fields=["organisation", "event"], name="event_party_once"),)
        indexes = (models.Index(fields=["event"], name="event_party_event"),)


class EventThing(models.Model):
    """One thing in one event: in which part, and how much of it. Numbered in the order of commits."""

    class Role(models.IntegerChoices):
        EPC = 1, _("seen")
        PARENT = 2, _("parent")
        CHILD = 3, _("child")
        INPUT = 4, _("input")
        OUTPUT = 5, _("output")

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(TraceEvent, models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    thing = models.ForeignKey(Thing, models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    role = models.PositiveSmallIntegerField(_("part"), choices=Role)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4, null=True)
    unit = models.CharField(_("unit"), max_length=3, blank=True)

    objects = ScopedManager()

    noun: ClassVar[str] = "traceability.event_thing"
    reach: ClassVar = {"region": ("event__county__path",), "organisation": ("event__parties__organisation_id",)}

    class Meta:
        verbose_name = _("thing in an event")
        verbose_name_plural = _("things in events")
        indexes = (
            models.Index(fields=["thing", "event"], name="event_thing_thing"),
            models.Index(fields=["event"], name="event_thing_event"),
        )
