"""Tasks: the order to sample at one firm; and what a task shares with the samples that it leads to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation, Product, ProductClass, Region
from banyan.base.registry.queries import names_of
from banyan.kit import people, terms
from banyan.kit.models import Person, Record
from banyan.kit.terms import of_district
from banyan.kit.workflow import workflow
from banyan.records.plans.queries import Draw, Drawn, Level, PlanLine, Scheme

TASK_FLOW = workflow(
    "inspection.task",
    {
        "planned": _("planned"),
        "notified": _("notified"),
        "sampled": _("sampled"),
        "not_sampled": _("not sampled"),
        "refused": _("refused"),
        "case_opened": _("refusal handed to enforcement"),
        "cancelled": _("cancelled"),
    },
    ("notify", _("Issue notice"), "planned", "notified"),
    ("take_sample", _("Take sample"), "notified", "sampled"),
    ("record_not_sampled", _("Record not sampled"), "notified", "not_sampled"),
    ("record_refusal", _("Record refusal"), "notified", "refused"),
    ("open_refusal_case", _("Hand refusal to enforcement"), "refused", "case_opened"),
    ("visit_again", _("Take the visit back"), "not_sampled refused", "notified"),
    ("cancel_task", _("Cancel task"), "planned", "cancelled"),
    written=_("SAMR order 18, art. 16-21"),
)

SAMPLERS_MAY = ("inspection.view", "inspection.sample")
"""What those who were drawn to sample may do with a task and its samples, in whatever county it lies."""


def stratum_in_words(stratum: str) -> str:
    """A stratum by name, where it is a county or a size of firm."""
    sizes = {value: str(label) for value, label in Organisation.Size.choices}
    if not stratum or stratum in sizes:
        return sizes.get(stratum, "")
    return names_of({("county", stratum)}).get(("county", stratum), stratum)


def proof_in_words(proof: dict[str, str] | None) -> str:
    """Who checked, at which level, on which day, by which paper."""
    if not proof:
        return ""
    level = dict(Level.choices).get(proof["level"], proof["level"])
    return " · ".join((proof["authority"], str(level), proof["checked_on"], proof["paper"]))


class Act(Record):
    """What task and sample share: whose act it is, what is checked, where, and how it was drawn.

    A foreign key with which an index or constraint of several fields begins has no index of its own.
    """

    scheme = models.CharField(_("scheme"), max_length=20, choices=Scheme)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    authority = models.CharField(_("organised by"), max_length=120, blank=True)
    organiser = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region of the organiser")
    )
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, verbose_name=_("product class")
    )
    county = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=of_district(_("%(unit)s where found")),
    )
    drawn = models.CharField(_("how drawn"), max_length=14, choices=Drawn, default=Drawn.UNKNOWN)
    stratum = models.CharField(_("stratum"), max_length=60, blank=True)
    cluster = models.CharField(_("cluster"), max_length=60, blank=True)
    weight = models.FloatField(_("design weight"), null=True, blank=True)
    assignee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("officer in charge"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_rule = models.CharField(_("term"), max_length=60, blank=True)
    is_due_provisional = models.BooleanField(_("term is provisional"), default=False)
    escalated_on = models.DateField(_("went up a level on"), null=True, blank=True)

    spoken: ClassVar = {"due_rule": terms.spoken, "stratum": stratum_in_words}
    cites: ClassVar = ("due_rule",)

    class Meta:
        abstract = True


class Task(Act):
    """The order to sample one product class at one firm.

    `samplers` holds user names. `follows` is the failed sample that a follow-up looks into.
    """

    class NotSampled(models.TextChoices):
        STOPPED = "stopped", _("production stopped")
        CONVERTED = "converted", _("makes other products now")
        CLOSED = "closed", _("closed down")
        BANKRUPT = "bankrupt", _("bankrupt")
        NOT_FOUND = "not_found", _("firm not found")
        TOO_FEW = "too_few", _("too few goods")
        NO_GOODS = "no_goods", _("no goods to sample")
        NOT_FOR_SALE = "not_for_sale", _("goods not for sale")
        EXPORT_ONLY = "export_only", _("made for export under another agreed requirement")
        MARKED = "marked", _("marked as trial, to be treated or sample")
        CHECKED_RECENTLY = "checked_recently", _("checked within the window already")
        EXEMPT = "exempt", _("exempt for another reason")

    line = models.ForeignKey(PlanLine, models.PROTECT, null=True, blank=True, verbose_name=_("plan line"))
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, verbose_name=_("draw"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("firm to be checked"), db_index=False
    )
    samplers = models.JSONField(_("samplers"), default=list, blank=True)
    laboratory = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("laboratory")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    follows = models.ForeignKey(
        "inspection.Sample", models.PROTECT, null=True, blank=True, related_name="follow_ups",
        verbose_name=_("follows up"),
    )  # fmt: skip
    is_emergency = models.BooleanField(_("emergency"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=TASK_FLOW.choices, default="planned")
    planned_on = models.DateField(_("planned on"))
    notified_on = models.DateField(_("notice issued on"), null=True, blank=True)
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    not_sampled_reason = models.CharField(_("why not sampled"), max_length=16, choices=NotSampled, blank=True)
    proof = models.JSONField(_("proof of a check from above"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    witness = models.CharField(_("witness"), max_length=400, blank=True)
    case = models.CharField(_("enforcement case"), max_length=60, blank=True)

    noun: ClassVar[str] = "inspection.task"
    reach: ClassVar = {
        "region": ("county__path", "organiser__path"),
        "organisation": ("organisation_id",),
        "laboratory": ("laboratory_id",),
    }
    names_people: ClassVar = dict.fromkeys(SAMPLERS_MAY, ("samplers",))
    named_by: ClassVar = ("organisation", "product_class")
    personal: ClassVar = ("witness",)
    spoken: ClassVar = {
        "samplers": people.named,
        "proof": proof_in_words,
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = (
            models.Index(fields=["state", "due_on"], name="task_state_due"),
            models.Index(fields=["assignee", "state"], name="task_assignee_state"),
            models.Index(fields=["organisation", "product_class"], name="task_firm_product"),
            models.Index(fields=["-planned_on", "key"], name="task_day_key"),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.product_class or self.key}"
