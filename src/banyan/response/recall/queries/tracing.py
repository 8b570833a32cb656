"""What the trace says of a recall: what its lots reached, and what was counted at each holder.

All of it is the trace's own answer (`records/trace`): what went into what, and what moved in which box. Here the
movements are only sorted by what they mean for the units of a holder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from banyan.base.registry.queries import Organisation
from banyan.kit import rights
from banyan.records.trace import queries as trace
from banyan.records.traceability.queries import EventThing, Location, Thing, TraceEvent

Role = EventThing.Role
SYSTEM = rights.System("recall")
BACK = ("returned", "recalled")
GONE = ("destroyed", "disposed")
STEPS = {
    "commissioning": "made", "creating_class_instance": "made", "receiving": "received", "accepting": "received",
    "shipping": "sold", "retail_selling": "sold", "dispensing": "sold", "repairing": "corrected",
    "replacing": "corrected", "destroying": "destroyed",
}  # fmt: skip
"""What a business step means for the units of a holder; steps not named here move nothing in or out."""

WAY_BACK = {"received": "returned", "sold": "sent_back"}
KEPT = Decimal("0.001")  # counts are kept to three digits
AT_ONCE = 5000


@dataclass(frozen=True)
class Holder:
    """One firm that the trace met, by one unit: its key in the registry or "", the place where none is known.

    `used` is how much of what it sold, handed on or used it used up in making something else of it.
    """

    key: str
    place: str
    name: str
    county: str
    unit: str
    counts: Mapping[str, Decimal]
    used: Decimal = Decimal(0)

    @property
    def holder(self) -> str:
        """By which a holder is known again: its key in the registry, its place, or else its name as stated."""
        return self.key or self.place or self.name


@dataclass(frozen=True)
class Reached:
    """What lots and units reached: a line per thing (identifier, kind, depth, holder, its name, county, units).

    `units` are what was made in the unit of the asked lots, each counted once: what was used up in making
    something else counts there.
    """

    asked: tuple[str, ...]
    lines: tuple[tuple[Any, ...], ...]
    holders: tuple[Holder, ...]
    lots: int
    units: Decimal
    unit: str
    counties: tuple[str, ...]
    receipt: str


def reach(asked: Sequence[str], *, known_at: date, person: Any) -> Reached:
    """What the asked lots and units reached, as known at the end of a day, with the receipt of the trace.

    Raises NoPurpose for an officer who stated none.
    """
    found = trace.forward(asked, known_at=known_at, person=person)
    things = [one for one in found.things if not one.carries]
    names = _names({one.holder for one in things})
    lines = tuple(
        (one.epc, one.kind, one.depth, one.holder, names.get(one.holder, one.holder), one.county,
         "" if one.quantity is None else str(one.quantity))
        for one in things
    )  # fmt: skip
    holders = _holders(found)
    unit = holders[0].unit if holders else ""
    units = sum((one.counts.get("made", Decimal(0)) - one.used for one in holders if one.unit == unit), Decimal(0))
    lot_kind = str(dict(Thing.Kind.choices)[Thing.Kind.LOT])
    return Reached(
        tuple(asked), lines, tuple(holders), sum(one.kind == lot_kind for one in things), max(units, Decimal(0)),
        unit, found.counties, found.receipt,
    )  # fmt: skip


def holders_of(asked: Sequence[str], *, known_at: date) -> list[Holder]:
    """What was counted at each holder of the asked lots, as known at the end of a day, the makers first.

    It is asked within a recall and for it, so it reads all events that concern its lots, whoever asks.
    """
    return _holders(trace.forward(asked, known_at=known_at, person=SYSTEM))


def _holders(found: trace.Trace) -> list[Holder]:
    """The counts of a trace by holder and unit: who made what was asked about first, then the other makers."""
    moved = trace.movements(found)
    told = _dispositions_and_places({one.event for one in moved})
    counts: dict[tuple[str, str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    used: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    county: dict[tuple[str, str, str], str] = {}
    made_at: dict[tuple[str, str, str], int] = {}
    for one in moved:
        disposition, place = told[one.event]
        if not (tally := tally_of(one, disposition)):
            continue
        holder = (one.holder, "" if one.holder else place, one.unit)
        amount = Decimal(str(one.amount)).quantize(KEPT)
        counts[holder][tally] += amount
        if one.role == Role.INPUT:
            used[holder] += amount
        if tally == "made":
            made_at[holder] = min(one.depth, made_at.get(holder, one.depth))
        county.setdefault(holder, one.county)
    names = _names({key for key, _place, _unit in counts}) | _places({place for _key, place, _unit in counts})
    holders = [
        Holder(key, place, names.get(key or place, place), county[key, place, unit], unit, dict(tallies),
               used[key, place, unit])
        for (key, place, unit), tallies in counts.items()
    ]  # fmt: skip
    last = len(moved)
    return sorted(
        holders, key=lambda one: (made_at.get((one.key, one.place, one.unit), last), one.name, one.place, one.unit)
    )


def tally_of(one: trace.Movement, disposition: str) -> str:
    """Which count of its holder a movement changes; "" where it moves nothing in or out."""
    if one.type == TraceEvent.Type.TRANSFORMATION:
        return {Role.OUTPUT: "made", Role.INPUT: "sold"}.get(one.role, "")
    if disposition in GONE:
        return "destroyed"
    if one.step == "commissioning" and one.action != "ADD":
        return ""
    tally = STEPS.get(one.step, "")
    return WAY_BACK.get(tally, tally) if disposition in BACK else tally


def _dispositions_and_places(events: Iterable[int]) -> dict[int, tuple[str, str]]:
    """What the index of the trace does not hold: the disposition and the place of some events."""
    found: dict[int, tuple[str, str]] = {}
    numbers = sorted(events)
    for start in range(0, len(numbers), AT_ONCE):
        rows = TraceEvent.objects.filter(pk__in=numbers[start : start + AT_ONCE]).marked()
        found |= {number: (said, place) for number, said, place in rows.values_list(
            "pk", "disposition", "biz_location")}  # fmt: skip
    return found


def _names(keys: set[str]) -> dict[str, str]:
    rows = Organisation.objects.filter(pk__in=keys - {""}).marked()
    return dict(rows.values_list("pk", "name"))


def _places(identifiers: set[str]) -> dict[str, str]:
    """The names of places that have one; the others are called by their number."""
    rows = Location.objects.filter(identifier__in=identifiers - {""}).exclude(name="").marked()
    return dict(rows.values_list("identifier", "name"))
