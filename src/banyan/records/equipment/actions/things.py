"""Verbs of equipment itself: entered, registered, moved, stopped, forbidden, scrapped, and what is due reckoned.

Bulk verbs, all by `equipment=…`: `enter_equipment`, `apply_for_inspection`, `reckon_again`, `scrap_equipment`,
`cancel_registration`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation, Region
from banyan.kit import terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.models import EQUIPMENT_FLOW, Equipment, Inspection, Placement, What
from banyan.records.equipment.queries import codes, schedule
from banyan.records.equipment.queries.entering import complete
from banyan.records.equipment.queries.schedule import NOTHING, Passed
from banyan.records.equipment.queries.work import APPLY

DUE = ("inspected_on", "due_on", "due_what", "next_rule")
"""The fields that `reckon` sets."""


@verb("equipment.entered", right="equipment.edit", title=gettext_lazy("Equipment entered"))
def enter_equipment(deed: Deed, *, equipment: Sequence[Equipment]) -> Sequence[Equipment]:
    """Enter equipment with its first placement and its supervision inspection at installation.

    What has a use registration number is in use; what has none waits to be registered. Refused for a code that
    breaks its form, names another kind, or is known already.
    """
    if not equipment:
        return equipment
    for one in equipment:
        one.key = one.key or fresh("eq")
        complete(one, on=deed.on)
    _demand_new(equipment)
    first = [
        Inspection(
            key=fresh("ei"), equipment=one, kind=one.kind, county_id=one.county_id, user_unit_id=one.user_unit_id,
            what=What.SUPERVISION, done_on=one.installed_on, passed=True,
        )
        for one in equipment
    ]  # fmt: skip
    reckon(deed, equipment, {one.equipment_id: Passed({What.SUPERVISION: one.done_on}) for one in first})
    deed.add_many(equipment)
    deed.add_many([_placement(one, one.installed_on) for one in equipment])
    deed.add_many(first)
    return equipment


@verb("equipment.registered", right="equipment.edit")
def register_equipment(deed: Deed, *, equipment: Equipment, certificate: str) -> Equipment:
    """Register equipment for use under a number. Refused where the number breaks its form or is given already."""
    EQUIPMENT_FLOW.move(equipment, "register")
    equipment.certificate = codes.check_certificate(certificate, kind=equipment.kind, on=deed.on)
    taken = (
        Equipment.objects.filter(certificate=equipment.certificate, withdrawn_on=None)
        .exclude(pk=equipment.pk)
        .first()
    )
    if taken:
        raise _known(_("The use registration number %(code)s") % {"code": equipment.certificate}, taken)
    equipment.registered_on, equipment.used_since = deed.on, equipment.used_since or deed.on
    return deed.save(equipment, "state", "certificate", "registered_on", "used_since")


@verb("equipment.moved", right="equipment.edit")
def move_equipment(
    deed: Deed, *, equipment: Equipment, county: Region, address: str, user_unit: Organisation,
    maintenance_unit: Organisation | None = None, telephone: str = "",
) -> Equipment:  # fmt: skip
    """Record that from this day equipment stands elsewhere, or under another user or maintenance unit."""
    present = equipment.placements.get(until_on=None)
    if deed.on < present.from_on:
        raise Refused(
            _("%(equipment)s was to be moved on %(day)s.") % {"equipment": equipment, "day": deed.on},
            _("Its present placement began on %(day)s, after that.") % {"day": present.from_on},
            _("Choose a later day."),
            code="wrong-order",
        )
    present.until_on = deed.on
    deed.save(present, "until_on")
    equipment.county, equipment.address, equipment.user_unit = county, address, user_unit
    equipment.maintenance_unit, equipment.telephone = maintenance_unit, telephone
    deed.add(_placement(equipment, deed.on))
    return deed.save(equipment, "county", "address", "user_unit", "maintenance_unit", "telephone")


@verb("equipment.stopped", right="equipment.answer")
def stop_equipment(deed: Deed, *, equipment: Equipment) -> Equipment:
    """Record that equipment is out of use for a while: nothing is overdue while it stands still."""
    EQUIPMENT_FLOW.move(equipment, "stop")
    equipment.stopped_on = deed.on
    return deed.save(equipment, "state", "stopped_on")


@verb("equipment.restarted", right="equipment.answer")
def restart_equipment(deed: Deed, *, equipment: Equipment) -> Equipment:
    """Record that equipment is used again. Refused where it first needs an inspection."""
    EQUIPMENT_FLOW.demand(equipment, "restart")
    asked = _("Using %(equipment)s again was asked for.") % {"equipment": equipment}
    if schedule.needs_inspection_to_restart(equipment, on=deed.on):
        _months, written = terms.value(schedule.RESTART, on=deed.on)
        raise Refused(
            asked,
            _("It has stood still since %(day)s, and was not inspected since.") % {"day": equipment.stopped_on},
            _("Have it inspected first."),
            written,
            code="inspection-before-restart",
        )
    if equipment.due_on and equipment.due_on < deed.on:
        raise Refused(
            asked,
            _("%(what)s has been due since %(day)s.")
            % {"what": equipment.get_due_what_display(), "day": equipment.due_on},
            _("Have it inspected first."),
            terms.written(APPLY, on=deed.on),
            code="inspection-overdue",
        )
    EQUIPMENT_FLOW.move(equipment, "restart")
    equipment.stopped_on = None
    return deed.save(equipment, "state", "stopped_on")


@verb("equipment.barred", right="equipment.decide")
def bar_equipment(deed: Deed, *, equipment: Equipment) -> Equipment:
    """Forbid the use of equipment, with the reason."""
    terms.demand_reason(deed.reason, _("Forbidding the use of equipment"))
    EQUIPMENT_FLOW.move(equipment, "bar")
    return deed.save(equipment, "state")


@verb("equipment.released", right="equipment.decide")
def release_equipment(deed: Deed, *, equipment: Equipment) -> Equipment:
    """Allow the use of equipment again. Refused while an instruction about it is open."""
    EQUIPMENT_FLOW.demand(equipment, "release")
    if waiting := equipment.instructions.exclude(state="closed").filter(withdrawn_on=None).first():
        raise Refused(
            _("Allowing the use of %(equipment)s was asked for.") % {"equipment": equipment},
            _("Instruction %(number)s is not closed.") % {"number": waiting.number},
            _("Check first that it was put right."),
            code="instruction-open",
        )
    EQUIPMENT_FLOW.move(equipment, "release")
    return deed.save(equipment, "state")


@verb("equipment.scrapped", right="equipment.edit")
def scrap_equipment(deed: Deed, *, equipment: Sequence[Equipment]) -> Sequence[Equipment]:
    """Record that equipment is scrapped: it may never be used again."""
    return _ended(deed, equipment, "scrap")


@verb("equipment.cancelled", right="equipment.edit")
def cancel_registration(deed: Deed, *, equipment: Sequence[Equipment]) -> Sequence[Equipment]:
    """Cancel the registration of equipment that leaves the city or needs none any more."""
    return _ended(deed, equipment, "cancel")


@verb("equipment.inspection.applied", right="equipment.answer")
def apply_for_inspection(deed: Deed, *, equipment: Sequence[Equipment]) -> Sequence[Equipment]:
    """Record that the user unit applied for the inspection that is due next."""
    for one in equipment:
        if one.state not in ("in_use", "stopped", "barred") or one.due_on is None:
            raise Refused(
                _("Applying for an inspection of %(equipment)s was asked for.") % {"equipment": one},
                _("It is not registered, or nothing is due."),
                _("Register it first."),
                code="nothing-due",
            )
        one.applied_on = deed.on
    deed.save_many(equipment, "applied_on")
    return equipment


@verb("equipment.due.reckoned", right="equipment.edit", title=gettext_lazy("Due day reckoned again"))
def reckon_again(deed: Deed, *, equipment: Sequence[Equipment]) -> Sequence[Equipment]:
    """Reckon by the rules in force what equipment is due for; what stays as it was is not written."""
    before = {one.pk: (one.due_on, one.due_what, one.next_rule) for one in equipment}
    reckon(deed, equipment, schedule.passed_by(equipment))
    changed = [one for one in equipment if before[one.pk] != (one.due_on, one.due_what, one.next_rule)]
    deed.save_many(changed, *DUE)
    return changed


def reckon(deed: Deed, equipment: Sequence[Equipment], passed: Mapping[str, Passed]) -> None:
    """Set what equipment is due for next, within another verb's deed."""
    for one in equipment:
        known = passed.get(one.pk, NOTHING)
        following = schedule.duties(one, known, on=deed.on)
        one.inspected_on = known.latest
        one.due_on = following[0].due_on if following else None
        one.due_what = following[0].what if following else ""
        one.next_rule = following[0].rule if following else ""


