"""What a trace gives: things with how far, when, at whom and how much, the events between them, and a receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import orjson

from banyan.records.trace.queries.index import Index
from banyan.records.traceability.queries import Thing


class Traced(NamedTuple):
    """One thing of a trace."""

    epc: str
    kind: str
    depth: int
    arrival: datetime | None
    holder: str
    county: str
    quantity: float | None
    unit: str
    carries: bool  # a box or pallet that carried something of the trace, and is itself not affected


class Link(NamedTuple):
    """What went into what in which event."""

    source: int
    target: int
    event: int


@dataclass(frozen=True, eq=False)
class Trace:
    """
    The answer of a trace. `numbers` are the things as the stream numbers them, the starting ones at depth 0; `holder`
    and `county` say where each was last, `seen` has a row (thing, holder, county) for each place where it was since
    what is traced came to it, `maybe` the same for places where it only may have been: a crate that went on, and
    nobody told that it was emptied.

    `unknown` are identifiers asked about that no event names.
    """

    direction: str
    asked: tuple[str, ...]
    unknown: tuple[str, ...]
    on: date | None
    known_at: date | None
    numbers: np.ndarray
    depth: np.ndarray
    arrival: np.ndarray
    carries: np.ndarray
    holder: np.ndarray
    county: np.ndarray
    quantity: np.ndarray
    unit: np.ndarray
    links: tuple[Link, ...]
    seen: np.ndarray
    maybe: np.ndarray
    index: Index

    @property
    def n(self) -> int:
        """How many things it names, without what only carried them."""
        return int((~self.carries).sum())

    @cached_property
    def epcs(self) -> dict[int, tuple[str, int]]:
        """Identifier and kind of each thing by its number."""
        return named(self.numbers)

    @cached_property
    def things(self) -> tuple[Traced, ...]:
        """The things in the order of depth, then of arrival."""
        return self.first(self.numbers.size)

    def first(self, most: int) -> tuple[Traced, ...]:
        """The first of the things, without the cost of the others."""
        words = self.index.word
        kinds = dict(Thing.Kind.choices)
        rows = []
        for place in np.lexsort((self.arrival, self.depth, self.carries))[:most].tolist():
            epc, kind = self.epcs.get(int(self.numbers[place]), ("", Thing.Kind.OTHER.value))
            quantity = float(self.quantity[place])
            rows.append(Traced(
                epc, str(kinds[kind]), int(self.depth[place]), instant(int(self.arrival[place])),
                words("holder", int(self.holder[place])), words("county", int(self.county[place])),
                None if quantity != quantity else quantity, words("unit", int(self.unit[place])),
                bool(self.carries[place]),
            ))  # fmt: skip
        return tuple(rows)

    @property
    def holders(self) -> tuple[str, ...]:
        """Keys of all organisations that had something of it since it came there (a lot lies at many)."""
        return self._words("holder", self.seen[:, 1])

    @property
    def may_have(self) -> tuple[str, ...]:
        """Keys of organisations that may have had something of it, and of which nothing says that they did."""
        return tuple(key for key in self._words("holder", self.maybe[:, 1]) if key not in set(self.holders))

    @property
    def counties(self) -> tuple[str, ...]:
        """Keys of all counties where something of it was seen since it came there."""
        return self._words("county", self.seen[:, 2])

    def seen_in(self, county: str) -> int:
        """How many things were seen in a county since what is traced came to them, without what carried them."""
        code = self.index.code("county", county)
        things = np.unique(self.seen[self.seen[:, 2] == code, 0]) if code >= 0 else self.seen[:0, 0]
        return int(np.setdiff1d(things, self.numbers[self.carries]).size)

    def _words(self, what: str, codes: np.ndarray) -> tuple[str, ...]:
        return tuple(sorted({self.index.word(what, code) for code in np.unique(codes).tolist()} - {""}))

    @cached_property
    def receipt(self) -> str:
        """What was asked, of which state of the stream, and what came out: the same receipt is the same trace."""
        found = sorted(zip(self.numbers.tolist(), self.carries.tolist(), strict=True))
        told = [
            self.direction, sorted(self.asked), str(self.on or ""), str(self.known_at or ""), self.index.digest,
            found,
        ]  # fmt: skip
        digest = hashlib.sha256(orjson.dumps(told)).hexdigest()
        day = f" --on {self.on}" if self.on else ""
        asked = " ".join(self.asked)
        return f"{self.direction} {asked}{day}: events 1-{self.index.last}, {self.n} things, {digest[:16]}"

    def as_json(self) -> dict[str, Any]:
        """The whole trace for programs."""
        return {
            "direction": self.direction,
            "asked": list(self.asked),
            "unknown": list(self.unknown),
            "on": self.on,
            "known_at": self.known_at,
            "n": self.n,
            "holders": list(self.holders),
            "may_have": list(self.may_have),
            "counties": list(self.counties),
            "things": [one._asdict() for one in self.things],
            "edges": [
                {"source": self.epcs[one.source][0], "target": self.epcs[one.target][0], "event": one.event}
                for one in self.links
                if one.source in self.epcs and one.target in self.epcs
            ],
            "receipt": self.receipt,
        }


def named(numbers: Sequence[int] | np.ndarray) -> dict[int, tuple[str, int]]:
    """Identifier and kind of things by their numbers."""
    found: dict[int, tuple[str, int]] = {}
    asked = [int(one) for one in numbers]
    for start in range(0, len(asked), 5000):
        rows = Thing.objects.filter(pk__in=asked[start : start + 5000]).order_by()
        found |= {number: (epc, kind) for number, epc, kind in rows.values_list("pk", "epc", "kind")}
    return found


def instant(microseconds: int) -> datetime | None:
    """An instant of the index; None for one that stands for no bound."""
    if abs(microseconds) > 2**60:
        return None
    return datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC)
