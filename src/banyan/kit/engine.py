"""The column engine: one Ibis backend per process, embedded DuckDB unless BANYAN_ENGINE names another."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

THREADS = int(os.environ.get("BANYAN_ENGINE_THREADS", "2"))
MEMORY = os.environ.get("BANYAN_ENGINE_MEMORY", "1GB")
KEPT_TABLES = 200

_local = threading.local()
_start = threading.Lock()


def backend() -> Any:
    """The Ibis backend of this thread (a DuckDB connection may not be shared between threads)."""
    if not hasattr(_local, "backend"):
        _local.backend = _spark() if settings.BANYAN_ENGINE == "spark" else _duckdb()
    return _local.backend


def name() -> str:
    """The engine and its version, as receipts print it."""
    if settings.BANYAN_ENGINE == "spark":
        import pyspark

        return f"pyspark {pyspark.__version__}"
    import duckdb

    return f"duckdb {duckdb.__version__}"


def read(files: Sequence[str]) -> Any:
    """One Ibis table over Parquet files that share their columns by name (a missing column reads as null).

    Files never change once they are written, so their columns are looked at once in each thread.
    """
    tables: dict[tuple[str, ...], Any] = _local.__dict__.setdefault("files", {})
    if (key := tuple(files)) not in tables:
        merging = {"mergeSchema": True} if settings.BANYAN_ENGINE == "spark" else {"union_by_name": True}
        tables[key] = backend().read_parquet(list(files), **merging)
    return tables[key]


def kept(key: Hashable, build: Callable[[], Any]) -> Any:
    """The Ibis table that `build` gives for a key, made once in this thread while it is among the last asked for.

    On DuckDB it is a view of the connection, so that a question asked of it compiles without what lies below it.
    The key must name all that the table depends on.
    """
    tables: OrderedDict[Hashable, Any] = _local.__dict__.setdefault("tables", OrderedDict())
    if key in tables:
        tables.move_to_end(key)
        return tables[key]
    tables[key] = table = _as_view(build())
    if len(tables) > KEPT_TABLES:
        _key, oldest = tables.popitem(last=False)
        _drop_view(oldest)
    return table


def _as_view(table: Any) -> Any:
    if settings.BANYAN_ENGINE == "spark":
        return table
    import ibis
    from ibis.expr.operations import DatabaseTable

    name = ibis.util.gen_name("kept")
    backend().raw_sql(f"CREATE TEMP VIEW {name} AS {ibis.to_sql(table, dialect='duckdb')}")
    return DatabaseTable(name=name, schema=table.schema(), source=backend()).to_expr()


def _drop_view(table: Any) -> None:
    if settings.BANYAN_ENGINE != "spark":
        backend().raw_sql(f"DROP VIEW IF EXISTS {table.get_name()}")


def cursor() -> Any:
    """A raw DuckDB cursor of this thread, for collection, which works on embedded DuckDB whatever the engine."""
    if not hasattr(_local, "cursor"):
        _local.cursor = _base().cursor()
    return _local.cursor


def _duckdb() -> Any:
    import ibis

    return ibis.duckdb.from_connection(_base().cursor())


def _base() -> Any:
    with _start:
        return _shared_connection(os.getpid())


@lru_cache(maxsize=1)
def _shared_connection(_process: int) -> Any:
    import duckdb

    return duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY, "preserve_insertion_order": False})


@lru_cache(maxsize=1)
def _spark() -> Any:
    import ibis
    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName("banyan").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    return ibis.pyspark.connect(session)
