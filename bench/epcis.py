"""Checking, hashing and taking apart an event of ten identifiers, beside the standard's schema in jsonschema.

Bound: reading, check, hash and things together under 0.4 ms of processor time an event, so that a capture of 800
events a second leaves most of a core to the database. Documents of 1, 10 and 100 MB are read in bounded memory.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from banyan import epcis

EVENTS = 5_000
BOUND_MS = 0.4
SCHEMA = Path(__file__).resolve().parents[2] / "shared" / "data" / "gs1-epcis-2.0" / "EPCIS-JSON-Schema.json"
CREATED = "2026-04-04T00:00:00Z"


def event(number: int) -> dict[str, Any]:
    """An event of ten identifiers that no other event has."""
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-04-03T20:33:31.116+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "epcList": [f"urn:epc:id:sgtin:6901234.012345.{number * 10 + place}" for place in range(10)],
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0"},
        "bizTransactionList": [{"type": "po", "bizTransaction": "https://firm.example.com/orders/12345678"}],
    }


def milliseconds(work: Callable[[list[dict[str, Any]]], object], start: int, count: int = EVENTS) -> float:
    """Processor time an event, all identifiers new."""
    events = [event(number) for number in range(start, start + count)]
    began = time.process_time()
    work(events)
    return (time.process_time() - began) / count * 1000


def document(events: Iterator[dict[str, Any]], media_type: str) -> bytes:
    write = epcis.write_json if media_type == "application/json" else epcis.write_xml
    return b"".join(write(events, created=CREATED))


def examined(raw: bytes, media_type: str) -> int:
    return sum(1 for one in epcis.examine(epcis.read(raw, media_type)) if not one.problems)


def by_schema(count: int) -> float | None:
    """Milliseconds an event of the standard's JSON schema in jsonschema, which checks shapes only."""
    if not SCHEMA.exists():
        return None
    import jsonschema  # type: ignore[import-untyped]

    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    return milliseconds(lambda events: [validator.validate({"@context": context, **one}) for one in events], 9, count)


class Endless(io.BytesIO):
    """A document of so many bytes that is made while it is read."""

    def __init__(self, size: int) -> None:
        super().__init__()
        whole = document(iter([event(1)]), "application/json")
        start, _, _end = whole.partition(b'"eventList":[')
        self._one = json.dumps(event(1)).encode()
        self._parts = self._made(start + b'"eventList":[', b"]}}", size)
        self._left = b""

    def _made(self, start: bytes, end: bytes, size: int) -> Iterator[bytes]:
        yield start + self._one
        for _ in range(size // (len(self._one) + 1) // 100):
            yield (b"," + self._one) * 100
        yield end

    def read(self, size: int | None = -1, /) -> bytes:
        while len(self._left) < (size or 0) and (part := next(self._parts, b"")):
            self._left += part
        block, self._left = self._left[:size], self._left[size:]
        return block


def main() -> int:
    """Print the figures; 1 where the bound is missed."""
    parts = {
        "check": milliseconds(lambda events: [epcis.check(one) for one in events], 1_000_000),
        "hash": milliseconds(lambda events: [epcis.event_hash(one) for one in events], 2_000_000),
        "things": milliseconds(lambda events: [epcis.things(one) for one in events], 3_000_000),
    }
    for name, taken in parts.items():
        print(f"{name:<40} {taken:8.3f} ms an event alone")
    whole = 0.0
    for media_type, start in (("application/json", 4_000_000), ("application/xml", 5_000_000)):
        raw = document((event(number) for number in range(start, start + EVENTS)), media_type)
        began = time.process_time()
        assert examined(raw, media_type) == EVENTS
        taken = (time.process_time() - began) / EVENTS * 1000
        whole = max(whole, taken)
        print(f"read, check, hash, things: {media_type:<16} {taken:6.3f} ms an event (bound {BOUND_MS})")
    schema = by_schema(500)
    print("jsonschema, the standard's schema alone".ljust(40), "not here" if schema is None else f"{schema:8.3f} ms")
    for megabytes in (1, 10, 100):
        began = time.process_time()
        count = sum(1 for _ in epcis.examine(epcis.read(Endless(megabytes * 2**20), "application/json")))
        taken, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{megabytes:>4} MB: {count:>8,} events, {taken:6.1f} s of processor, {peak} MB at the most so far")
    return int(whole > BOUND_MS)


if __name__ == "__main__":
    sys.exit(main())