def _demand_new(equipment: Sequence[Equipment]) -> None:
    for name, words in (("code", _("The equipment code %(code)s")), ("certificate", _("The number %(code)s"))):
        given = Counter(value for one in equipment if (value := getattr(one, name)))
        twice = next((value for value, times in given.items() if times > 1), None)
        values = list(given)
        for start in range(0, len(values), schedule.CHUNK):
            part = values[start : start + schedule.CHUNK]
            found = Equipment.objects.filter(withdrawn_on=None, **{f"{name}__in": part}).first()
            if found:
                raise _known(words % {"code": getattr(found, name)}, found)
        if twice:
            raise _known(words % {"code": twice}, next(one for one in equipment if getattr(one, name) == twice))


def _known(what: str, found: Equipment) -> Refused:
    return Refused(
        _("%(what)s was to be entered.") % {"what": what},
        _("It belongs to %(equipment)s already.") % {"equipment": found},
        _("Look it up by its code, and correct what is wrong there."),
        code="code-taken",
    )


def _placement(one: Equipment, from_on: date) -> Placement:
    return Placement(
        key=fresh("ep"), equipment=one, county_id=one.county_id, address=one.address, user_unit_id=one.user_unit_id,
        maintenance_unit_id=one.maintenance_unit_id, from_on=from_on,
    )  # fmt: skip


