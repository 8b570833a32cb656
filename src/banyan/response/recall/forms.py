"""The small forms of the verbs of recalls."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation, organisation_by_code
from banyan.insight.risk import queries as risk
from banyan.kit import clock, rights
from banyan.kit.models import Person
from banyan.kit.office import VerbForm
from banyan.kit.refusals import Refused
from banyan.response.casework.queries import Cause, Clue
from banyan.response.recall.models import TALLIES, Holding, Inquiry, Lead, Recall

GOODS = (
    "product", "product_name", "brand", "model", "lots", "gtin", "product_class", "maker", "maker_name", "county",
    "defect", "hazard",
)  # fmt: skip
OPTIONAL = ("product_name", "county")
LONG = forms.Textarea


class NeedsReason(VerbForm):
    needs_reason = True


def officers() -> list[tuple[str, str]]:
    """Those who decide on recalls, with the name they sign in with, asked when the form is drawn."""
    found = rights.holders("recall.decide")
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


def person_named(username: str) -> Person | None:
    return Person.objects.filter(username=username).first()


class Colleague(forms.TypedChoiceField):
    """Somebody who decides on recalls; nobody is chosen at first."""

    def __init__(self, **kwargs: Any):
        super().__init__(choices=officers, coerce=person_named, **kwargs)


class ClueOfRecall(VerbForm):
    """What may be a breach in a recall, as a clue for casework."""

    title = forms.CharField(label=_("Matter"), max_length=240)
    detail = forms.CharField(label=_("What is known"), widget=LONG, required=False)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        if record is not None:
            self.initial.setdefault("title", gettext("recall: %(product)s") % {"product": record.product_name})
            self.initial.setdefault("detail", "\n".join(filter(None, (record.defect, record.hazard))))

    def given(self) -> dict[str, Any]:
        one = self.record
        clue = Clue(
            cause=Cause.RECALL, source_noun=one.noun, source_key=one.pk, party=one.maker,
            party_name=one.maker_name or (one.maker.name if one.maker else ""), product_class=one.product_class,
            product_name=one.product_name, lots=one.lots, county=one.county, happened_on=one.begun_on,
            title=self.cleaned_data["title"], detail=self.cleaned_data["detail"],
        )  # fmt: skip
        return {"clues": [clue]}


# ---------------------------------------------------------------- leads and inquiries


class EnterLead(VerbForm):
    model = Lead
    fields_of_model = ("source", "received_on", "happened_on", "is_grave", *GOODS, "origin", "reference", "informant")
    optional = OPTIONAL

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_on", clock.today())
        self.fields["product_name"].help_text = _("Left empty, that of the product in the registry.")
        self.fields["county"].help_text = _("Left empty, that of the maker.")

    def given(self) -> dict[str, Any]:
        return {"leads": [Lead(**super().given())]}


class ReportDefect(VerbForm):
    model = Lead
    fields_of_model = ("reporter", "happened_on", "is_grave", *GOODS)
    optional = OPTIONAL

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reporter"].required = True

    def given(self) -> dict[str, Any]:
        return {"lead": Lead(**super().given())}


class ForwardLead(VerbForm):
    forwarded_to = forms.CharField(label=_("Authority of the maker's province"), max_length=120)


class ConcernGoods(VerbForm):
    """The product or firm of the registry that a lead is about."""

    model = Lead
    fields_of_model = ("product", "maker")
    optional = fields_of_model
    begins_with_record = True


class JoinInquiry(VerbForm):
    inquiry = forms.ModelChoiceField(Inquiry.objects.filter(state__in=("ordered", "reported")), label=_("Inquiry"))


class OpenInquiry(VerbForm):
    report_by = forms.DateField(label=_("The maker reports by"))
    defect = forms.CharField(label=_("Possible defect"), widget=LONG, required=False)
    hazard = forms.CharField(label=_("Hazard"), widget=LONG, required=False)
    begins_with_record = True


class ReportInquiry(VerbForm):
    finding = forms.CharField(label=_("What the maker found"), widget=LONG)


class AssessRisk(VerbForm):
    """Injury scenarios, one per line."""

    scenarios = forms.CharField(
        label=_("Injury scenarios, one per line"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=risk.HOW_TO_WRITE,
    )  # fmt: skip
    users = forms.CharField(label=_("Who uses the goods, and how"), widget=LONG, required=False)

    def clean_scenarios(self) -> list[dict[str, Any]]:
        try:
            return risk.scenarios_asked(self.cleaned_data["scenarios"], on=clock.today())
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class Conclude(VerbForm):
    conclusion = forms.CharField(label=pgettext_lazy("inquiry", "Conclusion"), widget=LONG)


# ---------------------------------------------------------------- recalls


class Goods(VerbForm):
    defect = forms.CharField(label=_("Defect"), widget=LONG)
    hazard = forms.CharField(label=_("Hazard"), widget=LONG)
    begins_with_record = True


class Objection(VerbForm):
    objection = forms.CharField(label=_("Grounds and proof"), widget=LONG)


class Decision(VerbForm):
    decision = forms.CharField(label=_("Decision and reasons"), widget=LONG)


class OrderedBy(VerbForm):
    ordered_by = forms.CharField(label=_("Authority that orders the recall"), max_length=120)


class RecallAgain(OrderedBy):
    found = forms.CharField(label=_("What the check found"), widget=LONG)


class FilePlan(VerbForm):
    model = Recall
    fields_of_model = ("lots", "defect", "measures", "contact", "schedule", "complete_by")
    optional = fields_of_model  # the verb names all that is missing at once
    begins_with_record = True


class PublishNotice(VerbForm):
    model = Recall
    fields_of_model = ("brand", "model", "lots", "gtin", "hazard", "defect", "measures", "contact")
    optional = fields_of_model
    photo = forms.FileField(label=_("Photograph (JPEG or PNG)"), required=False)
    begins_with_record = True


class ReportProgress(VerbForm):
    text = forms.CharField(label=_("What was done"), widget=LONG)
    reached = forms.IntegerField(label=_("Users reached"), min_value=0, required=False)


class Summary(VerbForm):
    summary = forms.CharField(label=_("Final summary"), widget=LONG)


class Found(VerbForm):
    found = forms.CharField(label=_("What was checked and found"), widget=LONG)


class Reassign(VerbForm):
    to = Colleague(label=_("Officer in charge"))


class HandOver(VerbForm):
    person = Colleague(label=pgettext_lazy("colleague", "From"))
    to = Colleague(label=pgettext_lazy("colleague", "To"))


# ---------------------------------------------------------------- units


class FreezeScope(VerbForm):
    asked = forms.CharField(
        label=_("Lots or units, one per line"), widget=LONG,
        help_text=_("As they stand on the goods: a GS1 Digital Link or URN of a lot, unit or pallet."),
    )  # fmt: skip

    def clean_asked(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["asked"].splitlines() if line.strip()]


MOST_UNITS = 10**13


class StateScope(VerbForm):
    """Holders as the maker states them, one per line."""

    lines = forms.CharField(
        label=_("Holders, one per line, the maker first"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("name or unified social credit code; units made or received"),
    )  # fmt: skip

    def clean_lines(self) -> list[tuple[Organisation | None, str, Decimal]]:
        found = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if not line.strip():
                continue
            name, _sign, units = line.replace("；", ";").rpartition(";")
            try:
                amount = Decimal(units.strip())
            except InvalidOperation as error:
                raise forms.ValidationError(
                    _("Line %(number)d: the holder, a semicolon and a number are needed."), params={"number": number}
                ) from error
            if not (amount.is_finite() and 0 <= amount < MOST_UNITS):
                raise forms.ValidationError(
                    _("Line %(number)d: the units are a number from 0 to less than %(most)s."),
                    params={"number": number, "most": f"{MOST_UNITS:,}"},
                )
            known = organisation_by_code(code=name.strip()) or _named(name.strip())
            found.append((known, name.strip(), amount))
        return found


def _named(name: str) -> Organisation | None:
    """The one organisation of exactly this name; None where there is none, or more than one."""
    found = list(Organisation.objects.filter(name=name, withdrawn_on=None)[:2])
    return found[0] if len(found) == 1 else None


class StateUnits(VerbForm):
    model = Holding
    fields_of_model: ClassVar = (*TALLIES, "reached")
    optional = fields_of_model
    begins_with_record = True
