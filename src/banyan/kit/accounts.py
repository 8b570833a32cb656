"""Who signs in, stored: people and their grants, machines, sessions, and the names that providers know people by."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.kit import titles


class Person(AbstractUser):
    """Someone who signs in. What the person may do is in the grants, never in flags."""

    display_name = models.CharField(_("name shown"), max_length=80, blank=True)
    is_present = models.BooleanField(_("at work"), default=True)
    password_set_on = models.DateField(_("password set on"), null=True, blank=True)
    password_is_first = models.BooleanField(_("password given by an administrator"), default=False)

    noun: ClassVar[str] = "kit.person"
    view_right: ClassVar[str] = "people.manage"
    reach: ClassVar = {"house": ()}
    personal: ClassVar[tuple[str, ...]] = ()
    # Never in a version: secrets, and what the person's file alone should say.
    unversioned: ClassVar = ("password", "last_login", "first_name", "last_name", "display_name", "email")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name shown, as Django's own pages ask for it."""
        return self.display_name


class Grant(models.Model):
    """A role given to a person within one part of the world, from a day and perhaps until a day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=40)
    dimension = models.CharField(_("dimension"), max_length=20, blank=True, help_text=_("empty: everywhere"))
    path = models.CharField(_("path"), max_length=200, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "kit.grant"
    spoken: ClassVar = {"role": titles.title, "dimension": titles.dimension, "path": titles.place}
    view_right: ClassVar[str] = "people.manage"
    reach: ClassVar = {"house": ()}
    personal: ClassVar[tuple[str, ...]] = ()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="grant_until_after_from",
            ),
            models.CheckConstraint(
                condition=models.Q(dimension="", path="") | (~models.Q(dimension="") & ~models.Q(path="")),
                name="grant_dimension_with_path",
            ),
        )

    def __str__(self) -> str:
        where = titles.place(self.path) if self.path else titles.dimension(self.dimension)
        return f"{self.person} · {titles.title(self.role)} · {where}"


class Machine(models.Model):
    """A program that signs in by OAuth 2. It acts as a person of its own, within its scopes; only a hash is kept."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="machine", verbose_name=_("acts as"))
    client_id = models.CharField(_("client identifier"), max_length=40, unique=True)
    secret = models.CharField(_("hash of the secret"), max_length=200)
    scopes = models.JSONField(_("scopes"), default=list)

    noun: ClassVar[str] = "kit.machine"
    view_right: ClassVar[str] = "people.manage"
    reach: ClassVar = {"house": ()}
    personal: ClassVar[tuple[str, ...]] = ()
    unversioned: ClassVar = ("secret",)
    told_once = ""  # what a verb tells whoever did it and nobody after, as a new secret
    spoken: ClassVar = {"scopes": lambda scopes: ", ".join(scopes)}

    class Meta:
        verbose_name = _("machine")
        verbose_name_plural = _("machines")

    def __str__(self) -> str:
        return str(self.person)


class Visit(models.Model):
    """One session of a person on one device: from sign-in until it ends."""

    LONGEST_BROWSER: ClassVar[int] = 200

    person = models.ForeignKey(Person, models.CASCADE, related_name="visits", verbose_name=_("person"))
    session = models.CharField(_("session"), max_length=40, unique=True)
    began_at = models.DateTimeField(_("signed in at"))
    seen_at = models.DateTimeField(_("last seen at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    address = models.CharField(_("from the address"), max_length=45, blank=True)
    browser = models.CharField(_("browser"), max_length=LONGEST_BROWSER, blank=True)
    proofs = models.JSONField(_("proved by"), default=list)

    noun: ClassVar[str] = "kit.visit"
    view_right: ClassVar[str] = "people.manage"
    reach: ClassVar = {"house": ()}
    personal: ClassVar[tuple[str, ...]] = ()
    # What the person's own page shows stays out of the events that last.
    unversioned: ClassVar = ("session", "address", "browser", "seen_at")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = (models.Index(fields=["person", "ended_at"], name="visit_person_ended"),)

    def __str__(self) -> str:
        return f"{self.person} {self.began_at:%Y-%m-%d %H:%M}"


class Binding(models.Model):
    """That an administrator has found: this subject of a sign-in provider is this person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="bindings", verbose_name=_("person"))
    issuer = models.CharField(_("provider"), max_length=200)
    subject = models.CharField(_("subject"), max_length=255)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "kit.binding"
    view_right: ClassVar[str] = "people.manage"
    reach: ClassVar = {"house": ()}
    personal: ClassVar[tuple[str, ...]] = ()

    class Meta:
        verbose_name = _("binding to a provider")
        verbose_name_plural = _("bindings to a provider")
        constraints = (
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=models.Q(ended_on__isnull=True), name="one_person_a_subject"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.subject}"
