"""The small forms of the verbs of spot checks."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation, organisation_by_code
from banyan.kit import clock
from banyan.kit.office import VerbForm
from banyan.records.inspection.models import Evidence, ItemResult, Objection, Result, Sample, Task
from banyan.records.inspection.models.samples import Conclusion, Grade
from banyan.records.inspection.queries.choices import (
    NOT_CHOSEN,
    laboratories,
    laboratory_of,
    people,
    person_named,
)
from banyan.records.inspection.queries.objecting import who_may_object
from banyan.records.plans.queries import Level, PlanLine

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


class ColleagueField(forms.TypedChoiceField):
    """One of those who do spot checks in an office; nobody is chosen at first."""

    def __init__(self, *, with_absent: bool = False, **kwargs: Any):
        choices = people("inspection.sample", "inspection.reassign", with_absent=with_absent)
        super().__init__(choices=lambda: [NOT_CHOSEN, *choices()], coerce=person_named, **kwargs)


class LaboratoryField(forms.TypedChoiceField):
    """Any laboratory: which there are is public, and a sample may go to one of another county."""

    def __init__(self, **kwargs: Any):
        given = {"label": _("Laboratory"), **kwargs}
        super().__init__(choices=laboratories, coerce=laboratory_of, empty_value=None, **given)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)


class NeedsReason(VerbForm):
    needs_reason = True


# ---------------------------------------------------------------- field work


class PlanTask(VerbForm):
    model = Task
    fields_of_model = ("line", "organisation", "drawn", "is_emergency", "due_on")
    optional = ("due_on", "is_emergency")
    laboratory = LaboratoryField(required=False)
    samplers = SamplersField(label=_("Samplers"), required=False)

    chosen_from: ClassVar = {"line": PlanLine.objects.filter(plan__state="published")}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["line"].required = True

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {"tasks": [Task(county_id=data["organisation"].county_id, **data)]}


class PlanDrawnTasks(VerbForm):
    laboratory = LaboratoryField(required=False)
    sample_by = forms.DateField(label=_("Sample by"), required=False)


class AssignSamplers(VerbForm):
    samplers = SamplersField(label=_("Samplers"))
    begins_with_record = True


class TakeSample(VerbForm):
    """The sampling form on line, with its pictures. It begins with what the task says."""

    model = Sample
    fields_of_model = (
        *("number", "product_name", "brand", "model", "standard", "lot", "made_on", "maker", "maker_name", "stage"),
        *("place", "latitude", "longitude", "sampled_on", "quantity", "price", "seal", "spare_seal"),
    )
    maker_code = forms.CharField(
        label=_("Maker's unified social credit code"), max_length=24, required=False,
        help_text=_("For a maker of another county; it stands on the goods or on the firm's licence."),
    )  # fmt: skip
    laboratory = LaboratoryField(required=False)
    photos = FilesField(label=_("Pictures (JPEG or PNG)"), required=False)
    field_order = (*fields_of_model[:8], "maker_code", *fields_of_model[8:], "laboratory", "photos")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["seal"].required = True
        self.fields["number"].required = False
        self.fields["number"].help_text = _(
            "Of the sampling form. Left empty, the next number of the organiser's series is given."
        )
        if self.record:
            task = self.record
            self.initial |= {
                "product_name": str(task.product_class or ""), "sampled_on": clock.today(),
                "laboratory": task.laboratory_id,
            }  # fmt: skip
            if task.product:
                product = task.product
                self.initial |= {
                    "product_name": product.name, "brand": product.brand, "model": product.model,
                    "standard": product.standard, "maker": product.maker_id,
                }  # fmt: skip

    def clean_maker_code(self) -> Organisation | None:
        code = self.cleaned_data["maker_code"]
        if code and (found := organisation_by_code(code=code)) is None:
            raise forms.ValidationError(
                _("No organisation has the code “%(code)s”. Leave it empty and write the maker's name as stated."),
                params={"code": code},
            )
        return found if code else None

    def given(self) -> dict[str, Any]:
        data = super().given()
        photos, maker = data.pop("photos"), data.pop("maker_code")
        data["maker"] = data["maker"] or maker
        if data["maker"] and not data["maker_name"]:
            data["maker_name"] = data["maker"].name
        seller = self.record.organisation if self.record else None
        sample = Sample(task=self.record, seller=seller, seller_name=seller.name if seller else "", **data)
        return {"samples": [sample], "photos": photos}


class NotSampled(VerbForm):
    why = forms.ChoiceField(label=_("Why"), choices=[NOT_CHOSEN, *Task.NotSampled.choices])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)


class AcceptProof(VerbForm):
    authority = forms.CharField(label=_("Authority that checked"), max_length=120)
    level = forms.ChoiceField(label=_("Its level"), choices=Level.choices[:3])
    checked_on = forms.DateField(label=_("Checked on"))
    paper = forms.CharField(label=_("Number of the notice or report shown"), max_length=120)
    files = FilesField(label=_("Pictures of it (JPEG, PNG or PDF)"), required=False)


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
    begins_with_record = True

    laboratory = LaboratoryField()


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

    conclusion = forms.ChoiceField(label=_("Conclusion"), choices=[NOT_CHOSEN, *Conclusion.choices])
    grade = forms.ChoiceField(label=_("Grade of failure"), choices=[NOT_CHOSEN, *Grade.choices], required=False)
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


class AmendReport(ReportResult):
    """The whole report as it should have been; it begins with the one that it replaces."""

    needs_reason = True

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if report := self.record:
            rows = report.items.order_by("order").values_list(*ITEM_FIELDS)
            lines = ["; ".join((*row[:-1], str(dict(Conclusion.choices)[row[-1]]))) for row in rows]
            self.initial |= {name: getattr(report, name) for name in ("conclusion", "grade", "tested_on")}
            self.initial["items"] = "\n".join(lines)

    def given(self) -> dict[str, Any]:
        return {"result": self.record, "amended": self.result(self.record.sample)}


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
        parties = who_may_object(self.record, self.person) if self.record else []
        party.choices = [(one.pk, str(one)) for one in parties]

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {"objections": [Objection(sample=self.record, party_id=data.pop("party"), **data)]}


class Decide(VerbForm):
    decision = forms.CharField(label=_("Decision and reasons"), widget=forms.Textarea)


class Uphold(Decide):
    outcome = forms.ChoiceField(label=_("What follows"), choices=[NOT_CHOSEN, *Objection.Outcome.choices])


class WaiveRetest(VerbForm):
    renounced = forms.BooleanField(label=_("The party renounces the re-test"), required=False)


class StartRetest(VerbForm):
    laboratory = LaboratoryField(label=_("Second laboratory"))
    is_only_laboratory = forms.BooleanField(label=_("No other laboratory is qualified"), required=False)


class RecordCorrection(VerbForm):
    measures = forms.CharField(label=_("Cause and measures"), widget=forms.Textarea)


class Recheck(VerbForm):
    """One re-check: every one has a day and a test report of its own."""

    rechecked_on = forms.DateField(label=_("Re-checked on"), initial=clock.today)
    report = forms.CharField(label=_("Number of the test report"), max_length=80)

    def given(self) -> dict[str, Any]:
        return {"corrections": [self.record]} | super().given()


class FailRecheck(Recheck):
    announced_by = forms.CharField(label=_("Announced by"), max_length=120)


class CloseForRectification(Recheck):
    def given(self) -> dict[str, Any]:
        return {"correction": self.record} | VerbForm.given(self)


class Restart(VerbForm):
    resumed_on = forms.DateField(label=_("Resumed on"))


class Reassign(VerbForm):
    to = ColleagueField(label=_("Assign to"))


class HandOverWork(VerbForm):
    """All open work of somebody on leave at once."""

    person = ColleagueField(label=_("Whose work"), with_absent=True)
    to = ColleagueField(label=_("Assign to"))


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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self._changes():
            raise forms.ValidationError(_("Nothing was changed."))
        return cleaned

    def given(self) -> dict[str, Any]:
        return {"samples": [self.record], "changes": {self.record.pk: self._changes()}}

    def _changes(self) -> dict[str, Any]:
        changes = {}
        for name in self.fields_of_model:
            column = Sample._meta.get_field(name).attname
            value = self.cleaned_data[name]
            value = value.pk if hasattr(value, "pk") else value
            if value != getattr(self.record, column):
                changes[column] = value
        return changes


class LaboratoryBatch(forms.Form):
    """The filled spreadsheet of a laboratory."""

    file = forms.FileField(label=_("Filled spreadsheet (XLSX or CSV)"))
