"""Keeps prepared events: numbers them and their things, finds whose they are, and inserts in bulk."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Model, Q

from banyan.base.registry.queries import Product
from banyan.kit import bulk, clock
from banyan.records.traceability.actions.preparing import Prepared
from banyan.records.traceability.models import (
    CaptureJob,
    EventParty,
    EventThing,
    Location,
    Share,
    Thing,
    TraceEvent,
)

NO_KIND = (None,)
PART = 900  # values in one question: SQLite takes no more than a thousand
EVENT_FIELDS = (
    *("id", "hash", "event_id", "declares_wrong", "type", "action", "event_time", "offset", "record_time"),
    *("biz_step", "disposition", "read_point", "biz_location", "capture", "captured_by", "holder", "county", "body"),
)


class Contradicted(Exception):
    """An event of the document bears the eventID of a known one that says otherwise."""

    def __init__(self, problems: list[tuple[int | None, dict[str, str]]]) -> None:
        super().__init__(str(problems[0][1]))
        self.problems = problems


class Keeper:
    """Keeps the events of one job, chunk by chunk, while the chain is held; then tells what became of them."""

    def __init__(self, job: CaptureJob, *, on: date) -> None:
        self.stored = self.unchanged = 0
        self.problems: list[tuple[int | None, dict[str, str]]] = []
        self._zone, self._instant = clock.zone(), bulk.instants()
        last = TraceEvent.objects.order_by("-pk").values_list("pk", "record_time").first()
        self._event_number, recorded = last or (0, clock.now())
        self._recorded = self._instant(max(clock.now(), recorded))  # also where the clock was set back
        self._thing_number = int(Thing.objects.aggregate(last=Max("pk"))["last"] or 0)
        self._job = job
        self._places: dict[str, tuple[str | None, str | None]] = {}
        self._products: dict[str, tuple[str | None, str | None]] = {"": (None, None)}
        self._running = hashlib.sha256()
        self._days: Counter[tuple[date, str | None, str | None]] = Counter()
        self._own_county = job.organisation.county_id
        shares = Share.objects.filter(organisation=job.organisation, withdrawn_on=None, from_on__lte=on)
        self.shared = set(shares.filter(Q(until_on=None) | Q(until_on__gt=on)).values_list("partner_id", flat=True))

    def holders_of(self, places: Iterable[str]) -> dict[str, str]:
        """Who answers for each of some places."""
        rows = _rows(Location, "identifier", places, ("identifier", "organisation_id"))
        return {place: holder for place, holder in rows if holder}

    @property
    def digest(self) -> str:
        """The digest of the hashes of all events kept, in order; nothing where none was."""
        return self._running.hexdigest() if self.stored else ""

    @property
    def days(self) -> list[dict[str, Any]]:
        """How many events were kept for each day, county and class of products."""
        return [
            {"on": on.isoformat(), "county_id": county, "product_class_id": kind, "events": count}
            for (on, county, kind), count in sorted(self._days.items(), key=lambda one: tuple(map(str, one[0])))
        ]

    def keep(self, chunk: Sequence[Prepared]) -> None:
        """Insert those of a chunk that are new."""
        fresh = self._fresh(chunk)
        if not fresh:
            return
        things = self._numbered({epc: (kind, gtin) for one in fresh for epc, *_how, kind, gtin in one.things})
        self._find_places(fresh)
        readers: dict[Any, tuple[str | None, str | None, list[str]]] = {}
        events: list[tuple[Any, ...]] = []
        lines: list[tuple[Any, ...]] = []
        parties: list[tuple[Any, ...]] = []
        for one in fresh:
            self._event_number += 1
            number = self._event_number
            where = one.biz_location, one.read_point, one.parties
            if where not in readers:
                readers[where] = self._readers(one)
            holder, county, keys = readers[where]
            events.append(self._row(number, one, holder, county))
            lines += [
                (number, things[epc][0], role, None if quantity is None else str(quantity), unit)
                for epc, role, quantity, unit, _kind, _gtin in one.things
            ]
            parties += [(number, key) for key in keys]
            self._running.update(one.hash.encode())
            day = one.event_time.astimezone(self._zone).date()
            for kind in {things[thing[0]][1] for thing in one.things} or NO_KIND:
                self._days[day, county, kind] += 1
        bulk.insert_rows(TraceEvent, EVENT_FIELDS, events)
        bulk.insert_rows(EventThing, ("event", "thing", "role", "quantity", "unit"), lines)
        bulk.insert_rows(EventParty, ("event", "organisation"), parties)
        self.stored += len(fresh)

    def _readers(self, one: Prepared) -> tuple[str | None, str | None, list[str]]:
        """Who holds what an event names, in which county, and all who may read it."""
        holder, county = self._places.get(one.biz_location or one.read_point, (None, None))
        named = {self._job.organisation_id, holder, *self.shared}
        named |= {self._places[place][0] for place in (*one.parties, one.read_point) if place}
        return holder, county or self._own_county, sorted(key for key in named if key)

    def _row(self, number: int, one: Prepared, holder: str | None, county: str | None) -> tuple[Any, ...]:
        return (
            number, one.hash, one.event_id, one.declares_wrong, one.type, one.action, self._instant(one.event_time),
            one.offset, self._recorded, one.biz_step, one.disposition, one.read_point, one.biz_location,
            self._job.key, self._job.organisation_id, holder, county, one.body,
        )  # fmt: skip

    def _fresh(self, chunk: Sequence[Prepared]) -> list[Prepared]:
        """Those that are not known by their hash, without those that contradict a known event."""
        known = {value for (value,) in bulk.rows_in(TraceEvent, "hash", [one.hash for one in chunk], ("hash",))}
        fresh = []
        for one in chunk:
            if one.hash in known:
                self.unchanged += 1
            else:
                known.add(one.hash)
                fresh.append(one)
        named = [one.event_id for one in fresh if not one.declares_wrong and not one.event_id.startswith("ni:///")]
        taken = {
            event_id
            for event_id, declares in bulk.rows_in(TraceEvent, "event_id", named, ("event_id", "declares_wrong"))
            if not declares
        }
        if not taken:
            return fresh
        says = "A known event bears {} and says otherwise; declare that one wrong and send this under its own"
        self.problems += [
            (one.number, {"path": f"/epcisBody/eventList/{one.number}/eventID", "says": says.format(one.event_id)})
            for one in fresh
            if one.event_id in taken and not one.declares_wrong
        ]
        return [one for one in fresh if one.declares_wrong or one.event_id not in taken]

    def _numbered(self, epcs: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str | None]]:
        """Number and class of products of each thing; those that are new are inserted with the next numbers."""
        self._find_products({gtin for _kind, gtin in epcs.values()})
        found = dict(bulk.rows_in(Thing, "epc", epcs, ("epc", "id")))
        rows = []
        for epc in sorted(epcs.keys() - found.keys()):
            self._thing_number += 1
            found[epc] = self._thing_number
            kind, gtin = epcs[epc]
            rows.append((self._thing_number, epc, kind, gtin, self._products[gtin][0]))
        bulk.insert_rows(Thing, ("id", "epc", "kind", "gtin", "product"), rows)
        return {epc: (found[epc], self._products[gtin][1]) for epc, (_kind, gtin) in epcs.items()}

    def _find_products(self, gtins: set[str]) -> None:
        wanted = gtins - self._products.keys()
        if not wanted:
            return
        self._products.update(dict.fromkeys(wanted, (None, None)))
        shorter = {written: gtin for gtin in wanted for written in _spellings(gtin)}
        for written, key, kind in _rows(Product, "gtin", shorter, ("gtin", "pk", "product_class_id")):
            self._products[shorter[written]] = (key, kind)

    def _find_places(self, fresh: Iterable[Prepared]) -> None:
        """Whose each place or party is, and in which county, for those not looked up yet."""
        wanted = {
            place for one in fresh for place in (*one.parties, one.read_point, one.biz_location) if place
        } - self._places.keys()
        self._places.update(dict.fromkeys(wanted, (None, None)))
        for place, holder, county, at in _rows(
            Location, "identifier", wanted, ("identifier", "organisation_id", "county_id", "organisation__county_id")
        ):
            self._places[place] = (holder, county or at)


def _rows(model: type[Model], field: str, values: Iterable[str], names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The named fields of all rows whose field has one of the values, a few questions for any number of values."""
    asked = list(values)
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(asked), PART):
        part = asked[start : start + PART]
        found += model._default_manager.filter(**{f"{field}__in": part}).order_by().values_list(*names)
    return found


def _spellings(gtin: str) -> list[str]:
    """A GTIN of 14 digits as the registry may have written it: with 14, 13, 12 or 8."""
    return [gtin[lead:] for lead in (0, 1, 2, 6) if not gtin[:lead].strip("0")]
