"""Enters a batch of sorted rows as organisations of the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.base.registry import actions as registry
from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.sorting import NEW, Sorted
from banyan.edge.intake.queries.targets import OF_ORGANISATION, Organisations


class Entering:
    """Makes organisations of rows for one import, batch by batch, and counts what became of them."""

    def __init__(self, record: Import, target: Organisations, *, files: Sequence[str], by: Any) -> None:
        self.record, self.by = record, by
        mapping = target.mapping
        self._stated = [name for name in OF_ORGANISATION if name in mapping.fields or name in mapping.constants]

    def enter(self, lines: Sequence[Sorted], *, on: date, after: int) -> Counter[str]:
        """Enter what is new."""
        counts: Counter[str] = Counter()
        records = []
        for one in lines:
            if one.lot == NEW:
                values = one.line.fate.values
                row = {name: value for name in self._stated if (value := values[name]) is not None}
                row |= {"key": one.record, "county_id": values.get("county")}
                row["registered_on"] = values.get("registered_on")
                counts["county_unknown"] += values.get("county") is None
                records.append(row)
        if records:
            registry.enter_organisations(records=records, by=self.by, on=on, reason=str(self.record))
        counts["records"] = len(records)
        return counts
