"""The small forms of the verbs of spot checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation
from banyan.kit import rights
from banyan.kit.models import Person
from banyan.kit.office import VerbForm
from banyan.records.inspection.models import Evidence, ItemResult, Objection, Result, Sample, Task
from banyan.records.inspection.models.field import Conclusion, Grade
from banyan.records.plans.queries import PlanLine

LABORATORIES = Organisation.objects.filter(kind="laboratory")
ITEM_FIELDS = ("item", "value", "unit", "limit", "method", "conclusion")


class Files(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; empty where none was chosen and none is needed."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        found = [super(FilesField, self).clean(one, initial) for one in given]
        return [one for one in found if one]


class SamplersField(forms.MultipleChoiceField):
    """People who hold the right to sample."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any):
        super().__init__(choices=people("inspection.sample"), **kwargs)


def people(right: str) -> Any:
    """Choices of those who hold a right, asked when the form is drawn."""
    return lambda: [(one.username, str(one)) for one in rights.holders(right)]


def person_named(username: str) -> Person | None:
    return Person.objects.filter(username=username).first()


class NeedsReason(VerbForm):
    needs_reason = True


# ---------------------------------------------------------------- field work


class PlanTask(VerbForm):
    model = Task
    fields_of_model = ("line", "organisation", "drawn", "is_emergency", "laboratory", "due_on")
    optional = ("laboratory", "due_on", "is_emergency")
    samplers = SamplersField(label=_("Samplers"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, chosen in (
            ("line", PlanLine.objects.filter(plan__state="published")),
            ("laboratory", LABORATORIES),
        ):
            field: Any = self.fields[name]
            field.queryset = field.queryset & chosen
        self.fields["line"].required = True

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {"tasks": [Task(county_id=data["organisation"].county_id, **data)]}


class PlanDrawnTasks(VerbForm):
    laboratory = forms.ModelChoiceField(LABORATORIES, label=_("Laboratory"), required=False)
    sample_by = forms.DateField(label=_("Sample by"), required=False)


class AssignSamplers(VerbForm):
    samplers = SamplersField(label=_("Samplers"))
    begins_with_record = True


class TakeSample(VerbForm):
    """The sampling form on line, with its pictures."""

    model = Sample
    fields_of_model = (
        *("product_name", "brand", "model", "standard", "lot", "made_on", "maker", "maker_name", "seller"),
        *("origin_county", "stage", "place", "latitude", "longitude", "sampled_on", "quantity", "price", "seal"),
        *("spare_seal", "laboratory"),
    )
    photos = FilesField(label=_("Pictures (JPEG or PNG)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        laboratory: Any = self.fields["laboratory"]
        laboratory.queryset = laboratory.queryset & LABORATORIES
        self.fields["seal"].required = True

    def given(self) -> dict[str, Any]:
        data = super().given()
        photos = data.pop("photos")
        seller = data.pop("seller") or (self.record.organisation if self.record else None)
        return {"samples": [Sample(task=self.record, seller=seller, **data)], "photos": photos}


class NotSampled(VerbForm):
    why = forms.ChoiceField(label=_("Why"), choices=Task.NotSampled.choices)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)


class AcceptProof(VerbForm):
    authority = forms.CharField(label=_("Authority that checked"), max_length=120)
    level = forms.ChoiceField(label=_("Its level"), choices=[("city", _("city")), ("province", _("provincial")),
                                                              ("national", _("national"))])  # fmt: skip
    checked_on = forms.DateField(label=_("Checked on"))
    paper = forms.CharField(label=_("Number of the notice or report shown"), max_length=120)


class RecordRefusal(VerbForm):
    note = forms.CharField(label=_("What happened"), widget=forms.Textarea)
    witness = forms.CharField(label=_("Who witnessed it"), max_length=80)


class CaseNumber(VerbForm):
    case = forms.CharField(label=_("Number of the case"), max_length=60)


class AddEvidence(VerbForm):
    files = FilesField(label=_("Files (JPEG or PNG; papers also PDF)"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices)


# ---------------------------------------------------------------- laboratory and results


class HandOver(VerbForm):
    laboratory = forms.ModelChoiceField(LABORATORIES, label=_("Laboratory"))


class ReceiveSample(VerbForm):
    seal = forms.CharField(
        label=_("Seal found on the sample"), max_length=40, required=False,
        help_text=_("Leave it empty where it is the one that the form has."),
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        seal = self.cleaned_data["seal"]
        return {"seals": {self.record.number: seal}} if seal and self.record else {}


class RejectSample(VerbForm):
    found = forms.CharField(label=_("What was found"), max_length=160)


class ReportResult(VerbForm):
    """A result by hand: an item per line, its parts apart by semicolons."""

    conclusion = forms.ChoiceField(label=_("Conclusion"), choices=Conclusion.choices)
    grade = forms.ChoiceField(label=_("Grade of failure"), choices=[("", "—"), *Grade.choices], required=False)
    report_number = forms.CharField(label=_("Report number"), max_length=80)
    tested_on = forms.DateField(label=_("Tested on"), required=False)
    items = forms.CharField(
        label=_("Items, one per line"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("item; value found; unit; limit; test method; passed, failed or not judged"),
    )  # fmt: skip

    def clean_items(self) -> list[ItemResult]:
        known = {str(label).casefold(): value for value, label in Conclusion.choices} | {
            value: value for value in Conclusion.values
        }
        items = []
        for number, line in enumerate(self.cleaned_data["items"].splitlines(), start=1):
            parts = [part.strip() for part in line.replace("；", ";").split(";")]
            if not any(parts):
                continue
            if len(parts) != len(ITEM_FIELDS) or not parts[0] or parts[-1].casefold() not in known:
                raise forms.ValidationError(
                    _("Line %(number)d: six parts are needed, of which the last is the conclusion."),
                    params={"number": number},
                )
            parts[-1] = known[parts[-1].casefold()]
            items.append(ItemResult(**dict(zip(ITEM_FIELDS, parts, strict=True))))
        return items

    def result(self, sample: Any) -> Result:
        """The result (unsaved) of a sample as the form has it."""
        data = super().given()
        items = data.pop("items")
        result = Result(sample=sample, **data)
        result._items = items  # type: ignore[attr-defined]
        return result

    def given(self) -> dict[str, Any]:
        return {"results": [self.result(self.record)]}


class ReportRetest(ReportResult):
    def given(self) -> dict[str, Any]:
        return {"objections": [self.record], "results": [self.result(self.record.sample)]}


class ServeResult(VerbForm):
    manner = forms.CharField(label=_("Manner of service"), max_length=40, required=False)


# ---------------------------------------------------------------- what follows


class FileObjection(VerbForm):
    party = forms.ChoiceField(label=_("Party"))
    kind = forms.ChoiceField(label=_("What it asks"), choices=Objection.Kind.choices)
    grounds = forms.CharField(label=_("Grounds"), widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        party: Any = self.fields["party"]
        parties = [self.record.seller, self.record.maker] if self.record else []
        mine = {
            one.path for one in rights.reaches(self.person, "inspection.object") if one.dimension == "organisation"
        }
        party.choices = [(one.pk, str(one)) for one in parties if one and (not mine or one.pk in mine)]

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {"objections": [Objection(sample=self.record, party_id=data.pop("party"), **data)]}


class Decide(VerbForm):
    decision = forms.CharField(label=_("Decision and reasons"), widget=forms.Textarea)


class Uphold(Decide):
    outcome = forms.ChoiceField(label=_("What follows"), choices=Objection.Outcome.choices)


class WaiveRetest(VerbForm):
    renounced = forms.BooleanField(label=_("The party renounces the re-test"), required=False)


class StartRetest(VerbForm):
    laboratory = forms.ModelChoiceField(LABORATORIES, label=_("Second laboratory"))
    is_only_laboratory = forms.BooleanField(label=_("No other laboratory is qualified"), required=False)


class RecordCorrection(VerbForm):
    measures = forms.CharField(label=_("Cause and measures"), widget=forms.Textarea)


class FailRecheck(VerbForm):
    announced_by = forms.CharField(label=_("Announced by"), max_length=120)


class Restart(VerbForm):
    resumed_on = forms.DateField(label=_("Resumed on"))


class Reassign(VerbForm):
    to = forms.TypedChoiceField(label=_("To"), choices=people("inspection.view"), coerce=person_named)


class AmendSample(VerbForm):
    """What may be corrected on one record by hand; the reason is kept with it."""

    model = Sample
    fields_of_model = (
        *("product_name", "brand", "model", "standard", "lot", "made_on", "county", "origin_county", "maker"),
        *("maker_name", "seller", "seller_name", "park", "industry", "product_class", "stage", "place", "drawn"),
        *("sampled_on", "conclusion", "grade", "judged_on"),
    )
    begins_with_record = True
    needs_reason = True

    def given(self) -> dict[str, Any]:
        changes = {}
        for name in self.fields_of_model:
            column = Sample._meta.get_field(name).attname
            value = self.cleaned_data[name]
            value = value.pk if hasattr(value, "pk") else value
            if value != getattr(self.record, column):
                changes[column] = value
        return {"samples": [self.record], "changes": {self.record.pk: changes}}


class LaboratoryBatch(forms.Form):
    """The filled spreadsheet of a laboratory."""

    file = forms.FileField(label=_("Filled spreadsheet (XLSX or CSV)"))
