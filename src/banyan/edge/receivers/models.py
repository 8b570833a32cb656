"""Receivers, what each may receive, the deliveries to them, their receipts, and what they report of their copies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Region
from banyan.kit.models import Record, Timed
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow

TOPICS = {
    "listings": _("listings of firms"),
    "penalties": _("public penalties"),
    "recalls": _("recall notices"),
    "grades": _("credit grades"),
    "corrections": _("corrections of records"),
}
"""What a receiver may be told of, each granted by itself."""

KINDS = {"begun": _("begun"), "ended": _("ended"), "changed": _("changed"), "corrected": _("corrected")}

RECEIVER_FLOW = workflow(
    "receivers.receiver",
    {"active": _("active"), "suspended": _("suspended")},
    ("suspend_receiver", _("Suspend"), "active", "suspended"),
    ("readmit_receiver", _("Readmit"), "suspended", "active"),
)
DELIVERY_FLOW = workflow(
    "receivers.delivery",
    {
        "waiting": _("waiting"),
        "taken": _("taken"),
        "dead": _("given up"),
        "passed": _("passed over"),
        "ended": _("not sent: no longer granted"),
    },
    ("send_again", _("Send again"), "dead taken passed", "waiting"),
    ("pass_over", _("Pass over"), "waiting dead", "passed"),
)
UNSETTLED = ("waiting", "dead")
"""States that hold back later changes of the same firm."""


class Receiver(Record):
    """A body that is told what changed: where, how, and how it knows the message for ours."""

    class Kind(models.TextChoices):
        BANK = "bank", _("bank")
        TAX = "tax", _("tax office")
        COMMERCE = "commerce", _("commerce")
        INSPECTION = "inspection", pgettext_lazy("receiver", "inspection")
        INSURER = "insurer", _("insurer")
        PLATFORM = "platform", _("credit platform")
        OTHER = "other", _("other")

    class Form(models.TextChoices):
        STRUCTURED = "structured", _("one JSON document (structured)")
        BINARY = "binary", _("data with headers (binary)")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("place that it belongs to"))
    endpoint = models.CharField(_("changes go to"), max_length=500)
    form = models.CharField(_("form of messages"), max_length=12, choices=Form, default=Form.STRUCTURED)
    keeps = models.JSONField(
        _("records that it is the source of"), default=list, blank=True,
        help_text=_("nouns such as inspection.sample: their corrections go back to it"),
    )  # fmt: skip
    secret = models.TextField(_("secret of the signature"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RECEIVER_FLOW.choices, default="active")

    noun: ClassVar[str] = "receivers.receiver"
    reach: ClassVar = {"region": ("region__path",), "receiver": ("key",)}
    personal: ClassVar = ("secret",)
    spoken: ClassVar = {"keeps": lambda nouns: ", ".join(nouns) or "—"}
    told_once = ""

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class Access(Record):
    """One topic that a receiver may be told of, on which basis, from when until when."""

    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="access", verbose_name=_("receiver"))
    topic = models.CharField(_("topic"), max_length=12, choices=list(TOPICS.items()))
    basis = models.TextField(_("legal basis and purpose"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "receivers.access"
    reach: ClassVar = {"region": ("receiver__region__path",), "receiver": ("receiver_id",)}
    named_by: ClassVar = ("receiver",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("access to a topic")
        verbose_name_plural = _("access to topics")
        ordering = ("receiver", "topic", "from_on")
        constraints = (
            models.UniqueConstraint(
                fields=["receiver", "topic"], condition=models.Q(until_on=None, withdrawn_on=None),
                name="one_open_access_a_topic",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="access_until_after_from",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.receiver} · {self.get_topic_display()}"


class Reached(models.Model):
    """Up to which event a receiver's deliveries were made. It moves with every look, so it is no record."""

    receiver = models.OneToOneField(Receiver, models.PROTECT, primary_key=True, related_name="reached")
    event = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)  # the last one told of that event; 0 where all of it was

    class Meta:
        verbose_name = _("place in the feed")


class Replay(models.Model):
    """What a receiver is told again, and how far that has come. It moves with every part, so it is no record."""

    receiver = models.OneToOneField(Receiver, models.PROTECT, primary_key=True, related_name="replay")
    since = models.BigIntegerField()  # after this event
    upto = models.BigIntegerField()  # and up to this one
    event = models.BigIntegerField()
    version = models.BigIntegerField(default=0)  # the last one told of that event; 0 where all of it was
    told = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("place in what is told again")

    @property
    def share(self) -> float:
        """Which share of the events was looked through."""
        return (self.event - self.since) / (self.upto - self.since) if self.upto > self.since else 1.0


