"""Screenings with the digest of their frozen result, and credentials of status with their place in a status list."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.queries import Organisation
from banyan.judgement.access.queries import title_of
from banyan.kit import clock, people, titles
from banyan.kit.models import Record
from banyan.kit.workflow import workflow

FLOW = workflow(
    "vouching.screening",
    {"waiting": _("under way"), "done": _("done, result frozen"), "stopped": _("stopped")},
    ("finish_screening", _("Finish"), "waiting", "done"),
    ("stop_screening", _("Stop"), "waiting", "stopped"),
)


def spoken_counts(counts: dict[str, Any]) -> str:
    """Counts of outcomes in words."""
    from banyan.edge.vouching.queries import OUTCOMES

    return " · ".join(f"{OUTCOMES[name]} {counts[name]:,}" for name in OUTCOMES if counts.get(name))


class Screening(Record):
    """Many codes asked about at once, for a purpose: the result is kept to the byte, with its digest."""

    number = models.CharField(_("receipt number"), max_length=40, unique=True)
    asked_by = models.CharField(_("asked by"), max_length=150, db_index=True)
    office_path = models.CharField(_("office"), max_length=200, blank=True)
    on_behalf = models.CharField(_("on behalf of"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose"), max_length=40)
    basis = models.CharField(_("legal basis"), max_length=200)
    file = models.CharField(_("file"), max_length=160)
    file_digest = models.CharField(_("digest of the file (SHA-256)"), max_length=64)
    rows = models.PositiveIntegerField(_("codes"))
    on = models.DateField(_("day"))
    known_at = models.DateTimeField(_("as known at"))
    state = models.CharField(_("state"), max_length=8, choices=FLOW.choices, default="waiting", db_index=True)
    counts = models.JSONField(_("outcomes"), default=dict)
    result_digest = models.CharField(_("digest of the result (SHA-256)"), max_length=64, blank=True)
    result_bytes = models.PositiveBigIntegerField(_("size of the result"), default=0)

    # How far it came: written with each block, and no part of the versions.
    done = models.PositiveIntegerField(_("codes looked up"), default=0)
    language = models.CharField(_("language of the result"), max_length=10, blank=True)
    trouble = models.TextField(_("what stopped it"), blank=True)
    moved_at = models.DateTimeField(_("last moved at"))

    noun: ClassVar[str] = "vouching.screening"
    reach: ClassVar = {"region": ("office_path",), "client": ("asked_by",)}
    spoken: ClassVar = {"asked_by": people.named, "purpose": title_of, "counts": spoken_counts}
    unversioned: ClassVar = ("done", "language", "trouble", "moved_at")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} · {self.file}"


CREDENTIAL_FLOW = workflow(
    "vouching.credential",
    {"issued": _("issued"), "revoked": _("revoked before its day")},
    ("revoke_credential", _("Revoke"), "issued", "revoked"),
    written=_("W3C Verifiable Credentials 2.0; Bitstring Status List 1.0"),
)


class Credential(Record):
    """A firm's status, signed for the firm to take along, until a day or until it no longer is so."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="credentials", verbose_name=_("firm"))
    grade = models.CharField(_("grade"), max_length=6, blank=True)
    grade_since = models.DateField(_("grade since"), null=True, blank=True)
    listings = models.JSONField(_("listings in force"), default=list, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    taken_by = models.CharField(_("who took it"), max_length=150)
    state = models.CharField(_("state"), max_length=8, choices=CREDENTIAL_FLOW.choices, default="issued")
    revoked_on = models.DateField(pgettext_lazy("credential", "revoked on"), null=True, blank=True)
    revoked_why = models.CharField(_("why it was revoked"), max_length=240, blank=True)
    status_list = models.PositiveIntegerField(_("status list"))
    place = models.PositiveIntegerField(_("place in the status list"))
    digest = models.CharField(_("digest of the file (SHA-256)"), max_length=64)
    token = models.TextField(_("signed text"))

    noun: ClassVar[str] = "vouching.credential"
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}
    named_by: ClassVar = ("organisation",)
    spoken: ClassVar = {"taken_by": people.named, "listings": titles.listed}
    unversioned: ClassVar = ("token",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("credential of status")
        verbose_name_plural = _("credentials of status")
        ordering = ("-number",)
        indexes = (
            models.Index(fields=["state", "valid_until"], name="credential_standing"),
            models.Index(fields=["organisation", "state"], name="credential_firm"),
        )
        constraints = (
            models.UniqueConstraint(fields=["status_list", "place"], name="credential_place_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")), name="credential_until_after_from"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.organisation}"

    @property
    def is_standing(self) -> bool:
        """Whether it holds now."""
        return self.state == "issued" and self.valid_from <= clock.now() <= self.valid_until
