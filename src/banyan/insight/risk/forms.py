"""The small forms of assessments of risk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Region
from banyan.insight.risk import queries
from banyan.insight.risk.models import Assessment
from banyan.kit import clock, rights
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
            return queries.scenarios_asked(self.cleaned_data["scenarios"], on=clock.today())
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class AssessGoods(AssessRisk):
    model = Assessment
    fields_of_model = ("goods", "product_class", "county")
    field_order = ("goods", "product_class", "county", "hazard", "users", "scenarios")

    def __init__(self, *args: Any, **kwargs: Any):
        """Whose office is a part of the city names the place; where that is one place, it is chosen already."""
        super().__init__(*args, **kwargs)
        reaches = rights.reaches(self.person, self.right)
        if any(not reach.dimension for reach in reaches):
            return
        county = self.fields["county"]
        county.required = county.widget.is_required = True
        own = {reach.path for reach in reaches if reach.dimension == "region"}
        self.initial.setdefault("county", Region.objects.filter(path__in=own).first() if len(own) == 1 else None)


class ReviewAssessment(VerbForm):
    is_upheld = forms.TypedChoiceField(
        label=_("The assessment"), choices=[("", "—"), ("yes", _("is upheld")), ("no", _("is not upheld"))],
        coerce=lambda value: value == "yes",
    )  # fmt: skip


class AddEvidence(VerbForm):
    title = forms.CharField(label=_("What it shows"), max_length=240)
    file = forms.FileField(label=_("File (JPEG, PNG or PDF)"))
