"""The column engine: one Ibis backend per process, embedded DuckDB unless BANYAN_ENGINE names another."""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from banyan.kit.stores import filesystem

THREADS = int(os.environ.get("BANYAN_ENGINE_THREADS", "2"))
MEMORY = os.environ.get("BANYAN_ENGINE_MEMORY", "1GB")
KEPT_TABLES = 200
KEPT_ROWS = 20_000  # about 5 MB each
COMPILED_QUESTIONS = 1000
ASKED = "asked_table"  # stands for the table in a compiled question

Value = date | Sequence[str]

_local = threading.local()
_start = threading.Lock()
_compiled: OrderedDict[Hashable, tuple[str, Any]] = OrderedDict()  # SQL and its columns, by key, columns and shape


def backend() -> Any:
    """The Ibis backend of this thread (a DuckDB connection may not be shared between threads)."""
    if not hasattr(_local, "backend"):
        _local.backend = _spark() if settings.BANYAN_ENGINE == "spark" else _duckdb()
    return _local.backend


def leave() -> None:
    """Forget this thread's engine, its connection and what it read: for tests, which change the settings."""
    _local.__dict__.clear()
    _shared_connection.cache_clear()


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
        tables[key] = _view_of_files(files)
    return tables[key]


def _view_of_files(files: Sequence[str]) -> Any:
    """Ibis' own readers will not do: DuckDB's wants an extension for an object store, Spark's takes one path."""
    import ibis

    name = ibis.util.gen_name("files")
    if settings.BANYAN_ENGINE == "spark":
        _session().read.option("mergeSchema", True).parquet(*files).createOrReplaceTempView(name)
    else:
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        backend().raw_sql(
            f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet([{listed}], union_by_name = true)"  # noqa: S608
        )
    return backend().table(name)


def kept(key: Hashable, build: Callable[[], Any], *, rows: int | None = None) -> Any:
    """The Ibis table that `build` gives for a key, made once in this thread while it is among the last asked for.

    On DuckDB it is a view of the connection, so that a question asked of it compiles without what lies below it; or,
    where there are at most so many `rows` that reading them again costs more than keeping them, a table of its own.
    The key must name all that the table depends on.
    """
    tables: OrderedDict[Hashable, Any] = _local.__dict__.setdefault("tables", OrderedDict())
    if key in tables:
        tables.move_to_end(key)
        return tables[key]
    shape = "TABLE" if rows is not None and rows <= KEPT_ROWS else "VIEW"
    tables[key] = table = _made(shape, build())
    if len(tables) > KEPT_TABLES:
        _key, oldest = tables.popitem(last=False)
        _drop(oldest)
    return table


def nothing(schema: Any) -> Any:
    """A table of these columns (an Ibis schema) without rows, made once: questions of it are compiled once too."""
    import ibis
    from ibis.expr.operations import DatabaseTable

    if settings.BANYAN_ENGINE == "spark":
        return ibis.memtable(schema.to_pyarrow().empty_table(), schema=schema)
    tables: dict[Any, Any] = _local.__dict__.setdefault("nothing", {})
    if schema not in tables:
        name = ibis.util.gen_name("nothing")
        backend().create_table(name, schema=schema, temp=True)
        tables[schema] = DatabaseTable(name=name, schema=schema, source=backend()).to_expr()
    return tables[schema]


def _made(shape: str, table: Any) -> Any:
    if settings.BANYAN_ENGINE == "spark":
        return table
    import ibis
    from ibis.expr.operations import DatabaseTable

    name = ibis.util.gen_name(f"kept_{shape.lower()}")
    backend().raw_sql(f"CREATE TEMP {shape} {name} AS {ibis.to_sql(table, dialect='duckdb')}")
    return DatabaseTable(name=name, schema=table.schema(), source=backend()).to_expr()


def _drop(table: Any) -> None:
    if settings.BANYAN_ENGINE != "spark":
        name = table.get_name()
        backend().raw_sql(f"DROP {'TABLE' if '_table' in name else 'VIEW'} IF EXISTS {name}")


def answer(
    key: Hashable,
    table: Any,
    build: Callable[[Any, Mapping[str, Any]], Any],
    values: Mapping[str, Value],
    *,
    columns: Collection[str] | None = None,
) -> Any:
    """The rows, as Arrow, of the expression that `build` gives for a table and values (days, lists of texts).

    The key must name all else that the expression depends on. On DuckDB it is compiled once for each key, columns
    of the table and number of values: most of a question's time goes into compiling it, and less where `columns`
    names those that it needs. A table that is not `kept` is asked without that.
    """
    import ibis
    from ibis.expr.operations import DatabaseTable

    if settings.BANYAN_ENGINE == "spark" or not isinstance(table.op(), DatabaseTable):
        return build(table, {name: _literal(value) for name, value in values.items()}).to_pyarrow()
    marks, bound = _marked(values)
    schema = {name: type_ for name, type_ in table.schema().items() if columns is None or name in columns}
    shape = (key, tuple(schema.items()), tuple((name, str(mark)) for name, mark in marks.items()))
    if (compiled := _compiled.get(shape)) is None:
        asked = ibis.table(schema, name=ASKED)
        expression = build(asked, {name: _literal(mark) for name, mark in marks.items()})
        sql = re.sub(r"'§(\d+)§'", r"$v\1", str(ibis.to_sql(expression, dialect="duckdb")))
        _compiled[shape] = compiled = sql, expression.schema().to_pyarrow()
        if len(_compiled) > COMPILED_QUESTIONS:
            _compiled.popitem(last=False)
    sql, columns = compiled
    found = backend().con.execute(sql.replace(f'"{ASKED}"', f'"{table.get_name()}"'), bound)
    return found.to_arrow_table().cast(columns)


def _marked(values: Mapping[str, Value]) -> tuple[dict[str, Any], dict[str, str]]:
    """Texts that stand for values while a question is compiled, and the values by the names they are bound to."""
    marks: dict[str, Any] = {}
    bound: dict[str, str] = {}
    for name, value in values.items():
        texts = [value.isoformat()] if isinstance(value, date) else value
        places = range(len(bound), len(bound) + len(texts))
        bound |= {f"v{place}": text for place, text in zip(places, texts, strict=True)}
        marks[name] = [f"§{place}§" for place in places] if not isinstance(value, date) else _Day(f"§{places[0]}§")
    return marks, bound


class _Day(str):
    """The text of a day, or what stands for it."""

    __slots__ = ()


def _literal(value: Any) -> Any:
    import ibis

    if isinstance(value, date | _Day):
        return ibis.literal(str(value)).cast("date")
    return list(value)


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

    connection = duckdb.connect(
        config={"threads": THREADS, "memory_limit": MEMORY, "preserve_insertion_order": False}
    )
    connection.execute("SET GLOBAL parquet_metadata_cache = true")  # files never change once they are written
    if "://" in settings.BANYAN_FACTS:
        connection.register_filesystem(filesystem(settings.BANYAN_FACTS))
    return connection


@lru_cache(maxsize=1)
def _spark() -> Any:
    import ibis

    return ibis.pyspark.connect(_session())


@lru_cache(maxsize=1)
def _session() -> Any:
    """One session for all threads. Master, memory and the rest stand in Spark's own spark-defaults.conf."""
    from pyspark.sql import SparkSession

    return SparkSession.builder.appName("banyan").config("spark.sql.session.timeZone", "UTC").getOrCreate()
