"""Verbs of resources and of the duty roster. Bulk verbs: `enter_resources(resources=…)`, `enter_duties(duties=…)`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.kit import clock, terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.actions.log import COMMAND, demand_active, note
from banyan.response.emergency.models import Activation, Duty, Reservation, Resource
from banyan.response.emergency.models.means import amount
from banyan.response.emergency.queries.means import can_be_on_duty, held_of

PREPARE = "emergency.prepare"


@verb("emergency.resources.entered", right=PREPARE, title=gettext_lazy("Resources entered"))
def enter_resources(deed: Deed, *, resources: Sequence[Resource]) -> Sequence[Resource]:
    """Enter resources that an emergency can count on."""
    for one in resources:
        one.key = one.key or fresh("rs")
    return deed.add_many(resources)


@verb("emergency.resource.changed", right=PREPARE)
def change_resource(
    deed: Deed, *, resource: Resource, quantity: Decimal, place: str = "", contact: str = "", telephone: str = ""
) -> Resource:
    """Record how much there is now, where, and whom to call. Refused below what is reserved."""
    held = held_of([resource], is_drill=True).get(resource.pk, Decimal(0))
    if quantity < max(held, Decimal("0.1")):
        raise _too_few(resource, quantity, held)
    resource.quantity, resource.place = quantity, place
    resource.contact, resource.telephone = contact or resource.contact, telephone or resource.telephone
    return deed.save(resource, "quantity", "place", "contact", "telephone")


@verb("emergency.resource.withdrawn", right=PREPARE)
def withdraw_resource(deed: Deed, *, resource: Resource) -> Resource:
    """Record that a resource is there no more, with the reason. Refused while something of it is reserved."""
    terms.demand_reason(deed.reason, _("Withdrawing a resource"))
    if held := held_of([resource], is_drill=True).get(resource.pk):
        raise _too_few(resource, Decimal(0), held)
    return deed.withdraw(resource)


@verb("emergency.resource.reserved", right=COMMAND)
def reserve(deed: Deed, *, activation: Activation, resource: Resource, quantity: Decimal) -> Reservation:
    """Reserve some of a resource for a response. Refused where less is free.

    A real emergency may take what an exercise holds; an exercise counts everything that is held.
    """
    demand_active(activation, _("A reservation"))
    deed.hold()
    held = held_of([resource], is_drill=activation.is_drill).get(resource.pk, Decimal(0))
    free = resource.quantity - held
    if not 0 < quantity <= free:
        raise Refused(
            _("%(quantity)s of “%(resource)s” was to be reserved.")
            % {"quantity": amount(quantity), "resource": resource},
            _("%(free)s of %(all)s is free.") % {"free": amount(free), "all": amount(resource.quantity)},
            _("Reserve less, or release what another response holds."),
            code="not-free",
        )
    found = deed.add(
        Reservation(
            key=fresh("rv"), activation=activation, county_id=activation.county_id, is_drill=activation.is_drill,
            resource=resource, quantity=quantity, reserved_at=clock.now(),
        )
    )  # fmt: skip
    note(
        deed, activation, gettext_noop("Reserved: %(quantity)s %(unit)s of “%(resource)s”"),
        quantity=amount(quantity), unit=resource.measured_in, resource=str(resource),
    )  # fmt: skip
    return found


@verb("emergency.resource.released", right=COMMAND)
def release(deed: Deed, *, reservation: Reservation) -> Reservation:
    """Release what was reserved."""
    if reservation.released_at is not None:
        raise Refused(
            _("Releasing “%(reservation)s” was asked for.") % {"reservation": reservation},
            _("It was released already."), _("Nothing more is to be done."), code="not-now",
        )  # fmt: skip
    reservation.released_at = clock.now()
    deed.save(reservation, "released_at")
    note(deed, reservation.activation, gettext_noop("Released: %(what)s"), what=str(reservation))
    return reservation


@verb("emergency.duties.entered", right=PREPARE, title=gettext_lazy("Duties entered"))
def enter_duties(deed: Deed, *, duties: Sequence[Duty]) -> Sequence[Duty]:
    """Enter who is on duty when. Refused for a span without length, or for somebody who could not answer there."""
    for one in duties:
        one.key = one.key or fresh("du")
        asked = _("A duty of %(person)s was to be entered.") % {"person": one.person}
        if one.until_at <= one.from_at:
            raise Refused(asked, _("It ends before it begins."), _("Correct the times."), code="wrong-order")
        if one.person is None or not can_be_on_duty(one.person, one.county, on=deed.on):
            raise Refused(
                asked, _("That person could not see what reaches %(region)s.") % {"region": one.county},
                _("Choose somebody whose office it is."), code="outside-office",
            )  # fmt: skip
    return deed.add_many(duties)


@verb("emergency.duty.withdrawn", right=PREPARE)
def withdraw_duty(deed: Deed, *, duty: Duty) -> Duty:
    """Take a duty from the roster, with the reason; the gap that it leaves is shown."""
    terms.demand_reason(deed.reason, _("Withdrawing a duty"))
    return deed.withdraw(duty)


def _too_few(resource: Resource, quantity: Decimal, held: Decimal) -> Refused:
    return Refused(
        _("“%(resource)s” was to be brought down to %(quantity)s.")
        % {"resource": resource, "quantity": amount(quantity)},
        _("%(held)s of it is reserved.") % {"held": amount(held)} if held else _("Nothing would be left."),
        _("Release it first, or withdraw the resource."),
        code="reserved",
    )
