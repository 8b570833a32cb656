"""Assessments of risk, and the files that they rest on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import ProductClass, Region
from banyan.kit import people, titles
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT


class Assessment(Record):
    """The risk of goods by injury scenarios through the matrix of the packs; it counts once it is upheld.

    `about_noun` and `about_key` name the record that it was made for, such as an alert; there may be none.
    """

    goods = models.CharField(_("goods"), max_length=240)
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product class")
    )
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    about_noun = models.CharField(_("kind of the record it is about"), max_length=40, blank=True)
    about_key = models.CharField(_("record it is about"), max_length=60, blank=True)
    hazard = models.TextField(_("hazard"), blank=True)
    users = models.TextField(_("who uses the goods, and how"), blank=True)
    scenarios = models.JSONField(_("scenarios"), default=list)
    level = models.CharField(_("level of risk"), max_length=8)
    worst = models.CharField(_("decisive scenario"), max_length=240)
    is_robust = models.BooleanField(_("stands when one assumption is moved"), default=False)
    shifts = models.JSONField(_("what would change the level"), default=list, blank=True)
    matrix = models.CharField(_("matrix"), max_length=120)
    assessed_on = models.DateField(_("assessed on"))
    assessed_by = models.CharField(_("assessed by"), max_length=150)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    reviewed_by = models.CharField(_("reviewed by"), max_length=150, blank=True)
    is_upheld = models.BooleanField(_("upheld by the review"), null=True, blank=True)

    noun: ClassVar[str] = "risk.assessment"
    reach: ClassVar = {"region": ("county__path",)}
    spoken: ClassVar = {
        "scenarios": lambda rows: titles.strung(scenario_in_words(row) for row in rows),
        "shifts": lambda rows: titles.strung(shifts_in_words(rows)),
        "level": lambda level: level_in_words(level),
        "matrix": titles.title,
        "assessed_by": people.named,
        "reviewed_by": people.named,
    }
    cites: ClassVar = ("matrix",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("assessment of risk")
        verbose_name_plural = _("assessments of risk")
        ordering = ("-assessed_on", "-key")
        indexes = (models.Index(fields=["about_noun", "about_key"], name="assessment_about"),)

    def __str__(self) -> str:
        return f"{self.goods} · {self.assessed_on}"


class Evidence(Record):
    """A file that an assessment rests on: hashed as it came in, never replaced."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="evidence", verbose_name=_("assessment of risk")
    )
    number = models.PositiveIntegerField(_("number in the file"))
    title = models.CharField(_("what it shows"), max_length=240)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    file = models.FileField(_("file"), upload_to="risk")
    name = models.CharField(_("file name"), max_length=160)
    media_type = models.CharField(_("media type"), max_length=60)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    added_on = models.DateField(_("file added on"))
    added_by = models.CharField(_("file added by"), max_length=150)

    noun: ClassVar[str] = "risk.evidence"
    reach: ClassVar = {"region": ("assessment__county__path",)}
    named_by: ClassVar = ("assessment",)
    spoken: ClassVar = {"added_by": people.named}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("evidence of an assessment")
        verbose_name_plural = _("evidence of assessments")
        ordering = ("assessment", "number")
        constraints = (
            models.UniqueConstraint(fields=["assessment", "number"], name="risk_evidence_number_once"),
            models.UniqueConstraint(fields=["assessment", "digest"], name="risk_evidence_file_once"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


def level_in_words(level: str) -> str:
    """A level of risk as the packs call it."""
    from banyan.insight.risk.queries import assessing  # reads that stand on these nouns

    return assessing.level_in_words(level)


def shifts_in_words(rows: Any) -> list[str]:
    """What would change the level, a line for each."""
    from banyan.insight.risk.queries.assessing import shift_in_words  # the words of levels stand in the packs

    return [shift_in_words(row) for row in rows]


def scenario_in_words(row: Any) -> str:
    """A scenario on one line: its name, the probabilities of its steps, its severity."""
    steps = " × ".join(row["steps"])
    return titles.paired(row["name"], titles.listed((steps, f"{_('severity')} {row['severity']}")))
