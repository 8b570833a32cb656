"""What everyone may know of a piece of equipment by its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from banyan.base.registry.queries import name_in_language
from banyan.records.equipment.models import Equipment, Kind
from banyan.records.equipment.queries.codes import by_code


@dataclass(frozen=True)
class PublicAnswer:
    """State, last and next inspection, who answers for it and whom to call; no person's name, no finding."""

    code: str
    certificate: str
    kind: str
    kind_words: str
    is_elevator: bool
    name: str
    state: str
    state_words: str
    may_be_used: bool
    county: str
    address: str
    user_unit: str
    maintenance_unit: str
    telephone: str
    inspected_on: date | None
    due_on: date | None
    due_what: str
    is_overdue: bool


def public_answer(text: str, *, on: date) -> PublicAnswer | None:
    """The public answer to a code or use registration number; None where nothing answers to it."""
    found = by_code(text)
    return told(found, on=on) if found else None


def told(equipment: Equipment, *, on: date) -> PublicAnswer:
    """What is public of equipment. Where its inspection is overdue, that is said too."""
    stands = equipment.state == "in_use"
    is_overdue = equipment.is_overdue(on=on)
    return PublicAnswer(
        code=equipment.code, certificate=equipment.certificate or "", kind=equipment.kind,
        kind_words=str(equipment.get_kind_display()), is_elevator=equipment.kind == Kind.ELEVATOR,
        name=equipment.name, state=equipment.state, state_words=str(equipment.get_state_display()),
        may_be_used=stands and not is_overdue, county=name_in_language(equipment.county), address=equipment.address,
        user_unit=equipment.user_unit.name,
        maintenance_unit=equipment.maintenance_unit.name if equipment.maintenance_unit else "",
        telephone=equipment.telephone, inspected_on=equipment.inspected_on,
        due_on=equipment.due_on if stands else None,
        due_what=str(equipment.get_due_what_display()) if stands and equipment.due_what else "",
        is_overdue=is_overdue,
    )  # fmt: skip
