"""The small forms of the verbs of plans and draws."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.base.registry.queries import Organisation, ProductClass
from banyan.kit import clock, rights
from banyan.kit.office import VerbForm
from banyan.records.plans.models import Plan, PlanLine, Tie


class NeedsReason(VerbForm):
    needs_reason = True


class DraftPlan(VerbForm):
    model = Plan
    fields_of_model = ("year", "title", "scheme", "level", "region", "authority")

    def given(self) -> dict[str, Any]:
        return {"plan": Plan(**super().given())}


class ProposeLines(VerbForm):
    batches = forms.IntegerField(label=_("Batches in all"), min_value=1)
    random_share = forms.FloatField(
        label=_("Share spread over all products"), min_value=0.01, max_value=1, initial=0.4,
        help_text=_("The rest goes where most failures are to be expected."),
    )  # fmt: skip
    least = forms.IntegerField(label=_("Each product gets at least"), min_value=1, initial=1)
    cost_per_batch = forms.DecimalField(
        label=_("Cost per batch (CNY)"), min_value=0, max_digits=10, decimal_places=2, initial=0
    )


class AddLine(VerbForm):
    product_class = forms.ModelChoiceField(ProductClass.objects.all(), label=_("Product class"))
    batches = forms.IntegerField(label=_("Batches"), min_value=1)
    random_share = forms.FloatField(label=_("Share drawn at random"), min_value=0, max_value=1, initial=1)
    cost_per_batch = forms.DecimalField(
        label=_("Cost per batch (CNY)"), min_value=0, max_digits=10, decimal_places=2, initial=0
    )


class ChangeLine(VerbForm):
    model = PlanLine
    fields_of_model = ("batches", "random_share", "cost_per_batch")
    begins_with_record = True


class ChangeQuota(VerbForm):
    batches = forms.IntegerField(label=_("Batches"), min_value=0)
    begins_with_record = True


class PublishRules(VerbForm):
    rules = forms.CharField(label=_("Sampling rules"), max_length=160)
    published_on = forms.DateField(label=_("Published on"), required=False)


class RecordCost(VerbForm):
    amount = forms.DecimalField(label=_("Amount (CNY)"), max_digits=12, decimal_places=2)
    what = forms.CharField(label=_("For what"), max_length=160)
    borne_by = forms.ChoiceField(
        label=_("Borne by"), choices=[("authority", _("the authority")), ("firm", _("the firm that is checked"))]
    )


class FreezeFrame(VerbForm):
    samplers = forms.MultipleChoiceField(label=_("Samplers to draw from"), widget=forms.CheckboxSelectMultiple)
    beacon_source = forms.CharField(
        label=_("Public value to come"), max_length=120, required=False,
        help_text=_("For instance the next result of a lottery: nobody can know it yet. May stay empty."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        samplers: Any = self.fields["samplers"]
        samplers.choices = [(one.username, str(one)) for one in rights.holders("inspection.sample")]


class DrawUnits(VerbForm):
    beacon = forms.CharField(
        label=_("Public value, exactly as published"), max_length=200, required=False,
        help_text=_("Leave it empty where none was announced."),
    )  # fmt: skip


BARRED = ("inspection.sample", "casework.handle", "casework.review", "casework.decide")
"""The rights of those whose interest in a firm bars them from its checks or cases."""


class DeclareTie(VerbForm):
    username = forms.ChoiceField(label=pgettext_lazy("colleague", "Officer"))
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("Firm"))
    what = forms.CharField(label=_("What ties them"), max_length=120)
    from_on = forms.DateField(label=_("From"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        username: Any = self.fields["username"]
        known = {one.username: str(one) for right in BARRED for one in rights.holders(right)}
        username.choices = sorted(known.items(), key=lambda one: one[1])
        self.initial.setdefault("username", self.person.username)  # as a rule one declares one's own
        self.initial.setdefault("from_on", clock.today())

    def given(self) -> dict[str, Any]:
        return {"tie": Tie(**super().given())}


class EndTie(VerbForm):
    until_on = forms.DateField(label=_("Until"))
    needs_reason = True
