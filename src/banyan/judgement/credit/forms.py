"""The small forms of the verbs of credit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.judgement.credit import queries
from banyan.judgement.credit.models import Objection
from banyan.judgement.credit.panels import with_records
from banyan.kit import clock
from banyan.kit.office import VerbForm
from banyan.kit.refusals import Refused

MANY_FIRMS = 5
"""So many firms of one person are asked at most for their lines."""


class NeedsReason(VerbForm):
    needs_reason = True


class ObjectLine(VerbForm):
    """Which line it is may stand in the address that the page of the firm's credit leads to."""

    model = Objection
    fields_of_model = ("organisation", "words")
    field_order = ("organisation", "line", "words")
    line = forms.ChoiceField(label=_("Line of the credit"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        firms = list(self.fields["organisation"].queryset[:MANY_FIRMS])  # type: ignore[attr-defined]
        if named := self.data.get("organisation") or self.initial.get("organisation"):
            firms = [one for one in firms if str(one.pk) == str(named)] or firms
        if len(firms) == 1:
            self.fields["organisation"].initial = firms[0].pk
        lines: Any = self.fields["line"]
        lines.choices = [("", "—"), *(one for firm in firms for one in _lines_of(firm, person=self.person))]


def _lines_of(firm: Any, *, person: Any) -> list[tuple[str, str]]:
    """The lines of a firm's credit that count today: rule, record, day and points of each."""
    try:
        told = queries.explained(firm=firm.pk, on=clock.today(), look_ahead=False)
    except Refused:
        return []
    rows = with_records(told.lines, firm=firm.pk, person=person)
    return [(f"{row['line'].rule}:{row['line'].source}", _line_said(row)) for row in rows]


def _line_said(row: dict[str, Any]) -> str:
    line = row["line"]
    record = str(row["record"] or f"{row['what']} {line.record}")
    found_at = [str(row["found_at"])] if row["found_at"] else []
    return " · ".join((line.title, record, *found_at, str(line.begins), f"{line.lifts.normalize():f}"))
