"""Messages as they came in, with who sent them; their photographs; and what is noted beside them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.kit import people
from banyan.kit.models import Record


class Channel(models.TextChoices):
    """The way by which a message came."""

    HOTLINE = "12315", _("line 12315")
    QUALITY_LINE = "12365", _("line 12365")
    WEB = "web", _("web form")
    TELEPHONE = "telephone", _("telephone")
    LETTER = "letter", _("letter")
    VISIT = "visit", _("visit")


class Message(Record):
    """What somebody told: its words and who they are, sealed. A complaint and a report may both come of it.

    `mark` is a keyed mark of the telephone number, by which a caller is found again; `secret` is the hash of the
    address under which the sender follows the matter. Neither is in a version.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    received_at = models.DateTimeField(_("received at"))
    name = models.TextField(pgettext_lazy("person", "name"), blank=True)
    telephone = models.TextField(_("telephone"), blank=True)
    contact = models.TextField(_("address or mail"), blank=True)
    words = models.TextField(pgettext_lazy("complaint", "what happened"))
    language = models.CharField(_("language"), max_length=8, blank=True)
    mark = models.CharField(_("mark of the telephone"), max_length=32, blank=True, db_index=True)
    secret = models.CharField(_("hash of the secret address"), max_length=64, blank=True, db_index=True)
    purged_on = models.DateField(_("personal data purged on"), null=True, blank=True)

    noun: ClassVar[str] = "complaints.message"
    view_right: ClassVar[str] = "complaints.personal"
    reach: ClassVar = {}
    personal: ClassVar = ("name", "telephone", "contact", "words")
    unversioned: ClassVar = ("mark", "secret")
    received_on: Any = None  # the day of receipt, while it is taken in
    token = ""  # the secret of the address, told once

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-received_at", "key")

    def __str__(self) -> str:
        return self.key


class Photo(Record):
    """A photograph that came with a message, without the place where it was taken."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="photos", verbose_name=_("message"))
    file = models.FileField(_("photograph"), upload_to="complaints")
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    media_type = models.CharField(_("media type"), max_length=20)

    noun: ClassVar[str] = "complaints.photo"
    view_right: ClassVar[str] = "complaints.personal"
    reach: ClassVar = {}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class Note(Record):
    """What a handler notes for colleagues, or what the sender added later; sealed, never shown to the other side."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="notes", verbose_name=_("message"))
    is_of_sender = models.BooleanField(_("written by the sender"), default=False)
    written_at = models.DateTimeField(_("written at"))
    written_by = models.CharField(_("written by"), max_length=150, blank=True)
    words = models.TextField(_("note"))
    file = models.FileField(_("file"), upload_to="complaints", blank=True)
    file_name = models.CharField(_("name of the file"), max_length=160, blank=True)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True)

    noun: ClassVar[str] = "complaints.note"
    view_right: ClassVar[str] = "complaints.personal"
    reach: ClassVar = {}
    personal: ClassVar = ("words", "file_name")
    spoken: ClassVar = {"written_by": people.named}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("-written_at", "key")

    def __str__(self) -> str:
        return self.key
