"""The closure in time order as it is written for a cluster, on Spark, beside the one in memory, on the same edges.

The join of docs/how-to/grow.md is repeated until nothing new comes. Edges lie in buckets by their source and sorted
within, so that a round moves what is new and reads the edges where they lie. Peer: `banyan.science.lineage`, which
holds all edges in the memory of one process; both must find the same lots at the same moments. No bound on Spark's
time: on one machine the memory is faster by far, and with so few edges a round costs what starting its tasks costs.
Run: python bench/closure.py [edges]     Needs the lock of Spark (make cluster installs it) and a Java 17.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from banyan.science import lineage

PAGE = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "grow.md"
EDGES, STAGES, BUCKETS = 2_000_000, 9, 8
UNTIL = 400  # days; the edges of the last stage go on to day 539


def main() -> int:
    edges = int(sys.argv[1]) if len(sys.argv) > 1 else EDGES
    source, target, at = layered(edges, seed=20121)
    begun = time.perf_counter()
    graph = lineage.Graph.from_edges(source, target, at=at)
    print(f"{edges:,} edges; in memory: built in {time.perf_counter() - begun:.1f} s")
    folder = Path(tempfile.mkdtemp(prefix="banyan-closure-"))
    try:
        spark = session(folder)
        begun = time.perf_counter()
        lay_out(spark, folder / "edges", source, target, at)
        print(
            f"Spark {spark.version}, local[2]: laid out in {BUCKETS} buckets in {time.perf_counter() - begun:.1f} s"
        )
        differ = 0
        for name, start in (("one lot", [3]), ("a thousand lots", list(range(1000)))):
            told: list[float] = []
            begun = time.perf_counter()
            found = repeated(spark, start, until=UNTIL, tell=told.append)
            seconds = time.perf_counter() - begun
            begun = time.perf_counter()
            closure = graph.forward(start, until=UNTIL)
            memory = time.perf_counter() - begun
            differ += found != beyond(closure, start)
            print(f"{name}: {len(found):,} lots, in memory {memory * 1000:.1f} ms, on Spark {seconds:.1f} s, rounds "
                  + " ".join(f"{one:.1f}" for one in told))  # fmt: skip
        print(f"answers that differ: {differ}")
        return int(bool(differ))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def layered(edges: int, *, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stages of lots, each edge from a lot of one stage to one of the next, on a day of some two months of its stage.

    Two months of neighbouring stages meet by half, so that the order of time leaves much out.
    """
    chance = np.random.default_rng(seed)
    size, lots = edges // (STAGES - 1), edges // (STAGES - 1) * 3 // 8
    source, target, at = [], [], []
    for stage in range(STAGES - 1):
        source.append(chance.integers(stage * lots, (stage + 1) * lots, size))
        target.append(chance.integers((stage + 1) * lots, (stage + 2) * lots, size))
        at.append(chance.integers(stage * 60, stage * 60 + 120, size))
    return np.concatenate(source), np.concatenate(target), np.concatenate(at)


def session(folder: Path) -> Any:
    """Spark on two cores of this machine, with its tables in a folder."""
    from pyspark.sql import SparkSession

    asked = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "4g",
        "spark.sql.shuffle.partitions": str(BUCKETS), "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(folder),
    }  # fmt: skip
    return SparkSession.builder.master("local[2]").config(map=asked).getOrCreate()


def lay_out(spark: Any, folder: Path, source: Any, target: Any, at: Any) -> None:
    """The table `edges` in a folder, in buckets by the source."""
    import pyarrow as pa

    told = pa.table({"source": pa.array(source, pa.int64()), "target": pa.array(target, pa.int64()),
                     "moment": pa.array(at, pa.int64())})  # fmt: skip
    frame = spark.createDataFrame(told)
    bucketed = frame.write.mode("overwrite").bucketBy(BUCKETS, "source").sortBy("source")
    bucketed.option("path", str(folder)).saveAsTable("edges")


def join() -> str:
    """One round, as the page has it."""
    [found] = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    return str(found)


def repeated(
    spark: Any, start: Sequence[int], *, until: int, tell: Callable[[float], object] = lambda _seconds: None
) -> dict[int, int]:  # fmt: skip
    """Each lot that was reached, with its earliest moment, without the start; `tell` hears how long a round took."""
    fresh = found = spark.createDataFrame([(one, -1) for one in start], "thing bigint, moment bigint")
    while True:
        begun = time.perf_counter()
        fresh.createOrReplaceTempView("fresh")
        found.createOrReplaceTempView("found")
        fresh = spark.sql(join().replace(":until", str(until))).localCheckpoint()
        tell(time.perf_counter() - begun)
        if fresh.isEmpty():
            return {row.thing: row.moment for row in found.collect() if row.moment >= 0}
        found = found.unionByName(fresh).groupBy("thing").min("moment")
        found = found.withColumnRenamed("min(moment)", "moment").localCheckpoint()


def beyond(closure: lineage.Closure, start: Sequence[int]) -> dict[int, int]:
    """The same of the closure in memory."""
    others = ~np.isin(closure.nodes, start)
    return dict(zip(closure.nodes[others].tolist(), closure.moments[others].tolist(), strict=True))


if __name__ == "__main__":
    sys.exit(main())
