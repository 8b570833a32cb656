"""Evidence with its hash, and papers with their number: both kept as they were made, never replaced."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Region
from banyan.kit import people, titles
from banyan.kit.models import Record
from banyan.response.casework.models.cases import Case


class Evidence(Record):
    """One piece of evidence. Its hash may be noted on the spot before the file arrives; the file must then match."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("documentary evidence")
        THING = "thing", _("physical evidence")
        PICTURE = "picture", _("photograph or recording")
        DATA = "data", _("electronic data")
        TESTIMONY = "testimony", _("testimony of a witness")
        PARTY = "party", _("statement of the party")
        OPINION = "opinion", _("expert opinion or test report")
        SCENE = "scene", _("record of the inspection on the spot")

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence", verbose_name=_("case"))
    number = models.PositiveIntegerField(_("number in the file"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("what it shows"), max_length=240)
    taken_on = models.DateField(pgettext_lazy("evidence", "taken on"))
    taken_by = models.CharField(_("taken by"), max_length=150)
    place = models.CharField(pgettext_lazy("evidence", "place"), max_length=240, blank=True)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    hashed_at = models.DateTimeField(_("hashed on the spot at, as the device says"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="casework", blank=True)
    name = models.CharField(_("file name"), max_length=160, blank=True)
    media_type = models.CharField(_("media type"), max_length=60, blank=True)
    size = models.PositiveBigIntegerField(_("size (bytes)"), null=True, blank=True)
    has_place = models.BooleanField(_("the file says where it was taken"), default=False)
    added_on = models.DateField(_("file added on"), null=True, blank=True)
    hold_until = models.DateField(_("registered and held until"), null=True, blank=True)

    noun: ClassVar[str] = "casework.evidence"
    reach: ClassVar = {"region": ("case__county__path",)}
    named_by: ClassVar = ("case",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("evidence of a case")
        verbose_name_plural = _("evidence of cases")
        ordering = ("case", "number")
        constraints = (
            models.UniqueConstraint(fields=["case", "number"], name="evidence_number_once"),
            models.UniqueConstraint(fields=["case", "digest"], name="evidence_file_once"),
        )

    def __str__(self) -> str:
        return f"{self.case.number} · {self.number} {self.title}"


class Paper(Record):
    """A paper of a case as it was made: number of the office and year, what it says, the rules that it cites."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", verbose_name=_("case"))
    template = models.CharField(_("template"), max_length=30)
    number = models.CharField(_("number"), max_length=60, unique=True)
    office = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("office"))
    title = models.CharField(_("title"), max_length=120)
    made_on = models.DateField(_("paper made on"))
    made_by = models.CharField(_("made by"), max_length=150)
    body = models.JSONField(pgettext_lazy("paper", "what it says"), default=dict)
    cited = models.JSONField(_("rules that it cites"), default=list, blank=True)

    noun: ClassVar[str] = "casework.paper"
    reach: ClassVar = {"region": ("case__county__path",)}
    named_by: ClassVar = ("case",)
    spoken: ClassVar = {
        "made_by": people.named,
        "body": lambda body: titles.strung(
            [titles.paired(name, said) for name, said in body.get("pairs", [])] + body.get("paragraphs", [])
        ),
        "cited": titles.strung,
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("paper of a case")
        verbose_name_plural = _("papers of cases")
        ordering = ("-made_on", "-key")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
