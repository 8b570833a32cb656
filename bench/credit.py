"""The nightly weighing of credit: all firms from all facts, one firm explained, and a draft rule tried on all.

Peer: one statement of plain DuckDB SQL, written by hand, over the same Parquet files, that gives the same points of
the same firms; equal sums are demanded. Bounds: 1 M firms with 20 M facts weighed from the facts in under 3 minutes
and 4 GB, a single explanation under 50 ms, a draft rule over 100,000 firms under 60 s.
Run: python bench/credit.py [firms] [facts]
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

FIRMS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
FACTS = int(sys.argv[2]) if len(sys.argv) > 2 else 20 * FIRMS
ON = date(2026, 6, 1)
YEARS = range(2023, 2026)
FOLDER = Path(tempfile.mkdtemp(prefix="banyan-bench-"))
os.environ.update(BANYAN_DATA_DIR=str(FOLDER), DJANGO_SETTINGS_MODULE="banyan.config.settings",
                  BANYAN_DATABASE_URL=f"sqlite:///{FOLDER}/bench.sqlite3", BANYAN_ENGINE_MEMORY="2GB")  # fmt: skip
SHARES = {"inspection.sample_judged": 0.8, "casework.fined": 0.1, "complaints.closed": 0.1}
COLUMNS = {
    "inspection.sample_judged": {
        "scheme": "['product_supervision', 'food_supervision', 'risk_monitoring'][(1 + hash(i + 1) % 3)::BIGINT]",
        "passed": "hash(i + 2) % 100 < 93",
        "grade": "CASE WHEN hash(i + 3) % 10 = 0 THEN 'serious' ELSE 'general' END",
    },
    "casework.fined": {"value": "[0, 3000, 20000, 100000, 500000][(1 + hash(i + 4) % 5)::BIGINT]::DOUBLE"},
    "complaints.closed": {"track": "['report', 'complaint'][(1 + hash(i + 5) % 2)::BIGINT]",
                          "outcome": "['filed', 'settled', 'failed'][(1 + hash(i + 6) % 3)::BIGINT]"},
}  # fmt: skip


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from banyan.base.registry.models import Organisation
    from banyan.judgement.credit import actions, queries
    from banyan.judgement.credit.models import Grade
    from banyan.kit import clock

    call_command("migrate", verbosity=0)
    files = make()
    for start in range(0, FIRMS, 100_000):
        many = range(start, min(start + 100_000, FIRMS))
        Organisation.objects.bulk_create(Organisation(key=f"o-{i}", name=f"firm {i}") for i in many)
    size = sum(Path(one).stat().st_size for of in files.values() for one in of) / 2**20
    print(f"{FIRMS:,} firms, {FACTS:,} facts in {sum(map(len, files.values()))} segments, {size:,.0f} MB")
    within = True
    with clock.fixed_at(ON):
        taken, ours = timed(lambda: queries.weighed(on=ON, known_on=ON))
        print(f"weighed from the facts  {taken:7.1f} s   {len(ours):,} firms with findings that count")
        again, _same = timed(lambda: queries.weighed(on=ON, known_on=ON))
        print(f"weighed again           {again:7.1f} s   findings are there already, as for another day")
        peer, theirs = timed(lambda: by_hand(files))
        print(f"plain SQL by hand       {peer:7.1f} s   ratio {taken / peer:.2f}, again {again / peer:.2f}")
        equal = {one.firm: one.points for one in ours} == theirs
        print(f"the same points of the same firms: {'yes' if equal else 'NO'}")
        night, told = timed(lambda: actions.weigh(on=ON))
        print(f"nightly step, first     {night:7.1f} s   {told['regraded']:,} grades entered, each with its version")
        second, told = timed(lambda: actions.weigh(on=ON))
        print(f"nightly step, repeated  {second:7.1f} s   {told['regraded']:,} grades entered")
        within &= equal and taken + night < 180
        firms = [f"o-{(place * 7919) % FIRMS}" for place in range(200)]
        times = sorted(timed(lambda firm=firm: queries.explained(firm=firm, on=ON))[0] for firm in firms)
        middle, high, most = (1e3 * one for one in (statistics.median(times), times[189], times[-1]))
        print(f"one firm explained      median {middle:.1f} ms, p95 {high:.1f} ms, slowest {most:.1f} ms")
        within &= times[189] < 0.05
        drafted, lines = timed(draft)
        print(f"a draft rule over all   {drafted:7.1f} s   {lines:,} grades would change")
        within &= drafted < 60 or FIRMS > 100_000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"grades kept {Grade.objects.count():,}, peak memory {peak:.2f} GB, load {os.getloadavg()[0]:.1f}")
    shutil.rmtree(FOLDER)
    return 0 if within and peak < 4 else 1


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = do()
    return time.perf_counter() - started, found


def make() -> dict[str, list[str]]:
    """Segments as collection writes them: a file a year of each kind, and one of rows that replace some of them."""
    from banyan.base.facts.facts import HEADER, kinds
    from banyan.base.facts.models import Segment
    from banyan.kit import clock, engine

    sql = engine.cursor()
    types = {"string": "VARCHAR", "date": "DATE", "float64": "DOUBLE", "int64": "BIGINT", "boolean": "BOOLEAN"}
    files: dict[str, list[str]] = {}
    for at, (kind, share) in enumerate(SHARES.items()):
        content, per_year = kinds()[kind].content, int(FACTS * share) // len(YEARS)
        for place, year in enumerate(YEARS):
            for mark, count, step in (("a", per_year, 1), ("b", per_year // 50, 50)):
                first = at * 10 * FACTS + place * per_year
                known = {
                    "kind": f"'{kind}'", "key": f"'r-' || (i + {first})",
                    "fact": f"(i + {first + (5 * FACTS if mark == 'b' else 0)}) * 1000",
                    "supersedes": f"(i + {first}) * 1000" if mark == "b" else "NULL::BIGINT",
                    "known_at": f"TIMESTAMP '{year}-01-02' + INTERVAL (i * 31000000 // {per_year}) SECOND"
                    + (" + INTERVAL 60 DAY" if mark == "b" else ""),
                    "event": "i", "source": f"i + {first}",
                    "retracted": "hash(i) % 2 = 0" if mark == "b" else "false",
                    "happened_on": f"DATE '{year}-01-01' + (i * 364 // {per_year})::INTEGER",
                    "organisation": f"'o-' || (hash(i + {first}) % {FIRMS})", **COLUMNS[kind],
                }  # fmt: skip
                columns = ", ".join(f'{known.get(name) or "NULL::" + types.get(type_, "TIMESTAMP")} AS "{name}"'
                                    for name, type_ in {**HEADER, **content}.items())  # fmt: skip
                path = FOLDER / "facts" / kind / str(year) / f"{mark}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                sql.execute(
                    f"COPY (SELECT {columns} FROM (SELECT i * {step} AS i FROM range({count}) r(i))) TO '{path}' "
                    "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
                )
                Segment.objects.create(
                    kind=kind, year=year, path=str(path.relative_to(FOLDER / "facts")), rows=count,
                    superseding=count if mark == "b" else 0, known_from=datetime(year, 1, 2, tzinfo=clock.zone()),
                    known_until=datetime(year + 1, 4, 1, tzinfo=clock.zone()), digest="",
                )  # fmt: skip
                files.setdefault(kind, []).append(str(path))
    return files


def by_hand(files: dict[str, list[str]]) -> dict[str, int]:
    """The same points in one statement that knows the rules' numbers."""
    from banyan.kit import engine

    def told(kind: str) -> str:
        read = f"read_parquet({files[kind]!r}, union_by_name = true)"
        return (f"(SELECT * FROM {read} WHERE NOT retracted AND fact NOT IN "
                f"(SELECT supersedes FROM {read} WHERE supersedes IS NOT NULL))")  # fmt: skip

    samples, fines, closed = map(told, SHARES)
    failed = "NOT passed AND scheme ="
    statement = f"""
        WITH costs AS (
            SELECT organisation, happened_on AS begins, 24 AS months, 800 AS points, true AS evenly FROM {samples}
            WHERE {failed} 'product_supervision' AND grade <> 'serious'
            UNION ALL SELECT organisation, happened_on, 36, 1600, true FROM {samples}
            WHERE {failed} 'product_supervision' AND grade = 'serious'
            UNION ALL SELECT organisation, happened_on, 24, 1000, true FROM {samples}
            WHERE {failed} 'food_supervision'
            UNION ALL SELECT organisation, happened_on, 36, CASE WHEN value <= 0 THEN 200 WHEN value <= 5000 THEN 500
                WHEN value <= 50000 THEN 1000 WHEN value <= 200000 THEN 1800 ELSE 3000 END, true FROM {fines}
            UNION ALL SELECT organisation, happened_on, 12, 300, false FROM {closed}
            WHERE track = 'report' AND outcome = 'filed'
        ), terms AS (SELECT *, (begins + to_months(months))::DATE AS ends, DATE '{ON}' AS day FROM costs)
        SELECT organisation,
            sum(CASE WHEN evenly THEN points * (ends - day) // (ends - begins) ELSE points END)::BIGINT
        FROM terms WHERE begins <= day AND day < ends GROUP BY organisation
    """
    return dict(engine.cursor().execute(statement).fetchall())


def draft() -> int:
    """What a plain failure would change if it cost half as much again, over all firms."""
    from banyan.edge.rules import queries

    text = "points: {fixed: 12}\nmonths: 24\nfades: evenly\nwhen: {term: grade, op: '!=', value: serious}\n"
    days = queries.Bounds(ON, ON)
    found = queries.compare(
        rule="credit.failed_sample", definition=text, days=days, tell=lambda _done, _steps: None
    )  # fmt: skip
    return int(found["counts"]["grades"]["changed"])


if __name__ == "__main__":
    sys.exit(main())
