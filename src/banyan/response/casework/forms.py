"""The small forms of the verbs of cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.kit import clock, rights
from banyan.kit.models import Person
from banyan.kit.office import VerbForm
from banyan.response.casework.models import Case, Clue, Evidence, Outcome, Remedy
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.work import open_cases

LONG = forms.Textarea


class NeedsReason(VerbForm):
    needs_reason = True


def officers() -> list[tuple[str, str]]:
    """Those who handle cases, with the name they sign in with, asked when the form is drawn."""
    found = rights.holders("casework.handle")
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


def person_named(username: str) -> Person | None:
    return Person.objects.filter(username=username).first()


class Colleague(forms.TypedChoiceField):
    """Somebody who handles cases; nobody is chosen at first."""

    def __init__(self, **kwargs: Any):
        super().__init__(choices=officers, coerce=person_named, empty_value=None, **kwargs)


class Listed(forms.ChoiceField):
    """A row of one of the room's tables, as it stands today."""

    def __init__(self, table: str, **kwargs: Any):
        super().__init__(choices=lambda: listed(table), **kwargs)


def listed(table: str) -> list[tuple[str, str]]:
    return [
        ("", "—"),
        *((str(next(iter(one.values()))), terms.said(one)) for one in terms.rows(table, on=clock.today())),
    ]


class EnterClue(VerbForm):
    model = Clue
    fields_of_model = (
        "cause", "title", "party", "party_name", "product_class", "product_name", "lots", "county", "happened_on",
        "received_on", "detail",
    )  # fmt: skip
    optional = ("party_name", "county")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_on", clock.today())
        self.fields["county"].help_text = _("Left empty, that of the party.")

    def given(self) -> dict[str, Any]:
        return {"clues": [Clue(**super().given())]}


class FileCase(VerbForm):
    officer = Colleague(
        label=_("Officer in charge"), required=False, help_text=_("Left empty, who verified the clue.")
    )
    second_officer = forms.CharField(label=_("Second officer"), max_length=150)


class JoinClue(VerbForm):
    case = forms.ModelChoiceField(Case.objects.none(), label=_("Case"))
    chosen_from: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any):
        self.chosen_from = {"case": open_cases()}
        super().__init__(*args, **kwargs)


class Findings(VerbForm):
    findings = forms.CharField(label=_("What the investigation found"), widget=LONG)


class Opinion(VerbForm):
    opinion = forms.CharField(label=_("Opinion"), widget=LONG)


class SuspendCase(VerbForm):
    cause = Listed("stops", label=_("For"))


class AnnouncePenalty(VerbForm):
    breach = Listed("breaches", label=_("Breach"))
    step = Listed("discretion", label=_("Step of discretion"))
    goods_value = forms.DecimalField(label=_("Value of the goods"), min_value=0, decimal_places=2, required=False)
    sales = forms.DecimalField(label=_("Sales"), min_value=0, decimal_places=2, required=False)
    fine = forms.DecimalField(label=_("Fine"), min_value=0, decimal_places=2)
    confiscated = forms.DecimalField(label=_("Confiscated"), min_value=0, decimal_places=2, required=False)
    grounds = forms.CharField(label=_("Grounds, also for the step"), widget=LONG)
    begins_with_record = True


class Statement(VerbForm):
    statement = forms.CharField(label=_("What the party says, or that it waives it"), widget=LONG)


class CallHearing(VerbForm):
    hearing_on = forms.DateField(label=_("Hearing on"))


class HoldHearing(VerbForm):
    record = forms.CharField(label=_("Record of the hearing"), widget=LONG)


class DecidePenalty(VerbForm):
    fine = forms.DecimalField(label=_("Fine"), min_value=0, decimal_places=2)
    grounds = forms.CharField(label=pgettext_lazy("penalty", "Grounds"), widget=LONG, required=False)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        if record is not None:
            self.initial.setdefault("fine", record.fine_proposed)
            self.initial.setdefault("grounds", record.grounds)


