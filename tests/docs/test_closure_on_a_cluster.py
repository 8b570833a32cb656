"""The closure that is written for a cluster finds what the closure in memory finds."""

import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from banyan.science import lineage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "grow.md"


@pytest.mark.parametrize("seed", range(5))
def test_repeating_the_join_until_nothing_new_comes_is_the_closure_in_time_order(seed):
    [join] = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
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
        came = base.execute(join.replace(":until", str(until))).fetchall()

    closure = lineage.Graph.from_edges(source, target, at=at).forward(start, until=until)

    found = dict(base.execute("SELECT thing, moment FROM found WHERE thing NOT IN (0, 1)").fetchall())
    others = ~np.isin(closure.nodes, start)
    assert found == dict(zip(closure.nodes[others].tolist(), closure.moments[others].tolist(), strict=True))
