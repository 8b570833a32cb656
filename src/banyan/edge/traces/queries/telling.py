"""A trace in words, for page and sheet: names instead of keys, who had how much of it where, what does not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registry
from banyan.edge.traces.queries.drawing import Drawing, drawing, short
from banyan.records.trace.queries import Trace, Traced, balances, gaps, instant, receipt_in_words

MOST_ROWS = 200  # things, gaps and links that are listed
MANY = 1000  # things beyond which the findings come after the drawing


class Row(NamedTuple):
    """One thing with the names of its firm and district."""

    thing: Traced
    short: str
    firm: str
    county: str


class Holding(NamedTuple):
    """How many things a firm had in a district, or only may have had."""

    county: str
    firm: str
    things: int
    is_sure: bool


class Missing(NamedTuple):
    """A gap in words."""

    what: str
    short: str
    firm: str
    at: datetime | None


class Step(NamedTuple):
    """What went into what, when and at whom."""

    source: str
    target: str
    firm: str
    at: datetime | None


class Line(NamedTuple):
    """The account of one holder of a lot, and how much more went out than came in."""

    short: str
    firm: str
    unit: str
    made: float
    received: float
    used: float
    shipped: float
    ended: float
    missing: float


class Telling:
    """
    A trace with names for its keys; every list at most as long as a page holds, with how many more there are.

    Gaps and balances are looked for in each thing: a page of MANY says first where the things are, and asks for the
    findings then.
    """

    def __init__(self, trace: Trace, *, by_firm: bool | None = None, with_findings: bool = True):
        self.trace, self.has_findings = trace, with_findings
        self._by_firm = by_firm
        self._gaps, self._balances = (gaps(trace), balances(trace)) if with_findings else ((), ())
        accounts = [account for one in self._balances for account in one.accounts]
        self._things = trace.first(MOST_ROWS)
        shown = (self._things, self._gaps[:MOST_ROWS], accounts)
        keys = {*trace.holders, *trace.may_have, *(one.holder for some in shown for one in some)}
        found = registry.names_of({("organisation", key) for key in keys if key})
        self.names: Mapping[str, str] = {str(key): name for (_dimension, key), name in found.items()}
        self._counties = registry.counties()
        self._districts = {one.pk: registry.name_in_language(one) for one in self._counties}

    @property
    def receipt(self) -> str:
        """The receipt in words."""
        return receipt_in_words(self.trace.receipt)

    def firm(self, key: str) -> str:
        """A firm by its name; a dash where no event says which."""
        return self.names.get(key, key) or "—"

    def district(self, key: str) -> str:
        """A district by its name."""
        return self._districts.get(key, key) or "—"

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing."""
        return drawing(self.trace, names=self.names, by_firm=self._by_firm)

    @property
    def rows(self) -> list[Row]:
        """The first things."""
        return [Row(one, short(one.epc), self.firm(one.holder), self.district(one.county)) for one in self._things]

    @property
    def more(self) -> int:
        """How many things are not listed."""
        return max(0, self.trace.numbers.size - MOST_ROWS)

    @property
    def tiles(self) -> list[dict[str, Any]]:
        """Every district with how many things were seen there, in its place on the map."""
        return [
            {"name": self._districts[one.pk], "column": one.tile_column, "line": one.tile_row,
             "count": self.trace.seen_in(one.pk)}
            for one in self._counties if one.tile_column and one.tile_row
        ]  # fmt: skip

    @cached_property
    def holdings(self) -> list[Holding]:
        """Which firm had how many of the things in which district, then who only may have had some."""
        word, carries = self.trace.index.word, set(self.trace.numbers[self.trace.carries].tolist())
        lain: dict[tuple[bool, str, str], set[int]] = defaultdict(set)
        for is_sure, rows in ((True, self.trace.seen), (False, self.trace.maybe)):
            for thing, holder, county in rows.tolist():
                key = (not is_sure, self.district(word("county", county)), self.firm(word("holder", holder)))
                lain[key] |= set() if thing in carries else {thing}
        return [Holding(county, firm, len(some), not doubt) for (doubt, county, firm), some in sorted(lain.items())]

    @property
    def gaps(self) -> list[Missing]:
        """The first gaps."""
        return [
            Missing(GAPS[one.kind](), short(one.epc), self.firm(one.holder), one.at) for one in self._gaps[:MOST_ROWS]
        ]

    @property
    def more_gaps(self) -> int:
        """How many gaps are not listed."""
        return max(0, len(self._gaps) - MOST_ROWS)

    @property
    def steps(self) -> list[Step]:
        """What went into what, event by event."""
        links = self.trace.links[:MOST_ROWS]
        lines = self.trace.index.lines_of_events(np.array([one.event for one in links], np.int64))
        told = dict(
            zip(lines.event.tolist(), zip(lines.at.tolist(), lines.holder.tolist(), strict=True), strict=True)
        )
        found = []
        for one in links:
            at, holder = told.get(one.event, (2**61, -1))
            source, target = (short(self.trace.epcs[number][0]) for number in (one.source, one.target))
            found.append(Step(source, target, self.firm(self.trace.index.word("holder", holder)), instant(at)))
        return found

    @property
    def more_steps(self) -> int:
        """How many links are not listed."""
        return max(0, len(self.trace.links) - MOST_ROWS)

    @cached_property
    def balance(self) -> list[Line]:
        """The accounts of what was asked about and of all that does not add up, those with a finding first."""
        lines = [
            Line(short(one.epc), self.firm(account.holder), *account[1:], account.missing)
            for one in self._balances for account in one.accounts
        ]  # fmt: skip
        return sorted(lines, key=lambda one: not one.missing)[:MOST_ROWS]

    @property
    def excesses(self) -> list[Line]:
        """Where more went out than came in."""
        return [one for one in self.balance if one.missing]


GAPS = {
    "no origin": lambda: _("no event says where it comes from"),
    "used before it was made": lambda: _("used before it was made"),
    "not shipped": lambda: _("another firm has it and nobody sent it"),
    "not received": lambda: _("sent, and never received"),
}


def direction_in_words(direction: str) -> str:
    """Which way a trace goes."""
    words = {
        "forward": _("forward: what it went into"),
        "backward": _("backward: what it came from"),
        "common": _("common sources of several"),
    }
    return words[direction]
