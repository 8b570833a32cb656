"""The index as a process sees it: segments and graph, mapped from the files that `banyan trace rebuild` makes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from django.conf import settings

from banyan.records.trace.queries.segments import Segment, load_block
from banyan.science import lineage
from banyan.science.lineage.closure import NEVER

MANIFEST = "manifest.json"
FORM = 4  # of the files: those of another form are not read, and made anew
ATTEMPTS = 5


class Lines(NamedTuple):
    """Lines of events, one array for each column; `event` is the number, `at` microseconds since 1970."""

    event: np.ndarray
    at: np.ndarray
    type: np.ndarray
    action: np.ndarray
    step: np.ndarray
    holder: np.ndarray
    county: np.ndarray
    thing: np.ndarray
    role: np.ndarray
    quantity: np.ndarray
    unit: np.ndarray

    def take(self, chosen: np.ndarray) -> Lines:
        """Some of the lines."""
        return Lines(*(column[chosen] for column in self))


@dataclass(frozen=True)
class Times:
    """When things went along the edges of a block, as far as the events of the edges are seen: else NEVER."""

    at: np.ndarray
    event: np.ndarray
    first: int
    sees: Callable[[np.ndarray], np.ndarray]

    def __getitem__(self, edges: Any) -> Any:
        """The times of some edges."""
        return np.where(self.sees(self.event[edges] + np.int64(self.first)), self.at[edges], NEVER)


@dataclass(frozen=True, eq=False)
class Index:
    """
    All that was captured up to an event, ready to be traced.

    `dead` are the events that were declared wrong and the declarations, ascending, `dead_by` by which event each is.
    What a firm may not read and what was not known yet stays in the arrays and is passed over: `mine` has a truth
    value for each number of an event, `last` is the last that is seen.
    """

    segments: tuple[Segment, ...]
    edges: lineage.Graph
    edge_events: tuple[np.ndarray, ...]
    last: int
    dead: np.ndarray
    dead_by: np.ndarray
    words: dict[str, list[str]]
    digest: str
    mark: str = ""  # the hash of the last event: another database has another
    mine: np.ndarray | None = None

    @cached_property
    def graph(self) -> lineage.Graph:
        """What went into what, through events in which all that went in meets."""
        if not self.dead.size and self.mine is None and self.last >= self.captured:
            return self.edges
        parts = zip(self.edges.blocks, self.segments, self.edge_events, strict=True)
        blocks = [  # a graph asks of its times nothing but those of some edges
            replace(block, at=cast(Any, Times(block.at, events, segment.first, self.sees)))
            for block, segment, events in parts
        ]
        return replace(self.edges, blocks=tuple(blocks))  # with the scratch arrays of the whole

    @property
    def captured(self) -> int:
        """The number of the last event in the arrays."""
        return self.segments[-1].last if self.segments else 0

    def sees(self, events: np.ndarray) -> np.ndarray:
        """Whether each of some events was known, may be read, and is not declared wrong."""
        seen: np.ndarray = events <= self.last
        if self.mine is not None:
            seen &= self.mine[events]
        if self.dead.size:
            place = np.searchsorted(self.dead, events)
            place[place == self.dead.size] = 0
            seen &= self.dead[place] != events
        return seen

    def as_known(self, last: int, mark: str) -> Index:
        """The index as it stood when an event, by number and hash, was the last: with the errors declared by then."""
        then = self.dead_by <= last
        dead = self.dead[then]
        return replace(
            self, last=last, mark=mark, dead=dead, dead_by=self.dead_by[then], digest=digest_of(last, mark, dead)
        )

    def of(self, events: Iterable[int]) -> Index:
        """The index as far as some events alone tell: what a firm may read."""
        mine = np.zeros(self.captured + 1, dtype=bool)
        numbers = np.fromiter(events, np.int64)
        mine[numbers[numbers <= self.captured]] = True
        return replace(self, mine=mine)

    def word(self, what: str, code: int) -> str:
        """The word of a code: a business step, a holder, a county, a unit."""
        return self.words[what][code] if 0 <= code < len(self.words[what]) else ""

    def code(self, what: str, word: str) -> int:
        """The code of a word; -1 where no event has it."""
        return self.words[what].index(word) if word in self.words[what] else -1

    def lines_of_things(self, things: np.ndarray, *, until: int | None = None) -> Lines:
        """Every line that names any of some things, up to an instant, without what was declared wrong."""
        return self._lines([segment.lines_of_things(things) for segment in self.segments], until)

    def lines_of_events(self, events: np.ndarray) -> Lines:
        """Every line of some events, without what was declared wrong."""
        events = np.unique(events)
        parts = []
        for segment in self.segments:
            inside = events[(events >= segment.first) & (events <= segment.last)] - segment.first
            parts.append(segment.lines_of_events(inside))
        return self._lines(parts, None)

    def hubs(self, events: np.ndarray) -> np.ndarray:
        """For each of some events the number of the first that named the same transformation, or its own."""
        hubs = events.astype(np.int64)
        for segment in self.segments:
            inside = np.flatnonzero((events >= segment.first) & (events <= segment.last))
            hubs[inside] = segment.hubs(events[inside] - segment.first)
        return hubs

    def events_of_hubs(self, hubs: np.ndarray) -> np.ndarray:
        """The events of some transformations, each by the number that stands for it."""
        joined = [
            segment.joined[np.isin(segment.hub, hubs)] + np.int64(segment.first)
            for segment in self.segments
            if segment.joined.size
        ]
        return np.unique(np.concatenate([hubs, *joined]))

    def _lines(self, parts: list[np.ndarray], until: int | None) -> Lines:
        found = []
        for segment, line in zip(self.segments, parts, strict=True):
            if not line.size:
                continue
            event = segment.event[line]
            found.append(
                Lines(
                    event + np.int64(segment.first),
                    segment.at[event],
                    segment.type[event],
                    segment.action[event],
                    segment.step[event],
                    segment.holder[event],
                    segment.county[event],
                    segment.thing[line].astype(np.int64),
                    segment.role[line],
                    segment.quantity[line],
                    segment.unit[line],
                )
            )
        if not found:
            return Lines(*(np.empty(0, np.int64) for _ in Lines._fields))
        lines = Lines(*(np.concatenate(column) for column in zip(*found, strict=True)))
        alive = self.sees(lines.event)
        if until is not None:
            alive &= lines.at <= until
        return lines if alive.all() else lines.take(np.flatnonzero(alive))


def digest_of(last: int, mark: str, dead: np.ndarray) -> str:
    """The digest of a state of the stream, by its last event and what was declared wrong."""
    return hashlib.sha256(f"{FORM} {last} {mark}".encode() + dead.tobytes()).hexdigest()


def folder() -> Path:
    """Where the files of the index lie."""
    return Path(settings.BANYAN_DATA_DIR) / "trace"


_opened: dict[str, Index] = {}


def opened() -> Index:
    """The index as it stands, opened again only where it was made anew; empty where there is none yet."""
    path = folder() / MANIFEST
    for _attempt in range(ATTEMPTS):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        key = f"{path}\n{text}"
        if key in _opened:
            return _opened[key]
        try:
            found = _load(path.parent, json.loads(text)) if text else EMPTY
        except FileNotFoundError:  # it was made anew between the manifest and its files
            continue
        _opened.clear()
        _opened[key] = found
        return found
    raise RuntimeError(f"the files that {path} names are not there; run `banyan trace rebuild`")


def _load(where: Path, told: dict[str, Any]) -> Index:
    if told.get("form") != FORM:
        return EMPTY
    segments, blocks, events, size = [], [], [], 0
    for part in told["segments"]:
        segments.append(Segment.load(where / part["folder"], part["first"]))
        block, edge_events = load_block(where / part["edges"], nodes=part["nodes"], offset=size)
        blocks.append(block)
        events.append(edge_events)
        size += block.size
    nodes = max([2, *(block.nodes for block in blocks)])
    dead = np.array(told["dead"], dtype=np.int64).reshape(-1, 2)
    return Index(
        tuple(segments), lineage.Graph(tuple(blocks), nodes, size, np.dtype(np.int64), False), tuple(events),
        told["last"], dead[:, 0], dead[:, 1], told["words"], told["digest"], told["mark"],
    )  # fmt: skip


NONE = np.empty(0, np.int64)
EMPTY = Index(
    (), lineage.Graph((), 2, 0, np.dtype(np.int64), False), (), 0, NONE, NONE,
    {"step": [""], "holder": [], "county": [], "unit": [""]}, "",
)  # fmt: skip
