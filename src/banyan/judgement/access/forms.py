"""The small forms of the verbs of access."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.judgement.access import queries
from banyan.judgement.access.models import Consent
from banyan.kit.office import VerbForm


class GiveConsent(VerbForm):
    model = Consent
    fields_of_model = ("organisation", "until_on")
    client = forms.ChoiceField(label=_("who may read"), choices=queries.clients)
    purpose = forms.ChoiceField(
        label=_("purpose"), choices=lambda: [(one.key, one.title) for one in queries.purposes(for_="client")]
    )
    field_order = ("organisation", "client", "purpose", "until_on")


class Plain(VerbForm):
    pass
