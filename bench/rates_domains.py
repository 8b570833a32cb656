"""Time of 10,000 clustered, weighted rates with variance over 5 M rows, against DuckDB adding the same sums.

DuckDB does only what a caller could hand to `rates.rate_from_sums`: it groups by domain, stratum and
primary unit and adds count, weight and weight passed. Ours goes from the rows to intervals. Both read columns
held in memory. Limit: five times DuckDB's time, in each of two shapes of data.
"""

from __future__ import annotations

import os
import platform
import sys
import time

import duckdb
import numpy as np

from banyan.science import rates

ROWS, DOMAINS, STRATA, LIMIT, REPEATS = 5_000_000, 10_000, 40, 5.0, 3
# Shape of the data: primary units per stratum, and in how many domains each of them occurs.
SHAPES = {"firms across domains": (500, None), "firms within one domain": (2_500, 1)}
SUMS = """
    select domain, stratum, firm, count(*) n, sum(weight) w, sum(case when passed then weight else 0 end) wy
    from samples group by all
"""


def made_up(shape: str) -> dict[str, np.ndarray]:
    """Return the columns of a seeded sample."""
    rng = np.random.default_rng(7)
    firms, spread = SHAPES[shape]
    stratum, firm = rng.integers(0, STRATA, ROWS), rng.integers(0, firms, ROWS)
    domain = rng.integers(0, DOMAINS, ROWS) if spread is None else (stratum * firms + firm) % DOMAINS
    return {
        "domain": domain,
        "stratum": stratum,
        "firm": firm,
        "weight": rng.uniform(1, 9, ROWS),
        "passed": rng.random(ROWS) < 0.93,
    }


def best_of(work) -> tuple[float, object]:
    """Return the shortest of the timed runs after one that warms up, and its result."""
    result = work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def compare(shape: str) -> bool:
    """Time both on one shape, print the figures, and return whether the limit is kept."""
    columns = made_up(shape)
    connection = duckdb.connect()
    connection.execute(f"set threads = {os.cpu_count()}")
    connection.register("columns", {k: np.ascontiguousarray(v) for k, v in columns.items()})
    connection.execute("create table samples as select * from columns")
    peer, sums = best_of(lambda: connection.execute(SUMS).fetchnumpy())
    ours, result = best_of(
        lambda: rates.stratified_rate(
            columns["passed"],
            stratum=columns["stratum"],
            weight=columns["weight"],
            cluster=columns["firm"],
            domain=columns["domain"],
        )
    )
    grouped, again = best_of(
        lambda: rates.rate_from_sums(
            sums["n"],
            sums["w"],
            sums["wy"],
            stratum=sums["stratum"],
            cluster=sums["firm"],
            domain=sums["domain"],
        )
    )
    if not np.allclose(result.standard_error, again.standard_error, atol=1e-10):
        raise SystemExit("the two ways disagree: the benchmark measures nothing")
    print(f"{shape}: {ROWS:,} rows, {len(result.value):,} domains, {len(sums['n']):,} groups")
    print(f"  DuckDB {duckdb.__version__} group-by of the sums   {peer:6.2f} s   ({os.cpu_count()} threads)")
    print(f"  stratified_rate from the rows    {ours:6.2f} s   (one thread)   ratio {ours / peer:.2f}")
    print(f"  rate_from_sums after DuckDB      {grouped:6.2f} s   (not counted: DuckDB's own time)")
    return ours <= LIMIT * peer


def main() -> int:
    """Run both shapes; return 1 when a limit is missed."""
    print(f"Python {platform.python_version()}, numpy {np.__version__}; data in memory, best of {REPEATS} warm runs")
    kept = [compare(shape) for shape in SHAPES]
    print(f"limit {LIMIT:g} times the peer: {'kept' if all(kept) else 'MISSED'}")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
