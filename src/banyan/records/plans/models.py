"""Nouns of planning: the yearly plan, its lines and quotas, the public draw of whom to check, and ties."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, ProductClass, Region
from banyan.base.registry.queries import names_of
from banyan.kit import people, titles
from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow


class Scheme(models.TextChoices):
    """What kind of act a check is; schemes are never pooled."""

    PRODUCT_SUPERVISION = "product_supervision", _("product supervision check")
    FOOD_SUPERVISION = "food_supervision", _("food supervision sampling")
    FOOD_EVALUATION = "food_evaluation", _("food evaluation sampling")
    RISK_MONITORING = "risk_monitoring", _("risk monitoring")
    EXPORT_INSPECTION = "export_inspection", _("export inspection")


class Level(models.TextChoices):
    """Whose act a check is."""

    NATIONAL = "national", _("national")
    PROVINCE = "province", _("provincial")
    CITY = "city", _("of the city")
    COUNTY = "county", _("of the county")
    UNKNOWN = "unknown", _("level not stated")


class Drawn(models.TextChoices):
    """How a subject came to be checked."""

    RANDOM = "random", _("drawn at random")
    TARGETED = "targeted", _("targeted by risk")
    COMPLAINT = "complaint", _("after a complaint")
    FOLLOW_UP = "follow_up", _("follow-up of a failure")
    SELF_REPORTED = "self_reported", _("reported by the firm")
    CENSUS = "census", _("all units")
    UNKNOWN = "unknown", _("not stated")


PLAN_FLOW = workflow(
    "plans.plan",
    {"draft": _("draft"), "published": _("published"), "closed": _("closed"), "cancelled": _("cancelled")},
    ("publish_plan", _("Publish plan"), "draft", "published"),
    ("close_plan", _("Close plan"), "published", "closed"),
    ("cancel_plan", _("Cancel plan"), "draft", "cancelled"),
    written=_("SAMR order 18, art. 11-12"),
)

DRAW_FLOW = workflow(
    "plans.draw",
    {
        "committed": _("seed committed"),
        "frozen": _("frame frozen"),
        "drawn": _("drawn"),
        "cancelled": _("cancelled"),
    },
    ("freeze_frame", _("Freeze frame"), "committed", "frozen"),
    ("draw_units", _("Reveal seed and draw"), "frozen", "drawn"),
    ("cancel_draw", _("Cancel draw"), "committed frozen", "cancelled"),
    written=_("SAMR order 18, art. 15"),
)


REASONS = {
    "rate": _("failure rate expected"), "failure_rate": _("failure rate"), "makers": _("makers"),
    "judged": _("samples judged"), "failed": _("samples failed"), "serious": _("gravely failed"),
}  # fmt: skip


METHODS = {"simple": _("each firm with the same chance"), "pareto": _("a firm's chance grows with its risk")}


def reasons_in_words(reasons: dict[str, Any] | None) -> str:
    """What a risk score is made of, as text: “failure rate expected 4.2 % · makers 17 · …”."""
    return " · ".join(
        f"{REASONS.get(name, name)} {number:.1%}" if "rate" in name else f"{REASONS.get(name, name)} {number}"
        for name, number in (reasons or {}).items()
    )


def design_in_words(design: dict[str, Any] | None) -> str:
    """How a draw chooses, as text: “each firm with the same chance · drawn: Gulou 2 · samplers a firm: 2”."""
    if not design:
        return ""
    names = names_of({("county", stratum) for stratum in design["n"]})
    drawn = titles.listed(f"{names.get(('county', stratum), stratum)} {n}" for stratum, n in design["n"].items())
    how = METHODS.get(design["method"], design["method"])
    said = [str(how), _("drawn: %(strata)s") % {"strata": drawn}]
    if design["method"] != "simple":
        said.append(_("spread evenly: %(share)s") % {"share": f"{design['random_share']:.0%}"})
    if grades := design.get("grades"):
        weights = titles.listed(f"{grade} {weight:g}" for grade, weight in grades.items())
        said.append(_("weight of a credit grade: %(weights)s") % {"weights": weights})
    said.append(_("samplers a firm: %(count)s") % {"count": design["samplers_per_firm"]})
    if design["barred"]:
        said.append(_("samplers barred from a firm by a tie: %(count)s") % {"count": len(design["barred"])})
    return " · ".join(map(str, said))


class Plan(Record):
    """The yearly plan of one authority for one scheme."""

    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=160)
    scheme = models.CharField(_("scheme"), max_length=20, choices=Scheme)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    authority = models.CharField(_("organised by"), max_length=120)
    state = models.CharField(_("state"), max_length=12, choices=PLAN_FLOW.choices, default="draft")
    published_on = models.DateField(_("published on"), null=True, blank=True)
    cost_planned = models.DecimalField(_("cost planned (CNY)"), max_digits=14, decimal_places=2, default=0)
    cost_spent = models.DecimalField(_("cost spent (CNY)"), max_digits=14, decimal_places=2, default=0)

    noun: ClassVar[str] = "plans.plan"
    reach: ClassVar = {"region": ("region__path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("-year", "key")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cost_planned__gte=0, cost_spent__gte=0), name="plan_cost_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.title


class PlanLine(Record):
    """One product class in a plan: its risk rank, how many batches, by which published rules, at what cost."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lines", verbose_name=_("plan"), db_index=False)
    product_class = models.ForeignKey(ProductClass, models.PROTECT, verbose_name=_("product class"))
    risk_score = models.FloatField(_("risk score"), default=0)
    risk_rank = models.PositiveSmallIntegerField(_("risk rank"), default=0)
    batches = models.PositiveIntegerField(_("batches planned"))
    random_share = models.FloatField(_("share drawn at random"), default=1)
    cost_per_batch = models.DecimalField(_("cost per batch (CNY)"), max_digits=10, decimal_places=2, default=0)
    cost_spent = models.DecimalField(_("cost spent (CNY)"), max_digits=14, decimal_places=2, default=0)
    risk_reasons = models.JSONField(_("what the risk score is made of"), default=dict, blank=True)
    rules = models.CharField(_("sampling rules"), max_length=160, blank=True)
    rules_published_on = models.DateField(_("rules published on"), null=True, blank=True)

    noun: ClassVar[str] = "plans.plan_line"
    spoken: ClassVar = {"risk_reasons": reasons_in_words}
    reach: ClassVar = {"region": ("plan__region__path",)}
    named_by: ClassVar = ("plan", "product_class")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("plan line")
        verbose_name_plural = _("plan lines")
        ordering = ("plan", "risk_rank")
        constraints = (
            models.UniqueConstraint(fields=["plan", "product_class"], name="plan_line_once"),
            models.CheckConstraint(
                condition=models.Q(random_share__gte=0, random_share__lte=1), name="plan_line_random_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} · {self.product_class}"


class Quota(Record):
    """How many batches of a plan line fall to a county."""

    line = models.ForeignKey(
        PlanLine, models.PROTECT, related_name="quotas", verbose_name=_("plan line"), db_index=False
    )
    county = models.ForeignKey(Region, models.PROTECT, verbose_name=DISTRICT)
    batches = models.PositiveIntegerField(_("batches"))

    noun: ClassVar[str] = "plans.quota"
    reach: ClassVar = {"region": ("county__path",)}
    named_by: ClassVar = ("line", "county")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = (models.UniqueConstraint(fields=["line", "county"], name="quota_once"),)

    def __str__(self) -> str:
        return f"{self.line} · {self.county}: {self.batches}"


class Draw(Record):
    """A double-random draw: commitment to the seed first, frame frozen next, seed revealed last.

    `design` is all that the outsider's script needs beside seed and frame: strata with their sizes, how many
    samplers a task gets, and the ties that bar a sampler from a firm.
    """

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="draws", verbose_name=_("plan line"))
    state = models.CharField(_("state"), max_length=12, choices=DRAW_FLOW.choices, default="committed")
    algorithm = models.CharField(_("algorithm"), max_length=60)
    commitment = models.CharField(_("commitment to the seed"), max_length=64)
    sealed_seed = models.CharField(_("sealed seed"), max_length=400, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    beacon = models.CharField(_("public value after the freeze"), max_length=200, blank=True)
    frame_digest = models.CharField(_("digest of the frame"), max_length=64, blank=True)
    design = models.JSONField(_("design"), default=dict)
    committed_at = models.DateTimeField(_("committed at"))
    frozen_at = models.DateTimeField(_("frame frozen at"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    result_digest = models.CharField(_("digest of the result"), max_length=64, blank=True)

    noun: ClassVar[str] = "plans.draw"
    spoken: ClassVar = {"design": design_in_words}
    reach: ClassVar = {"region": ("line__plan__region__path",)}
    personal: ClassVar = ("sealed_seed",)
    named_by: ClassVar = ("line",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("draw")
        verbose_name_plural = _("draws")

    def __str__(self) -> str:
        return f"{self.line} · {self.key}"


class FrameUnit(Record):
    """One unit of a frozen frame: a firm or a sampler, its stratum, its chance, and whether it was drawn."""

    class Role(models.TextChoices):
        SUBJECT = "subject", _("firm to be checked")
        SAMPLER = "sampler", _("sampler")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="units", verbose_name=_("draw"), db_index=False)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.SUBJECT)
    unit = models.CharField(_("firm or sampler"), max_length=60)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=DISTRICT)
    stratum = models.CharField(_("stratum"), max_length=60, blank=True)
    measure = models.FloatField(_("measure of size"), default=1)
    wanted = models.FloatField(_("probability wanted"), null=True, blank=True)
    probability = models.FloatField(_("inclusion probability"), null=True, blank=True)
    order = models.PositiveIntegerField(_("place in the order of the draw"), null=True, blank=True)
    is_drawn = models.BooleanField(_("drawn"), default=False)
    samplers = models.JSONField(_("samplers drawn for the firm"), default=list, blank=True)

    noun: ClassVar[str] = "plans.frame_unit"
    reach: ClassVar = {"region": ("county__path", "draw__line__plan__region__path"), "organisation": ("unit",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("unit of a frame")
        verbose_name_plural = _("units of frames")
        constraints = (models.UniqueConstraint(fields=["draw", "role", "unit"], name="frame_unit_once"),)

    def __str__(self) -> str:
        return self.unit


class Tie(Record):
    """An officer's declared interest in a firm (kin, share, past employment): it bars from its checks and cases."""

    username = models.CharField(pgettext_lazy("colleague", "officer"), max_length=150, db_index=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("firm"))
    what = models.CharField(_("what ties them"), max_length=120)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "plans.tie"
    spoken: ClassVar = {"username": people.named}
    reach: ClassVar = {"region": ("organisation__county__path",)}
    named_by: ClassVar = ("organisation",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        constraints = (
            models.UniqueConstraint(fields=["username", "organisation", "from_on"], name="tie_declared_once"),
        )

    def __str__(self) -> str:
        return f"{self.username} · {self.organisation}"
