"""Screens of incidents and rescues."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, Screen, register
from banyan.records.equipment import actions, forms, queries
from banyan.records.equipment.models import INCIDENT_FLOW, RESCUE_FLOW, Incident, Rescue


@register(Incident)
class IncidentScreen(Screen):
    list_display = ("number", "equipment", "user_unit", "county", "happened_on", "level", "state")
    filters = ("state", "kind", "county", "happened_on")
    finds_by = ("number", "equipment__code", "user_unit", "pk")
    icon = "warning"
    flow = INCIDENT_FLOW
    empty = _("No incident with equipment lies within your office.")
    export_fields = (
        "number", "equipment", "kind", "user_unit", "county", "happened_on", "level", "deaths", "injured", "loss",
        "moved", "stranded_minutes", "state", "closed_on",
    )  # fmt: skip
    fields = ("equipment", ("happened_on", "reported_on"), "what_happened", ("deaths", "injured"),
              ("loss", "moved"), "stranded_minutes", ("level", "level_rule"), "cause", "measures", "closed_on",
              ("user_unit", "county"))  # fmt: skip
    buttons = (
        Button(actions.close_incident, form=forms.CloseIncident, move="close_incident", icon="done_all",
               variant="primary"),
    )  # fmt: skip

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)


@register(Rescue)
class RescueScreen(Screen):
    list_display = ("number", "equipment", "maintenance_unit", "county", "called_at", "arrival_minutes",
                    "arrive_within", "late", "state")  # fmt: skip
    filters = ("state", "kind", "county", "called_on")
    finds_by = ("number", "equipment__code", "user_unit", "maintenance_unit", "pk")
    icon = "sos"
    flow = RESCUE_FLOW
    empty = _("No rescue lies within your office.")
    export_fields = (
        "number", "equipment", "user_unit", "maintenance_unit", "county", "called_at", "arrived_at", "released_at",
        "arrival_minutes", "arrive_within", "release_minutes", "trapped", "injured", "state",
    )  # fmt: skip
    fields = ("equipment", ("called_at", "trapped"), ("arrived_at", "released_at"),
              ("arrival_minutes", "arrive_within"), "arrive_rule", ("late", "release_minutes"),
              ("injured", "remarks"), ("user_unit", "maintenance_unit"), "county")  # fmt: skip
    readonly_fields = ("late",)
    buttons = (
        Button(actions.record_arrival, form=forms.RecordArrival, move="record_arrival", icon="directions_run",
               variant="primary"),
        Button(actions.record_release, form=forms.RecordRelease, move="record_release", icon="sentiment_satisfied",
               variant="primary"),
    )  # fmt: skip

    @admin.display(description=_("arrived in time"))
    def late(self, rescue: Rescue) -> str:
        """In words, whether the rescuers arrived in time."""
        if rescue.is_late is None and queries.is_awaited(rescue):
            return str(_("late: nobody has arrived"))
        return "—" if rescue.is_late is None else str(_("late") if rescue.is_late else _("in time"))

    def next_move(self, record: Any) -> str:
        return queries.next_move(record)
