"""The small forms of the verbs of complaints, and the form for everybody."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import WrongCode, check_gtin, counties, name_in_language
from banyan.kit import clock, rights, waiting
from banyan.kit.models import Person
from banyan.kit.office import LegibleForm, VerbForm
from banyan.kit.terms import DISTRICT
from banyan.response.complaints import queries
from banyan.response.complaints.actions.messages import MOST_WORDS, Filing
from banyan.response.complaints.models import Channel, Complaint, Message, Track

LONG = forms.Textarea
LEAST_DIGITS = 7  # of a telephone: those of a city without its area code
ONCE = "banyan.response.complaints.once"
MATTER = (
    "product", "product_name", "gtin", "product_class", "firm", "firm_name", "place", "bought_on", "county",
)  # fmt: skip


class NeedsReason(VerbForm):
    needs_reason = True


class EnterMessage(VerbForm):
    """What a clerk writes down for a caller, or from a letter or a visit."""

    model = Complaint
    fields_of_model: ClassVar = MATTER
    optional: ClassVar = MATTER
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel, initial=Channel.TELEPHONE)
    tracks = forms.MultipleChoiceField(
        label=_("What is asked for"), choices=[(Track.COMPLAINT, _("settle a dispute (complaint)")),
                                               (Track.REPORT, _("look into a breach (report)"))],
        initial=[Track.COMPLAINT], widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    words = forms.CharField(label=_("What happened"), widget=LONG, max_length=MOST_WORDS)
    name = forms.CharField(label=_("Name of the sender"), max_length=60, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact = forms.CharField(label=_("Address or mail"), max_length=200, required=False)
    photo = forms.FileField(label=_("Photograph (JPEG or PNG)"), required=False)
    field_order = ("channel", "tracks", "words", "name", "telephone", "contact", *MATTER, "photo")

    def given(self) -> dict[str, Any]:
        return {"filing": filing_of(super().given())}


def filing_of(said: dict[str, Any], *, language: str = "") -> Filing:
    """A message as the verb takes it in, from what a form says."""
    matter = {
        "product_id": said.get("product") and said["product"].pk, "product_name": said.get("product_name", ""),
        "gtin": said.get("gtin", ""), "product_class_id": said.get("product_class") and said["product_class"].pk,
        "firm_id": said.get("firm") and said["firm"].pk,
        "firm_name": said.get("firm_name") or (said["firm"].name if said.get("firm") else ""),
        "place": said.get("place", ""), "bought_on": said.get("bought_on"),
        "county_id": said.get("county") and getattr(said["county"], "pk", said["county"]),
    }  # fmt: skip
    message = Message(
        channel=said["channel"], words=said["words"], name=said["name"].strip(), telephone=said["telephone"].strip(),
        contact=said["contact"].strip(), language=language,
    )  # fmt: skip
    photos = said["photos"] if "photos" in said else [one for one in (said.get("photo"),) if one]
    return Filing(message, matter, said["tracks"], photos)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Photographs(forms.FileField):
    """None, one or several files."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        rows = data if isinstance(data, list | tuple) else [data]
        return [super(Photographs, self).clean(one, initial) for one in rows if one]


