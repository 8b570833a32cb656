"""Drafts of rules with what became of them, and the previews of what they would have changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.kit import people
from banyan.kit.models import Record
from banyan.kit.workflow import workflow

FLOW = workflow(
    "rules.draft",
    {"drafted": _("draft"), "adopted": _("adopted"), "dropped": _("given up"),
     "revoked": _("revoked before in force")},
    ("edit_draft", _("Edit"), "drafted", "drafted"),
    ("edit_text", _("Edit as text"), "drafted", "drafted"),
    ("adopt_draft", _("Adopt"), "drafted", "adopted"),
    ("drop_draft", _("Give up"), "drafted", "dropped"),
    ("revoke_draft", _("Revoke"), "adopted", "revoked"),
    written=_("the house's own rules, changes of rules"),
)  # fmt: skip

KINDS = {
    "clause": _("clause"), "target": _("target"), "indicator": _("indicator"), "deadline": _("term"),
    "parameter": _("threshold or value"), "table": _("table"), "alert_rule": _("alert rule"),
    "check": _("check of data"),
    "approval": _("approval"),
    "assessment": _("assessment"), "award": _("award"), "credit_rule": _("rule of credit"),
    "credit_scale": _("scale of credit"),
    "mapping": _("mapping of a file"), "role": _("role"),
}  # fmt: skip
"""The kinds of rules in words, in the order in which people ask for them."""


class Draft(Record):
    """A changed definition of a rule: who wrote it and why, which document orders it, and whether it was adopted."""

    rule = models.CharField(_("rule"), max_length=120, db_index=True)
    kind = models.CharField(_("kind"), max_length=20)
    definition = models.TextField(_("definition"))
    state = models.CharField(_("state"), max_length=8, choices=FLOW.choices, default="drafted")
    drafted_by = models.CharField(_("drafted by"), max_length=150)
    drafted_on = models.DateField(_("drafted on"))
    edited_by = models.JSONField(_("edited by"), default=list, blank=True)
    why = models.TextField(_("reason"), blank=True)
    document_number = models.CharField(_("number of the document"), max_length=60, blank=True)
    document_on = models.DateField(_("date of the document"), null=True, blank=True)
    document_zh = models.CharField(_("title of the document, in Chinese"), max_length=200, blank=True)
    document_en = models.CharField(_("title of the document, in English"), max_length=200, blank=True)
    clause = models.CharField(_("article"), max_length=40, blank=True)
    says_zh = models.TextField(_("what it says, in Chinese"), blank=True)
    says_en = models.TextField(_("what it says, in English"), blank=True)
    in_force_on = models.DateField(_("in force from"), null=True, blank=True)
    adopted_by = models.CharField(_("adopted by"), max_length=150, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    packs_before = models.CharField(_("packs before"), max_length=64, blank=True)
    packs_after = models.CharField(_("packs after"), max_length=64, blank=True)

    noun: ClassVar[str] = "rules.draft"
    spoken: ClassVar = {
        "kind": lambda kind: str(KINDS.get(kind, kind)),
        "drafted_by": people.named, "edited_by": people.named,
        "adopted_by": people.named,
        "packs_before": lambda packs: packs[:12], "packs_after": lambda packs: packs[:12],
    }  # fmt: skip
    cites: ClassVar = ("rule",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("draft of a rule")
        verbose_name_plural = _("drafts of rules")
        ordering = ("-drafted_on", "key")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state__in=("adopted", "revoked"))
                | models.Q(
                    in_force_on__isnull=False, adopted_on__isnull=False, in_force_on__gt=models.F("adopted_on")
                ),
                name="draft_adopted_for_a_later_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="adopted") | ~models.Q(adopted_by=models.F("drafted_by")),
                name="draft_adopted_by_another",
            ),
            models.UniqueConstraint(
                fields=["rule", "in_force_on"], condition=models.Q(state="adopted"), name="draft_adopted_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} · {self.get_state_display()} · {self.drafted_on}"

    @property
    def title(self) -> str:
        """What the rule is called, in the language of the page."""
        try:
            entry = policy.load(settings.BANYAN_PACKS).entry(self.rule)
        except policy.UnknownEntry:
            return self.rule
        return entry.title.in_language(get_language() or "zh")


class Preview(models.Model):
    """What a draft would have changed between two days: derived from facts and records, dropped at will."""

    key = models.CharField(_("key"), max_length=60, primary_key=True)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="previews", verbose_name=_("draft"))
    definition = models.TextField(_("definition"))
    packs = models.CharField(_("packs used"), max_length=64)
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    asked_by = models.CharField(_("asked by"), max_length=150)
    asked_at = models.DateTimeField(_("asked at"))
    done = models.PositiveIntegerField(_("steps done"), default=0)
    steps = models.PositiveIntegerField(_("steps"), default=0)
    seconds = models.FloatField(_("seconds"), null=True)
    result = models.JSONField(_("result"), null=True)
    trouble = models.TextField(_("what stopped it"), blank=True)

    noun: ClassVar[str] = "rules.preview"
    view_right: ClassVar[str] = "rules.view"
    reach: ClassVar[dict[str, Any]] = {}

    class Meta:
        verbose_name = _("preview of a draft")
        verbose_name_plural = _("previews of drafts")
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.draft_id} {self.first} – {self.last}"

    @property
    def is_working(self) -> bool:
        """Whether it is still to come."""
        return self.result is None and not self.trouble
