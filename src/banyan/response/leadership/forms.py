"""The small forms of the verbs of regional supervision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.kit import rights
from banyan.kit.models import Person
from banyan.kit.office import VerbForm
from banyan.response.leadership.models import Interview, Task
from banyan.response.leadership.queries import programmes

LONG = forms.Textarea


class NeedsReason(VerbForm):
    needs_reason = True


def officers() -> list[tuple[str, str]]:
    found = rights.holders("leadership.report")
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in found)]


class SetTask(VerbForm):
    model = Task
    fields_of_model = ("title", "asked", "county", "product_class", "due_on")
    optional = ("asked", "product_class")
    programme = forms.ChoiceField(label=_("Programme"), choices=programmes)
    assignee = forms.TypedChoiceField(
        label=pgettext_lazy("colleague", "Officer"),
        choices=officers,
        coerce=lambda name: Person.objects.filter(username=name).first(),
    )

    def given(self) -> dict[str, Any]:
        return {"tasks": [Task(**super().given())]}


class ReportTask(VerbForm):
    result = forms.CharField(label=_("What was done"), widget=LONG)


class CallInterview(VerbForm):
    model = Interview
    fields_of_model = ("trigger", "party", "county", "called", "topic", "interview_on")
    optional = ("party", "county", "called")


class HoldInterview(VerbForm):
    attended = forms.CharField(label=_("Who attended"), widget=LONG)
    minutes = forms.CharField(label=_("Minutes"), widget=LONG)
    commitments = forms.CharField(
        label=_("Commitments, one per line"),
        widget=LONG,
        help_text=_("what is promised; by which day"),
    )

    def clean_commitments(self) -> list[tuple[str, date]]:
        found = []
        for number, line in enumerate(self.cleaned_data["commitments"].splitlines(), start=1):
            if not line.strip():
                continue
            text, _sign, day = line.replace("；", ";").rpartition(";")
            try:
                found.append((text.strip(), date.fromisoformat(day.strip())))
            except ValueError as error:
                raise forms.ValidationError(
                    _("Line %(number)d: a promise, a semicolon and a day such as 2025-12-31 are needed."),
                    params={"number": number},
                ) from error
        return found


class CheckCommitment(VerbForm):
    is_kept = forms.TypedChoiceField(
        label=_("The commitment"), choices=[("", "—"), ("yes", _("is kept")), ("no", _("is broken"))],
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    found = forms.CharField(label=_("What was checked and found"), widget=LONG)


class InterviewOfCase(VerbForm):
    """An interview that a case is the cause of."""

    topic = forms.CharField(label=_("What it is about"), widget=LONG)
    interview_on = forms.DateField(label=_("Interview on"))

    def given(self) -> dict[str, Any]:
        case: Any = self.record
        return {**super().given(), "trigger": "case", "party": case.party, "county": case.county,
                "called": case.party_name, "source_noun": case.noun, "source_key": case.pk}  # fmt: skip
