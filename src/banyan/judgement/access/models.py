"""Consents of firms, readings of credit files, and the seals that keep readings from vanishing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation
from banyan.kit import clock, people
from banyan.kit.models import Record
from banyan.kit.workflow import workflow

CONSENT_FLOW = workflow(
    "access.consent",
    {"given": _("given"), "revoked": _("revoked")},
    ("revoke_consent", _("Revoke"), "given", "revoked"),
    written=_("the house's own rules, access to credit"),
)


def spoken_purpose(key: str) -> str:
    """A purpose in the language of the page."""
    from banyan.judgement.access.queries import title_of

    return title_of(key)


class Consent(Record):
    """That a firm lets one client read its credit file, for a purpose, from a day until a day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="consents", verbose_name=_("firm"))
    client = models.CharField(_("client of the query"), max_length=150)
    client_name = models.CharField(_("name of the client"), max_length=150)
    purpose = models.CharField(_("purpose"), max_length=40)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=8, choices=CONSENT_FLOW.choices, default="given")
    given_by = models.CharField(_("given by"), max_length=150)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_by = models.CharField(_("revoked by"), max_length=150, blank=True)

    noun: ClassVar[str] = "access.consent"
    reach: ClassVar = {
        "region": ("organisation__county__path",), "organisation": ("organisation_id",),
        "client": ("client",),
    }  # fmt: skip
    named_by: ClassVar = ("organisation",)
    spoken: ClassVar = {"purpose": spoken_purpose, "given_by": people.named, "revoked_by": people.named}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("consent to be read")
        verbose_name_plural = _("consents to be read")
        ordering = ("-from_on", "key")
        indexes = (models.Index(fields=["client", "purpose", "organisation"], name="consent_client"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")), name="consent_until_after_from"
            ),
            models.UniqueConstraint(
                fields=["organisation", "client", "purpose"], condition=models.Q(state="given"),
                name="one_consent_a_purpose",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client_name} · {spoken_purpose(self.purpose)} · {self.until_on}"

    @property
    def holds(self) -> bool:
        """Whether the client may read by it today."""
        return self.state == "given" and self.from_on <= clock.today() <= self.until_on and not self.withdrawn_on


class Access(models.Model):
    """One time that somebody read a firm's credit that is not public. Never changed, never deleted; no version."""

    at = models.DateTimeField(_("read at"))
    by = models.CharField(_("by"), max_length=150, db_index=True)
    by_name = models.CharField(_("who"), max_length=150)
    on_behalf = models.CharField(_("on behalf of"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("firm"), db_index=False
    )
    purpose = models.CharField(_("purpose"), max_length=40)
    basis = models.CharField(_("legal basis"), max_length=200)
    consent = models.CharField(_("consent"), max_length=60, blank=True)
    what = models.CharField(_("what was read"), max_length=40)
    run = models.CharField(_("screening"), max_length=40, blank=True)

    WHAT: ClassVar = {
        "explained": _("grade, score and all findings"), "summary": _("grade and main findings"),
        "grade": _("grade"),
    }  # fmt: skip

    noun: ClassVar[str] = "access.access"
    view_right: ClassVar[str] = "access.view"
    reach: ClassVar = {
        "region": ("organisation__county__path",), "organisation": ("organisation_id",), "client": ("by",),
    }  # fmt: skip
    personal: ClassVar[tuple[str, ...]] = ()
    spoken: ClassVar[dict[str, Any]] = {
        "purpose": spoken_purpose, "what": lambda what: str(Access.WHAT.get(what, what)),
    }  # fmt: skip

    class Meta:
        verbose_name = _("reading of a credit file")
        verbose_name_plural = _("readings of credit files")
        ordering = ("-pk",)
        indexes = (models.Index(fields=["organisation", "-id"], name="access_organisation"),)

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%Y-%m-%d %H:%M}"


class Seal(Record):
    """A night's digest of the readings since the last one: its event keeps them from being changed or taken out."""

    first = models.BigIntegerField(_("first number"))
    last = models.BigIntegerField(_("last number"), unique=True)
    count = models.PositiveIntegerField(_("readings"))
    digest = models.CharField(_("digest"), max_length=64)

    noun: ClassVar[str] = "access.seal"
    view_right: ClassVar[str] = "events.view"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("seal of readings")
        verbose_name_plural = _("seals of readings")
        ordering = ("-last",)

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"
