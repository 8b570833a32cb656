"""Recalls with their plan, what was reported on the way, and the notices that the public sees."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation
from banyan.kit.models import Record
from banyan.kit.workflow import workflow
from banyan.response.recall.models.leads import WRITTEN, Goods, Inquiry, Source, level_in_words

RECALL_FLOW = workflow(
    "recall.recall",
    {
        "notified": _("notice to recall served"),
        "objected": _("maker objects"),
        "plan_due": _("plan to be filed"),
        "ordered": _("ordered to recall"),
        "planned": _("plan filed"),
        "running": _("running"),
        "completed": _("measures completed"),
        "closed": _("closed"),
        "cancelled": _("cancelled: objection upheld"),
    },
    ("object_to_notice", _("Object to the notice"), "notified", "objected"),
    ("accept_notice", _("Accept the notice"), "notified", "plan_due"),
    ("let_notice_stand", _("Record that nobody objected"), "notified", "plan_due"),
    ("reject_objection", _("Reject the objection"), "objected", "plan_due"),
    ("uphold_objection", _("Uphold the objection"), "objected", "cancelled"),
    ("order_recall", _("Record the order to recall"), "notified objected plan_due", "ordered"),
    ("file_plan", _("File the plan"), "plan_due ordered", "planned"),
    ("return_plan", _("Return the plan"), "planned", "plan_due"),
    ("publish_notice", _("Publish the notice"), "planned running completed", "running completed"),
    ("report_progress", _("Report progress"), "running", "running"),
    ("complete_measures", _("Report the measures completed"), "running", "completed"),
    ("file_summary", _("File the final summary"), "completed", "completed"),
    ("find_effective", _("Record an effect check that passed"), "completed", "completed"),
    ("recall_again", _("Order to recall again: wrong scope or no effect"), "running completed", "ordered"),
    ("close_recall", _("Close the recall"), "completed", "closed"),
    written=WRITTEN,
)

PLAN_CONTENTS = ("product", "defect", "measures", "contact", "schedule")
"""What a plan must contain (order 19, art. 18), by the names that refusals call them."""


class Recall(Goods):
    """Goods that their maker takes back or puts right, from the notice or the own decision to the closure."""

    class Basis(models.TextChoices):
        VOLUNTARY = "voluntary", _("voluntary")
        NOTICE = "notice", _("notice of the authority")
        ORDER = "order", _("order to recall")

    inquiry = models.ForeignKey(
        Inquiry, models.PROTECT, null=True, blank=True, related_name="recalls", verbose_name=_("inquiry")
    )
    state = models.CharField(_("state"), max_length=12, choices=RECALL_FLOW.choices, default="notified")
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    cause = models.CharField(_("first lead"), max_length=12, choices=Source)
    lead_on = models.DateField(_("first lead of"), null=True, blank=True)
    level = models.CharField(_("level of risk"), max_length=8, blank=True)
    begun_on = models.DateField(_("recall begun on"))
    notified_on = models.DateField(_("notice served on"), null=True, blank=True)
    object_by = models.DateField(_("objection until"), null=True, blank=True)
    objected_on = models.DateField(_("objected on"), null=True, blank=True)
    objection = models.TextField(_("objection"), blank=True)
    decision = models.TextField(_("decision on the objection"), blank=True)
    ordered_on = models.DateField(_("ordered on"), null=True, blank=True)
    ordered_by = models.CharField(_("ordered by"), max_length=120, blank=True)
    plan_by = models.DateField(_("plan by"), null=True, blank=True)
    plan_filed_on = models.DateField(_("plan filed on"), null=True, blank=True)
    measures = models.TextField(_("measures"), blank=True)
    contact = models.TextField(_("contact"), blank=True)
    schedule = models.TextField(_("schedule"), blank=True)
    publish_by = models.DateField(_("to be published by"), null=True, blank=True)
    published_on = models.DateField(_("notice published on"), null=True, blank=True)
    complete_by = models.DateField(
        _("measures to be completed by"), null=True, blank=True,
        help_text=_("as the plan says; for food as the rules set"),
    )  # fmt: skip
    completed_on = models.DateField(_("measures completed on"), null=True, blank=True)
    checked_on = models.DateField(_("effect checked on"), null=True, blank=True)
    check_found = models.TextField(_("what the effect check found"), blank=True)
    summarised_on = models.DateField(_("final summary filed on"), null=True, blank=True)
    summary = models.TextField(_("final summary"), blank=True)
    closed_on = models.DateField(_("recall closed on"), null=True, blank=True)
    keep_until = models.DateField(_("records kept until"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=8, blank=True, default="")
    recalled = models.DecimalField(_("units recalled"), max_digits=16, decimal_places=3, null=True, blank=True)
    settled = models.DecimalField(_("units corrected or destroyed"), max_digits=16, decimal_places=3, null=True,
                                  blank=True)  # fmt: skip

    noun: ClassVar[str] = "recall.recall"
    spoken: ClassVar = {"level": level_in_words}
    reach: ClassVar = {"region": ("county__path",), "organisation": ("maker_id",)}
    named_by: ClassVar = ("product", "maker")

    class Meta(Goods.Meta):
        abstract = False
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ("-begun_on", "key")
        indexes = (models.Index(fields=["state", "due_on"], name="recall_state_due"),)

    def __str__(self) -> str:
        return f"{self.number} {self.product_name}"


class Progress(Record):
    """What the maker reports on the way: a stage summary, with the units of that day."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="progress", verbose_name=_("recall"))
    reported_on = models.DateField(_("reported on"))
    was_due_on = models.DateField(_("was due on"), null=True, blank=True)
    text = models.TextField(_("what was done"))
    reached = models.PositiveBigIntegerField(_("users reached"), null=True, blank=True)
    units = models.JSONField(_("units on that day"), default=dict, blank=True)

    noun: ClassVar[str] = "recall.progress"
    reach: ClassVar = {"region": ("recall__county__path",), "organisation": ("recall__maker_id",)}
    shown_on: ClassVar[str] = "recall"
    named_by: ClassVar = ("recall",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("stage summary")
        verbose_name_plural = _("stage summaries")
        ordering = ("-reported_on", "-key")

    def __str__(self) -> str:
        return f"{self.recall} · {self.reported_on}"


class Notice(Record):
    """What the public is told of a recall, as it stood when it was published; never changed, only withdrawn."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="notices", verbose_name=_("recall"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    published_on = models.DateField(_("published on"), db_index=True)
    product_name = models.CharField(_("product"), max_length=240)
    brand = models.CharField(_("brand"), max_length=120)
    model = models.CharField(_("model or specification"), max_length=160)
    lots = models.TextField(_("lots"))
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, db_index=True)
    maker = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("maker")
    )
    maker_name = models.CharField(_("maker as stated"), max_length=240)
    level = models.CharField(_("level of risk"), max_length=8, blank=True)
    hazard = models.TextField(_("hazard"))
    defect = models.TextField(_("defect"))
    measures = models.TextField(_("measures"))
    contact = models.TextField(_("contact"))
    recalled = models.DecimalField(_("units recalled"), max_digits=16, decimal_places=3, null=True, blank=True)
    photo = models.FileField(_("photograph"), upload_to="recall")
    photo_digest = models.CharField(_("digest of the photograph (SHA-256)"), max_length=64)
    photo_type = models.CharField(_("media type of the photograph"), max_length=20)

    noun: ClassVar[str] = "recall.notice"
    spoken: ClassVar = {"level": level_in_words}
    reach: ClassVar = {"region": ("recall__county__path",), "organisation": ("recall__maker_id",)}
    named_by: ClassVar = ("recall",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("recall notice")
        verbose_name_plural = _("recall notices")
        ordering = ("-published_on", "-number")

    def __str__(self) -> str:
        return f"{self.number} {self.product_name}"
