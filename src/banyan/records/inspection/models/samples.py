"""Samples: one sampled batch with everything that is known of it, from sealing to the end of what follows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Industry, Organisation, Park, Product, Region
from banyan.kit.models import Record
from banyan.kit.terms import of_district
from banyan.kit.workflow import workflow
from banyan.records.inspection.models.tasks import SAMPLERS_MAY, Act, Task

OBJECTED = "objection_filed retest_granted retest_running"
"""While one party's objection is open, the other party may object too; what still runs after a step decides where
the sample stands (`queries.objecting.where_it_stands`)."""

SAMPLE_FLOW = workflow(
    "inspection.sample",
    {
        "sampled": _("sampled"),
        "lost": _("lost or broken"),
        "received": _("received by laboratory"),
        "rejected": _("seal broken, rejected"),
        "passed": _("passed"),
        "failed": _("failed"),
        "not_judged": _("not judged"),
        "result_notified": _("result notified"),
        "result_served": _("result served"),
        "objection_filed": _("objection filed"),
        "retest_granted": _("re-test granted"),
        "retest_running": _("re-test running"),
        "result_final": _("result final"),
        "published": _("published"),
        "correction_ordered": _("correction ordered"),
        "corrected": _("corrected"),
        "recheck_passed": _("re-check passed"),
        "recheck_failed": _("re-check failed, announced"),
        "closure_ordered": _("closure for rectification ordered"),
        "licence_revoked": _("licence revoked"),
        "closed": _("closed"),
    },
    ("receive", _("Receive at laboratory"), "sampled", "received"),
    ("record_loss", _("Record loss"), "sampled", "lost"),
    ("reject_seal", _("Reject: seal broken"), "sampled", "rejected"),
    ("report_result", _("Report result"), "received", "passed failed not_judged"),
    ("amend_report", _("Replace by an amended report"), "passed failed not_judged", "passed failed not_judged"),
    ("notify_result", _("Notify result"), "passed not_judged", "result_notified"),
    ("serve_result", _("Serve result"), "failed", "result_served"),
    ("file_objection", _("File objection"), f"result_served {OBJECTED}", OBJECTED),
    ("reject_objection", _("Reject objection"), OBJECTED, f"result_served {OBJECTED} result_final"),
    ("grant_retest", _("Grant re-test"), "objection_filed", "retest_granted"),
    ("uphold_objection", _("Uphold objection without test"), OBJECTED, f"result_served {OBJECTED} result_final"),
    ("waive_retest", _("Record re-test waived"), "retest_granted", "result_served objection_filed result_final"),
    ("start_retest", _("Send spare to second laboratory"), "retest_granted", "retest_running"),
    ("reject_spare", _("Reject the spare: seal broken"), "retest_running", "objection_filed"),
    ("stand_by_first", _("Record spare tampered with"), "objection_filed retest_granted",
     "result_served objection_filed result_final"),
    ("report_retest", _("Report re-test"), "retest_running", "result_served objection_filed result_final"),
    ("let_objection_lapse", _("Record objection term over"), "result_served", "result_final"),
    ("publish_result", _("Publish result"),
     "result_notified result_final correction_ordered corrected recheck_passed recheck_failed closure_ordered",
     "published correction_ordered corrected recheck_passed recheck_failed closure_ordered"),
    ("order_correction", _("Order correction"), "result_final published", "correction_ordered"),
    ("record_correction", _("Record correction report"), "correction_ordered", "corrected"),
    ("recheck_pass", _("Record re-check passed"), "correction_ordered corrected recheck_failed closure_ordered",
     "recheck_passed"),
    ("recheck_fail", _("Record re-check failed"), "correction_ordered corrected", "recheck_failed"),
    ("order_closure", _("Order closure for rectification"), "recheck_failed", "closure_ordered"),
    ("revoke_licence", _("Record licence revoked"), "closure_ordered", "licence_revoked"),
    ("close_sample", _("Close"), "result_notified result_final published recheck_passed licence_revoked", "closed"),
    written=_("SAMR order 18, art. 29-49"),
)  # fmt: skip


class Conclusion(models.TextChoices):
    """What was concluded of a batch."""

    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    NOT_JUDGED = "not_judged", _("not judged")


class Grade(models.TextChoices):
    """How grave a failure is, by the product's own rules."""

    GENERAL = "general", _("general failure")
    SERIOUS = "serious", _("serious failure")


