"""The form of a screening, and the small forms of the verbs of credentials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.edge.vouching.models import Credential
from banyan.judgement.access import queries as access
from banyan.kit.office import LegibleForm, VerbForm


class Screen(LegibleForm):
    file = forms.FileField(label=_("File of codes"))
    purpose = forms.ChoiceField(label=_("purpose"))
    on_behalf = forms.CharField(label=_("on behalf of"), max_length=120, required=False)

    def __init__(self, *args: Any, person: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = access.purposes(for_=access.kind_of(person))
        self.fields["purpose"].choices = [(one.key, f"{one.title} · {one.basis}") for one in known]  # type: ignore[attr-defined]


class TakeCredential(VerbForm):
    model = Credential
    fields_of_model = ("organisation",)


class NeedsReason(VerbForm):
    needs_reason = True
