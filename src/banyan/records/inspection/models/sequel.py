"""What follows a failure: the objection with its re-test, and the order to correct with its re-checks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import Organisation
from banyan.kit.models import Record
from banyan.kit.workflow import workflow
from banyan.records.inspection.models.samples import Sample

OBJECTION_FLOW = workflow(
    "inspection.objection",
    {
        "filed": _("filed"),
        "rejected": _("rejected"),
        "upheld": _("upheld without test"),
        "retest_granted": _("re-test granted"),
        "retest_waived": _("re-test waived"),
        "retest_running": _("re-test running"),
        "retest_done": _("re-test done"),
        "spare_rejected": _("spare rejected by the second laboratory"),
        "spare_tampered": _("spare tampered with, first result stands"),
    },
    ("reject_objection", _("Reject objection"), "filed", "rejected"),
    ("uphold_objection", _("Uphold objection without test"), "filed spare_rejected", "upheld"),
    ("grant_retest", _("Grant re-test"), "filed", "retest_granted"),
    ("waive_retest", _("Record re-test waived"), "retest_granted", "retest_waived"),
    ("start_retest", _("Send spare to second laboratory"), "retest_granted", "retest_running"),
    ("reject_spare", _("Reject the spare: seal broken"), "retest_running", "spare_rejected"),
    ("stand_by_first", _("Record spare tampered with"), "retest_granted spare_rejected", "spare_tampered"),
    ("report_retest", _("Report re-test"), "retest_running", "retest_done"),
    written=_("SAMR order 18, art. 36-43"),
)

CORRECTION_FLOW = workflow(
    "inspection.correction",
    {
        "ordered": _("ordered"),
        "corrected": _("corrected"),
        "recheck_passed": _("re-check passed"),
        "recheck_failed": _("re-check failed, announced"),
        "closure_ordered": _("closure for rectification ordered"),
        "licence_revoked": _("licence revoked"),
    },
    ("record_correction", _("Record correction report"), "ordered", "corrected"),
    (
        "recheck_pass",
        _("Record re-check passed"),
        "ordered corrected recheck_failed closure_ordered",
        "recheck_passed",
    ),
    ("recheck_fail", _("Record re-check failed"), "ordered corrected", "recheck_failed"),
    ("order_closure", _("Order closure for rectification"), "recheck_failed", "closure_ordered"),
    ("revoke_licence", _("Record licence revoked"), "closure_ordered", "licence_revoked"),
    written=_("SAMR order 18, art. 45-49"),
)


class Service(Record):
    """That one party got a result in writing: the day from which its term to object runs."""

    class Role(models.TextChoices):
        SELLER = "seller", _("sampled party")
        MAKER = "maker", _("nominal maker")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="services", verbose_name=_("sample"))
    role = models.CharField(_("as"), max_length=8, choices=Role)
    party = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("party"))
    served_on = models.DateField(_("served on"))
    object_by = models.DateField(_("objection until"), null=True, blank=True)
    manner = models.CharField(_("manner of service"), max_length=40, blank=True)

    noun: ClassVar[str] = "inspection.service"
    reach: ClassVar = {
        "region": ("sample__county__path", "sample__origin_county__path", "sample__organiser__path"),
        "organisation": ("party_id",),
    }
    named_by: ClassVar = ("sample",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("service of a result")
        verbose_name_plural = _("services of results")
        constraints = (models.UniqueConstraint(fields=["sample", "role"], name="served_once_a_role"),)

    def __str__(self) -> str:
        return f"{self.sample} · {self.served_on}"


class Objection(Record):
    """A party's objection to a result, and the re-test that it led to."""

    class Kind(models.TextChoices):
        RETEST = "retest", _("asks for a re-test")
        AUTHENTICITY = "authenticity", _("says that it did not make the goods")
        PROCEDURE = "procedure", _("contests sampling or method")

    class Outcome(models.TextChoices):
        NOT_MAKER = "not_maker", _("the party did not make the goods")
        NOT_JUDGED = "not_judged", _("the result cannot stand: not judged")

    class FeeBearer(models.TextChoices):
        PARTY = "party", _("the party that objected")
        AUTHORITY = "authority", _("the organising authority")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="objections", verbose_name=_("sample"))
    party = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("party"))
    state = models.CharField(_("state"), max_length=16, choices=OBJECTION_FLOW.choices, default="filed")
    filed_on = models.DateField(_("filed on"))
    moved_on = models.DateField(_("in this state since"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RETEST)
    grounds = models.TextField(_("grounds"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    formalities_on = models.DateField(_("formalities done on"), null=True, blank=True)
    retest_laboratory = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second laboratory"),
    )
    is_only_laboratory = models.BooleanField(_("no other laboratory is qualified"), default=False)
    is_spare_intact = models.BooleanField(_("spare sample intact"), null=True, blank=True)
    fee_borne_by = models.CharField(_("fee borne by"), max_length=12, choices=FeeBearer, blank=True)

    noun: ClassVar[str] = "inspection.objection"
    reach: ClassVar = {
        "region": ("sample__county__path", "sample__origin_county__path", "sample__organiser__path"),
        "organisation": ("party_id",),
        "laboratory": ("retest_laboratory_id",),
    }
    named_by: ClassVar = ("sample",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = (models.UniqueConstraint(fields=["sample", "party", "filed_on"], name="one_objection_a_day"),)

    def __str__(self) -> str:
        return f"{self.sample} · {self.filed_on}"


def key_of_order(sample: Sample) -> str:
    """The key of the order to correct that follows from a sample; there is one."""
    return f"{sample.pk}.c"


class Correction(Record):
    """The order to correct after a failure, with the firm's report and the re-checks."""

    sample = models.OneToOneField(Sample, models.PROTECT, related_name="correction", verbose_name=_("sample"))
    party = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("party"))
    state = models.CharField(_("state"), max_length=16, choices=CORRECTION_FLOW.choices, default="ordered")
    ordered_on = models.DateField(_("ordered on"))
    correct_by = models.DateField(_("correct by"), null=True, blank=True)
    recheck_by = models.DateField(_("re-check by"), null=True, blank=True)
    corrected_on = models.DateField(_("corrected on"), null=True, blank=True)
    measures = models.TextField(_("measures taken"), blank=True)
    rechecked_on = models.DateField(_("re-checked on"), null=True, blank=True)
    recheck_report = models.CharField(_("number of the re-check's test report"), max_length=80, blank=True)
    announced_on = models.DateField(_("failure announced on"), null=True, blank=True)
    announced_by = models.CharField(_("announced by"), max_length=120, blank=True)
    second_recheck_from = models.DateField(_("second re-check from"), null=True, blank=True)
    second_recheck_by = models.DateField(_("second re-check by"), null=True, blank=True)
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)

    noun: ClassVar[str] = "inspection.correction"
    reach: ClassVar = {
        "region": ("sample__county__path", "sample__origin_county__path", "sample__organiser__path"),
        "organisation": ("party_id",),
    }
    named_by: ClassVar = ("sample",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("order to correct")
        verbose_name_plural = _("orders to correct")

    def __str__(self) -> str:
        return f"{self.sample} · {self.ordered_on}"
