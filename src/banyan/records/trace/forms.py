"""Forms of the verbs on published traces."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation
from banyan.kit.office import VerbForm


class PublishTrace(VerbForm):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.all(), label=_("Maker"))
    identifier = forms.CharField(
        label=_("Lot or single pack"), max_length=300,
        help_text=_("As its code says it, for example https://id.gs1.org/01/GTIN/10/LOT."),
    )  # fmt: skip


class NeedsReason(VerbForm):
    needs_reason = True
