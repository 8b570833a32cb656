"""Intake of a generated file of results: rows a second for parse and check, and for all of it into the register.

Beside it in the same run the peer: the same file by Python's csv module and one plain executemany into one SQLite
table, which checks nothing, joins nothing, keeps no version and could not be undone. Times are processor time. Memory
is the most that a process of its own ever has for itself (anonymous pages, looked at every 20 ms; pages of the
database's file that the system lends it are not its own). The smaller file is large enough to fill the database's
caches; several times the rows may then add a twentieth. It fails where a bound is missed.

    python bench/intake.py            20,000 rows into the register; memory of the check to a million rows
    python bench/intake.py --whole    also a million rows into the register (about ten minutes)
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

COLUMNS = ("样品名称", "食品大类", "标称生产企业名称", "被抽样单位", "生产日期", "批号", "项目分类", "检验项目",
           "单位", "检验结果", "标准值", "判定", "公布单位", "公布日期")  # fmt: skip
PRODUCTS = ("大米", "酱油", "挂面", "桂圆干", "茶叶", "豆干", "鱼丸", "米粉", "线面", "食用油")
ITEMS = ("铅(以Pb计)", "菌落总数", "二氧化硫残留量", "苯甲酸", "镉(以Cd计)", "水分")
PARSED, TAKEN_IN, GROWTH = 20_000, 3_000, 1.05
FULL = 150_000  # rows that fill the caches of the database: from here on memory may not grow
DAY = date(2025, 6, 2)


def write(path: Path, rows: int) -> None:
    """A file of results: a third of the rows name an item, a fiftieth repeat one, a hundredth are wrong."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(rows):
            lot = number - 1 if number % 50 == 49 else number
            failed = lot % 3 == 0
            tested = ("污染物", ITEMS[lot % 6], "mg/kg", f"{chance.random():.3f}", "≤0.2") if failed else ("",) * 5
            day = "2031-01-01" if number % 100 == 50 else f"2025-0{1 + lot % 5}-1{lot % 9}"
            made = f"2024-11-{1 + lot % 28:02}"
            goods = (
                PRODUCTS[lot % 10],
                "粮食加工品",
                f"榕江{lot % 700}食品厂",
                f"南街{lot % 900}超市",
                made,
                f"B{lot}",
            )
            writer.writerow([*goods, *tested, "不合格" if failed else "合格", "某市市场监督管理局", day])


def spent(work: Any) -> tuple[float, Any]:
    """Processor seconds of a piece of work, and what it gave."""
    start = time.process_time()
    given = work()
    return time.process_time() - start, given


