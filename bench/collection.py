"""Collection: facts a second from stored versions into segments, and the memory it takes.

Peer: reading the same versions one by one with the ORM and `json.loads`, then one `pyarrow` write: what a first
attempt would do. Bounds: at least 100,000 facts a second, peak memory under 1 GB.
Run: python bench/collection.py [versions]
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

COLLECTING = "--collect" in sys.argv
VERSIONS = int(sys.argv[-1]) if sys.argv[-1].isdigit() else 1_000_000
FOLDER = Path(os.environ["BANYAN_DATA_DIR"]) if COLLECTING else Path(tempfile.mkdtemp(prefix="banyan-bench-"))
os.environ.update(BANYAN_DATA_DIR=str(FOLDER), DJANGO_SETTINGS_MODULE="banyan.config.settings")
os.environ.setdefault("BANYAN_DATABASE_URL", f"sqlite:///{FOLDER}/bench.sqlite3")


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    make()
    from banyan.kit import engine

    done = subprocess.run(  # a process of its own, so that the memory is collection's alone
        [sys.executable, __file__, "--collect", str(VERSIONS)], capture_output=True, text=True, check=True
    )
    gained, seconds, memory = json.loads(done.stdout.splitlines()[-1])
    slow = peer(VERSIONS // 20)
    rate = gained / seconds
    print(f"{gained:,} facts from {VERSIONS:,} versions in {seconds:.1f} s of processor time")
    print(f"{rate:,.0f} facts a second (at least 100,000)")
    print(f"peak memory {memory:,.0f} MB (under 1,024)")
    print(f"one by one with the ORM: {slow:,.0f} a second; ratio {rate / slow:.1f}; {engine.name()}")
    return int(rate < 100_000 or memory > 1024)


def collect(versions: int) -> None:
    """Collect and print [facts, processor seconds, peak megabytes]."""
    import django

    django.setup()
    from banyan.base.facts import actions

    actions.collect(cut=0)  # imports and connections are not what is measured
    started = time.process_time()
    gained = sum(actions.collect(cut=versions)["facts"].values())
    seconds = time.process_time() - started
    print(json.dumps([gained, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10]))


def make() -> None:
    """Versions of samples as verbs write them, a thousand to an event."""
    from banyan.kit import bulk, clock, events
    from banyan.kit.models import ChainHead, Version
    from banyan.records.inspection.models import Sample

    first = datetime(2024, 1, 1, 9, tzinfo=clock.zone())
    for start in range(0, VERSIONS, 50_000):
        batch = []
        for number in range(start, min(start + 50_000, VERSIONS)):
            sample = Sample(
                key=f"s-{number}", number=f"N{number}", scheme="product_supervision", level="province",
                product_name="Kettle", county_id=f"c{number % 13}", maker_id=f"o{number % 20000}", drawn="random",
                sampled_on=date(2022, 1, 1) + timedelta(days=number % 1000), judged_on=date(2024, 10, 1),
                conclusion="failed" if number % 15 == 0 else "passed", weight=2.5,
            )  # fmt: skip
            state = events.version_text(sample, {})
            batch.append(Version(event=1 + number // 1000, at=first, noun=Sample.noun, key=sample.key, state=state))
        bulk.insert(batch)
    ChainHead.objects.update_or_create(name=events.CHAIN, defaults={"number": VERSIONS, "hash": "", "at": first})


def peer(rows: int) -> float:
    """Versions a second that a loop over objects turns into a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from banyan.kit.models import Version

    started = time.process_time()
    lines: list[dict[str, Any]] = []
    for version in Version.objects.order_by("event", "id")[:rows].iterator():
        state = json.loads(version.state)
        lines.append(
            {"key": version.key, "day": state["sampled_on"], "county": state["county_id"], "known_at": version.at,
             "passed": state["conclusion"] == "passed", "weight": state["weight"]}
        )  # fmt: skip
    parquet.write_table(pa.Table.from_pylist(lines), FOLDER / "peer.parquet")
    return rows / (time.process_time() - started)


if __name__ == "__main__" and COLLECTING:
    collect(VERSIONS)
elif __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
