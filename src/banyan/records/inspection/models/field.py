"""Field work: the task to sample, the sample with everything that is known of it, and the evidence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Industry, Organisation, Park, Product, ProductClass, Region
from banyan.base.registry.queries import names_of
from banyan.kit import people, terms
from banyan.kit.models import Person, Record
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
    ("notify_result", _("Notify result"), "passed not_judged", "result_notified"),
    ("serve_result", _("Serve result"), "failed", "result_served"),
    ("file_objection", _("File objection"), "result_served", "objection_filed"),
    ("reject_objection", _("Reject objection"), "objection_filed", "result_final"),
    ("grant_retest", _("Grant re-test"), "objection_filed", "retest_granted"),
    ("uphold_objection", _("Uphold objection without test"), "objection_filed", "result_final"),
    ("waive_retest", _("Record re-test waived"), "retest_granted", "result_final"),
    ("start_retest", _("Send spare to second laboratory"), "retest_granted", "retest_running"),
    ("stand_by_first", _("Record spare tampered with"), "retest_granted", "result_final"),
    ("report_retest", _("Report re-test"), "retest_running", "result_final"),
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

SAMPLERS_MAY = ("inspection.view", "inspection.sample")
"""What those who were drawn to sample may do with a task and its samples, in whatever county it lies."""


class Conclusion(models.TextChoices):
    """What was concluded of a batch."""

    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    NOT_JUDGED = "not_judged", _("not judged")


class Grade(models.TextChoices):
    """How grave a failure is, by the product's own rules."""

    GENERAL = "general", _("general failure")
    SERIOUS = "serious", _("serious failure")


def stratum_in_words(stratum: str) -> str:
    """A stratum by name, where it is a county or a size of firm."""
    sizes = {value: str(label) for value, label in Organisation.Size.choices}
    if not stratum or stratum in sizes:
        return sizes.get(stratum, "")
    return names_of({("county", stratum)}).get(("county", stratum), stratum)


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
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county where found")
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
        **Act.spoken,
        "samplers": people.named,
        "proof": lambda proof: " · ".join(str(part) for part in (proof or {}).values()),
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
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county where made")
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


class Evidence(Record):
    """A photograph or paper that belongs to a task or sample, with its digest."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photograph")
        FORM = "form", _("signed sampling form")
        PROOF = "proof", _("proof brought by the party")
        REPORT = "report", _("report")

    sample = models.ForeignKey(
        Sample, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("sample")
    )
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("task")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PHOTO)
    file = models.FileField(_("file"), upload_to="evidence")
    name = models.CharField(_("file name"), max_length=160)
    media_type = models.CharField(_("media type"), max_length=60)
    size = models.PositiveIntegerField(_("size (bytes)"))
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)
    taken_on = models.DateField(_("taken on"))
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    noun: ClassVar[str] = "inspection.evidence"
    reach: ClassVar = {
        "region": ("sample__county__path", "task__county__path"),
        "organisation": ("sample__maker_id", "sample__seller_id", "task__organisation_id"),
        "laboratory": ("sample__laboratory_id",),
    }
    names_people: ClassVar = dict.fromkeys(SAMPLERS_MAY, ("task__samplers", "sample__task__samplers"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.name
