"""Verbs of rescues: the call, the arrival against its term, the release. Bulk verb: `call_rescues(rescues=…)`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import clock
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.actions.inspections import fill
from banyan.records.equipment.models import RESCUE_FLOW, Equipment, Rescue
from banyan.records.equipment.queries.levels import ARRIVAL, arrival_term
from banyan.records.equipment.queries.numbers import next_numbers

MINUTE = 60


@verb("equipment.rescues.called", right="equipment.rescue", title=gettext_lazy("Rescue called"))
def call_rescues(deed: Deed, *, rescues: Sequence[Rescue]) -> Sequence[Rescue]:
    """Open tickets of rescues. The term to arrive is that of the place on the day of the call.

    A ticket that is entered afterwards may bring arrival and release with it. Raises Refused for times that cannot
    be: before the installation, out of their order, or still to come.
    """
    if not rescues:
        return rescues
    deed.hold()
    known = {one.pk: one for one in deed.locked(list({one.equipment_id: one.equipment for one in rescues}.values()))}
    terms_of: dict[object, int | None] = {}
    for one, number in zip(rescues, next_numbers(Rescue, len(rescues), on=deed.on), strict=True):
        equipment = known[one.equipment_id]
        fill(one, equipment)
        one.maintenance_unit_id = equipment.maintenance_unit_id
        one.key, one.number = one.key or fresh("er"), number
        called_on = one.called_at.astimezone(clock.zone()).date()
        _demand_possible(one, called_on, equipment, deed)
        one.called_on = called_on
        asked = (one.county_id, called_on)
        if asked not in terms_of:
            terms_of[asked] = arrival_term(one.county_id, on=called_on)
        one.arrive_within = terms_of[asked]
        one.arrive_rule = ARRIVAL if one.arrive_within is not None else ""
        if one.arrived_at:
            _arrive(one, one.arrived_at)
        if one.released_at:
            _release(one, one.released_at)
    deed.add_many(rescues)
    return rescues


@verb("equipment.rescue.arrived", right="equipment.rescue")
def record_arrival(deed: Deed, *, rescue: Rescue, arrived_at: datetime) -> Rescue:
    """Record when the rescuers were there; the ticket says whether that was in time."""
    RESCUE_FLOW.demand(rescue, "record_arrival")
    _arrive(rescue, arrived_at)
    return deed.save(rescue, "state", "arrived_at", "arrival_minutes")


@verb("equipment.rescue.released", right="equipment.rescue")
def record_release(
    deed: Deed, *, rescue: Rescue, released_at: datetime, injured: int = 0, remarks: str = ""
) -> Rescue:
    """Record when the people were free, and whether anybody was hurt."""
    RESCUE_FLOW.demand(rescue, "record_release")
    _release(rescue, released_at)
    rescue.injured, rescue.remarks = injured, remarks
    return deed.save(rescue, "state", "released_at", "release_minutes", "injured", "remarks")


def _arrive(rescue: Rescue, arrived_at: datetime) -> None:
    _demand_between(rescue, arrived_at, rescue.called_at, _("the call"))
    RESCUE_FLOW.move(rescue, "record_arrival")
    rescue.arrived_at = arrived_at
    rescue.arrival_minutes = int((arrived_at - rescue.called_at).total_seconds() // MINUTE)


def _release(rescue: Rescue, released_at: datetime) -> None:
    _demand_between(rescue, released_at, rescue.arrived_at, _("the arrival"))
    RESCUE_FLOW.move(rescue, "record_release")
    rescue.released_at = released_at
    rescue.release_minutes = int((released_at - rescue.called_at).total_seconds() // MINUTE)


def _demand_possible(rescue: Rescue, called_on: date, equipment: Equipment, deed: Deed) -> None:
    """Nobody is trapped before the equipment was installed, and no call comes from a time to come."""
    asked = _("A call of %(time)s was to be entered.") % {"time": _clock(rescue.called_at)}
    if called_on > deed.on or rescue.called_at > clock.now():
        raise _to_come(asked, _("Enter when the call came."))
    if equipment.installed_on and called_on < equipment.installed_on:
        raise Refused(
            asked,
            _("%(equipment)s was installed on %(day)s only.")
            % {"equipment": equipment, "day": equipment.installed_on},
            _("Correct the time, or the day of the installation with a reason."), code="wrong-order",
        )  # fmt: skip


def _demand_between(rescue: Rescue, at: datetime, before: datetime | None, what: str) -> None:
    asked = _("%(rescue)s was to go on at %(time)s.") % {"rescue": rescue, "time": _clock(at)}
    if before is None or at < before:
        raise Refused(
            asked, _("That lies before %(what)s.") % {"what": what}, _("Correct the time."), code="wrong-order"
        )
    if at > clock.now():
        raise _to_come(asked, _("Correct the time."))


def _to_come(asked: str, instead: str) -> Refused:
    now = _("That time has not come; it is %(now)s.") % {"now": _clock(clock.now())}
    return Refused(asked, now, instead, code="future-day")


def _clock(at: datetime) -> str:
    return f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
