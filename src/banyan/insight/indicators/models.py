"""Reference figures of others, publications of our own, and what the daily flow computed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.kit.models import Record


class ReferenceFigure(Record):
    """A figure that somebody else published, to which a target compares: province, nation, base year."""

    figure = models.CharField(_("figure"), max_length=120)
    period = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=8)
    n = models.PositiveBigIntegerField(_("n, where known"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=240)
    published_on = models.DateField(_("published on"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)

    noun: ClassVar[str] = "indicators.reference_figure"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("reference figure")
        verbose_name_plural = _("reference figures")
        ordering = ("figure", "-period", "-published_on", "-edition")
        constraints = (
            models.UniqueConstraint(fields=["figure", "period", "edition"], name="reference_figure_edition_once"),
        )

    def __str__(self) -> str:
        return f"{self.figure} {self.period}: {self.value}"


def title_of(indicator: str) -> str:
    """An indicator's title in the language of the page; its key where no pack knows it any more."""
    try:
        title = policy.load(settings.BANYAN_PACKS).indicator(indicator).title
    except policy.PolicyError:
        return indicator
    return title.in_language(get_language() or settings.LANGUAGE_CODE)


class Publication(Record):
    """Figures as they were published on a day: frozen, with the receipt of each."""

    title = models.CharField(_("title"), max_length=200)
    indicator = models.CharField(_("indicator"), max_length=120, db_index=True)
    on = models.DateField(_("figures for the day"))
    known_on = models.DateField(_("as known on"))
    by = models.JSONField(_("broken down by"), default=list)
    published_on = models.DateField(_("published on"), db_index=True)
    until_on = models.DateField(_("public until"), null=True, blank=True)
    figures = models.JSONField(_("figures"))
    receipt = models.CharField(_("receipt"), max_length=24)

    noun: ClassVar[str] = "indicators.publication"
    spoken: ClassVar = {"indicator": title_of}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ("-published_on", "key")

    def __str__(self) -> str:
        return self.title


class Computation(models.Model):
    """Figures that the daily flow computed: derived, dropped and computed again at will, with their receipt."""

    receipt = models.CharField(_("receipt"), max_length=24, primary_key=True)
    indicator = models.CharField(_("indicator"), max_length=120)
    on = models.DateField(_("figures for the day"))
    known_on = models.DateField(_("as known on"))
    by = models.CharField(_("broken down by"), max_length=120, blank=True)
    where = models.TextField(_("limited to"), blank=True)
    packs = models.CharField(_("packs used"), max_length=64)
    figures = models.JSONField(_("figures"))
    computed_at = models.DateTimeField(_("computed at"))

    noun: ClassVar[str] = "indicators.computation"

    class Meta:
        verbose_name = _("computed figures")
        verbose_name_plural = _("computed figures")
        indexes = (models.Index(fields=["indicator", "on", "by"], name="computation_indicator_on_by"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.on} {self.by}"
