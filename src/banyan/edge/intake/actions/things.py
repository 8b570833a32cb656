"""Enters a batch of sorted rows as special equipment, each with its last inspection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.sorting import NEW, Sorted
from banyan.edge.intake.queries.things import Things
from banyan.records.equipment import actions as equipment
from banyan.records.equipment.queries import Inspection, What


class Entering:
    """Makes equipment of rows for one import, batch by batch, and counts what became of them."""

    def __init__(self, record: Import, target: Things, *, files: Sequence[str], by: Any) -> None:
        self.record, self.target, self.by = record, target, by

    def enter(self, lines: Sequence[Sorted], *, on: date, after: int) -> Counter[str]:
        """Enter what is new."""
        things, inspections = [], []
        for one in lines:
            if one.lot == NEW:
                values = one.line.fate.values
                thing = self.target.thing(values)
                thing.key = one.record
                things.append(thing)
                if done_on := values.get("inspected_on"):
                    inspections.append(
                        Inspection(equipment=thing, what=What.PERIODIC, done_on=done_on, passed=True,
                                   stated_next_on=values.get("stated_next_on"))
                    )  # fmt: skip
        how = {"by": self.by, "on": on, "reason": str(self.record)}
        if things:
            equipment.enter_equipment(equipment=things, **how)
        if inspections:
            equipment.report_inspections(inspections=inspections, **how)
        return Counter({"records": len(things), "inspections": len(inspections)})
