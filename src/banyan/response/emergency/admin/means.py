"""Screens of resources, reservations and the duty roster."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Inline, Screen, register
from banyan.response.emergency import actions, forms
from banyan.response.emergency.models import Duty, Reservation, Resource


class ReservationsInline(Inline):
    model = Reservation
    fields = ("activation", "is_drill", "quantity", "reserved_at", "released_at")


@register(Resource)
class ResourceScreen(Screen):
    list_display = ("name", "kind", "county", "quantity", "measured_in", "holder", "telephone")
    filters = ("kind", "county")
    finds_by = ("name", "pk")
    icon = "inventory_2"
    empty = _("No resource lies within your office.")
    fields = (("kind", "name"), ("quantity", "measured_in"), "holder", ("county", "place"), ("contact", "telephone"))
    inlines = (ReservationsInline,)
    buttons = (
        Button(actions.enter_resources, _("Enter a resource"), forms.EnterResource, record="resources", where="list",
               icon="add"),
        Button(actions.change_resource, _("Record a change"), forms.ChangeResource, icon="edit"),
        Button(actions.withdraw_resource, _("Withdraw"), forms.NeedsReason, icon="delete", variant="danger"),
    )  # fmt: skip


def is_held(reservation: Reservation) -> bool:
    return reservation.released_at is None


@register(Reservation)
class ReservationScreen(Screen):
    list_display = ("resource", "activation", "is_drill", "quantity", "reserved_at", "released_at")
    filters = ("is_drill", "county")
    finds_by = ("activation__number", "pk")
    icon = "inventory"
    empty = _("Nothing was reserved within your office.")
    fields = ("resource", "activation", "is_drill", "quantity", ("reserved_at", "released_at"))
    buttons = (Button(actions.release, _("Release"), when=is_held, icon="lock_open", variant="primary"),)


@register(Duty)
class DutyScreen(Screen):
    list_display = ("county", "kind", "person", "from_at", "until_at", "telephone")
    filters = ("kind", "county")
    finds_by = ("person__username", "pk")
    icon = "badge"
    empty = _("Nobody is on duty within your office.")
    fields = (("kind", "county"), "person", ("from_at", "until_at"), "telephone")
    buttons = (
        Button(actions.enter_duties, _("Enter a duty"), forms.EnterDuty, record="duties", where="list", icon="add"),
        Button(actions.withdraw_duty, _("Withdraw"), forms.NeedsReason, icon="delete", variant="danger"),
    )  # fmt: skip
