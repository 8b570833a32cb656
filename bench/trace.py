"""The trace at scale: loading, building the index, traces cold and warm, and simple queries of events.

Loads so many events by the bulk verb into the database of BANYAN_DATABASE_URL (by default a new SQLite file), a fifth
of them transformations that make a lot of two others in chains of eight steps, the rest sightings. One lot reaches
10,000 units. Bounds are those of 10 M events: cold (a new process) 1 s forward, warm 100 ms, backward 100 ms, queries
95 of 100 within 50 ms; at that size the index has under 2 GB and is built in 5 min. No peer serves events and traces
here; `bench/lineage.py` sets the closure beside its peers. Times are of the processor.
Run: python bench/trace.py [--events 10000000]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

UNITS, LOTS_BETWEEN = 10_000, 100
GTIN = "06901234000016"
BAD, FIRST = "BAD", datetime(2023, 1, 1, tzinfo=UTC)
BOUNDS = {"forward cold": 1.0, "forward warm": 0.1, "backward warm": 0.1, "query p95": 0.05, "update": 5.0}
ASKED, STEPS = 200, 8
CALLS, CAPTURED = 5, 500
BODY = zlib.compress(b'{"type":"ObjectEvent","eventTime":"2025-01-01T00:00:00Z"}' * 8, 1)
PART = 250_000  # events that are loaded in one transaction


def main() -> int:
    """Print the figures; 1 where a bound is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=int(os.environ.get("BANYAN_BENCH_EVENTS", "100000")))
    options.add_argument(
        "--keep", default="", help="a folder that is kept: events that lie there are not loaded again"
    )
    options.add_argument("--cold", default="", help=argparse.SUPPRESS)
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    if given.cold:
        return cold(given.cold)
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as passing:
        folder = given.keep or passing
        Path(folder).mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("BANYAN_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["BANYAN_DATA_DIR"] = folder
        return run(given.events, Path(folder))


def run(events: int, folder: Path) -> int:
    """Load, build, trace and ask."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from banyan.base.registry import actions as registry
    from banyan.kit import rights, tables
    from banyan.records.trace import actions, queries
    from banyan.records.traceability import actions as traceability
    from banyan.records.traceability import queries as reads

    call_command("migrate", verbosity=0)
    by, on = rights.System("bench"), date(2025, 1, 1)
    load = 0.0
    if reads.last_mark()[0] < events:
        [firm] = registry.enter_organisations(records=[{"key": "bench", "name": "bench"}], by=by, on=on)
        parts = batched(told(events), PART)
        with tables.filled_at_once():
            load = busy(lambda: [traceability.load(organisation=firm, events=part, by=by, on=on) for part in parts])
    build = busy(actions.rebuild)
    size = sum(path.stat().st_size for path in (folder / "trace").rglob("*.npy"))
    print(f"{connection.vendor}, {events:,} events; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if load:
        print(f"load          {load:8.1f} s of the processor, {events / load:,.0f} events a second")
    print(f"build         {build:8.1f} s, {size / 1e6:,.0f} MB of files")
    command = [sys.executable, __file__, "--cold", lot(BAD)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    found = {"forward cold": float(answer[0])}
    print(f"cold memory   {int(answer[2]) / 1e3:8.0f} MB, of which most is Django; {answer[1]} things")
    some = [lot(str(number)) for number in random.Random(2).sample(range(made_of(events)), 20)]
    found["forward warm"] = least(lambda: queries.forward([lot(BAD)], person=by).n)
    found["backward warm"] = max(least(lambda one=one: queries.backward([one], person=by).n) for one in some)
    asked = [both(question(reads, by, events, number)) for number in range(ASKED)]
    found["query p95"], waited = (sorted(times)[int(0.95 * ASKED)] for times in zip(*asked, strict=True))
    last, firm = reads.last_mark()[0], reads.CaptureJob.objects.all()[0].organisation
    more = (kept(last + 1 + one, 1, "shipping", (of(lot(str(one)), 1, 1.0),)) for one in range(CAPTURED))
    traceability.load(organisation=firm, events=more, by=by, on=on)
    found["update"] = busy(actions.update)
    missed = 0
    for name, seconds in found.items():
        missed += seconds > BOUNDS[name]
        print(f"{name:13} {seconds * 1000:8.1f} ms, bound {BOUNDS[name] * 1000:.0f}")
    print(f"query p95     {waited * 1000:8.1f} ms by the clock, the database's own time among them")
    return 1 if missed else 0


def cold(epc: str) -> int:
    """In a process of its own: one trace from opening the index to the last thing found."""
    import django

    django.setup()
    from banyan.kit import rights
    from banyan.records.trace import queries

    begun = time.process_time()
    found = queries.forward([epc], person=rights.System("bench"))
    print(time.process_time() - begun, found.n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return 0


def question(reads: Any, by: Any, events: int, number: int) -> Callable[[], Any]:
    """A simple query: by a thing, by a span of time, or by step and time."""
    chance = random.Random(number)
    start = FIRST + timedelta(minutes=chance.randrange(events))
    asked: dict[str, Any] = (
        {"MATCH_anyEPC": lot(str(chance.randrange(made_of(events))))},
        {"GE_eventTime": start, "LT_eventTime": start + timedelta(hours=3), "orderBy": "eventTime"},
        {"EQ_bizStep": "shipping", "GE_eventTime": start, "orderBy": "eventTime", "orderDirection": "ASC"},
    )[number % 3]
    return lambda: reads.events(by, limit=50, **asked)


def told(events: int) -> Iterator[Any]:
    """The events, ready to be kept; bodies all alike, since nothing here looks into them."""
    chance, lots, number = random.Random(1), 0, 0

    def next_one(kind: int, step: str, things: tuple[Any, ...]) -> Any:
        nonlocal number
        number += 1
        return kept(number, kind, step, things)

    for between in range(LOTS_BETWEEN):
        yield next_one(4, "", (of(lot(BAD), 4, 10.0), of(lot(f"B{between}"), 5, 10.0)))
        units = range(between * UNITS // LOTS_BETWEEN, (between + 1) * UNITS // LOTS_BETWEEN)
        yield next_one(
            4, "", (of(lot(f"B{between}"), 4, 10.0), *((unit(one), 5, None, "", 1, GTIN) for one in units))
        )
    while number < events:
        if number % 5 == 0:
            before = range(max(lots % STEPS - 1, lots - 1 - 50 * STEPS), lots, STEPS) if lots % STEPS else ()
            used = set(chance.sample(before, min(2, len(before))))
            yield next_one(4, "", (*(of(lot(str(one)), 4, 1.0) for one in used), of(lot(str(lots)), 5, 2.0)))
            lots += 1
        else:
            seen = lot(str(chance.randrange(max(0, lots - 500), max(1, lots))))
            yield next_one(1, chance.choice(("shipping", "receiving")), (of(seen, 1, 1.0),))


def kept(number: int, kind: int, step: str, things: tuple[Any, ...]) -> Any:
    """An event as the bulk verb takes it."""
    from banyan.records.traceability.actions import Prepared

    fingerprint = hashlib.sha256(str(number).encode()).hexdigest()
    return Prepared(
        number, fingerprint, f"ni:///sha-256;{fingerprint}?ver=CBV2.0", "", kind, "" if kind == 4 else "OBSERVE",
        FIRST + timedelta(minutes=number), "+00:00", step, "", "", "", (), BODY, things,
    )  # fmt: skip


def batched(events: Iterator[Any], size: int) -> Iterator[Iterator[Any]]:
    """The events in parts, each a transaction of its own."""
    for first in events:
        yield chain([first], islice(events, size - 1))


def made_of(events: int) -> int:
    """How many lots are made beside the bad one's."""
    return (events - 2 * LOTS_BETWEEN) // 5


def of(epc: str, role: int, amount: float) -> tuple[str, int, float, str, int, str]:
    return epc, role, amount, "KGM", 2, GTIN


def lot(name: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/10/{name}"


def unit(number: int) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{number}"


def both(deed: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of this process's processor, and by the clock."""
    begun = time.perf_counter()
    return busy(deed), time.perf_counter() - begun


def busy(deed: Callable[[], Any]) -> float:
    """Seconds of this process's processor."""
    begun = time.process_time()
    deed()
    return time.process_time() - begun


def least(deed: Callable[[], Any]) -> float:
    return min(busy(deed) for _call in range(CALLS))


if __name__ == "__main__":
    sys.exit(main())
