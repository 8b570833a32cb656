"""Messages to people by their roles, and when each of them acknowledged."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Region
from banyan.kit.models import Record
from banyan.response.emergency.models.activations import Activation
from banyan.response.emergency.models.bulletins import Bulletin
from banyan.response.emergency.models.words import role_in_words, roles_in_words


class Message(Record):
    """A message of an activation, or a bulletin as it went out to those addressed."""

    activation = models.ForeignKey(
        Activation, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("activation")
    )
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("bulletin")
    )
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"), editable=False)
    is_drill = models.BooleanField(_("exercise"), default=False, editable=False)
    roles = models.JSONField(_("to the roles"), default=list)
    text = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent at"), editable=False)
    due_at = models.DateTimeField(_("to be acknowledged by"), editable=False)

    noun: ClassVar[str] = "emergency.message"
    reach: ClassVar = {"region": ("county__path",)}
    spoken: ClassVar = {"roles": roles_in_words}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = pgettext_lazy("emergency", "message")
        verbose_name_plural = pgettext_lazy("emergency", "messages")
        ordering = ("-sent_at", "-key")

    def __str__(self) -> str:
        text = self.text if len(self.text) <= 60 else f"{self.text[:59]}…"
        return f"{_('EXERCISE')} {text}" if self.is_drill else text


class Receipt(Record):
    """A message at one of those to whom it went, in the role for which it was sent: acknowledged when, or not."""

    message = models.ForeignKey(
        Message, models.PROTECT, related_name="receipts", verbose_name=pgettext_lazy("emergency", "message")
    )
    county = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"), editable=False)
    is_drill = models.BooleanField(_("exercise"), default=False, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("to")
    )
    role = models.CharField(_("role"), max_length=40)
    sent_on = models.DateField(pgettext_lazy("emergency", "sent on"), db_index=True)
    sent_at = models.DateTimeField(_("sent at"))
    due_at = models.DateTimeField(_("to be acknowledged by"), db_index=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    in_time = models.BooleanField(_("in time"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=240, blank=True)

    noun: ClassVar[str] = "emergency.receipt"
    view_right: ClassVar[str] = "emergency.acknowledge"
    reach: ClassVar = {"region": ("county__path",)}
    names_people: ClassVar = {"emergency.acknowledge": ("person",)}
    spoken: ClassVar = {"role": role_in_words}
    named_by: ClassVar = ("message",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ("-sent_at", "key")

    def __str__(self) -> str:
        return str(self.message)
