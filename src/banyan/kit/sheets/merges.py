"""Fills cells merged downwards: a name merged over three rows stands in each of them."""

from __future__ import annotations

from collections.abc import Iterable

from banyan.kit.sheets.tables import Row


class Merges:
    """Ranges merged over several rows, as (first column, first row, last column, last row), counted from 1."""

    def __init__(self, ranges: Iterable[tuple[int, int, int, int]]) -> None:
        down = [one for one in ranges if one[3] > one[1]]
        self._waiting = sorted(down, key=lambda one: one[1], reverse=True)
        self._held: dict[int, tuple[int, str]] = {}  # column → last row and the value

    def fill(self, row: Row) -> Row:
        """The row with the values of merged cells above it filled in. Rows must come in their order."""
        while self._waiting and self._waiting[-1][1] <= row.number:
            left, top, _, bottom = self._waiting.pop()
            if top == row.number and left <= len(row.cells):
                self._held[left] = (bottom, row.cells[left - 1])
        if not self._held:
            return row
        cells = row.cells
        for place, (bottom, value) in list(self._held.items()):
            if row.number > bottom:
                del self._held[place]
            elif value and (place > len(cells) or not cells[place - 1]):
                cells = cells + [""] * (place - len(cells)) if place > len(cells) else list(cells)
                cells[place - 1] = value
        return Row(row.number, cells)
