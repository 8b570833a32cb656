"""Screens of assessments of risk and of their evidence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.insight.risk import actions, forms
from banyan.insight.risk.models import Assessment, Evidence
from banyan.insight.risk.queries import papers
from banyan.kit.office import BY_FORM, Button, FileScreen, Inline, PaperScreen, register


def is_open(assessment: Assessment) -> bool:
    """Whether nobody has reviewed or withdrawn it."""
    return assessment.reviewed_on is None and assessment.withdrawn_on is None


class EvidenceInline(Inline):
    model = Evidence
    fields = ("number", "title", "name", "size", "digest", "added_on", "added_by")


@register(Assessment)
class AssessmentScreen(PaperScreen):
    papers = papers
    list_display = ("goods", "county", "assessed_on", "level", "worst", "is_robust", "is_upheld")
    filters = ("level", "county", "product_class", "assessed_on", "is_upheld", "is_robust")
    finds_by = ("goods", "about_key", "pk")
    search_help_text = _("Beginning of the goods, or of the key of the record it is about")
    icon = "crisis_alert"
    empty = _("No assessment of risk lies within your office.")
    export_fields = ("goods", "product_class", "county", "about_noun", "about_key", "level", "worst", "is_robust",
                     "assessed_on", "reviewed_on", "is_upheld")  # fmt: skip
    fields = ("goods", ("product_class", "county"), "hazard", "users", ("level", "worst"), "scenarios",
              ("is_robust", "matrix"), "shifts", ("assessed_on", "assessed_by"),
              ("reviewed_on", "reviewed_by", "is_upheld"))  # fmt: skip
    inlines = (EvidenceInline,)
    buttons = (
        Button(actions.assess_goods, _("Assess a risk"), forms.AssessGoods, record=BY_FORM, where="list", icon="add"),
        Button(actions.review_assessment, _("Review"), forms.ReviewAssessment, when=is_open,
               who=lambda assessment, person: assessment.assessed_by != person.username, icon="how_to_reg",
               variant="primary"),
        Button(actions.add_risk_evidence, _("Add evidence"), forms.AddEvidence, when=is_open, icon="upload_file"),
        Button(actions.withdraw_assessment, _("Withdraw the record"), forms.NeedsReason, when=is_open,
               variant="danger", icon="close"),
    )  # fmt: skip

    def next_move(self, record: Assessment) -> str:
        return str(_("Waits for the review of a second person.")) if is_open(record) else ""


@register(Evidence)
class EvidenceScreen(FileScreen):
    list_display = ("assessment", "number", "title", "name", "size", "added_on", "added_by")
    filters = ("added_on",)
    finds_by = ("digest", "pk")
    search_help_text = _("Beginning of the digest")
    icon = "photo_library"
    empty = _("No evidence of an assessment lies within your office.")
    fields = (("assessment", "number"), "title", ("name", "media_type", "size"), "digest", ("added_on", "added_by"))
