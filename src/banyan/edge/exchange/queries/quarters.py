"""Quarters beside their year: more of them hidden, so that a year less the quarters that are shown tells no other.

Each quarter hides its small cells for itself, as the year does. Beside each other they are a table of groups by
quarters whose sums, the years of the groups and the city's quarters, readers know: what that table must hide is
hidden, whether a message holds the year or only one of its quarters, for the rest may stand in the next message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings

from banyan import policy
from banyan.insight.indicators import queries as indicators
from banyan.kit.events import canonical
from banyan.science import rates

SMALLEST = "disclosure.smallest_count"
BESIDE = ("refused", "not_sampled")
TOLD = ("n", "passed", "value", "low", "high", "verdict", "probability_met", *BESIDE)
Cell = tuple[str | None, ...]


@dataclass(frozen=True)
class Part:
    """A quarter, or the year, with the figures of one breakdown, and what they count, hidden or not."""

    figures: indicators.Figures
    counts: Any

    def counted(self, name: str) -> dict[Cell, float]:
        """How many each group counts, of what is shown under a name; none where that is not known."""
        column = self.counts.n if name == "n" else self.counts.beside.get(name)
        if column is None or np.isnan(column).all():
            return {}
        return dict(zip(map(_cell(self.figures.by), self.counts.groups), np.nan_to_num(column).tolist(), strict=True))

    def hidden(self, name: str) -> set[Cell]:
        """The groups of which that is not told."""
        return {_cell(self.figures.by)(row) for row in self.figures.rows if row[name] is None}


def hide(year: Part, quarters: Sequence[Part], *, on: date, is_running: bool) -> list[indicators.Figures]:
    """The figures of the quarters as they may stand beside their year.

    Where they run from the beginning of the year (`is_running`), the counts are those of each quarter's own days:
    what two ends of quarters tell together is the quarter between them.
    """
    least = float(policy.load(settings.BANYAN_PACKS).value(SMALLEST, on=on).value)
    closed = {name: _closed(name, year, quarters, least=least, is_running=is_running) for name in ("n", *BESIDE)}
    return [
        _without(part.figures, {name: cells[place] for name, cells in closed.items()})
        for place, part in enumerate(quarters)
    ]


def _closed(
    name: str, year: Part, quarters: Sequence[Part], *, least: float, is_running: bool
) -> list[set[Cell]]:  # fmt: skip
    """The cells of each quarter that are to be hidden."""
    counted = [part.counted(name) for part in quarters]
    groups = list(dict.fromkeys(cell for one in (*counted, year.counted(name)) for cell in one))
    if not groups:
        return [set() for _part in quarters]
    n = np.array([[one.get(cell, 0.0) for one in counted] for cell in groups])
    shut = np.array([[cell in part.hidden(name) for part in quarters] for cell in groups])
    shut |= np.array([[cell in year.hidden(name)] for cell in groups])
    hidden = rates.hide_block(n, threshold=least, also=shut & (n > 0))
    if is_running:  # the sum to the end of a quarter may hold none of what is hidden, or all of it
        passed = hidden.cumsum(axis=1)
        hidden = (passed > 0) & (passed < passed[:, -1:])
    return [{cell for cell, one in zip(groups, line, strict=True) if one} for line in hidden.T]


def _without(figures: indicators.Figures, closed: Mapping[str, set[Cell]]) -> indicators.Figures:
    """Figures that do not tell some cells, with a receipt of their own. Groups that count nothing are hidden too."""
    of = _cell(figures.by)
    rows: list[dict[str, Any]] = []
    for row in figures.rows:
        if of(row) in closed["n"]:
            rows.append(row | dict.fromkeys(TOLD) | {"suppressed": True})
        else:
            rows.append(row | {name: None for name in BESIDE if of(row) in closed[name]})
    absent = closed["n"] - set(map(of, figures.rows))
    rows += [dict(zip(figures.by, cell, strict=True)) | dict.fromkeys(TOLD) | {"suppressed": True} for cell in absent]
    if rows == list(figures.rows):
        return figures
    rows.sort(key=lambda row: tuple((value is None, value or "") for value in of(row)))
    key = hashlib.sha256(canonical([figures.receipt_key, rows])).hexdigest()[:20]
    return replace(figures, rows=tuple(rows), receipt_key=key)


def _cell(by: Sequence[str]) -> Any:
    return lambda row: tuple(row[name] for name in by)
