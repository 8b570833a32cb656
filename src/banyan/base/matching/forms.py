"""The small forms of the verbs on names without a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.matching.models import NameMatch
from banyan.base.registry.queries import Organisation
from banyan.kit.office import VerbForm

LONGEST_LIST = 100_000


class NeedsReason(VerbForm):
    needs_reason = True


class MatchNames(VerbForm):
    model = NameMatch
    fields_of_model = ("source", "county")
    names = forms.CharField(
        label=_("Names, one on each line"), widget=forms.Textarea(attrs={"rows": 12}), max_length=LONGEST_LIST
    )
    field_order = ("source", "county", "names")

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = [line.strip() for line in data["names"].splitlines() if line.strip()]
        return {"names": names, "source": data["source"], "county": data["county"]}


class ChooseMatch(VerbForm):
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("The firm that is meant"))
