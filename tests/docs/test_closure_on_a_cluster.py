"""The closure that is written for a cluster finds what the closure in memory finds."""

import duckdb
import numpy as np
import pytest
from bench import closure

from banyan.science import lineage


@pytest.mark.parametrize("seed", range(5))
def test_repeating_the_join_until_nothing_new_comes_is_the_closure_in_time_order(seed):
    chance = np.random.default_rng(seed)
    source, target, at = chance.integers(0, 60, (3, 150))
    start, until = [0, 1], 50
    base = duckdb.connect()
    base.execute("CREATE TABLE edges (source BIGINT, target BIGINT, moment BIGINT)")
    base.executemany("INSERT INTO edges VALUES (?, ?, ?)", np.stack([source, target, at], axis=1).tolist())
    base.execute("CREATE TABLE found (thing BIGINT PRIMARY KEY, moment BIGINT)")
    base.execute("CREATE TABLE fresh (thing BIGINT, moment BIGINT)")
    came = [(one, -1) for one in start]
    while came:
        base.execute("DELETE FROM fresh")
        base.executemany("INSERT INTO fresh VALUES (?, ?)", came)
        base.execute("INSERT OR REPLACE INTO found FROM fresh")
        came = base.execute(closure.join().replace(":until", str(until))).fetchall()

    told = lineage.Graph.from_edges(source, target, at=at).forward(start, until=until)

    found = dict(base.execute("SELECT thing, moment FROM found WHERE thing NOT IN (0, 1)").fetchall())
    assert found == closure.beyond(told, start)


@pytest.mark.cluster
def test_spark_finds_the_same_at_the_same_moments(tmp_path):
    chance = np.random.default_rng(5)
    source, target, at = chance.integers(0, 300, (3, 900))
    spark = closure.session(tmp_path)
    closure.lay_out(spark, tmp_path / "edges", source, target, at)

    found = closure.repeated(spark, [0, 1], until=250)

    told = lineage.Graph.from_edges(source, target, at=at).forward([0, 1], until=250)
    assert found == closure.beyond(told, [0, 1])
    assert len(found) > 20
