"""The small forms of the verbs of receivers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.edge.receivers.models import Access, Receiver
from banyan.kit.office import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True


class EnterReceiver(VerbForm):
    model = Receiver
    fields_of_model = ("name", "kind", "region", "endpoint", "form")
    field_order = (*fields_of_model, "keeps")
    keeps = forms.CharField(
        label=_("records that it is the source of"), required=False,
        help_text=_("kinds with commas between, such as inspection.sample; their corrections go back to it"),
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """The kinds of records one by one."""
        data = super().given()
        return data | {"keeps": [one.strip() for one in data["keeps"].split(",") if one.strip()]}


class MoveReceiver(VerbForm):
    model = Receiver
    fields_of_model = ("endpoint", "form")
    begins_with_record = True


class GrantAccess(VerbForm):
    model = Access
    fields_of_model = ("topic", "basis", "from_on", "until_on")
    optional = ("until_on",)


class Replay(VerbForm):
    since = forms.IntegerField(
        label=_("after the event"), min_value=0, help_text=_("0 tells everything that it may receive again")
    )
    needs_reason = True
