"""Verbs of inspections: reported in bulk, each with the day on which the next is due; withdrawn with a reason.

Bulk verb: `report_inspections(inspections=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.actions.things import DUE, reckon
from banyan.records.equipment.models import EQUIPMENT_FLOW, Equipment, Inspection
from banyan.records.equipment.models.things import STANDING
from banyan.records.equipment.queries import schedule


@verb("equipment.inspections.reported", right="equipment.inspect", title=gettext_lazy("Inspections reported"))
def report_inspections(deed: Deed, *, inspections: Sequence[Inspection]) -> Sequence[Inspection]:
    """Report inspections or tests. One that passed moves the due day on; one that failed forbids the use.

    Of a piece of equipment, at most one inspection is reported in one call.
    """
    if not inspections:
        return inspections
    known = {
        one.pk: one for one in deed.locked(list({one.equipment_id: one.equipment for one in inspections}.values()))
    }
    for one in inspections:
        equipment = known[one.equipment_id]
        _demand_sound(deed, one, equipment)
        fill(one, equipment)
        one.key, one.was_due_on = one.key or fresh("ei"), equipment.due_on
        equipment.applied_on = None
        if not one.passed and equipment.state in ("in_use", "stopped"):
            EQUIPMENT_FLOW.move(equipment, "bar")
    if len(known) < len(inspections):
        raise Refused(
            _("%(count)d inspections were to be reported.") % {"count": len(inspections)},
            _("There are two of one piece of equipment among them."),
            _("Report them one after the other, the earlier first."),
            code="twice-in-one",
        )
    touched = list(known.values())
    reckon(deed, touched, schedule.passed_by(touched, new=inspections))
    deed.add_many(inspections)
    deed.save_many(touched, "state", "applied_on", *DUE)
    return inspections


@verb("equipment.inspection.withdrawn", right="equipment.inspect")
def withdraw_inspection(deed: Deed, *, inspection: Inspection) -> Inspection:
    """Withdraw an inspection that was reported wrongly, with the reason; what is due is reckoned again."""
    terms.demand_reason(deed.reason, _("Withdrawing an inspection"))
    deed.withdraw(inspection)
    touched = list(deed.locked([inspection.equipment]))
    reckon(deed, touched, schedule.passed_by(touched))
    deed.save_many(touched, *DUE)
    return inspection


def fill(record: object, equipment: Equipment) -> None:
    """Say in what happened to equipment where it stood then, under whom, and of which kind it is."""
    record.equipment, record.kind = equipment, equipment.kind  # type: ignore[attr-defined]
    record.county_id, record.user_unit_id = equipment.county_id, equipment.user_unit_id  # type: ignore[attr-defined]


def _demand_sound(deed: Deed, one: Inspection, equipment: Equipment) -> None:
    terms.demand_order(
        what=gettext_lazy("The inspection"), of=equipment, day=one.done_on, earliest=equipment.installed_on,
        latest=deed.on,
    )  # fmt: skip
    asked = _("An inspection of %(equipment)s was to be reported.") % {"equipment": equipment}
    if equipment.state not in STANDING:
        raise Refused(
            asked,
            _("It is scrapped, or its registration was cancelled."),
            _("Check the code on its plate."),
            code="gone",
        )
    if not one.passed and not one.found.strip():
        raise Refused(asked, _("It failed, and nothing says why."), _("Say what was found."), code="found-missing")
    if one.stated_next_on and one.stated_next_on <= one.done_on:
        raise Refused(
            asked,
            _("The next inspection, %(day)s, does not lie after it.") % {"day": one.stated_next_on},
            _("Copy the day from the report, or leave it out."),
            code="wrong-order",
        )
