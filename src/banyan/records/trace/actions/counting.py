"""Counts by day, district and firm how far goods can be traced, over columns of the index: no question for a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from banyan.kit import clock, terms
from banyan.records.trace.models import TraceDay
from banyan.records.trace.queries import containers
from banyan.records.trace.queries.findings import ENDS, Sighting, made_in, missing_in, sightings
from banyan.records.trace.queries.index import NONE, Index, Lines
from banyan.records.trace.queries.segments import ADD, Role
from banyan.records.traceability import queries as traceability
from banyan.records.traceability.queries import Thing
from banyan.science.lineage.closure import NEVER

TERM = "traceability.days_to_capture"
GOODS = (Thing.Kind.INSTANCE.value, Thing.Kind.LOT.value)
TOGETHER = 200_000  # events that are looked at at once
SECOND, HOUR, DAY = 1_000_000, 3600, 24 * 3600
EPOCH = date(1970, 1, 1)


class Cell(NamedTuple):
    """A day in a district, with the counts of each firm; a firm or district that no event names is nothing."""

    on: date
    county: str | None
    firms: dict[str | None, dict[str, int]]


class Happened(NamedTuple):
    """Events in the order of their numbers, one array for each column; `cell` says the day and district."""

    event: np.ndarray
    cell: np.ndarray
    holder: np.ndarray
    late: np.ndarray


def counted(index: Index, *, since: int) -> Iterator[Cell]:
    """
    The counts of every day and district of which the events after number `since` may have changed anything.

    These are the days on which goods that they name, or that lay in what they name, were ever seen: by what is known
    now or was known then.
    """
    every = _happened(index)
    cells = np.unique(every.cell if not since else _touched(index, since, every))
    size = np.bincount(np.searchsorted(cells, every.cell[np.isin(every.cell, cells)]), minlength=cells.size)
    parts = np.cumsum(size) // TOGETHER
    for part in np.unique(parts).tolist():
        yield from _counted(index, cells[parts == part], every)


def _counted(index: Index, cells: np.ndarray, every: Happened) -> Iterator[Cell]:
    alive = np.isin(every.cell, cells)
    alive[alive] = index.sees(every.event[alive])
    told = Happened(*(column[alive] for column in every))
    holders = len(index.words["holder"]) + 1
    groups, group = np.unique(told.cell * holders + told.holder + 1, return_inverse=True)
    counts = dict.fromkeys(TraceDay.COUNTS, np.zeros(groups.size, np.int64))
    counts["events"] = np.bincount(group, minlength=groups.size)
    counts["late"] = np.bincount(group[_late(index, told)], minlength=groups.size)
    if told.event.size:
        lines = index.lines_of_events(told.event)
        place = np.searchsorted(told.event, lines.event)
        taking, unknown = _sources(index, lines, place, told.event.size)
        counts["taking"] = np.bincount(group[taking], minlength=groups.size)
        counts["traced"] = np.bincount(group[taking & ~unknown], minlength=groups.size)
        counts |= _goods(index, lines, told, group, groups.size)
    found: dict[int, dict[str | None, dict[str, int]]] = {cell: {} for cell in cells.tolist()}
    for number, code in enumerate(groups.tolist()):
        cell, holder = divmod(code, holders)
        found[cell][index.word("holder", holder - 1) or None] = {
            name: int(column[number]) for name, column in counts.items()
        }
    for cell, firms in found.items():
        day, county = divmod(cell, len(index.words["county"]) + 1)
        yield Cell(EPOCH + timedelta(days=day), index.word("county", county - 1) or None, firms)


def _happened(index: Index) -> Happened:
    """All events of the index, those that were declared wrong too."""
    parts = [
        Happened(
            np.arange(one.first, one.last + 1, dtype=np.int64),
            _days(one.at) * (len(index.words["county"]) + 1) + one.county + 1,
            one.holder.astype(np.int64),
            one.late,
        )
        for one in index.segments
    ]
    return Happened(*map(np.concatenate, zip(*parts, strict=True))) if parts else Happened(NONE, NONE, NONE, NONE)


def _days(at: np.ndarray) -> np.ndarray:
    """Days since 1970, by the clock of the place."""
    seconds = at // SECOND
    hours, which = np.unique(seconds // HOUR, return_inverse=True)
    zone = clock.zone()
    offsets = [datetime.fromtimestamp(hour * HOUR, zone).utcoffset() or timedelta() for hour in hours.tolist()]
    ahead = np.array([one.total_seconds() for one in offsets], np.int64)
    days: np.ndarray = (seconds + ahead[which]) // DAY
    return days


def _touched(index: Index, since: int, every: Happened) -> np.ndarray:
    """The days and districts in which what came after an event may count, or no longer counts."""
    then = index.as_known(since, "")
    fresh = np.unique(np.concatenate([np.arange(since + 1, index.last + 1), index.dead[index.dead_by > since]]))
    told = [one.lines_of_events(fresh) for one in (then, index)]
    earliest = min((int(one.at.min()) for one in told if one.at.size), default=NEVER)
    things = np.unique(np.concatenate([one.thing for one in told]))
    lain = {
        stay.child for one in (then, index)
        for stay in containers.contents(one, containers.boxes_among(one, things), since=earliest, until=NEVER - 1)
    }  # fmt: skip
    goods = _of_kind(np.union1d(things, np.array(sorted(lain), np.int64)), GOODS)
    events = [fresh]
    for one in (then, index):
        seen = {sighting[1] for _thing, of_it in sightings(one, goods) for sighting in of_it}
        events.append(np.array(sorted(seen), np.int64))
        others = one.lines_of_things(np.setdiff1d(things, goods))
        events.append(others.event[others.at >= earliest])
    found: np.ndarray = every.cell[np.searchsorted(every.event, np.unique(np.concatenate(events)))]
    return found


def _late(index: Index, told: Happened) -> np.ndarray:
    """Which events were recorded later than the rule of their day allows."""
    days, which = np.unique(told.cell // (len(index.words["county"]) + 1), return_inverse=True)
    within = [terms.value(TERM, on=EPOCH + timedelta(days=day))[0] for day in days.tolist()]
    most = np.array([2**16 if one is None else int(one) for one in within], np.int64)
    late: np.ndarray = told.late > most[which]
    return late


def _sources(index: Index, lines: Lines, place: np.ndarray, events: int) -> tuple[np.ndarray, np.ndarray]:
    """Which events take in or pass on what was there before, and which of them something of unknown origin."""
    taken = ~_begins(lines)
    things, which = np.unique(lines.thing[taken], return_inverse=True)
    origin = np.full(things.size, NEVER)
    begun = index.lines_of_things(things)
    begun = begun.take(np.flatnonzero(_begins(begun)))
    np.minimum.at(origin, np.searchsorted(things, begun.thing), begun.at)
    taking, unknown = np.zeros(events, bool), np.zeros(events, bool)
    taking[place[taken]] = True
    unknown[place[taken][origin[which] > lines.at[taken]]] = True
    return taking, unknown


def _begins(lines: Lines) -> np.ndarray:
    """Lines in which goods are made or commissioned, or a box or pallet is filled."""
    added = (lines.role == Role.EPC.value) | (lines.role == Role.PARENT.value)
    begins: np.ndarray = (lines.role == Role.OUTPUT.value) | (added & (lines.action == ADD))
    return begins


def _goods(index: Index, lines: Lines, told: Happened, group: np.ndarray, groups: int) -> dict[str, np.ndarray]:
    """Goods named, lots begun, those of them that went on, and gaps; a gap counts where its event happened."""
    found = {name: np.zeros(groups, np.int64) for name in ("goods", "lots", "forwarded", "gaps")}
    named = np.unique(lines.thing)
    kinds = traceability.kinds_of(named.tolist())
    goods = np.array([one for one in named.tolist() if kinds[one][0] in GOODS], np.int64)
    line = np.isin(lines.thing, goods)
    of_line = group[np.searchsorted(told.event, lines.event[line])]
    pairs = np.unique(np.stack([of_line, lines.thing[line]], axis=1), axis=0)
    found["goods"] += np.bincount(pairs[:, 0], minlength=groups)
    groups_of = dict(zip(told.event.tolist(), group.tolist(), strict=True))
    span = {"since": int(lines.at.min()), "until": int(lines.at.max())}
    lain = {stay.child for stay in containers.contents(index, containers.boxes_among(index, named), **span)}
    inner = _of_kind(np.array(sorted(lain - set(goods.tolist())), np.int64), GOODS)
    for thing, seen in sightings(index, np.union1d(goods, inner)):
        for _kind, _thing, event, _at, _holder in missing_in(thing, seen):
            if event in groups_of:
                found["gaps"][groups_of[event]] += 1
        made = made_in(seen)
        if made is not None and made[1] in groups_of and kinds[thing][0] == Thing.Kind.LOT:
            found["lots"][groups_of[made[1]]] += 1
            found["forwarded"][groups_of[made[1]]] += _went_on(seen, made)
    return found


def _went_on(seen: Sequence[Sighting], made: Sighting) -> bool:
    """Whether it is known what became of a thing: it was used or sold, or somebody else than its maker has it."""
    return any(
        one[3] == Role.INPUT.value or one[4] in ENDS or (one[5] >= 0 and one[5] != made[5] >= 0)
        for one in seen
        if one[1] != made[1] and one[0] >= made[0]
    )


def _of_kind(things: np.ndarray, wanted: Iterable[int]) -> np.ndarray:
    kinds: dict[int, tuple[int, Any]] = traceability.kinds_of(things.tolist())
    return np.array([one for one in things.tolist() if kinds[one][0] in wanted], np.int64)
