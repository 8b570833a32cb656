"""The column engine: one Ibis backend per process, embedded DuckDB unless BANYAN_ENGINE names another."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

THREADS = int(os.environ.get("BANYAN_ENGINE_THREADS", "2"))
MEMORY = os.environ.get("BANYAN_ENGINE_MEMORY", "1GB")

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
    """One Ibis table over Parquet files that share their columns by name (a missing column reads as null)."""
    if settings.BANYAN_ENGINE == "spark":
        return backend().read_parquet(list(files), mergeSchema=True)
    return backend().read_parquet(list(files), union_by_name=True)


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
