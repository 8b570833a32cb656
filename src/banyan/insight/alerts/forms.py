"""The small forms of what is done to alerts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.kit import rights
from banyan.kit.models import Person
from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True


def officers() -> list[tuple[str, str]]:
    """Those who decide on alerts, with the name they sign in with."""
    return [("", "—"), *((one.username, f"{one} ({one.username})") for one in rights.holders("alerts.decide"))]


class Assign(VerbForm):
    to = forms.TypedChoiceField(
        label=_("Officer in charge"), choices=officers,
        coerce=lambda username: Person.objects.filter(username=username).first(),
    )  # fmt: skip
