"""Verbs of incidents: reported with what they did, which says their level, and closed after the investigation."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.actions.inspections import fill
from banyan.records.equipment.models import EQUIPMENT_FLOW, INCIDENT_FLOW, Incident
from banyan.records.equipment.queries.levels import level_of
from banyan.records.equipment.queries.numbers import next_numbers


@verb("equipment.incidents.reported", right="equipment.answer", title=gettext_lazy("Incidents reported"))
def report_incidents(deed: Deed, *, incidents: Sequence[Incident]) -> Sequence[Incident]:
    """Report incidents. Deaths, injuries, loss and people moved or stranded say the level, by the rule of that day.

    Equipment with an incident of any level is not used until it is released.
    """
    if not incidents:
        return incidents
    deed.hold()
    known = {
        one.pk: one for one in deed.locked(list({one.equipment_id: one.equipment for one in incidents}.values()))
    }
    numbers = next_numbers(Incident, len(incidents), on=deed.on)
    barred = {}
    for one, number in zip(incidents, numbers, strict=True):
        equipment = known[one.equipment_id]
        fill(one, equipment)
        one.key, one.number, one.reported_on = one.key or fresh("ea"), number, deed.on
        terms.demand_order(
            what=gettext_lazy("The incident"), of=equipment, day=one.happened_on, earliest=equipment.installed_on,
            latest=deed.on,
        )  # fmt: skip
        one.level, one.level_rule = level_of(one, on=one.happened_on)
        if one.level and equipment.state in ("in_use", "stopped"):
            EQUIPMENT_FLOW.move(equipment, "bar")
            barred[equipment.pk] = equipment
    deed.add_many(incidents)
    deed.save_many(list(barred.values()), "state")
    return incidents


@verb("equipment.incident.closed", right="equipment.decide")
def close_incident(deed: Deed, *, incident: Incident, cause: str, measures: str) -> Incident:
    """Close the investigation of an incident with its cause and what is done against it."""
    INCIDENT_FLOW.demand(incident, "close_incident")
    if not (cause.strip() and measures.strip()):
        raise Refused(
            _("Closing %(incident)s was asked for.") % {"incident": incident},
            _("Its cause or the measures are not said."),
            _("Write both: what led to it, and what keeps it from happening again."),
            code="cause-missing",
        )
    INCIDENT_FLOW.move(incident, "close_incident")
    incident.cause, incident.measures, incident.closed_on = cause, measures, deed.on
    return deed.save(incident, "state", "cause", "measures", "closed_on")