class Tell(LegibleForm):
    """The form for everybody: what happened, with what, where, and whom to answer."""

    tracks = forms.MultipleChoiceField(
        label=_("What do you ask for?"), initial=[Track.COMPLAINT], widget=forms.CheckboxSelectMultiple,
        choices=[(Track.COMPLAINT, _("Help to settle my dispute with a firm")),
                 (Track.REPORT, _("Look into a breach of the rules"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_("What happened?"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("What, where, when, and what you ask for. Do not write numbers of papers or cards."),
    )  # fmt: skip
    product_name = forms.CharField(label=_("Product or service"), max_length=240, required=False)
    gtin = forms.CharField(
        label=_("Bar code"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("The digits below the bars on the pack."),
    )  # fmt: skip
    firm_name = forms.CharField(label=_("Shop or firm"), max_length=240, required=False)
    place = forms.CharField(label=_("Where did you buy it, or where was it?"), max_length=240, required=False)
    county = forms.ChoiceField(label=DISTRICT, required=False)
    bought_on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip
    photos = Photographs(
        label=_("Photographs"), required=False,
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("At most three, JPEG or PNG, 10 MB each. The place where they were taken is removed."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("A complaint needs your name and telephone; a report may be without."),
    )  # fmt: skip
    telephone = forms.CharField(
        label=_("Your telephone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    contact = forms.CharField(label=_("Your address or mail (optional)"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = [(one.pk, name_in_language(one)) for one in counties()]
        self.fields["county"].choices = [("", "—"), *rows]  # type: ignore[attr-defined]

    def clean_gtin(self) -> str:
        if not (code := self.cleaned_data["gtin"].strip()):
            return ""
        try:
            return check_gtin(code)
        except WrongCode as error:
            raise ValidationError(error.sentence) from error

    def clean_bought_on(self) -> Any:
        day = self.cleaned_data["bought_on"]
        if day and day > clock.today():
            raise ValidationError(_("That day has not come."))
        return day

    def clean_telephone(self) -> str:
        """Digits of any width are the same number; what has none is no number to call."""
        number = unicodedata.normalize("NFKC", self.cleaned_data["telephone"]).strip()
        if number and len(re.findall("[0-9]", number)) < LEAST_DIGITS:
            raise ValidationError(
                _("Write a number that can be called, of at least %(least)d digits, such as 13900001234.")
                % {"least": LEAST_DIGITS}
            )
        return number

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if Track.COMPLAINT in said.get("tracks", ()):
            for name in ("name", "telephone"):
                if not said.get(name, "").strip() and name not in self.errors:
                    self.add_error(name, _("A complaint needs it, so that the firm and you can be heard."))
        return said

    def digests(self) -> list[str]:
        """What tells the photographs that are handed in from others."""
        return [waiting.told(one)["digest"] for one in self.cleaned_data["photos"]]

    def filing(self, *, language: str, once: str = "", photos: Sequence[str] = ()) -> Filing:
        """The message as the verb takes it in; with the key of its form it is taken once.

        Its key follows from that of the form, its secret from what is said too: whoever sends the same form again is
        told the same address, which is stored nowhere, and whoever sends other words is not. `photos` are the digests
        of those that came with it before, where it comes without.
        """
        filing = filing_of(self.cleaned_data | {"channel": Channel.WEB}, language=language)
        if once:
            said = {name: value for name, value in self.cleaned_data.items() if name != "photos"}
            said["photos"] = self.digests() or list(photos)
            content = json.dumps([once, said], default=str, sort_keys=True)
            filing.message.key = f"cm-{_follows('key', once).hex()[:40]}"
            filing.message.token = urlsafe_b64encode(_follows("secret", content)).rstrip(b"=").decode()
        return filing


def form_key() -> str:
    """A key for one form, so that it is taken once however often it is sent."""
    return signing.dumps(secrets.token_urlsafe(18), salt=ONCE)


def is_form_key(text: str) -> bool:
    """Whether a form was given such a key by us."""
    try:
        return bool(signing.loads(text, salt=ONCE))
    except signing.BadSignature:
        return False


def _follows(what: str, text: str) -> bytes:
    """Bytes that follow from a text, and that nobody can tell who knows the text alone."""
    return salted_hmac(f"{ONCE}.{what}", text, algorithm="sha256").digest()


class Route(VerbForm):
    model = Complaint
    fields_of_model: ClassVar = ("office",)
    optional: ClassVar = ("office",)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["office"].help_text = _("Left empty, the one that subject and place say.")


class Classify(VerbForm):
    """What a matter is about; begins with what was suggested."""

    model = Complaint
    fields_of_model: ClassVar = ("product_class", "firm", "county")
    optional: ClassVar = ("product_class", "firm", "county")
    begins_with_record = True
    subject = forms.ChoiceField(label=_("Subject of the message"), choices=queries.subjects)
    field_order = ("subject", "product_class", "firm", "county")

    def __init__(self, *args: Any, person: Any, record: Any = None, **kwargs: Any):
        if (
            record is not None
            and not record.firm_id
            and (firm := queries.firm_named(record.firm_name, person=person))
        ):
            kwargs["initial"] = {"firm": firm} | (kwargs.get("initial") or {})
        super().__init__(*args, person=person, record=record, **kwargs)
        if record is not None:
            for name, field in (("subject", "subject"), ("product", "product_class"), ("place", "county")):
                if not self.initial.get(field) and name in record.guesses:
                    self.initial[field] = record.guesses[name][0]


class Join(VerbForm):
    to = forms.ModelChoiceField(Complaint.objects.exclude(state="joined"), label=_("The earlier one"))


class Decision(VerbForm):
    decision = forms.CharField(
        label=_("What the sender is told"), widget=LONG, help_text=_("It is shown under the sender's secret address.")
    )  # fmt: skip


class Refuse(Decision):
    ground = forms.ChoiceField(label=_("Ground"))
    field_order = ("ground", "decision")

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["ground"].choices = queries.grounds(on=record.received_on if record else clock.today())  # type: ignore[attr-defined]


class Close(VerbForm):
    decision = forms.CharField(label=_("What the parties were told (optional)"), widget=LONG, required=False)


class Words(VerbForm):
    words = forms.CharField(label=_("What the sender says"), widget=LONG, max_length=MOST_WORDS)


class MoreWords(VerbForm):
    words = forms.CharField(label=_("What the sender says"), widget=LONG, max_length=MOST_WORDS, required=False)


class WriteNote(VerbForm):
    words = forms.CharField(label=_("Note"), widget=LONG, max_length=MOST_WORDS)
    file = forms.FileField(label=_("File"), required=False)


class CaseNumber(VerbForm):
    case_number = forms.CharField(label=_("Number of the case"), max_length=40, required=False)


class Answer(VerbForm):
    answer = forms.CharField(label=_("What you found, and what you offer"), widget=LONG, max_length=MOST_WORDS)


class Comment(VerbForm):
    comment = forms.CharField(label=_("Comment for the public"), widget=LONG, max_length=MOST_WORDS)


class SendCopy(VerbForm):
    public_words = forms.CharField(
        label=_("What is published"), widget=LONG, max_length=MOST_WORDS,
        help_text=_("What was complained of and how it ended, without anything that tells who complained."),
    )  # fmt: skip


def officers() -> list[tuple[str, str]]:
    """Those who handle complaints, with the name they sign in with, asked when the form is drawn."""
    found = rights.holders("complaints.handle")
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


def person_named(username: str) -> Person | None:
    return Person.objects.filter(username=username).first()


class Reassign(VerbForm):
    to = forms.TypedChoiceField(label=_("Officer in charge"), choices=officers, coerce=person_named)
