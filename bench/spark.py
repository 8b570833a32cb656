"""The same questions over 50 M facts on DuckDB and on Spark, and what 10^9 facts would ask of either.

Peer: Spark in local mode on the same two cores, the same files and the same expressions, runs in turn; the answers
must be equal. No bound on Spark's time: on one machine DuckDB is the engine, Spark is for those who have a cluster.
The figures for 10^9 facts are these times in proportion to the rows: both engines read every row group once.
Run: python bench/spark.py [rows]     Needs the lock of Spark (make cluster installs it) and a Java 17.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import facts_query

A_NATION = 1_000_000_000
KNOWN_ON = date(2022, 6, 30)


def main() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from banyan.kit import engine

    call_command("migrate", verbosity=0)
    files = facts_query.make()
    on_disk = sum(Path(path).stat().st_size for path in files)
    print(f"{facts_query.ROWS:,} facts, {on_disk / 2**20:,.0f} MB: {on_disk / facts_query.ROWS:.1f} bytes a fact")

    answers: dict[str, dict[str, Any]] = {}
    seconds: dict[str, dict[str, float]] = {}
    for name in ("duckdb", "spark"):
        settings.BANYAN_ENGINE = name
        engine.leave()
        started = time.perf_counter()
        if name == "spark":
            _local_session()
        engine.backend()
        begun = time.perf_counter() - started
        answers[name], seconds[name] = _ask()
        seconds[name]["start"] = begun
        print(f"{engine.name():14} start {begun:5.1f} s   " + "   ".join(
            f"{question} {seconds[name][question]:6.2f} s" for question in answers[name]))  # fmt: skip
    print(f"peak memory: this process {_peak():,.0f} MB, Spark's {_of_java():,.0f} MB")

    times = A_NATION / facts_query.ROWS
    for question in answers["duckdb"]:
        ratio = seconds["spark"][question] / seconds["duckdb"][question]
        print(
            f"{question:12} Spark / DuckDB {ratio:5.1f}; 10^9 facts on these two cores: DuckDB "
            f"{seconds['duckdb'][question] * times:,.0f} s, Spark {seconds['spark'][question] * times:,.0f} s"
        )
    print(f"10^9 facts: {on_disk * times / 2**30:,.0f} GB on disk")
    differ = [question for question in answers["duckdb"] if answers["duckdb"][question] != answers["spark"][question]]
    groups = {question: len(rows) for question, rows in answers["duckdb"].items()}
    print(f"groups {groups}, questions that differ: {len(differ)}")
    return int(bool(differ) or not all(groups.values()))


def _local_session() -> None:
    from pyspark.sql import SparkSession

    asked = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "6g",
             "spark.sql.shuffle.partitions": "8", "spark.driver.host": "127.0.0.1"}  # fmt: skip
    SparkSession.builder.master("local[2]").config(map=asked).getOrCreate()


def _ask() -> tuple[dict[str, Any], dict[str, float]]:
    """Answers in order, and the best of three times, of each question."""
    answers, seconds = {}, {}
    for name, question in _questions().items():
        times = []
        for _round in range(3):
            started = time.perf_counter()
            rows = question()
            times.append(time.perf_counter() - started)
        answers[name] = sorted(tuple(row.values()) for row in rows)
        seconds[name] = min(times)
    return answers, seconds


def _questions() -> dict[str, Callable[[], Any]]:
    from banyan.base.facts import queries

    def rate(known_on: date | None) -> Any:
        told = queries.facts([facts_query.KIND], known_on=known_on)
        told = told.mutate(y=told.happened_on.year(), q=told.happened_on.quarter())
        counted = told.group_by(["county", "industry", "y", "q"])
        return counted.agg(n=told.count(), p=told.passed.cast("int32").sum()).to_pyarrow().to_pylist()

    return {"today": lambda: rate(None), "known on K": lambda: rate(KNOWN_ON)}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def _of_java() -> float:
    """The memory that Java holds now, in MB: the greatest process of that name."""
    listed = subprocess.run(["ps", "-C", "java", "-o", "rss="], capture_output=True, text=True, check=False).stdout
    return max((int(line) for line in listed.split()), default=0) / 2**10


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(facts_query.FOLDER, ignore_errors=True)
