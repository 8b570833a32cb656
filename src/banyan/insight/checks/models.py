"""Findings: what a check of the data has found, in which record, whose it is, and what was said to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.base.registry.queries import Organisation, Region
from banyan.kit import people, titles
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow

FINDING_FLOW = workflow(
    "checks.finding",
    {"open": _("open"), "explained": _("explained"), "ignored": _("ignored"), "mended": _("mended")},
    ("explain", _("Explain"), "open", "explained"),
    ("ignore", _("Ignore"), "open explained", "ignored"),
    ("mend", _("No longer found"), "open explained ignored", "mended"),
    ("find_again", _("Found again, or with other numbers"), "mended explained", "open"),
    written=_("the house's own rules, checks"),
)


class Finding(Record):
    """What a rule found wrong or missing, once for each record or county and quarter, for as long as it is so.

    `detail` holds the numbers and days that the rule saw; its sentence is made of them. `record_noun` and
    `record_key` name the record behind it.
    """

    rule = models.CharField(_("rule"), max_length=120, db_index=True)
    grade = models.CharField(
        _("grade"), max_length=8,
        choices=[("notice", _("notice")), ("warning", _("warning")), ("serious", _("serious"))],
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=10, choices=FINDING_FLOW.choices, default="open", db_index=True)
    subject = models.CharField(_("what it concerns"), max_length=240)
    record_noun = models.CharField(_("kind of record"), max_length=40, blank=True)
    record_key = models.CharField(_("key of the record"), max_length=60, blank=True)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=DISTRICT)
    laboratory = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("laboratory")
    )
    detail = models.JSONField(_("what was seen"), default=dict)
    found_on = models.DateField(_("found on"), db_index=True)
    due_on = models.DateField(_("to be answered by"), null=True, blank=True)
    mended_on = models.DateField(_("no longer found on"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=150, blank=True)

    noun: ClassVar[str] = "checks.finding"
    reach: ClassVar = {"region": ("county__path",), "laboratory": ("laboratory_id",)}
    named_by: ClassVar = ("county", "laboratory")
    cites: ClassVar = ("rule",)
    spoken: ClassVar = {
        "detail": lambda detail: " · ".join(str(one) for one in detail.values()) if isinstance(detail, dict) else "",
        "answered_by": people.named,
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("-found_on", "key")
        indexes = (models.Index(fields=["record_noun", "record_key"], name="finding_record"),)

    def __str__(self) -> str:
        return titles.paired(self.title, self.subject)

    @property
    def title(self) -> str:
        """What the rule is called, in the language of the page."""
        entries: Any = policy.load(settings.BANYAN_PACKS).entries("check")
        found = next((one.title.in_language(get_language() or "zh") for one in entries if one.key == self.rule), "")
        return found or self.rule

    @property
    def explanation(self) -> str:
        """The finding in one sentence, with its days and numbers; empty where no sentence is known for its rule."""
        sentence = SENTENCES.get(self.detail.get("asks", "")) if isinstance(self.detail, dict) else None
        return str(sentence) % self.detail if sentence else ""


SENTENCES = {
    "judged_before_sampled": _("The verdict is dated %(judged)s, before the day of sampling, %(sampled)s."),
    "reported_before_received": _(
        "The report is dated %(reported)s, before the sample was received on %(received)s."
    ),
    "passed_with_failed_item": _("The report passes the sample, and %(failed)s of its items failed."),
    "report_number_twice": _("The report number %(number)s stands on reports on %(samples)s samples."),
    "no_sample_in_quarter": _("No sample was taken in %(quarter)s; the quota of the year is %(planned)s batches."),
    "outlying_value": _(
        "The value is %(share)s of its limit, where the middle of %(n)s such values is %(usual)s: %(methods)s of "
        "three methods call it an outlier."
    ),
    "more_than_planned": _("%(sampled)s samples were taken where %(planned)s were planned."),
}

METHODS = {
    "by_score": _("modified z-score (median and MAD)"),
    "by_fence": _("Tukey's fences"),
    "by_esd": _("generalised ESD test"),
}
