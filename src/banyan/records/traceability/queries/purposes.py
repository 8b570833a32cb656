"""Why somebody reads the events of firms: nobody's business for one's own, to be stated for those of others."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit import readings, rights
from banyan.kit.refusals import NotAllowed
from banyan.records.traceability.models import Purpose

VIEW = "traceability.view"
LONGEST_PURPOSE = "traceability.longest_purpose"


class NoPurpose(NotAllowed):
    """The events of firms were to be read without a purpose that was stated before."""

    code = "no-purpose"


def purpose_on(person: Any, *, on: date) -> Purpose | None:
    """The purpose that a person stated for a day; None where there is none."""
    rows = Purpose.objects.filter(username=person.username, from_on__lte=on, until_on__gte=on, withdrawn_on=None)
    return rows.order_by("-pk").first()


def needs_purpose(person: Any, *, on: date) -> bool:
    """Whether a person reads more than the events of own firms, and so has to say why."""
    if isinstance(person, rights.System):
        return False
    return any(reach.dimension != "organisation" for reach in rights.reaches(person, VIEW, on=on))


def demand_purpose(person: Any, *, on: date) -> None:
    """
    Raise NotAllowed without the right to see events, NoPurpose where one has to be stated first.

    That the person reads under it is noted, for auditors to see.
    """
    rights.demand(person, VIEW, on=on)
    if not needs_purpose(person, on=on):
        return
    if (purpose := purpose_on(person, on=on)) is not None:
        readings.note(person=person, under=f"{Purpose.noun}:{purpose.pk}")
    else:
        raise NoPurpose(
            _("The events of firms were to be read."),
            _("You have not said what for."),
            _("State your purpose first; it is kept in the log, and holds for the days that you name."),
            "docs/how-to/trace-a-lot.md",
        )