class OnSpot(VerbForm):
    """A small penalty imposed on the spot: without a fine it is a warning."""

    model = Case
    fields_of_model = ("party", "party_name", "county", "title", "product_class", "product_name", "grounds",
                       "second_officer")  # fmt: skip
    optional = ("party", "party_name", "county", "product_class", "product_name")
    field_order = ("party", "party_name", "county", "title", "product_class", "product_name", "breach", "step",
                   "goods_value", "fine", "grounds", "second_officer")  # fmt: skip
    breach = Listed("breaches", label=_("Breach"))
    step = Listed("discretion", label=_("Step of discretion"), required=False)
    goods_value = forms.DecimalField(label=_("Value of the goods"), min_value=0, decimal_places=2, required=False)
    fine = forms.DecimalField(
        label=_("Fine"), min_value=0, decimal_places=2, required=False, help_text=_("Left empty, it is a warning.")
    )

    def given(self) -> dict[str, Any]:
        said = super().given()
        return {"case": Case(**said)}


class AskRemedy(VerbForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Remedy.Kind.choices)
    authority = forms.CharField(label=_("Authority or court"), max_length=160)
    number = forms.CharField(label=_("Number there"), max_length=80, required=False)
    asked_on = forms.DateField(label=_("Asked for on"), initial=clock.today)


class EndRemedy(VerbForm):
    end = forms.ChoiceField(label=_("End"), choices=Remedy.End.choices)
    ended_on = forms.DateField(label=_("Ended on"), initial=clock.today)
    fine = forms.DecimalField(label=_("Fine, where it was changed"), min_value=0, decimal_places=2, required=False)
    words = forms.CharField(label=_("What was decided"), widget=LONG)


class DropCase(VerbForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[one for one in Outcome.choices if one[0] not in ("penalty", "police", "quashed")]
    )
    grounds = forms.CharField(label=pgettext_lazy("penalty", "Grounds"), widget=LONG)


class ServeDecision(VerbForm):
    served_on = forms.DateField(label=_("Served on"), initial=clock.today)
    manner = forms.CharField(label=_("Manner of service"), max_length=60)


class RecordPayment(VerbForm):
    amount = forms.DecimalField(label=_("Amount"), min_value=0, decimal_places=2)
    paid_on = forms.DateField(label=_("Paid on"), initial=clock.today)


class ShownEvidence(VerbForm):
    """What all evidence states of itself."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices)
    title = forms.CharField(label=_("What it shows"), max_length=240)
    taken_on = forms.DateField(label=_("Taken on"), initial=clock.today)
    taken_by = forms.CharField(label=_("Taken by"), max_length=150)
    place = forms.CharField(label=_("Place"), max_length=240, required=False)


class AddEvidence(ShownEvidence):
    file = forms.FileField(label=_("File (JPEG, PNG or PDF)"))
    is_held = forms.BooleanField(label=_("Register and hold it"), required=False)


class NoteEvidence(ShownEvidence):
    digest = forms.CharField(label=_("Digest (SHA-256)"), max_length=64)


class AddFile(VerbForm):
    file = forms.FileField(label=_("File (JPEG, PNG or PDF)"))


class IssuePaper(VerbForm):
    template = Listed("papers", label=_("Paper"))


class Reassign(VerbForm):
    to = Colleague(label=_("Officer in charge"))


class ProposeTransfer(VerbForm):
    model = Case
    fields_of_model = ("sales", "goods_value")
    optional = fields_of_model
    begins_with_record = True


class HandOver(VerbForm):
    police = forms.CharField(label=_("Police authority"), max_length=120)


class Copy(VerbForm):
    prosecutor = forms.CharField(label=_("Prosecutor's office"), max_length=120)


class Receipt(VerbForm):
    receipt = forms.CharField(label=_("Number of the receipt"), max_length=80)
    receipted_on = forms.DateField(label=_("Receipt signed on"), initial=clock.today)


class Answer(VerbForm):
    is_accepted = forms.TypedChoiceField(
        label=_("The police"), choices=[("", "—"), ("yes", _("opened a case")), ("no", _("opened none"))],
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    answer = forms.CharField(label=_("What the police decided"), widget=LONG)
