"""The small forms of the verbs of emergencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Region
from banyan.kit import clock, rights
from banyan.kit.models import Person
from banyan.kit.office import VerbForm
from banyan.response.emergency.models import Activation, Bulletin, Duty, Entry, Finding, Level, Resource
from banyan.response.emergency.models.words import kind_in_words, role_in_words
from banyan.response.emergency.queries import addressing, plans

LONG = forms.Textarea
PLACES = Region.objects.filter(level__in=(Region.Level.CITY, Region.Level.COUNTY))


class Moment(forms.DateTimeField):
    """A moment, by the browser's own calendar and clock."""

    def __init__(self, **given: Any):
        form = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=form)
        super().__init__(widget=widget, input_formats=[form, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **given)


class NeedsReason(VerbForm):
    needs_reason = True


def kinds() -> list[tuple[str, str]]:
    """The kinds of emergencies that the packs know, asked when the form is drawn."""
    return [(str(row["kind"]), kind_in_words(str(row["kind"]))) for row in plans.kinds(on=clock.today())]


def roles() -> list[tuple[str, str]]:
    """The roles that can be addressed, by their titles."""
    return [(role, role_in_words(role)) for role in addressing.roles()]


def officers(path: str = "") -> list[tuple[str, str]]:
    """Those who review responses and mend what is found (at a place), with the name they sign in with."""
    found = rights.holders("emergency.review")
    if path:
        above = [path[:end] for end, letter in enumerate(f"{path}/") if letter == "/" and end]
        found = found.filter(Q(grants__dimension="") | Q(grants__dimension="region", grants__path__in=above))
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


def on_call() -> list[tuple[str, str]]:
    """Those who may be on duty, with the name they sign in with."""
    found = rights.holders("emergency.command")
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


def person_of(username: str) -> Person | None:
    """The person who signs in by a name."""
    return Person.objects.filter(username=username).first()


def chosen_roles(*, required: bool = True) -> forms.MultipleChoiceField:
    """The choice of the roles to which something goes."""
    return forms.MultipleChoiceField(
        label=_("to the roles"), choices=roles, required=required, widget=forms.CheckboxSelectMultiple
    )


class Activate(VerbForm):
    model = Activation
    fields_of_model = ("level", "title", "happened", "county", "place", "incident", "decision")
    chosen_from = {"county": PLACES}
    kind = forms.ChoiceField(label=_("kind of emergency"), choices=kinds)
    is_drill = forms.BooleanField(
        label=_("This is an exercise"), required=False,
        help_text=_("Marked as one everywhere, never counted or published as real."),
    )  # fmt: skip
    field_order = ("is_drill", "kind")

    def given(self) -> dict[str, Any]:
        return {"activation": Activation(**super().given())}


class ChangeLevel(VerbForm):
    level = forms.ChoiceField(label=_("level"), choices=Level.choices)
    decision = forms.CharField(label=_("decided by, with the number of the order"), required=False, max_length=160)
    needs_reason = True


class CloseReview(VerbForm):
    summary = forms.CharField(label=_("summary of the review"), widget=LONG)


class CompleteMeasure(VerbForm):
    result = forms.CharField(label=_("what was done"), widget=LONG)
    done_at = Moment(label=_("done at"), required=False, help_text=_("Left empty, now."))


class WriteEntry(VerbForm):
    kind = forms.ChoiceField(
        label=_("sort of entry"),
        choices=[choice for choice in Entry.Kind.choices if choice[0] not in ("correction", "deed")],
    )
    text = forms.CharField(label=_("text"), widget=LONG)
    at = Moment(label=_("happened at"), required=False, help_text=_("Left empty, now."))


class CorrectEntry(VerbForm):
    text = forms.CharField(label=_("what is right"), widget=LONG)


class SendMessage(VerbForm):
    roles = chosen_roles()
    text = forms.CharField(label=_("text"), widget=LONG)


class Acknowledge(VerbForm):
    answer = forms.CharField(label=_("answer"), required=False, max_length=240)


class Reserve(VerbForm):
    resource = forms.ModelChoiceField(Resource.objects.all(), label=_("resource"))
    quantity = forms.DecimalField(label=_("quantity"), min_value=0, max_digits=12, decimal_places=1)


class EnterResource(VerbForm):
    model = Resource
    fields_of_model = ("kind", "name", "county", "quantity", "measured_in", "holder", "place", "contact", "telephone")
    chosen_from = {"county": PLACES}

    def given(self) -> dict[str, Any]:
        return {"resources": [Resource(**super().given())]}


class ChangeResource(VerbForm):
    model = Resource
    fields_of_model = ("quantity", "place", "contact", "telephone")
    begins_with_record = True


class EnterDuty(VerbForm):
    model = Duty
    fields_of_model = ("kind", "county", "telephone")
    chosen_from = {"county": PLACES}
    person = forms.TypedChoiceField(label=_("on duty"), choices=on_call, coerce=person_of)
    from_at = Moment(label=_("from"))
    until_at = Moment(label=_("until"))
    field_order = ("kind", "county", "person")

    def given(self) -> dict[str, Any]:
        return {"duties": [Duty(**super().given())]}


class BulletinWords(VerbForm):
    """The words of a bulletin, with the photograph of goods."""

    model = Bulletin
    fields_of_model = (
        "headline", "area", "description", "measures", "contact", "product_name", "brand", "model", "lots", "gtin",
    )  # fmt: skip
    expires_at = Moment(label=_("ends at"))
    photo = forms.FileField(label=_("photograph"), required=False)


class IssueBulletin(BulletinWords):
    roles = chosen_roles(required=False)
    is_public = forms.BooleanField(label=_("to the public too"), required=False)
    is_of_goods = forms.BooleanField(
        label=_("about goods"), required=False,
        help_text=_("Then product, brand, model, lots, bar code and photograph are needed too."),
    )  # fmt: skip
    urgency = forms.ChoiceField(label=_("urgency"), choices=Bulletin.Urgency.choices, initial="Expected")
    severity = forms.ChoiceField(label=_("severity"), choices=Bulletin.Severity.choices, initial="Moderate")
    certainty = forms.ChoiceField(label=_("certainty"), choices=Bulletin.Certainty.choices, initial="Likely")
    field_order = (
        "roles", "is_public", "headline", "area", "description", "measures", "contact", "urgency", "severity",
        "certainty", "expires_at", "is_of_goods",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("expires_at", clock.now() + timedelta(days=1))

    def given(self) -> dict[str, Any]:
        said = super().given()
        photo = said.pop("photo")
        return {"bulletin": Bulletin(activation=self.record, **said), "photo": photo}


class IssueBulletinAlone(IssueBulletin):
    """A bulletin that belongs to no response says of what kind and where."""

    fields_of_model = ("county", *BulletinWords.fields_of_model)
    chosen_from = {"county": PLACES}
    kind = forms.ChoiceField(label=_("kind of emergency"), choices=kinds)
    field_order = ("kind", "county", *IssueBulletin.field_order)


class UpdateBulletin(BulletinWords):
    begins_with_record = True

    def first_value(self, name: str) -> Any:
        return None if name == "photo" else super().first_value(name)


class EnterFinding(VerbForm):
    model = Finding
    fields_of_model = ("found", "demand", "mend_by")
    owner = forms.TypedChoiceField(label=_("officer in charge"), choices=officers, coerce=person_of)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.record is not None and self.record.county_id:
            owner: Any = self.fields["owner"]
            owner.choices = officers(self.record.county.path)

    def given(self) -> dict[str, Any]:
        said = super().given()
        return {"owner": said.pop("owner"), "findings": [Finding(**said)]}


class ReportMended(VerbForm):
    report = forms.CharField(label=_("what was done"), widget=LONG)


class LookedAgain(VerbForm):
    check_found = forms.CharField(label=_("what the second look found"), widget=LONG)


class NotMended(LookedAgain):
    mend_by = forms.DateField(label=_("to be mended by"))


class Reassign(VerbForm):
    to = forms.TypedChoiceField(label=_("officer in charge"), choices=officers, coerce=person_of)
