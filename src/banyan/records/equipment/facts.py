"""Which facts equipment yields: what is in use and in date, inspections, rescues, incidents and licences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.facts.facts import Kind
from banyan.records.equipment.models import Kind as EquipmentKind

THING = {
    "kind": "VARCHAR", "county_id": "VARCHAR", "user_unit_id": "VARCHAR", "maintenance_unit_id": "VARCHAR",
    "state": "VARCHAR", "withdrawn_on": "DATE",
}  # fmt: skip
OF_THING = {"kind": "VARCHAR", "county_id": "VARCHAR", "user_unit_id": "VARCHAR", "withdrawn_on": "DATE"}


def _thing(v: Any) -> dict[str, Any]:
    return {"item": v["kind"], "county": v.county_id, "organisation": v.user_unit_id}


def in_use(v: Any) -> Mapping[str, Any]:
    """Equipment is in use from the day on which it was put into use, as long as its state says so."""
    return {
        "holds": (v.state == "in_use") & v.withdrawn_on.isnull(),
        "happened_on": v.used_since,
        "counterparty": v.maintenance_unit_id,
        **_thing(v),
    }


def in_date(v: Any) -> Mapping[str, Any]:
    """Equipment in use is in date until the day of its next inspection; nobody has to write that it ran out."""
    return {**in_use(v), "holds": in_use(v)["holds"] & v.due_on.notnull(), "until_on": v.due_on}


def inspected(v: Any) -> Mapping[str, Any]:
    """An inspection or test after installation; `in_time` says whether it was done by its last day."""
    return {
        "holds": (v.what != "supervision") & v.withdrawn_on.isnull(),
        "happened_on": v.done_on,
        "passed": v.passed,
        "what": v.what,
        "in_time": v.was_due_on.isnull() | (v.done_on <= v.was_due_on),
        **_thing(v),
    }


def rescue_arrived(v: Any) -> Mapping[str, Any]:
    """Rescuers came: after how many minutes, and whether within the term of the place."""
    return {
        "holds": v.arrival_minutes.notnull() & v.withdrawn_on.isnull(),
        "happened_on": v.called_on,
        "value": v.arrival_minutes.cast("float64"),
        "unit": v.arrival_minutes.notnull().ifelse("minute", None),
        "passed": v.arrival_minutes <= v.arrive_within,
        "counterparty": v.maintenance_unit_id,
        **_thing(v),
    }


def incident(v: Any) -> Mapping[str, Any]:
    """An incident that reaches a level."""
    return {
        "holds": (v.level != "") & v.withdrawn_on.isnull(),
        "happened_on": v.happened_on,
        "level_of_incident": v.level,
        **_thing(v),
    }


def licence_held(v: Any) -> Mapping[str, Any]:
    """Somebody at work holds a licence, until it ends."""
    return {
        "holds": (v.licence != "") & v.left_on.isnull() & v.withdrawn_on.isnull(),
        "happened_on": v.licensed_on,
        "until_on": v.until_on,
        "county": v.county_id,
        "organisation": v.employer_id,
    }


KINDS = (
    Kind(
        name="equipment.in_use",
        title=_("Equipment in use"),
        noun="equipment.equipment",
        reads={**THING, "used_since": "DATE"},
        yields=in_use,
    ),
    Kind(
        name="equipment.in_date",
        title=_("Equipment in use and in date"),
        noun="equipment.equipment",
        reads={**THING, "used_since": "DATE", "due_on": "DATE"},
        yields=in_date,
        own={"until_on": "date"},
    ),
    Kind(
        name="equipment.inspected",
        title=_("Equipment inspected"),
        noun="equipment.inspection",
        reads={**OF_THING, "what": "VARCHAR", "done_on": "DATE", "was_due_on": "DATE", "passed": "BOOLEAN"},
        yields=inspected,
        own={"what": "string", "in_time": "boolean"},
        day="done_on",
        place="county_id",
    ),
    Kind(
        name="equipment.rescue_arrived",
        title=_("Rescuers arrived"),
        noun="equipment.rescue",
        reads={**OF_THING, "maintenance_unit_id": "VARCHAR", "called_on": "DATE", "arrival_minutes": "BIGINT",
               "arrive_within": "BIGINT"},
        yields=rescue_arrived,
        day="called_on",
        place="county_id",
    ),
    Kind(
        name="equipment.incident",
        title=_("Incident with equipment"),
        noun="equipment.incident",
        reads={**OF_THING, "happened_on": "DATE", "level": "VARCHAR"},
        yields=incident,
        own={"level_of_incident": "string"},
        day="happened_on",
        place="county_id",
    ),
    Kind(
        name="equipment.licence_held",
        title=_("Licence held by an operator"),
        noun="equipment.operator",
        reads={"licence": "VARCHAR", "licensed_on": "DATE", "until_on": "DATE", "left_on": "DATE",
               "county_id": "VARCHAR", "employer_id": "VARCHAR", "withdrawn_on": "DATE"},
        yields=licence_held,
        own={"until_on": "date"},
    ),
)  # fmt: skip

LABELS = (("item", dict(EquipmentKind.choices)),)