class Delivery(Timed):
    """One change on its way to one receiver. Its tries are no versions; what people do with it is.

    The term is that of the receipt. Later changes of the same lane wait until this one is settled.
    """

    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="deliveries", verbose_name=_("receiver"))
    event = models.BigIntegerField(_("number of the event"))
    version = models.BigIntegerField(_("number of the version"))
    topic = models.CharField(_("topic"), max_length=12, choices=list(TOPICS.items()))
    kind = models.CharField(pgettext_lazy("change", "what happened"), max_length=10, choices=list(KINDS.items()))
    record_noun = models.CharField(_("kind of record"), max_length=40)
    record_key = models.CharField(_("key of the record"), max_length=60)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("firm")
    )
    county = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT
    )  # fmt: skip
    lane = models.CharField(_("order is kept within"), max_length=60)
    happened_on = models.DateField(_("happened on"))
    state = models.CharField(_("state"), max_length=8, choices=DELIVERY_FLOW.choices, default="waiting")
    first_at = models.DateTimeField(_("first tried at"), null=True, blank=True)
    next_at = models.DateTimeField(_("next due at"))
    held_until = models.DateTimeField(_("in hand until"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("vain tries in a row"), default=0)
    fault = models.CharField(_("last fault"), max_length=200, blank=True)
    taken_at = models.DateTimeField(_("told at"), null=True, blank=True)

    noun: ClassVar[str] = "receivers.delivery"
    reach: ClassVar = {
        "region": ("county__path",), "receiver": ("receiver_id",), "organisation": ("organisation_id",),
    }  # fmt: skip
    named_by: ClassVar = ("receiver",)

    class Meta(Timed.Meta):
        abstract = False
        verbose_name = _("delivery to a receiver")
        verbose_name_plural = _("deliveries to receivers")
        ordering = ("-version", "key")
        constraints = (
            models.UniqueConstraint(fields=["receiver", "version", "topic"], name="change_once_a_receiver"),
            models.CheckConstraint(
                condition=~models.Q(state="taken") | models.Q(taken_at__isnull=False), name="delivery_taken_at"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["state", "next_at"], name="delivery_state_next"),
            models.Index(fields=["receiver", "lane", "version"], name="delivery_lane"),
            models.Index(fields=["record_noun", "record_key"], name="delivery_record"),
        )

    @property
    def change(self) -> str:
        """The identifier of the change, the same for every receiver and every try."""
        return f"{self.topic}-{self.event}-{self.version}"

    def __str__(self) -> str:
        return f"{self.receiver} · {self.get_topic_display()} · {self.record_key}"


class Receipt(Record):
    """What a receiver says that it did with one change; once. Its key is the delivery's."""

    class Outcome(models.TextChoices):
        EXECUTED = "executed", _("executed")
        REFUSED = "refused", _("not carried out")
        NOT_APPLICABLE = "not_applicable", _("does not concern it")

    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="receipt", verbose_name=_("delivery"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    reference = models.CharField(_("reference of the receiver"), max_length=80, blank=True)
    words = models.CharField(_("in words"), max_length=400, blank=True)
    done_on = models.DateField(_("done on"))
    given_on = models.DateField(_("receipt given on"))

    noun: ClassVar[str] = "receivers.receipt"
    reach: ClassVar = {
        "region": ("delivery__county__path",), "receiver": ("delivery__receiver_id",),
        "organisation": ("delivery__organisation_id",),
    }  # fmt: skip
    named_by: ClassVar = ("delivery",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("execution receipt")
        verbose_name_plural = _("execution receipts")
        ordering = ("-given_on", "key")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} · {self.delivery}"


class Copy(Record):
    """What a receiver says that it holds of a topic: a digest up to a change, and whether it is ours."""

    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="copies", verbose_name=_("receiver"))
    topic = models.CharField(_("topic"), max_length=12, choices=list(TOPICS.items()))
    event = models.BigIntegerField(_("up to the event"))
    count = models.BigIntegerField(_("records that stand"))
    digest = models.CharField(_("digest"), max_length=64)
    ours = models.CharField(_("our digest"), max_length=64)
    reported_on = models.DateField(_("reported on"))

    noun: ClassVar[str] = "receivers.copy"
    reach: ClassVar = {"region": ("receiver__region__path",), "receiver": ("receiver_id",)}
    named_by: ClassVar = ("receiver",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("report of a copy")
        verbose_name_plural = _("reports of copies")
        ordering = ("-reported_on", "-key")

    @property
    def agrees(self) -> bool:
        """Whether the receiver holds what we do."""
        return self.digest == self.ours

    def __str__(self) -> str:
        return f"{self.receiver} · {self.get_topic_display()}"