class Sample(Act):
    """One sampled batch, from sealing to the end of what follows from it.

    `conclusion` is the one that counts today: the laboratory's, or the re-test's once there is one.
    `county` is where it was found, `origin_county` where it was made.
    """

    class Stage(models.TextChoices):
        MADE = "made", _("at the maker")
        STORED = "stored", _("in store")
        SOLD = "sold", _("on sale")
        ONLINE = "online", _("sold online")
        USED = "used", _("in use")

    class DatedBy(models.TextChoices):
        """Which other day stands in where the source does not state the day of sampling."""

        PUBLISHED = "published_on", _("day of publication (approximate)")
        JUDGED = "judged_on", _("day of the verdict (approximate)")
        MADE = "made_on", _("day of production (approximate)")

    number = models.CharField(_("sample number"), max_length=80, unique=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, verbose_name=_("task"))
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, verbose_name=_("product"))
    product_name = models.CharField(_("product name"), max_length=240)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    standard = models.CharField(_("executed standard"), max_length=120, blank=True)
    lot = models.CharField(_("batch number"), max_length=120, blank=True)
    made_on = models.DateField(_("made on"), null=True, blank=True)
    maker = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="samples_made",
        verbose_name=_("nominal maker"),
        db_index=False,
    )
    maker_name = models.CharField(_("maker's name as stated"), max_length=240, blank=True)
    seller = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="samples_sold",
        verbose_name=_("sampled party"),
    )  # fmt: skip
    seller_name = models.CharField(_("sampled party's name as stated"), max_length=240, blank=True)
    platform = models.CharField(_("online platform"), max_length=120, blank=True)
    origin_county = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=of_district(_("%(unit)s where made")),
    )
    park = models.ForeignKey(Park, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("park"))
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("industry")
    )
    size = models.CharField(_("size of the maker"), max_length=8, choices=Organisation.Size, blank=True)
    stage = models.CharField(_("where in the chain"), max_length=8, choices=Stage, blank=True)
    place = models.CharField(_("place of sampling"), max_length=240, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    sampled_on = models.DateField(_("sampled on"))
    quantity = models.CharField(_("quantity"), max_length=60, blank=True)
    price = models.DecimalField(_("price paid (CNY)"), max_digits=10, decimal_places=2, null=True, blank=True)
    seal = models.CharField(_("seal of the test sample"), max_length=40, blank=True)
    spare_seal = models.CharField(_("seal of the spare sample"), max_length=40, blank=True)
    laboratory = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="samples_tested",
        verbose_name=_("laboratory"),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=20, choices=SAMPLE_FLOW.choices, default="sampled")
    received_on = models.DateField(_("received on"), null=True, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=12, choices=Conclusion, blank=True)
    grade = models.CharField(_("grade of failure"), max_length=8, choices=Grade, blank=True)
    judged_on = models.DateField(_("judged on"), null=True, blank=True)
    served_on = models.DateField(_("result served on"), null=True, blank=True)
    final_on = models.DateField(_("result final on"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    spare_until = models.DateField(_("spare kept until"), null=True, blank=True)
    case = models.CharField(_("enforcement case"), max_length=60, blank=True)
    source_file = models.CharField(_("source file"), max_length=160, blank=True)
    source_row = models.CharField(_("source rows"), max_length=120, blank=True)
    dated_by = models.CharField(
        _("sampling day taken from"), max_length=12, choices=DatedBy, blank=True,
        help_text=_("empty: the day of sampling itself is stated"),
    )  # fmt: skip
    remarks = models.TextField(_("further words of the source"), blank=True)

    noun: ClassVar[str] = "inspection.sample"
    reach: ClassVar = {
        "region": ("county__path", "origin_county__path", "organiser__path"),
        "organisation": ("maker_id", "seller_id"),
        "laboratory": ("laboratory_id",),
    }
    names_people: ClassVar = dict.fromkeys(SAMPLERS_MAY, ("task__samplers",))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering = ("-sampled_on", "key")
        indexes = (
            models.Index(fields=["state", "due_on"], name="sample_state_due"),
            models.Index(fields=["assignee", "state"], name="sample_assignee_state"),
            models.Index(fields=["maker", "sampled_on"], name="sample_maker_day"),
            models.Index(fields=["county", "sampled_on"], name="sample_county_day"),
            models.Index(fields=["-sampled_on", "key"], name="sample_day_key"),
            models.Index(fields=["state", "-sampled_on", "key"], name="sample_state_day"),
            models.Index(fields=["conclusion", "-sampled_on", "key"], name="sample_conclusion_day"),
            models.Index(fields=["due_on"], name="sample_due"),
            models.Index(fields=["lot"], name="sample_lot"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(weight__isnull=True) | models.Q(weight__gte=1),
                name="sample_weight_at_least_one",
            ),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gte=0), name="sample_price_not_negative"
            ),
            models.CheckConstraint(
                condition=~models.Q(conclusion="failed") | models.Q(judged_on__isnull=False),
                name="failed_sample_was_judged",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.product_name}"
