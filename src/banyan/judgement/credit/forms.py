"""The small forms of the verbs of credit."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.judgement.credit.models import Objection
from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True


class ObjectLine(VerbForm):
    """Which line it is stands in the address that the page of the firm's credit leads to."""

    model = Objection
    fields_of_model = ("organisation", "words")
    line = forms.CharField(widget=forms.HiddenInput, label=_("line"))
