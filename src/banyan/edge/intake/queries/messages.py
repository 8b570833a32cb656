"""What a complaint or report takes of a row; what tells of people is shown and kept nowhere but with it, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.base.registry import queries as registry
from banyan.edge.intake.queries.files import words_of
from banyan.edge.intake.queries.target import Target, reason_of, said
from banyan.kit import Refused
from banyan.policy.mappings import Accepted, Mapping
from banyan.policy.mappings import Refused as RowRefused
from banyan.response.complaints import queries as complaints
from banyan.response.complaints.actions import MOST_WORDS

OF_MATTER = {
    "source_number": 60, "channel": 10, "track": 10, "product_name": 240, "gtin": 14, "firm_name": 240, "place": 240,
    "subject": 20,
}  # fmt: skip
OTHERS_OF_MATTER = ("received_on", "bought_on", "ended_on", "county", "firm_uscc")
OF_SENDER = {"name": 60, "telephone": 40, "contact": 200, "words": MOST_WORDS}
WITHHELD = "■■■"
"""Stands where a cell may tell who sent a message or what that person said."""


class Messages(Target):
    """Rows of a list of complaints and reports, one matter each."""

    into, prefix = "complaints", "cc"
    lengths = OF_MATTER | OF_SENDER
    known = frozenset({*OF_MATTER, *OTHERS_OF_MATTER, *OF_SENDER})
    home = "any"  # a message may state no county: its words may tell, else it waits to be routed
    is_personal = True

    def __init__(self, mapping: Mapping, *, by: Any, on: date) -> None:
        super().__init__(mapping, by=by, on=on)
        open_fields = {*OF_MATTER, *OTHERS_OF_MATTER}
        self._open = {
            name for field, column in mapping.fields.items() if field in open_fields for name in column.named
        }
        sealed = {name for field, one in mapping.fields.items() if field not in open_fields for name in one.named}
        self._open -= sealed

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Any]]:
        return (("", tuple(said(values)), None),)

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None:
        codes = {one["firm_uscc"] for one in values if one.get("firm_uscc")}
        self.firms = registry.organisations_by_code(codes=codes) if codes else {}
        self._told = complaints.known_at_source({one["source_number"] for one in values})

    def elsewhere(self, values: dict[str, Any]) -> str | RowRefused:
        number = values["source_number"]
        if there := self._told.get((values["channel"], number)):
            return reason_of("known_at_source", column=self._named.get("source_number", ""), cell=number, key=there)
        return ""

    def checked(self, fate: Any) -> Any:
        fate = super().checked(fate)
        if not isinstance(fate, Accepted):
            return fate
        values: Any = fate.values
        for field in self._named.keys() - OF_MATTER.keys():
            if values[field] == WITHHELD:
                return reason_of("cell_withheld", column=self._named[field])
        ended, began = values.get("ended_on"), values["received_on"]
        if ended and ended < began:
            return reason_of("days_out_of_order", column=self._named["ended_on"], cell=str(ended), day=str(began))
        if len(self.words(values)) > MOST_WORDS:
            return reason_of("words_too_long", column=self._named.get("words", ""), longest=str(MOST_WORDS))
        try:
            registry.check_gtin(values.get("gtin") or "0" * 8)
        except Refused:
            return reason_of("not_a_gtin", column=self._named["gtin"], cell=str(values["gtin"]))
        return fate

    def words(self, values: dict[str, Any]) -> str:
        """What was said, with the columns that no field takes: they are sealed with it."""
        more = [f"{self._named[field]}: {values[field]}" for field in self.extra if values[field] is not None]
        return "\n".join([str(values["words"]), *more])

    def open_cells(self, columns: Sequence[str], cells: Sequence[str]) -> list[str]:
        named = [*columns, *[""] * (len(cells) - len(columns))]
        return [
            cell if name in self._open or not cell.strip() else WITHHELD
            for name, cell in zip(named, cells, strict=False)
        ]

    def words_of(self, fate: RowRefused) -> str:
        if "cell" in fate.params and fate.params.get("column") not in self._open:
            fate = RowRefused(fate.code, fate.message, {**fate.params, "cell": WITHHELD}, fate.says)
        return words_of(fate)
