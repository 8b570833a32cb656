"""What the trace says of a recall: what its lots reached, and what was counted at each holder.

What went into what is the trace's own answer (`records/trace`). The counts at a holder are added up here from the
events that name the recalled lots themselves, or the boxes and pallets in which they lay at that moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from banyan.base.registry.queries import Organisation
from banyan.kit import clock
from banyan.records.trace import actions as trace_index
from banyan.records.trace import queries as trace
from banyan.records.traceability import queries as traceability
from banyan.records.traceability.queries import EventThing, Thing, TraceEvent

Role = EventThing.Role
BACK = ("returned", "recalled")
GONE = ("destroyed", "disposed")
STEPS = {
    "commissioning": "made", "creating_class_instance": "made", "receiving": "received", "accepting": "received",
    "shipping": "sold", "retail_selling": "sold", "dispensing": "sold", "repairing": "corrected",
    "replacing": "corrected", "destroying": "destroyed",
}  # fmt: skip
"""What a business step means for the units of a holder; steps not named here move nothing in or out."""

WAY_BACK = {"received": "returned", "sold": "sent_back"}
ONE = Decimal(1)
LAST = 9  # the columns of a line from here on are texts; what is unknown reads as nothing


@dataclass(frozen=True)
class Holder:
    """One firm that the trace met: its key in the registry or "", its name, its county, its counts."""

    key: str
    name: str
    county: str
    counts: Mapping[str, Decimal]


@dataclass(frozen=True)
class Reached:
    """What lots and units reached: a line per thing (identifier, kind, depth, holder, its name, county, units)."""

    asked: tuple[str, ...]
    lines: tuple[tuple[Any, ...], ...] = ()
    lots: int = 0
    units: Decimal = Decimal(0)
    counties: tuple[str, ...] = field(default=())
    receipt: str = ""


class Line(NamedTuple):
    """A thing in an event, with what of the event counts here."""

    thing: int
    role: int
    quantity: Decimal | None
    event: int
    at: datetime
    type: int
    action: str
    step: str
    disposition: str
    holder: str
    place: str
    county: str


class Stay(NamedTuple):
    """An amount of the recalled lots that lay in a box from an instant until before another (None: it still does)."""

    box: int
    amount: Decimal
    from_at: datetime
    until_at: datetime | None


def reach(asked: Sequence[str], *, known_at: date, person: Any) -> Reached:
    """What the asked lots and units reached, as known at the end of a day, with the receipt of the trace.

    The index is brought up to the last event first. Raises NoPurpose for an officer who stated none.
    """
    trace_index.update()
    found = trace.forward(asked, known_at=known_at, person=person)
    things = [one for one in found.things if not one.carries]
    names = _names({one.holder for one in things if one.holder})
    lines = tuple(
        (one.epc, one.kind, one.depth, one.holder, names.get(one.holder, one.holder), one.county,
         "" if one.quantity is None else str(one.quantity))
        for one in things
    )  # fmt: skip
    holders = holders_of(asked, known_at=known_at)
    made = sum((one.counts.get("made", Decimal(0)) for one in holders), Decimal(0))
    lot_kind = str(dict(Thing.Kind.choices)[Thing.Kind.LOT])
    return Reached(
        tuple(asked), lines, sum(one.kind == lot_kind for one in things), made, found.counties, found.receipt
    )


def holders_of(asked: Sequence[str], *, known_at: date) -> list[Holder]:
    """What was counted at each holder of the asked lots, as known at the end of a day, the makers first.

    It is asked within a recall and for it, so it reads all events that concern its lots, whoever asks.
    """
    things = [one.pk for one in traceability.known_things(asked).values()]
    lines = list(_lines(things, known_at=known_at))
    counts: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    county: dict[tuple[str, str], str] = {}
    named = {line.event for line in lines}
    for line, amount in _moved(lines):
        _count(counts, county, line, amount)
    stays = list(_stays(lines, known_at=known_at))
    boxes: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        boxes[stay.box].append(stay)
    for line in _lines(sorted(boxes), known_at=known_at):
        if line.event in named or line.role != Role.EPC:
            continue
        inside = (one.amount for one in boxes[line.thing] if one.from_at <= line.at
                  and (one.until_at is None or line.at < one.until_at))  # fmt: skip
        if amount := sum(inside, Decimal(0)):
            _count(counts, county, line, amount)
    names = _names({key for key, _place in counts if key})
    holders = [
        Holder(key, names.get(key, place or key), county.get((key, place), ""), dict(found))
        for (key, place), found in counts.items()
    ]
    return sorted(holders, key=lambda one: (not one.counts.get("made"), one.name))


def _count(counts: Any, county: Any, line: Line, amount: Decimal) -> None:
    if not (tally := tally_of(line)):
        return
    holder = (line.holder, "") if line.holder else ("", line.place)
    counts[holder][tally] += amount
    county.setdefault(holder, line.county)


def tally_of(line: Line) -> str:
    """Which count of its holder an event changes; "" where it moves nothing in or out."""
    if line.type == TraceEvent.Type.TRANSFORMATION:
        return {Role.OUTPUT: "made", Role.INPUT: "sold"}.get(Role(line.role), "")
    if line.disposition in GONE:
        return "destroyed"
    if line.step == "commissioning" and line.action != "ADD":
        return ""
    tally = STEPS.get(line.step, "")
    return WAY_BACK.get(tally, tally) if line.disposition in BACK else tally


def _moved(lines: Sequence[Line]) -> Iterator[tuple[Line, Decimal]]:
    """The lines of the recalled things that are seen, made or used, with how many units."""
    for line in lines:
        if line.role in (Role.EPC, Role.INPUT, Role.OUTPUT):
            yield line, line.quantity if line.quantity is not None else ONE


def _stays(lines: Sequence[Line], *, known_at: date) -> Iterator[Stay]:
    """When which amount lay in which box: from its packing until its unpacking there."""
    together = [one for one in lines if one.role == Role.CHILD]
    parents = _parents({one.event for one in together})
    taken = [one for one in together if one.action == "DELETE"]
    emptied = _emptied({box for box in parents.values() if box}, known_at=known_at)
    for line in together:
        box = parents.get(line.event, 0)
        if line.action != "ADD" or not box:
            continue
        ends = [one.at for one in taken if one.thing == line.thing and parents.get(one.event) == box]
        later = [at for at in (*ends, *emptied.get(box, ())) if at > line.at]
        amount = line.quantity if line.quantity is not None else ONE
        yield Stay(box, amount, line.at, min(later, default=None))


def _parents(events: set[int]) -> dict[int, int]:
    """The box of each event that puts together or takes apart."""
    rows = EventThing.objects.filter(event__in=events, role=Role.PARENT).marked()
    return dict(rows.values_list("event_id", "thing_id"))


def _emptied(boxes: set[int], *, known_at: date) -> dict[int, list[datetime]]:
    """When boxes were emptied as a whole, without naming what lay in them."""
    found: dict[int, list[datetime]] = defaultdict(list)
    for line in _lines(sorted(boxes), known_at=known_at):
        if line.role == Role.PARENT and line.action == "DELETE":
            found[line.thing].append(line.at)
    return found


def _lines(things: Sequence[int], *, known_at: date) -> Iterator[Line]:
    """Every line of some things in events that stand, recorded by the end of a day, in the order of time."""
    if not things:
        return
    events = traceability.standing(TraceEvent.objects.filter(record_time__lte=clock.end_of_day(known_at)).marked())
    rows = EventThing.objects.filter(thing__in=things, event__in=events).marked().order_by("event__event_time", "pk")
    names = (
        "thing_id", "role", "quantity", "event_id", "event__event_time", "event__type", "event__action",
        "event__biz_step", "event__disposition", "event__holder_id", "event__biz_location", "event__county_id",
    )  # fmt: skip
    for row in rows.values_list(*names).iterator(2000):
        told: list[Any] = [value if place < LAST or value else "" for place, value in enumerate(row)]
        yield Line(*told)


def _names(keys: set[str]) -> dict[str, str]:
    rows = Organisation.objects.filter(pk__in=keys).marked()
    return dict(rows.values_list("pk", "name"))
