"""The small forms of the verbs of special equipment."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock, rights, terms
from banyan.kit.models import Person
from banyan.kit.office import VerbForm
from banyan.records.equipment.models import Equipment, Incident, Inspection, Operator, Rescue, What
from banyan.records.equipment.models.words import VARIETIES, job_in_words, variety_in_words
from banyan.records.equipment.queries import jobs

LONG = forms.Textarea


class Moment(forms.DateTimeField):
    """A moment, by the browser's own calendar and clock."""

    def __init__(self, **given: Any):
        form = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=form)
        super().__init__(widget=widget, input_formats=[form, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **given)


class NeedsReason(VerbForm):
    needs_reason = True


def varieties() -> list[tuple[str, str]]:
    """The varieties that the packs know, asked when the form is drawn."""
    rows = terms.rows(VARIETIES, on=clock.today())
    return [("", "—"), *((str(row["variety"]), variety_in_words(str(row["variety"]))) for row in rows)]


def jobs_in_words() -> list[tuple[str, str]]:
    """The jobs of operators that the packs know."""
    return [(job, job_in_words(job)) for job in jobs(on=clock.today())]


def officers() -> list[tuple[str, str]]:
    """Those who decide on equipment, with the name they sign in with."""
    found = rights.holders("equipment.decide")
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


class EnterEquipment(VerbForm):
    model = Equipment
    fields_of_model = (
        "kind", "code", "name", "maker_name", "certificate", "user_unit", "maintenance_unit", "telephone", "county",
        "address", "installed_on", "used_since",
    )  # fmt: skip
    optional = ("certificate", "county", "address")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["variety"] = forms.ChoiceField(label=_("Variety"), choices=varieties, required=False)
        self.fields["certificate"].help_text = _("Left empty where it is not registered for use yet.")
        self.fields["county"].help_text = _("Left empty, that of the user unit.")
        self.order_fields(("kind", "variety"))
        self.dress()

    def given(self) -> dict[str, Any]:
        return {"equipment": [Equipment(**super().given())]}


class Register(VerbForm):
    model = Equipment
    fields_of_model = ("certificate",)


class Move(VerbForm):
    model = Equipment
    fields_of_model = ("county", "address", "user_unit", "maintenance_unit", "telephone")
    begins_with_record = True


class ReportInspection(VerbForm):
    model = Inspection
    fields_of_model = ("what", "done_on", "body_name", "report_number", "stated_next_on", "found")
    passed = forms.TypedChoiceField(
        label=_("Result"), choices=[("", "—"), ("yes", _("passed")), ("no", _("failed"))],
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    field_order = ("what", "done_on", "passed")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["found"].help_text = _("Needed where it failed.")
        if self.record is not None and self.record.due_what:
            self.initial.setdefault("what", self.record.due_what)
        self.initial.setdefault("done_on", clock.today())
        what: Any = self.fields["what"]
        what.choices = [choice for choice in what.choices if choice[0] != What.SUPERVISION]

    def given(self) -> dict[str, Any]:
        return {"inspections": [Inspection(equipment=self.record, **super().given())]}


class IssueInstruction(VerbForm):
    demands = forms.CharField(label=_("What is to be put right"), widget=LONG)
    rectify_by = forms.DateField(label=_("To be put right by"))


class ReportRectified(VerbForm):
    report = forms.CharField(label=_("What was done"), widget=LONG)


class CheckFound(VerbForm):
    check_found = forms.CharField(label=_("What the second check found"), widget=LONG)


class CheckFoundAgain(CheckFound):
    rectify_by = forms.DateField(label=_("To be put right by"))


class Job(VerbForm):
    """A form with the choice of a job."""

    model = Operator
    job = forms.ChoiceField(label=_("Job"), choices=jobs_in_words)


class EnterOperator(Job):
    fields_of_model = ("employer", "name", "licence", "licensed_on", "until_on")
    optional = ("licensed_on", "until_on")
    field_order = ("employer", "name", "job")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["until_on"].help_text = _("Left empty, as long as the rule says.")

    def given(self) -> dict[str, Any]:
        return {"operators": [Operator(**super().given())]}


class RenewLicence(VerbForm):
    model = Operator
    fields_of_model = ("licence", "licensed_on")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        self.fields["reason"].required = False


class ReportIncident(VerbForm):
    model = Incident
    fields_of_model: ClassVar = (
        "happened_on", "what_happened", "deaths", "injured", "loss", "moved", "stranded_minutes",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("happened_on", clock.today())

    def given(self) -> dict[str, Any]:
        return {"incidents": [Incident(equipment=self.record, **super().given())]}


class CloseIncident(VerbForm):
    cause = forms.CharField(label=_("Cause"), widget=LONG)
    measures = forms.CharField(label=_("Measures"), widget=LONG)


class CallRescue(VerbForm):
    called_at = Moment(label=_("Called at"))
    trapped = forms.IntegerField(label=_("People trapped"), min_value=0, max_value=1000, initial=1)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("called_at", clock.now())

    def given(self) -> dict[str, Any]:
        return {"rescues": [Rescue(equipment=self.record, **super().given())]}


class RecordArrival(VerbForm):
    arrived_at = Moment(label=_("Arrived at"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("arrived_at", clock.now())


class RecordRelease(VerbForm):
    released_at = Moment(label=_("Released at"))
    injured = forms.IntegerField(label=_("People hurt"), min_value=0, max_value=1000, initial=0)
    remarks = forms.CharField(label=_("Remarks"), widget=LONG, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("released_at", clock.now())


class Reassign(VerbForm):
    to = forms.TypedChoiceField(
        label=_("Officer in charge"), choices=officers,
        coerce=lambda username: Person.objects.filter(username=username).first(),
    )  # fmt: skip
