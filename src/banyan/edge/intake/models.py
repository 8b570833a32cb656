"""What intake keeps: each import with how far it came, and what each row taken in said."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.matching.queries import NameMatch
from banyan.base.registry.queries import Organisation
from banyan.kit import people
from banyan.kit.models import Record
from banyan.kit.workflow import workflow

FLOW = workflow(
    "intake.import",
    {
        "checking": _("being checked"),
        "ready": _("checked, waits for your word"),
        "running": _("being taken in"),
        "done": _("taken in"),
        "stopped": _("stopped"),
        "cancelled": _("cancelled"),
        "undoing": _("being undone"),
        "undone": _("undone"),
    },
    ("check_import", _("Check"), "checking", "ready"),
    ("confirm_import", _("Take in"), "ready", "running"),
    ("cancel_import", _("Cancel"), "checking ready stopped", "cancelled"),
    ("finish_import", _("Finish"), "running", "done"),
    ("stop_import", _("Stop"), "checking running", "stopped"),
    ("resume_import", _("Go on"), "stopped", "checking running"),
    ("undo_import", _("Undo"), "done stopped", "undoing"),
    ("finish_undoing", _("Finish undoing"), "undoing", "undone"),
)


def nothing_counted() -> dict[str, Any]:
    """The counts of an import that has read nothing yet."""
    return {"read": 0, "accepted": 0, "unchanged": 0, "refused": 0, "records": 0, "by_reason": {}, "notes": {}}


class Import(Record):
    """One intake of files by a mapping: who, when, how far, what came of it."""

    class Into(models.TextChoices):
        INSPECTION = "inspection", _("samples and results")
        REGISTRY = "registry", _("organisations")
        RECALL = "recall", _("leads to defects")
        COMPLAINTS = "complaints", _("complaints and reports")
        EQUIPMENT = "equipment", _("special equipment")

    number = models.PositiveIntegerField(_("number"), unique=True)
    into = models.CharField(_("into"), max_length=12, choices=Into)
    mapping = models.CharField(_("mapping"), max_length=80)
    identity = models.CharField(_("digest of files and mapping"), max_length=64, db_index=True)
    files = models.JSONField(_("files"))
    on = models.DateField(_("day"))
    entered_by = models.CharField(_("by"), max_length=150)
    office_path = models.CharField(_("office"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FLOW.choices, default="running")

    # How far it came: written with each batch, in the batch's own transaction, and no part of the versions.
    rows = models.PositiveIntegerField(_("rows"), default=0)
    position = models.JSONField(_("position"), default=list)
    counts = models.JSONField(_("counts"), default=nothing_counted)
    rejects_bytes = models.PositiveBigIntegerField(_("size of the rejects file"), default=0)
    found = models.JSONField(_("what the check found"), default=dict)
    kept = models.JSONField(_("records kept when it was undone"), default=list)
    asked_by = models.CharField(_("last asked by"), max_length=150, blank=True)
    language = models.CharField(_("language of its papers"), max_length=10, blank=True)
    trouble = models.TextField(_("what stopped it"), blank=True)
    begun_at = models.DateTimeField(_("begun at"))
    moved_at = models.DateTimeField(_("last moved at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    noun: ClassVar[str] = "intake.import"
    view_right: ClassVar[str] = "intake.run"
    spoken: ClassVar = {"entered_by": people.named, "asked_by": people.named}
    reach: ClassVar = {"region": ("office_path",)}
    unversioned: ClassVar = (
        *("rows", "position", "counts", "rejects_bytes", "found", "kept", "trouble", "moved_at"),
        *("asked_by", "language"),
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} · {self.mapping}"


class Statement(models.Model):
    """
    What a row said of a record, or of an item of it, as digests: so repeats, changes and what is known are found.

    `digest` is of mapping, natural key and item; that of the record itself holds the verdict on the whole.
    `verdict` is 0 where nothing is said of the whole, 1 passed, 2 failed. `seen_by` is the last import with it.
    """

    digest = models.BigIntegerField(primary_key=True)
    content = models.BigIntegerField()
    verdict = models.SmallIntegerField()
    record = models.CharField(max_length=60)
    entered_by = models.PositiveIntegerField(db_index=True)
    seen_by = models.PositiveIntegerField()
    file = models.PositiveSmallIntegerField()
    row = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("statement of a row")
        indexes = (models.Index(fields=["record"], name="statement_record"),)


class ImportedName(models.Model):
    """A name without a code that rows of an import have, and whom the match says that it means.

    `match` is empty until the names of the import are matched; what then means no firm is kept no longer. `joined` is
    the firm that the samples of the import were given by it. It moves with each match, so it is no record.
    """

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    row = models.CharField(max_length=60)
    county = models.CharField(max_length=60, blank=True)
    match = models.ForeignKey(NameMatch, models.PROTECT, null=True, blank=True, related_name="imported")
    joined = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("name of an import")
        constraints = (models.UniqueConstraint(fields=["number", "name"], name="imported_name_once"),)
        indexes = (models.Index(fields=["name"], name="imported_name"),)
