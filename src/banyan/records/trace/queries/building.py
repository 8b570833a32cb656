"""
Builds the index from the stream of events: what is new becomes a segment, small segments become larger ones.

It lies among the reads since it changes no record: its files may be deleted, and a question brings them up to date.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from banyan.kit.durable import held, write_durably
from banyan.records.trace.queries.index import EMPTY, FORM, MANIFEST, Index, digest_of, folder, opened
from banyan.records.trace.queries.segments import (
    ACTIONS,
    EVENT_COLUMNS,
    JOIN_COLUMNS,
    LINE_COLUMNS,
    Segment,
    save_block,
)
from banyan.records.traceability import queries as traceability

CHUNK = 100_000  # events that are read at once
DAY, LATEST = np.timedelta64(1, "D"), 2**16 - 1


def update() -> Index:
    """Bring the index up to the last event that was captured, by what is new since it was made."""
    index = opened()
    if index.digest and (index.last, index.mark) == traceability.last_mark():
        return index  # a declaration of error is an event too
    with held(folder() / ".lock"):
        return _brought(opened())


def rebuild() -> Index:
    """Make the index anew from all events."""
    with held(folder() / ".lock"):
        return _brought(EMPTY)


def _brought(index: Index) -> Index:
    last, mark = traceability.last_mark()
    if index.digest and (index.last, index.mark) == (last, mark):
        return index
    if index.last and traceability.hash_of(index.last) != index.mark:
        index = EMPTY  # the events of another database, such as one that was restored
    words = {name: list(known) for name, known in index.words.items()}
    parts: list[tuple[Segment, bool]] = [(one, False) for one in index.segments]
    fresh = _segment(index, last, words)
    if fresh is not None:
        parts.append((fresh, True))
        while len(parts) > 1 and parts[-1][0].at.size * 2 >= parts[-2][0].at.size:
            later, _ = parts.pop()
            parts[-1] = (parts[-1][0].merged(later), True)
    dead = np.array(traceability.wrong_events(), dtype=np.int64).reshape(-1, 2)
    _write(index, parts, last=last, mark=mark, dead=dead, words=words)
    return opened()


def _segment(index: Index, last: int, words: dict[str, list[str]]) -> Segment | None:
    """The events after those of an index, up to a number, as columns."""
    first = index.last + 1
    if last < first:
        return None
    codes = {name: {word: code for code, word in enumerate(known)} for name, known in words.items()}
    events: dict[str, list[np.ndarray]] = {name: [] for name in EVENT_COLUMNS}
    lines: dict[str, list[np.ndarray]] = {name: [] for name in LINE_COLUMNS}
    named: list[tuple[int, str]] = []
    for start, end in _spans(first, last):
        rows = traceability.event_rows(start, end)
        at, recorded, kind, action, step, holder, county = zip(*rows, strict=True)
        happened, known = (np.array(one, dtype="datetime64[us]") for one in (at, recorded))
        _put(events, EVENT_COLUMNS, {
            "at": happened.view(np.int64),
            "late": np.clip((known - happened) // DAY, 0, LATEST),
            "type": kind,
            "action": [ACTIONS.get(one, 0) for one in action],
            "step": _coded(codes["step"], step),
            "holder": _coded(codes["holder"], holder),
            "county": _coded(codes["county"], county),
        })  # fmt: skip
        named += traceability.transformations(start, end)
        found = traceability.line_rows(start, end)
        event, thing, role, quantity, unit = zip(*found, strict=True) if found else ((),) * 5
        _put(lines, LINE_COLUMNS, {
            "event": np.array(event, dtype=np.int64) - first,
            "thing": thing,
            "role": role,
            "quantity": [np.nan if one is None else one for one in quantity],
            "unit": _coded(codes["unit"], unit),
        })  # fmt: skip
    for name, code_of in codes.items():
        words[name][:] = code_of
    return Segment.of(
        first,
        {name: np.concatenate(column) for name, column in events.items()},
        {name: np.concatenate(column) for name, column in lines.items()},
        _joins(index, first, named),
    )


def _joins(index: Index, first: int, named: list[tuple[int, str]]) -> dict[str, np.ndarray]:
    """The events that name their transformation, each with the first event of all that named the same."""
    event = np.array([number for number, _name in named], np.int64)
    name = np.array([_digest(one) for _number, one in named], np.int64)
    names, place, which = np.unique(name, return_index=True, return_inverse=True)
    hubs = event[place]
    for segment in index.segments:
        known = np.flatnonzero(np.isin(segment.name, names))
        hubs[np.searchsorted(names, segment.name[known])] = segment.hub[known]
    values = {"joined": event - first, "hub": hubs[which], "name": name}
    return {column: values[column].astype(kind) for column, kind in JOIN_COLUMNS.items()}


def _digest(name: str) -> int:
    """A number for a name, so that millions of names need neither room nor reading."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def _spans(first: int, last: int) -> Iterator[tuple[int, int]]:
    for start in range(first, last + 1, CHUNK):
        yield start, min(start + CHUNK - 1, last)


def _put(columns: dict[str, list[np.ndarray]], kinds: dict[str, str], values: dict[str, Any]) -> None:
    for name, kind in kinds.items():
        columns[name].append(np.asarray(values[name]).astype(kind))


def _coded(codes: dict[str, int], values: Any) -> list[int]:
    return [-1 if value is None else codes.setdefault(value, len(codes)) for value in values]


def _write(
    index: Index, parts: list[tuple[Segment, bool]], *, last: int, mark: str, dead: np.ndarray,
    words: dict[str, list[str]],
) -> None:  # fmt: skip
    """Write what is new beside what stands, then the manifest that names it, then remove what nobody names."""
    where, told = folder(), []
    before = _manifest()
    made = before.get("made", 0) + 1  # files that somebody has mapped are never written again
    present = {one["first"]: one for one in before.get("segments", ()) if index.segments}
    for segment, is_new in parts:
        if not is_new:
            told.append(present[segment.first])
            continue
        name = f"{segment.first}-{segment.last}-{made}"
        entry: dict[str, Any] = {"first": segment.first, "folder": f"events-{name}", "edges": f"edges-{name}"}
        segment.save(where / entry["folder"])
        told.append({**entry, "nodes": save_block(where / entry["edges"], segment)})
    content = {
        "form": FORM, "made": made, "last": last, "mark": mark, "dead": dead.tolist(), "words": words,
        "segments": told, "digest": digest_of(last, mark, np.ascontiguousarray(dead[:, 0])),
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False)
    write_durably(where / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
    named = {one[kind] for one in told for kind in ("folder", "edges")}
    for path in where.iterdir():
        if path.is_dir() and path.name not in named:
            shutil.rmtree(path)  # a process that has it mapped keeps it until it lets go


def _manifest() -> dict[str, Any]:
    path: Path = folder() / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
