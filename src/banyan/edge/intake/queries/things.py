"""What a piece of special equipment takes of a row of a register, and rows that it cannot take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.base.registry import queries as registry
from banyan.edge.intake.queries.target import Target, reason_of, said
from banyan.kit import Refused
from banyan.policy.mappings import Accepted, Mapping
from banyan.policy.mappings import Refused as RowRefused
from banyan.records.equipment import queries as equipment

OF_THING = {
    "code": 17, "kind": 10, "variety": 20, "name": 120, "maker_name": 160, "certificate": 24, "telephone": 30,
    "address": 240,
}  # fmt: skip
DAYS_OF_THING = ("installed_on", "used_since", "registered_on")
OTHERS_OF_THING = ("county", "inspected_on", "stated_next_on", "user_unit_uscc", "maintenance_unit_uscc")
UNITS = {"user_unit": "user_unit_uscc", "maintenance_unit": "maintenance_unit_uscc"}


class Things(Target):
    """Rows of a register of special equipment, one piece each, with its last inspection."""

    into, prefix = "equipment", "eq"
    lengths = OF_THING
    known = frozenset({*OF_THING, *DAYS_OF_THING, *OTHERS_OF_THING})
    home = "any"  # a row without a county lies where its user unit does

    def __init__(self, mapping: Mapping, *, by: Any, on: date) -> None:
        super().__init__(mapping, by=by, on=on)
        self._on = on

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Any]]:
        return (("", tuple(said(values)), None),)

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None:
        self._units = registry.organisations_by_code(codes=[one[code] for one in values for code in _units_of(one)])
        marks = [mark for one in values for mark in self._marks(one)]
        self._taken = {code: str(one) for code, one in equipment.known_codes(marks).items()}

    def elsewhere(self, values: dict[str, Any]) -> str | RowRefused:
        for field in _units_of(values):
            if values[field] not in self._units:
                return reason_of("unknown_firm", column=self._named[field], cell=values[field])
        thing = self.thing(values)
        try:
            equipment.complete(thing, on=self._on)
        except Refused as refused:
            return reason_of("not_as_written", why=refused.sentence)
        if self._counties is not None and thing.county_id not in self._counties:
            return reason_of("outside_office", column=self._named.get("county", ""), cell=str(thing.county_id))
        for mark in self._marks(values):
            if mark in self._taken:
                return reason_of("equipment_known", cell=mark, known=self._taken[mark])
        self._taken |= dict.fromkeys(self._marks(values), str(thing))
        return ""

    def checked(self, fate: Any) -> Any:
        fate = super().checked(fate)
        if isinstance(fate, Accepted):
            done, installed = fate.values.get("inspected_on"), fate.values["installed_on"]
            if done and installed and done < installed:  # type: ignore[operator]
                column = self._named["inspected_on"]
                return reason_of("days_out_of_order", column=column, cell=str(done), day=str(installed))
        return fate

    def thing(self, values: dict[str, Any]) -> equipment.Equipment:
        """The piece of equipment that a row tells of, not entered yet."""
        stated = {name: values[name] for name in (*OF_THING, *DAYS_OF_THING) if values.get(name) is not None}
        units = {name: self._units[values[code]] for name, code in UNITS.items() if values.get(code)}
        return equipment.Equipment(county_id=values.get("county"), **stated, **units)

    def _marks(self, values: dict[str, Any]) -> list[str]:
        """The codes by which equipment is known: none of them may be given twice."""
        return [equipment.plain_code(values[name]) for name in ("code", "certificate") if values.get(name)]


def _units_of(values: dict[str, Any]) -> list[str]:
    return [code for code in UNITS.values() if values.get(code)]
