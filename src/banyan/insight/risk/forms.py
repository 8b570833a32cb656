"""The small forms of assessments of risk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.insight.risk import queries
from banyan.insight.risk.models import Assessment
from banyan.kit.office import VerbForm
from banyan.kit.refusals import Refused

LONG = forms.Textarea(attrs={"rows": 3})


class NeedsReason(VerbForm):
    needs_reason = True


class AssessRisk(VerbForm):
    """Hazard, users and injury scenarios, one per line."""

    hazard = forms.CharField(label=_("Hazard"), widget=LONG, required=False)
    users = forms.CharField(label=_("Who uses the goods, and how"), widget=LONG, required=False)
    scenarios = forms.CharField(
        label=_("Injury scenarios, one per line"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=queries.HOW_TO_WRITE,
    )  # fmt: skip

    def clean_scenarios(self) -> list[dict[str, Any]]:
        try:
            return queries.scenarios_of(self.cleaned_data["scenarios"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class AssessGoods(AssessRisk):
    model = Assessment
    fields_of_model = ("goods", "product_class", "county")
    field_order = ("goods", "product_class", "county", "hazard", "users", "scenarios")


class ReviewAssessment(VerbForm):
    is_upheld = forms.TypedChoiceField(
        label=_("The assessment"), choices=[("", "—"), ("yes", _("is upheld")), ("no", _("is not upheld"))],
        coerce=lambda value: value == "yes",
    )  # fmt: skip


class AddEvidence(VerbForm):
    title = forms.CharField(label=_("What it shows"), max_length=240)
    file = forms.FileField(label=_("File (JPEG, PNG or PDF)"))
