"""Special equipment over the API: by code for everyone, the whole record within what one may see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from banyan.base.registry import queries as registry
from banyan.kit import clock, rights
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.refusals import NotFound
from banyan.kit.scope import scoped
from banyan.records.equipment import queries
from banyan.records.equipment.models import Equipment, Inspection, Rescue

router = Router(tags=["special equipment"])
OPEN: dict[int, Any] = dict.fromkeys((400, 404), Problem)
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)


class PublicEquipment(Schema):
    """What everyone may know of a piece of equipment."""

    code: str
    certificate: str
    kind: str
    name: str
    state: str
    may_be_used: bool
    county: str
    address: str
    user_unit: str
    maintenance_unit: str
    telephone: str
    inspected_on: date | None
    due_on: date | None
    is_overdue: bool


class EquipmentOut(Schema):
    """A piece of equipment as it is today."""

    key: str
    code: str
    certificate: str | None
    kind: str
    variety: str
    name: str
    user_unit: str = Field(alias="user_unit_id")
    maintenance_unit: str | None = Field(None, alias="maintenance_unit_id")
    county: str = Field(alias="county_id")
    address: str
    installed_on: date
    registered_on: date | None
    state: str
    inspected_on: date | None
    due_on: date | None
    due_what: str
    due_rule: str = Field("", alias="next_rule")


class InspectionOut(Schema):
    """An inspection or test and its result."""

    key: str
    what: str
    done_on: date
    passed: bool
    was_due_on: date | None
    report_number: str


class EquipmentWhole(EquipmentOut):
    """A piece of equipment with its inspections."""

    inspections: list[InspectionOut]


class RescueOut(Schema):
    """A rescue from the call to the release."""

    key: str
    number: str
    equipment: str = Field(alias="equipment_id")
    county: str = Field(alias="county_id")
    state: str
    called_at: datetime
    arrived_at: datetime | None
    released_at: datetime | None
    arrive_within: int | None
    arrival_minutes: int | None
    release_minutes: int | None
    is_late: bool | None


@router.get("/public/equipment/{code}", response={200: PublicEquipment} | OPEN, auth=None)
def show_public_equipment(request: HttpRequest, code: str) -> Any:
    """What everyone may know of equipment by its code or use registration number; 404 where nothing answers to it."""
    if (found := queries.public_answer(code, on=clock.today())) is None:
        raise NotFound(
            _("The equipment “%(code)s” was asked for.") % {"code": code[:40]},
            _("No equipment with this code or registration number is known."),
            _("Copy it from the plate on the equipment, or scan its QR code."),
        )
    return found


@router.get("/equipment", response={200: Page[EquipmentOut]} | ERRORS)
def list_equipment(
    request: HttpRequest, kind: str = "", state: str = "", county: str = "", overdue: bool = False, limit: Limit = 50,
    after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Equipment that you may see; `overdue` keeps what is in use and overdue for inspection."""
    wanted = {"kind": kind, "state": state, "county__in": county and registry.within(county)}
    rows = _seen(Equipment, request).filter(**{name: value for name, value in wanted.items() if value})
    if overdue:
        rows = rows.filter(state="in_use", due_on__lt=clock.today())
    return page_of(rows, lambda one: one, limit=limit, after=after)


@router.get("/equipment/{key}", response={200: EquipmentWhole} | ERRORS)
def show_equipment(request: HttpRequest, key: str) -> dict[str, Any]:
    """One piece of equipment with the inspections that you may see."""
    found = one_of(_seen(Equipment, request), pk=key)
    whole = {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}
    return whole | {"inspections": list(_seen(Inspection, request).filter(equipment=found))}


@router.get("/rescues", response={200: Page[RescueOut]} | ERRORS)
def list_rescues(request: HttpRequest, state: str = "", limit: Limit = 50, after: After = "") -> dict[str, Any]:
    """Rescues that you may see."""
    rows = _seen(Rescue, request)
    return page_of(rows.filter(state=state) if state else rows, lambda one: one, limit=limit, after=after)


def _seen(model: Any, request: HttpRequest) -> Any:
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user).filter(withdrawn_on=None)
