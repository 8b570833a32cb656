"""A small world of equipment: an elevator of the Gulou firm that the Changle firm maintains."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.kit import rights
from banyan.records.equipment import actions
from banyan.records.equipment.models import Equipment, Inspection

ELEVATOR, CERTIFICATE = "31103500120200001", "梯11闽A00001(20)"
INSTALLED = date(2020, 5, 14)
HOUSE = rights.System("test")


def an_elevator(city: Any, **fields: Any) -> Equipment:
    """An elevator in use since May 2020, not yet entered."""
    given = {
        "code": ELEVATOR, "kind": "elevator", "certificate": CERTIFICATE, "user_unit": city.gulou_firm,
        "maintenance_unit": city.changle_firm, "telephone": "0591-8000 0000", "address": "软件大道1号2号梯",
        "installed_on": INSTALLED,
    }  # fmt: skip
    return Equipment(**given | fields)


def entered(city: Any, *, on: date, by: Any = HOUSE, **fields: Any) -> Equipment:
    """An elevator that was entered on a day."""
    return actions.enter_equipment(equipment=[an_elevator(city, **fields)], by=by, on=on)[0]


def inspected(equipment: Equipment, done_on: date, *, by: Any = HOUSE, **fields: Any) -> Equipment:
    """The same elevator after an inspection of a day, which passed unless it is said otherwise."""
    given = {"what": "periodic", "passed": True} | fields
    actions.report_inspections(
        inspections=[Inspection(equipment=again(equipment), done_on=done_on, **given)], by=by, on=done_on
    )
    return again(equipment)


def again(record: Any) -> Any:
    """A record as it is now."""
    return type(record).objects.get(pk=record.pk)