def peer(path: Path, folder: Path) -> int:
    """The same rows by csv and executemany into one table."""
    database = sqlite3.connect(folder / "peer.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(f"CREATE TABLE rows ({', '.join(f'c{place}' for place in range(len(COLUMNS)))})")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        marks = ", ".join("?" * len(COLUMNS))
        count = database.executemany(f"INSERT INTO rows VALUES ({marks})", reader).rowcount
    database.commit()
    return count


def parsed(sources: Any, mapping: Any) -> int:
    """Every row read and checked, none entered."""
    from banyan.edge.intake.queries.files import lines
    from banyan.edge.intake.queries.targets import target_of
    from banyan.kit import rights

    target = target_of(mapping, by=rights.System("bench"), on=DAY)
    return sum(1 for line in lines(sources, mapping, on=DAY) if target.checked(line.fate) is not None)


def begin(folder: Path) -> None:
    """An empty installation in a folder, unless BANYAN_DATABASE_URL names a database."""
    os.environ["BANYAN_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "banyan.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def peak_of(path: Path, step: str) -> float:
    """Peak memory in MB of a process that does one step of an intake of the file."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, "--only", step, str(path), folder], capture_output=True, text=True, check=True
        )
    return float(json.loads(done.stdout.splitlines()[-1])["peak"])


class Peak(threading.Thread):
    """Looks how much memory the process has for itself, and keeps the most."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.start()

    def run(self) -> None:
        while True:
            self.look()
            time.sleep(0.02)

    def look(self) -> None:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        self.most = max(self.most, int(status["RssAnon"].split()[0]))


def only(step: str, path: Path, folder: Path) -> None:
    """One step in this process; prints its peak memory."""
    begin(folder)
    peak = Peak()
    from banyan.edge.intake import actions, queries
    from banyan.edge.intake.actions.checking import try_files
    from banyan.kit import rights

    by, mapping = rights.System("bench"), queries.mapping_named("cn-food-spotcheck", into="inspection")
    sources = queries.sources_of([path])
    if step == "check":
        record = actions.begin_import(mapping=mapping, sources=sources, state="checking", by=by, on=DAY)
        try_files(record=record, sources=sources, mapping=mapping, by=by)
    else:
        actions.import_files(mapping=mapping, sources=sources, by=by, on=DAY)
    peak.look()
    print(json.dumps({"peak": peak.most / 1024}))


def speeds(path: Path, rows: int, folder: Path) -> list[str]:
    """Measure parse and check, the whole intake and the peer; what misses its bound."""
    from banyan.edge.intake import actions, queries
    from banyan.kit import rights

    mapping, sources = queries.mapping_named("cn-food-spotcheck", into="inspection"), queries.sources_of([path])
    by = rights.System("bench")
    by_peer, _count = spent(lambda: peer(path, folder))
    checking, _count = spent(lambda: parsed(sources, mapping))
    taking, record = spent(lambda: actions.import_files(mapping=mapping, sources=sources, by=by, on=DAY))
    counts = record.counts
    print(f"peer, csv + executemany       {rows / by_peer:10,.0f} rows/s (checks nothing)")
    print(f"parse and check               {rows / checking:10,.0f} rows/s (at least {PARSED:,})")
    print(f"all of it into the register   {rows / taking:10,.0f} rows/s (at least {TAKEN_IN:,})")
    print(f"                              {taking / by_peer:10.1f} times the peer's time")
    print(
        "  "
        + ", ".join(f"{name} {counts[name]:,}" for name in ("read", "accepted", "unchanged", "refused", "records"))
    )
    wrong = (
        [] if counts["read"] == rows == counts["accepted"] + counts["unchanged"] + counts["refused"] else ["counts"]
    )
    wrong += [] if rows / checking >= PARSED else ["parse and check"]
    return wrong + ([] if rows / taking >= TAKEN_IN else ["into the register"])


def memory(step: str, few: int, many: int, folder: Path) -> list[str]:
    """Peak memory at two sizes."""
    peaks = []
    for rows in (few, many):
        path = folder / f"{rows}.csv"
        write(path, rows)
        peaks.append(peak_of(path, step))
        path.unlink()
    print(f"peak memory, {step:16} {peaks[0]:6.0f} MB at {few:9,} rows, {peaks[1]:6.0f} MB at {many:9,} rows")
    print(f"                              {peaks[1] / peaks[0]:10.2f} times as much (at most {GROWTH})")
    return [] if peaks[1] <= GROWTH * peaks[0] else [f"memory of {step}"]


def main() -> int:
    """Run the bench; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--whole", action="store_true", help="a million rows into the register too")
    parser.add_argument("--only", nargs=3, metavar=("STEP", "FILE", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        step, path, folder = asked.only
        only(step, Path(path), Path(folder))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin(folder / "data")
        path = folder / "speed.csv"
        write(path, asked.rows)
        missed = speeds(path, asked.rows, folder)
        missed += memory("check", 100_000, 1_000_000, folder)
        missed += memory("register", FULL, 2 * FULL, folder)
        if asked.whole:
            missed += memory("register", FULL, 1_000_000, folder)
    print("missed: " + ", ".join(missed) if missed else "all bounds kept")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