def _ended(deed: Deed, equipment: Sequence[Equipment], move: str) -> Sequence[Equipment]:
    for one in equipment:
        EQUIPMENT_FLOW.move(one, move)
        one.ended_on, one.due_on, one.due_what, one.next_rule = deed.on, None, "", ""
    keys = [one.pk for one in equipment]
    for start in range(0, len(keys), schedule.CHUNK):
        present = list(Placement.objects.filter(equipment__in=keys[start : start + schedule.CHUNK], until_on=None))
        for placement in present:
            placement.until_on = deed.on
        deed.save_many(present, "until_on")
    deed.save_many(equipment, "state", "ended_on", "due_on", "due_what", "next_rule")
    return equipment


@verb("equipment.withdrawn", right="equipment.edit", title=gettext_lazy("Equipment withdrawn"))
def withdraw_equipment(deed: Deed, *, equipment: Sequence[Equipment]) -> Sequence[Equipment]:
    """Withdraw equipment entered by mistake, with its placements and inspections; its codes are free again."""
    terms.demand_reason(deed.reason, _("Withdrawing equipment"))
    keys = [one.pk for one in equipment]
    for start in range(0, len(keys), schedule.CHUNK):
        part = keys[start : start + schedule.CHUNK]
        for noun in (Placement, Inspection):
            rows = list(noun.objects.filter(equipment__in=part, withdrawn_on=None))
            for row in rows:
                row.withdrawn_on, row.withdrawn_reason = deed.on, deed.reason
            deed.save_many(rows, "withdrawn_on", "withdrawn_reason")
    for one in equipment:
        one.withdrawn_on, one.withdrawn_reason = deed.on, deed.reason
    deed.save_many(equipment, "withdrawn_on", "withdrawn_reason")
    return equipment
