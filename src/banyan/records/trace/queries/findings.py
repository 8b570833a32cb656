"""What does not add up: more out than in, and what is missing in a chain. Shown, never bridged by guess."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from banyan.kit.refusals import NotFound
from banyan.records.trace.queries.containers import stays
from banyan.records.trace.queries.index import Index, Lines
from banyan.records.trace.queries.reaching import within_reach
from banyan.records.trace.queries.segments import ADD, DELETE, Role
from banyan.records.trace.queries.traced import Trace, instant, named
from banyan.records.trace.queries.tracing import end_of, seen_index
from banyan.records.traceability import queries as traceability

TOLERANCE = 1e-6
ENDS = ("retail_selling", "dispensing", "destroying", "decommissioning")
LEAVES, ARRIVES = "shipping", "receiving"
IN, OUT = Role.INPUT.value, Role.OUTPUT.value
Sighting = tuple[int, int, int, int, str, int]  # at, event, action, role, step, holder


class Account(NamedTuple):
    """What one holder had of a lot: what came in and went out by the events, in one unit."""

    holder: str
    unit: str
    made: float
    received: float
    used: float
    shipped: float
    ended: float

    @property
    def missing(self) -> float:
        """How much more went out than came in; 0 where nothing does not add up."""
        over = self.used + self.shipped + self.ended - self.made - self.received
        return over if over > TOLERANCE * max(1.0, self.made + self.received) else 0.0


class Balance(NamedTuple):
    """The accounts of a lot by holder and unit; it is a finding where more went out than came in."""

    epc: str
    accounts: tuple[Account, ...]

    @property
    def is_finding(self) -> bool:
        return any(one.missing for one in self.accounts)

    def as_json(self) -> dict[str, Any]:
        """The balance for programs."""
        accounts = [one._asdict() | {"missing": one.missing} for one in self.accounts]
        return {"epc": self.epc, "is_finding": self.is_finding, "accounts": accounts}


class Gap(NamedTuple):
    """Something missing in a chain: of which kind, of which thing, after which event and instant."""

    kind: str
    epc: str
    event: int
    at: datetime | None
    holder: str


def balance(lot: str, on: date | None = None, *, person: Any, index: Index | None = None) -> Balance:
    """
    What came in and went out of a lot at each holder.

    Raises NotFound for a lot that no event names within what the person may trace.
    """
    index = seen_index(person, index=index)
    thing = traceability.known_things([lot]).get(lot)
    number = np.array([thing.pk] if thing else [], np.int64)
    if thing is None or not within_reach(index, number, person=person).size:
        raise NotFound(
            _("The balance of %(lot)s was asked for.") % {"lot": lot},
            _("No event that you may read names it."),
            _("Copy it from the label or document."),
        )
    return Balance(thing.epc, _accounts(index, index.lines_of_things(number, until=end_of(on))))


def balances(trace: Trace) -> tuple[Balance, ...]:
    """
    The balances of the things that a trace began with, and of all others of it that do not add up, findings first.

    Single items, of which events tell no amount, have none.
    """
    lines = trace.index.lines_of_things(trace.numbers[~trace.carries], until=end_of(trace.on))
    lines = lines.take(np.flatnonzero(~np.isnan(lines.quantity)))
    lines = lines.take(np.argsort(lines.thing, kind="stable"))
    begun = set(trace.numbers[(trace.depth == 0) & ~trace.carries].tolist())
    numbers, first = np.unique(lines.thing, return_index=True)
    found = []
    ends = np.append(first, lines.thing.size)[1:]
    for number, low, high in zip(numbers.tolist(), first.tolist(), ends.tolist(), strict=True):
        one = Balance(trace.epcs[number][0], _accounts(trace.index, lines.take(np.arange(low, high))))
        if one.is_finding or (number in begun and one.accounts):
            found.append(one)
    return tuple(sorted(found, key=lambda one: (not one.is_finding, one.epc)))


def _accounts(index: Index, lines: Lines) -> tuple[Account, ...]:
    steps = [index.word("step", int(code)) for code in lines.step]
    totals: dict[tuple[str, str], dict[str, float]] = {}
    for place in np.argsort(lines.at, kind="stable").tolist():
        quantity = float(lines.quantity[place])
        if quantity != quantity:
            continue
        key = index.word("holder", int(lines.holder[place])), index.word("unit", int(lines.unit[place]))
        total = totals.setdefault(key, dict.fromkeys(("made", "received", "used", "shipped", "ended"), 0.0))
        role, step, action = int(lines.role[place]), steps[place], int(lines.action[place])
        in_box = action if role == Role.CHILD.value else 0  # it goes on and comes in boxes too
        if role == OUT or (role == Role.EPC.value and action == ADD):
            total["made"] += quantity
        elif role == IN:
            total["used"] += quantity
        elif in_box == ADD or (role == Role.EPC.value and step == LEAVES):
            total["shipped"] += quantity
        elif in_box == DELETE or (role == Role.EPC.value and step == ARRIVES):
            total["received"] += quantity
        elif role == Role.EPC.value and step in ENDS:
            total["ended"] += quantity
    return tuple(Account(holder, unit, **total) for (holder, unit), total in sorted(totals.items()))


def gaps(trace: Trace) -> tuple[Gap, ...]:
    """
    What is missing in the chain of a trace, thing by thing.

    `no origin`: no event says where it comes from. `used before it was made`: times contradict. `not received`: it
    was shipped, and nobody else saw it since. `not shipped`: another holder has it, and nobody sent it.
    """
    return gaps_of(trace.index, trace.numbers[~trace.carries], until=end_of(trace.on))


def gaps_of(index: Index, numbers: np.ndarray, *, until: int | None) -> tuple[Gap, ...]:
    """What is missing in the chain of each of some things, up to an instant."""
    found = [one for thing, told in sightings(index, numbers, until=until) for one in missing_in(thing, told)]
    epcs = named([one[1] for one in found])
    return tuple(
        Gap(kind, epcs[thing][0], event, instant(at), index.word("holder", holder))
        for kind, thing, event, at, holder in sorted(found, key=lambda one: (one[3], one[1], one[0]))
    )


def sightings(index: Index, numbers: np.ndarray, *, until: int | None = None) -> Iterator[tuple[int, list[Sighting]]]:
    """Each of some things with where it was seen, by itself and in the boxes in which it lay, in order of time."""
    lines = index.lines_of_things(numbers, until=until)
    boxed: dict[int, list[Any]] = {}
    for stay in stays(index, numbers, until=until):
        boxed.setdefault(stay.child, []).append(stay)
    boxes = np.array(sorted({s.parent for many in boxed.values() for s in many}), np.int64)
    around = index.lines_of_things(boxes, until=until)
    of_box = {box: sorted(told) for box, told in _by_thing(index, around).items()}
    for thing, told in _by_thing(index, lines).items():
        in_boxes = [
            one
            for stay in boxed.get(thing, ())
            for one in _between(of_box.get(stay.parent, []), stay.from_at, stay.until_at)
            if one[3] == Role.EPC.value
        ]
        yield thing, sorted([*told, *in_boxes])


def made_in(told: Sequence[Sighting]) -> Sighting | None:
    """Where a thing was made, of all that was seen of it: as what came out, or as what was commissioned."""
    return next((one for one in told if one[3] == OUT or (one[3] == Role.EPC.value and one[2] == ADD)), None)


def _by_thing(index: Index, lines: Lines) -> dict[int, list[Sighting]]:
    found: dict[int, list[Sighting]] = {}
    columns = (lines.thing, lines.at, lines.event, lines.action, lines.role, lines.step, lines.holder)
    for thing, at, event, action, role, step, holder in zip(*(one.tolist() for one in columns), strict=True):
        found.setdefault(thing, []).append((at, event, action, role, index.word("step", step), holder))
    return found


def _between(told: list[Sighting], start: int, end: int) -> list[Sighting]:
    """What was seen of a thing in a span, of all in order of time."""
    at = itemgetter(0)
    return told[bisect_left(told, start, key=at) : bisect_right(told, end, key=at)]


def missing_in(thing: int, told: Sequence[Sighting]) -> list[tuple[str, int, int, int, int]]:
    """What is missing in the chain of a thing, of all that was seen of it: kind, thing, event, instant and holder."""
    if not told:
        return []
    found = []
    made, first = made_in(told), told[0]
    if made is None:
        found.append(("no origin", thing, first[1], first[0], first[5]))
    elif (early := next((one for one in told if one[3] == IN), None)) and early[0] < made[0]:
        found.append(("used before it was made", thing, early[1], early[0], early[5]))
    on_the_way: deque[Sighting] = deque()
    known, events = {first[5]}, set[int]()
    for one in told:
        if one[5] < 0 or one[1] in events:  # a place that nobody named, or the pallet beside its load
            continue
        events.add(one[1])
        if one[5] not in known or one[4] == ARRIVES:
            if on_the_way:
                on_the_way.popleft()
            elif one[5] not in known:
                found.append(("not shipped", thing, one[1], one[0], one[5]))
        known.add(one[5])  # a lot lies at many at once
        if one[4] == LEAVES:
            on_the_way.append(one)
    found += [("not received", thing, one[1], one[0], one[5]) for one in on_the_way]
    return found
