"""The nightly watch over many series: reading facts of five years, counting weeks, judging the last one.

Bound: 100,000 series × 260 weeks in less than 5 minutes and 4 GB, reading included. Facts are written as collection
writes them, one file a year, and read through the room's own door; the rule is `more_complaints` of the pack. Most of
the bench's time goes into making the facts.
Run: python bench/watch.py [series]
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

SERIES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
WEEKS, A_WEEK, COUNTIES = 260, 0.4, 13
LAST = date(2025, 12, 28)
YEARS = range(2021, 2026)
KIND = "complaints.received"
SECONDS, MEGABYTES, MANY = 300, 4_096, 100_000
FOLDER = Path(tempfile.mkdtemp(prefix="banyan-bench-"))
os.environ.update(BANYAN_DATA_DIR=str(FOLDER), DJANGO_SETTINGS_MODULE="banyan.config.settings",
                  BANYAN_DATABASE_URL=f"sqlite:///{FOLDER}/bench.sqlite3", OPENBLAS_NUM_THREADS="1")  # fmt: skip


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try:
        rows = make()
        return watch(rows)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def make() -> int:
    """Segments as collection writes them; one series rises tenfold in the last week."""
    from banyan.base.facts.facts import HEADER, kinds
    from banyan.base.facts.models import Segment
    from banyan.kit import clock, engine

    sql = engine.cursor()
    types = {"string": "VARCHAR", "date": "DATE", "float64": "DOUBLE", "int64": "BIGINT", "boolean": "BOOLEAN"}
    per_year, rows = int(SERIES * WEEKS * A_WEEK / len(YEARS)), 0
    wave = max(200, SERIES // 100)
    for place, year in enumerate(YEARS):
        first = place * per_year
        days = 361 if year == LAST.year else 364
        made = f"SELECT i, hash(i + {first}) % {SERIES} AS series, (i * {days} // {per_year})::INTEGER AS day"
        made += f" FROM range({per_year}) r(i)"
        if year == LAST.year:
            made += f" UNION ALL SELECT {per_year} + j, 7, (355 + j % 7)::INTEGER FROM range({wave}) s(j)"
        known = {
            "kind": f"'{KIND}'", "key": f"'c-' || (i + {first})", "fact": f"i + {first} + 1",
            "supersedes": "NULL::BIGINT", "known_at": f"TIMESTAMP '{year}-01-01' + INTERVAL (day) DAY", "event": "i",
            "source": "i", "retracted": "false", "happened_on": f"DATE '{year}-01-01' + day",
            "product": f"'p-' || (series // {COUNTIES})", "county": f"'county-' || (series % {COUNTIES})",
            "channel": "'telephone'",
        }  # fmt: skip
        columns = ", ".join(
            f'{known.get(name) or "NULL::" + types[kind]} AS "{name}"'
            for name, kind in {**HEADER, **kinds()[KIND].content}.items()
        )
        path = FOLDER / "facts" / KIND / str(year) / "a.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        sql.execute(f"COPY (SELECT {columns} FROM ({made})) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        count = per_year + (wave if year == LAST.year else 0)
        Segment.objects.create(
            kind=KIND, year=year, path=str(path.relative_to(FOLDER / "facts")), rows=count, superseding=0,
            known_from=datetime(year, 1, 1, tzinfo=clock.zone()),
            known_until=datetime(year, 12, 31, tzinfo=clock.zone()), digest="",
        )  # fmt: skip
        rows += count
    return rows


def watch(rows: int) -> int:
    """Read, count and judge as the nightly step does, and print what each took."""
    from django.conf import settings

    from banyan import policy
    from banyan.insight.alerts import queries

    book = policy.load(settings.BANYAN_PACKS)
    rule = next(one for one in book.entries("alert_rule") if one.key == "more_complaints").on(LAST)
    started, processor = time.monotonic(), time.process_time()
    facts = queries.facts_of(rule, {})
    read = time.monotonic() - started
    stories: list[queries.Story] = []
    list(queries.watched(rule, facts, over=[LAST], stories=stories))
    took, spent = time.monotonic() - started, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.getloadavg()[0]
    print(f"{SERIES:,} series × {WEEKS} weeks, {rows:,} facts; load of the machine {load:.1f}")
    print(f"read {read:.1f} s, all {took:.1f} s ({spent:.1f} s of processor), {SERIES / took:,.0f} series a second")
    print(f"peak {peak:,.0f} MB, making the facts included; {len(stories)} alert(s): ", end="")
    print(", ".join(f"{one.first.product} {sorted(one.counties)}" for one in stories))
    share = SERIES / MANY
    missed = [name for name, is_missed in (
        ("time", took > SECONDS * max(share, 0.1)), ("memory", peak > MEGABYTES),
        ("the wave", not any(one.first.product == "p-0" and "county-7" in one.counties for one in stories)),
    ) if is_missed]  # fmt: skip
    print("missed: " + ", ".join(missed) if missed else "all bounds reached")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
