"""The index as a process sees it: segments and graph, mapped from the files that `banyan trace rebuild` makes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings

from banyan.records.trace.queries.segments import Segment, load_block
from banyan.science import lineage
from banyan.science.lineage.arrows import Block

MANIFEST = "manifest.json"
FORM = 2  # of the files: those of another form are not read, and made anew
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


@dataclass(frozen=True, eq=False)
class Index:
    """All that was captured up to an event, ready to be traced."""

    segments: tuple[Segment, ...]
    blocks: tuple[Block, ...]
    last: int
    dead: np.ndarray
    words: dict[str, list[str]]
    digest: str
    mark: str = ""  # the hash of the last event: another database has another

    @cached_property
    def graph(self) -> Any:
        """What went into what, through events in which all that went in meets."""
        nodes = max([2, *(block.nodes for block in self.blocks)])
        edges = sum(block.size for block in self.blocks)
        blocks = tuple(block for block in self.blocks if block.size)
        return lineage.Graph(blocks, nodes, edges, np.dtype(np.int64), False)

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
        """Every line of some events."""
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

    def only(self, wanted: np.ndarray) -> Index:
        """The index of some events alone, by a truth value for each number from 0: what a firm may read."""
        segments, blocks, offset = [], [], 0
        for segment in self.segments:
            part = segment.only(wanted[segment.first : segment.last + 1])
            segments.append(part)
            block = block_of(part, self.dead, offset)
            blocks.append(block)
            offset += block.size
        return replace(self, segments=tuple(segments), blocks=tuple(blocks))

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
        alive = np.ones(lines.event.size, dtype=bool)
        if self.dead.size:
            place = np.searchsorted(self.dead, lines.event)
            place[place == self.dead.size] = 0
            alive = self.dead[place] != lines.event
        if until is not None:
            alive &= lines.at <= until
        return lines if alive.all() else lines.take(np.flatnonzero(alive))


def block_of(segment: Segment, dead: np.ndarray, offset: int) -> Block:
    """The edges of a segment as a block of the graph."""
    source, target, at = segment.edges(dead)
    nodes = int(max(source.max(), target.max())) + 1 if source.size else 0
    return Block.of(
        source.astype(np.int32), target.astype(np.int32), at.astype(np.int64), None, nodes=nodes, offset=offset
    )


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
    segments, blocks, offset = [], [], 0
    for part in told["segments"]:
        segments.append(Segment.load(where / part["folder"], part["first"]))
        blocks.append(load_block(where / part["edges"], nodes=part["nodes"], offset=offset))
        offset += blocks[-1].size
    dead = np.array(told["dead"], dtype=np.int64)
    return Index(
        tuple(segments), tuple(blocks), told["last"], dead, told["words"], told["digest"], told.get("mark", "")
    )


EMPTY = Index((), (), 0, np.empty(0, np.int64), {"step": [""], "holder": [], "county": [], "unit": [""]}, "")
