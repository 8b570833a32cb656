"""Enters a batch of sorted rows as complaints and reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.messages import OF_MATTER, OF_SENDER, Messages
from banyan.edge.intake.queries.sorting import NEW, Sorted
from banyan.kit import clock
from banyan.response.complaints import actions as complaints
from banyan.response.complaints.queries import Message, Track

STATED = OF_MATTER.keys() - {"channel", "track"}


class Entering:
    """Makes messages of rows for one import, batch by batch, and counts what became of them."""

    def __init__(self, record: Import, target: Messages, *, files: Sequence[str], by: Any) -> None:
        self.record, self.target, self.by = record, target, by

    def enter(self, lines: Sequence[Sorted], *, on: date, after: int) -> Counter[str]:
        """Enter what is new."""
        filings = [self._filing(one) for one in lines if one.lot == NEW]
        if filings:
            complaints.file_messages(filings=filings, by=self.by, on=on, reason=str(self.record))
        unknown = sum(one.matter["county_id"] is None for one in filings)
        return Counter({"records": len(filings), "county_unknown": unknown})

    def _filing(self, one: Sorted) -> complaints.Filing:
        values = one.line.fate.values
        sender = {name: str(values[name]) for name in OF_SENDER if name != "words" and values.get(name)}
        at = datetime.combine(values["received_on"], time(), tzinfo=clock.zone())
        message = Message(
            channel=values["channel"], received_at=at, words=self.target.words(values), **sender
        )  # fmt: skip
        matter = {name: values[name] for name in STATED if values.get(name) is not None}
        matter |= {"county_id": values.get("county"), "bought_on": values.get("bought_on")}
        if firm := self.target.firms.get(values.get("firm_uscc") or ""):
            matter |= {"firm_id": firm.pk, "firm_name": matter.get("firm_name") or firm.name}
        return complaints.Filing(
            message, matter, tracks=(values.get("track") or Track.COMPLAINT,), key=one.record,
            ended_on=values.get("ended_on"),
        )  # fmt: skip
