"""Forms of the verbs on shares and purposes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation
from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True


class StatePurpose(VerbForm):
    says = forms.CharField(
        label=_("What the events are read for"), max_length=300,
        help_text=_("The case, report or complaint. Each reading is noted under it, and auditors see it."),
    )  # fmt: skip
    until_on = forms.DateField(label=_("Until"), required=False, help_text=_("Left empty: today only."))


class ShareEvents(VerbForm):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.all(), label=_("Whose events"))
    partner = forms.ModelChoiceField(queryset=Organisation.objects.all(), label=_("Partner who may read them"))
