"""The small forms of the verbs of lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.judgement.lists.models import Listing
from banyan.kit.office import VerbForm

LONG = forms.Textarea


class NeedsReason(VerbForm):
    needs_reason = True


class ProposeListing(VerbForm):
    model = Listing
    fields_of_model = ("list", "organisation", "case", "cause", "facts")
    optional = ("case",)


class RecordStatement(VerbForm):
    statement = forms.CharField(label=_("Statement of the firm"), widget=LONG)


class CallHearing(VerbForm):
    model = Listing
    fields_of_model = ("hearing_on",)


class HoldHearing(VerbForm):
    record = forms.CharField(label=_("Record of the hearing"), widget=LONG)


class DecideListing(VerbForm):
    conditions = forms.CharField(label=_("Conditions of removal"), widget=LONG)


class ApplyRepair(VerbForm):
    application = forms.CharField(
        label=_("What was put right, and the evidence"), widget=LONG,
        help_text=_("Duties of the decision performed; harm removed; no further penalty for the same kind of act."),
    )  # fmt: skip
