"""Leads to a possible defect and the inquiry that they lead to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.models import Organisation, Product, ProductClass, Region
from banyan.kit.models import Timed
from banyan.kit.terms import DISTRICT
from banyan.kit.workflow import workflow
from banyan.records.inspection.models import Sample

WRITTEN = _("SAMR order 19")

LEAD_FLOW = workflow(
    "recall.lead",
    {"received": pgettext_lazy("complaint", "received"), "in_inquiry": _("under inquiry"),
     "led_to_recall": _("led to a recall"), "no_defect": _("no defect found"),
     "forwarded": _("forwarded to another province"), "dismissed": _("dismissed")},
    ("open_inquiry", _("Order the maker to investigate"), "received", "in_inquiry"),
    ("concern_goods", _("Concerns goods here"), "received", "received"),
    ("join_inquiry", _("Join to an inquiry"), "received", "in_inquiry"),
    ("forward_lead", _("Forward to the maker's province"), "received", "forwarded"),
    ("dismiss_lead", _("Dismiss"), "received", "dismissed"),
    ("start_voluntary", _("Record a voluntary recall"), "received", "led_to_recall"),
    ("find_defect", _("Defect found"), "in_inquiry", "led_to_recall"),
    ("find_no_defect", _("No defect found"), "in_inquiry", "no_defect"),
    written=WRITTEN,
)  # fmt: skip

INQUIRY_FLOW = workflow(
    "recall.inquiry",
    {"ordered": _("maker ordered to investigate"), "reported": _("maker has reported"),
     "defect": _("defect found"), "no_defect": _("no defect found")},
    ("report_inquiry", _("Report the investigation"), "ordered", "reported"),
    ("assess_risk", _("Assess the risk"), "ordered reported", "ordered reported"),
    ("notify_recall", _("Serve a notice to recall"), "ordered reported", "defect"),
    ("start_recall", _("Record that the maker recalls"), "ordered reported", "defect"),
    ("find_no_defect", _("Close: no defect found"), "ordered reported", "no_defect"),
    written=WRITTEN,
)  # fmt: skip


def level_in_words(level: str) -> str:
    """A level of risk as the packs call it."""
    from banyan.insight.risk import queries as risk  # reads that stand on nouns of their own

    return risk.level_in_words(level)


class Regime(models.TextChoices):
    """Whose terms hold: those of consumer goods, food or motor vehicles."""

    CONSUMER = "consumer", _("consumer goods")
    FOOD = "food", _("food")
    VEHICLE = "vehicle", _("motor vehicles")


class Source(models.TextChoices):
    """How a possible defect became known."""

    CONSUMER = "consumer", _("consumer's complaint or report")
    SPOT_CHECK = "spot_check", _("failed spot check")
    FIRM = "firm", _("report by the firm itself")
    ACCIDENT = "accident", _("accident or injury")
    FOREIGN = "foreign", _("notice of a foreign authority")
    AUTHORITY = "authority", _("notice of another authority of the nation")
    OTHER = "other", _("another way")


class Goods(Timed):
    """The goods that a lead or recall is about, as stated, and in the registry where they are known."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    regime = models.CharField(_("regime"), max_length=8, choices=Regime, default=Regime.CONSUMER)
    product_name = models.CharField(_("product"), max_length=240)
    brand = models.CharField(_("brand"), max_length=120, blank=True)
    model = models.CharField(_("model or specification"), max_length=160, blank=True)
    lots = models.TextField(_("lots"), blank=True)
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, blank=True, db_index=True)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product in the registry")
    )
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product class")
    )
    maker = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("maker"),
        help_text=_("of imported goods, the agent or importer who answers for them"),
    )  # fmt: skip
    maker_name = models.CharField(_("maker as stated"), max_length=240, blank=True)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT)
    hazard = models.TextField(_("hazard"), blank=True)
    defect = models.TextField(_("defect"), blank=True)

    class Meta(Timed.Meta):
        abstract = True


class Inquiry(Goods):
    """The order to the maker to investigate a possible defect, and what came of it."""

    state = models.CharField(_("state"), max_length=12, choices=INQUIRY_FLOW.choices, default="ordered")
    ordered_on = models.DateField(_("ordered on"))
    report_by = models.DateField(_("report by"))
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    finding = models.TextField(_("what the maker found"), blank=True)
    concluded_on = models.DateField(_("concluded on"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion of the authority"), blank=True)

    noun: ClassVar[str] = "recall.inquiry"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("maker_id",)}
    named_by: ClassVar = ("product", "maker")

    class Meta(Goods.Meta):
        abstract = False
        verbose_name = _("inquiry into a defect")
        verbose_name_plural = _("inquiries into defects")
        ordering = ("-ordered_on", "key")

    def __str__(self) -> str:
        return f"{self.number} {self.product_name}"


class Lead(Goods):
    """What made somebody suspect a defect: a complaint, a failed sample, a report, a notice from abroad."""

    source = models.CharField(_("source"), max_length=12, choices=Source)
    state = models.CharField(_("state"), max_length=16, choices=LEAD_FLOW.choices, default="received")
    received_on = models.DateField(_("lead received on"))
    happened_on = models.DateField(_("happened or published on"), null=True, blank=True)
    is_grave = models.BooleanField(_("death, serious injury or large loss, or recalled abroad"), default=False)
    informant = models.CharField(_("informant"), max_length=400, blank=True)
    reporter = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("firm that reports")
    )
    sample = models.ForeignKey(
        Sample, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sample")
    )
    inquiry = models.ForeignKey(
        Inquiry, models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("inquiry")
    )
    origin = models.CharField(_("foreign authority or country"), max_length=120, blank=True)
    made_in = models.CharField(_("country of origin as stated"), max_length=200, blank=True, default="")
    reference = models.CharField(_("number of the notice or paper"), max_length=120, blank=True, db_index=True)
    link = models.CharField(_("address of the notice"), max_length=400, blank=True, default="")
    came_by = models.CharField(_("form of the file"), max_length=60, blank=True, default="")
    is_likely = models.BooleanField(_("bar code, maker or brand is in the registry"), default=False)
    forwarded_to = models.CharField(_("forwarded to"), max_length=120, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    source_file = models.CharField(_("file"), max_length=120, blank=True)
    source_row = models.PositiveIntegerField(_("row"), null=True, blank=True)

    noun: ClassVar[str] = "recall.lead"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("reporter_id",)}
    personal: ClassVar = ("informant",)
    named_by: ClassVar = ("product", "maker")

    class Meta(Goods.Meta):
        abstract = False
        verbose_name = _("lead to a defect")
        verbose_name_plural = _("leads to defects")
        ordering = ("-received_on", "key")
        indexes = (
            models.Index(fields=["state", "due_on"], name="lead_state_due"),
            models.Index(fields=["link"], name="lead_link"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["sample"], condition=models.Q(withdrawn_on__isnull=True), name="one_lead_a_sample"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.product_name}"
