"""Enters a batch of sorted rows of notices as leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.sorting import NEW, Sorted
from banyan.edge.intake.queries.targets import CUT, OF_LEAD, Leads
from banyan.response.recall import actions as recall
from banyan.response.recall.queries import Lead

STATED = {*OF_LEAD, "happened_on", "is_grave"}


class Entering:
    """Makes leads of rows for one import, batch by batch, and counts what became of them."""

    def __init__(self, record: Import, target: Leads, *, files: Sequence[str], by: Any) -> None:
        self.record, self.by, self.files = record, by, files
        self._named = {field: column.named[0] for field, column in target.mapping.fields.items()}
        self._home = target.home or None
        self._extra = [field for field in target.extra if field in self._named]

    def enter(self, lines: Sequence[Sorted], *, on: date, after: int) -> Counter[str]:
        """Enter what is new."""
        leads = [self._lead(one, on) for one in lines if one.lot == NEW]
        if leads:
            recall.take_in_notices(leads=leads, by=self.by, on=on, reason=str(self.record))
        return Counter({"records": len(leads), "likely": sum(lead.is_likely for lead in leads)})

    def _lead(self, one: Sorted, on: date) -> Lead:
        values, place = one.line.fate.values, one.line.place
        stated = {name: values[name] for name in STATED if values.get(name) is not None}
        more = [stated.get("defect", "")]
        for name, longest in CUT.items():
            if len(text := stated.get(name, "")) > longest:
                stated[name] = text[: longest - 1] + "…"
                more.append(f"{self._named[name]}: {text}")
        more += [f"{self._named[name]}: {values[name]}" for name in self._extra if values[name] is not None]
        stated["defect"] = "\n".join(filter(None, more))
        return Lead(
            key=one.record, received_on=on, county_id=values.get("county") or self._home,
            came_by=self.record.mapping, source_file=self.files[place.file][:120], source_row=place.row, **stated,
        )  # fmt: skip
