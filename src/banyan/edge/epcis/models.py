"""Nouns of the interface: named queries, their subscriptions, and how far each was delivered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.kit import people
from banyan.kit.models import Record


class NamedQuery(Record):
    """A question for events that somebody keeps under a name, to ask it again or to subscribe to it."""

    name = models.CharField(_("name"), max_length=100)
    username = models.CharField(_("by"), max_length=150)
    query = models.JSONField(_("question"))
    created_at = models.DateTimeField(_("kept at"))

    noun: ClassVar[str] = "epcis.query"
    spoken: ClassVar = {"username": people.named}
    view_right: ClassVar[str] = "traceability.view"  # its verbs look that it is the person's own

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("kept query")
        verbose_name_plural = _("kept queries")
        ordering = ("key",)
        constraints = (
            models.UniqueConstraint(
                fields=["username", "name"], condition=models.Q(withdrawn_on__isnull=True), name="query_name_once"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Subscription(Record):
    """Where the events that answer a query are sent, as they come or by a schedule."""

    query = models.ForeignKey(NamedQuery, models.PROTECT, related_name="subscriptions", verbose_name=_("kept query"))
    username = models.CharField(_("by"), max_length=150)
    dest = models.URLField(_("sent to"), max_length=500)
    token = models.TextField(_("secret of the signature"), blank=True)
    stream = models.BooleanField(_("as they come"), default=False)
    schedule = models.JSONField(_("schedule"), default=dict, blank=True)
    report_if_empty = models.BooleanField(_("sent without events too"), default=False)
    paused_on = models.DateField(_("paused on"), null=True, blank=True)
    initial_record_time = models.DateTimeField(_("events recorded from"))
    created_at = models.DateTimeField(_("subscribed at"))

    noun: ClassVar[str] = "epcis.subscription"
    view_right: ClassVar[str] = "traceability.view"  # its verbs look that it is the person's own
    personal: ClassVar = ("token",)
    spoken: ClassVar = {
        "username": people.named,
        "schedule": lambda parts: ", ".join(f"{part} {when}" for part, when in parts.items()) or "—",
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("key",)

    def __str__(self) -> str:
        return f"{self.query} → {self.dest}"


class Delivery(models.Model):
    """How far a subscription was delivered. It changes with every message, so it is no record with versions."""

    subscription = models.OneToOneField(
        Subscription, models.PROTECT, primary_key=True, related_name="delivery", verbose_name=_("subscription")
    )
    after = models.BigIntegerField(_("number of the last event sent"), default=0)
    due_at = models.DateTimeField(_("due at"), db_index=True)
    notified_at = models.DateTimeField(_("last taken at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("vain tries in a row"), default=0)
    fault = models.CharField(_("last fault"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return str(self.subscription)
