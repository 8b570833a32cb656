"""Collection: record versions above the watermark become facts in new segments, column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Count

from banyan.base.facts.actions import segments
from banyan.base.facts.facts import Kind, kinds
from banyan.base.facts.models import Segment, Watermark
from banyan.base.facts.queries import live_segments, segment_paths
from banyan.base.registry import queries as registry
from banyan.kit import arrow, engine
from banyan.kit.events import last_number
from banyan.kit.models import Version

CHUNK = 150_000
MEMBERS_AT_MOST = 1000  # a fact's number is its version's number times this, plus the member's place

DUCKDB_TYPES = {
    "string": "VARCHAR", "date": "DATE", "float64": "DOUBLE", "int64": "BIGINT",
    "boolean": "BOOLEAN", "timestamp": "TIMESTAMP",
}  # fmt: skip
IBIS_TYPES = {sql: ibis for ibis, sql in DUCKDB_TYPES.items()}


def collect(
    *, on: date | None = None, cut: int | None = None, only: Collection[str] | None = None
) -> dict[str, Any]:  # fmt: skip
    """Turn all versions up to the event `cut` (default: the last one) into facts. Repeating changes nothing.

    `only` names the kinds that are wanted now; the others are left to a later call. Kinds that have other columns in
    this version of the house are told anew first. Returns how many facts each kind
    gained, replaced ones and withdrawals included.
    """
    with segments.one_writer():
        return gather(cut=cut, only=only)


def gather(*, cut: int | None, only: Collection[str] | None = None) -> dict[str, Any]:
    """The same for whoever is the one writer already."""
    upto = last_number() if cut is None else cut
    segments.sweep_orphans()
    renew(only=only)
    gained = {}
    for name, kind in kinds().items():
        if only is not None and name not in only:
            continue
        gained[name] = 0
        for after, until in _spans(kind, reached(name), upto):
            written = write_chunk(kind, after, until, before=live_segments([name]))
            _enter_chunk(kind, after, until, written)
            gained[name] += sum(segment.rows for segment in written)
    return {"upto": upto, "facts": gained}


def fit() -> list[str]:
    """Fit the facts to a new version of the house, before its pages read columns that are not there; the kinds."""
    with segments.one_writer():
        return renew()


def renew(*, only: Collection[str] | None = None) -> list[str]:
    """Tell the facts of those kinds anew that have other columns now than when they were told; for the one writer."""
    told = dict(Watermark.objects.values_list("kind", "columns"))
    kept = {name: kind for name, kind in kinds().items() if only is None or name in only}
    changed = [kind for name, kind in kept.items() if told.get(name, kind.columns) != kind.columns]
    for kind in changed:
        tell_anew(kind)
    return [kind.name for kind in changed]


def reached(name: str) -> int:
    """The last event whose versions are in the segments of a kind."""
    return Watermark.objects.filter(kind=name).values_list("event", flat=True).first() or 0


def tell_anew(kind: Kind) -> int:
    """Derive the facts of a kind anew from the versions, to the same event, in place of the old ones; how many."""
    upto = reached(kind.name)
    written: list[Segment] = []
    for after, until in _spans(kind, 0, upto):
        written += write_chunk(kind, after, until, before=written)
    with transaction.atomic():
        demand_watermark(kind, upto)
        segments.replace(live_segments([kind.name]), written)
        Watermark.objects.filter(kind=kind.name).update(columns=kind.columns)
    return sum(segment.rows for segment in written)


def _spans(kind: Kind, start: int, upto: int) -> Iterator[tuple[int, int]]:
    """Ranges of events (from, to] with at most about CHUNK versions each, oldest first."""
    rows = 0
    last = start
    counts = (
        Version.objects.filter(noun=kind.noun, event__gt=start, event__lte=upto)
        .values_list("event")
        .annotate(rows=Count("id"))
        .order_by("event")
    )
    for event, count in counts.iterator(chunk_size=5000):
        if rows and rows + count > CHUNK:
            yield start, last
            start, rows = last, 0
        rows += count
        last = event
    if upto > start:
        yield start, upto


def write_chunk(kind: Kind, after: int, upto: int, *, before: Sequence[Segment]) -> list[Segment]:
    """Write the facts of one range of events that follows what some segments tell. Nobody reads them yet."""
    versions = _versions(kind, after, upto)
    if versions is None:
        return []
    sql = engine.cursor()
    try:
        map_versions(sql, kind, versions)
        del versions
        _keep_changes(sql, kind, before)
        return segments.write(sql, kind, "changes")
    finally:
        for name in ("mapped", "told", "changes"):
            sql.execute(f"DROP TABLE IF EXISTS {name}")


def _enter_chunk(kind: Kind, after: int, upto: int, written: Sequence[Segment]) -> None:
    """Enter the segments of one range of events, with the watermark, in one transaction."""
    with transaction.atomic():
        demand_watermark(kind, after)
        Watermark.objects.update_or_create(kind=kind.name, defaults={"event": upto, "columns": kind.columns})
        segments.enter(written)


def demand_watermark(kind: Kind, after: int) -> None:
    """Raise unless the facts of a kind still end where this collection began: nothing is ever told twice."""
    rows = Watermark.objects.select_for_update().filter(kind=kind.name)
    found = rows.values_list("event", flat=True).first() or 0
    if found != after:
        raise RuntimeError(f"{kind.name} was collected to event {found} by another process, not to {after}")


def _versions(kind: Kind, after: int, upto: int) -> Any:
    """The versions of a range as one table of Arrow; None where there are none."""
    # Texts are read as bytes in UTF-8, the instant in UTC as one: no row needs another object of Python's.
    if connection.vendor == "sqlite":
        key, at, state = (f"CAST({name} AS BLOB)" for name in ("key", "at", "state"))
    else:
        at = "to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        key, at, state = (f"convert_to({text}, 'UTF8')" for text in ("key", at, "state"))
    statement = (
        f"SELECT id, {key}, event, {at}, {state} FROM kit_version "
        "WHERE noun = %s AND event > %s AND event <= %s ORDER BY event, id"
    )
    parts = [table_of_versions(*zip(*rows, strict=True)) for rows in _batches(statement, [kind.noun, after, upto])]
    return arrow.joined(parts) if parts else None


def table_of_versions(
    numbers: Sequence[int], keys: Sequence[bytes], events: Sequence[int], recorded: Sequence[bytes],
    states: Sequence[bytes],
) -> Any:  # fmt: skip
    """Versions as the table of Arrow that `map_versions` takes; texts in UTF-8, instants in UTC."""
    return arrow.table(
        version=arrow.whole(numbers), key=arrow.texts(keys), event=arrow.whole(events),
        recorded=arrow.texts(recorded), state=arrow.texts(states),
    )  # fmt: skip


def _typed(kind: Kind) -> str:
    """The SQL that gives the states of versions the kind's types, one row per version or per member."""
    structure: dict[str, Any] = dict(kind.reads)
    fields = ", ".join(f"s.{_quote(name)} AS {_quote(name)}" for name in kind.reads)
    if kind.each:
        structure[kind.each] = [dict(kind.member)]
        fields += "".join(f", m.{_quote(name)} AS {_quote('member_' + name)}" for name in kind.member)
    shape = orjson.dumps(structure).decode().replace("'", "''")
    source = f"(SELECT version, key, event, recorded, json_transform(state, '{shape}') AS s FROM versions)"
    ordinal = "0"
    if kind.each:
        each, ordinal = _quote(kind.each), "ordinal"
        source = (
            "(SELECT version, key, event, recorded, s, "
            f"generate_subscripts(s.{each}, 1) - 1 + {kind.first} AS ordinal, unnest(s.{each}) AS m FROM {source})"
        )
    return (
        "SELECT version, key, event, CAST(recorded AS TIMESTAMP) AS known_at, "
        f"{ordinal} AS ordinal, {fields} FROM {source}"
    )


def _batches(statement: str, parameters: list[Any], size: int = 2_000) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of a raw read, a batch at a time; on PostgreSQL through a cursor of the server.

    Small batches are the faster ones: their rows are still in the processor's cache when they become columns.
    """
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        with transaction.atomic(), connection.connection.cursor(name="banyan_collect") as rows:
            rows.itersize = size
            rows.execute(statement, parameters)
            while batch := rows.fetchmany(size):
                yield batch
    else:
        with connection.cursor() as rows:
            rows.execute(statement, parameters)
            while batch := rows.fetchmany(size):
                yield batch


def map_versions(sql: Any, kind: Kind, versions: Any) -> None:
    """Let the kind's own expressions name the columns of facts, in one pass over the versions."""
    sql.register("versions", versions)
    sql.execute(f"CREATE OR REPLACE TEMP VIEW typed AS {_typed(kind)}")
    mapped = mapping(kind.name)
    if above := registry.counties_of_townships():
        townships, counties = ([name.encode() for name in names] for names in zip(*above.items(), strict=True))
        sql.register("townships", arrow.table(key=arrow.texts(townships), county=arrow.texts(counties)))
        mapped = _IN_COUNTIES.format(mapped=mapped)
    sql.execute(f"CREATE OR REPLACE TEMP TABLE mapped AS SELECT *, {_said(kind)} AS said FROM ({mapped})")
    sql.execute("DROP VIEW typed")
    sql.unregister("versions")
    if above:
        sql.unregister("townships")


_IN_COUNTIES = """
    SELECT told.* REPLACE (
        coalesce(here.county, told.county) AS county, here.key AS township,
        coalesce(there.county, told.origin_county) AS origin_county
    )
    FROM ({mapped}) AS told
    LEFT JOIN townships AS here ON told.county = here.key
    LEFT JOIN townships AS there ON told.origin_county = there.key
"""


@lru_cache(maxsize=256)
def mapping(name: str) -> str:
    import ibis

    kind = kinds()[name]

    schema = {name: IBIS_TYPES[type_] for name, type_ in kind.reads.items()}
    schema |= {f"member_{name}": IBIS_TYPES[type_] for name, type_ in kind.member.items()}
    base = {"version": "int64", "key": "string", "event": "int64", "known_at": "timestamp", "ordinal": "int64"}
    typed = ibis.table({**base, **schema}, name="typed")
    yielded = dict(kind.yields(typed))
    columns = {name: _column(yielded, name, type_) for name, type_ in {"holds": "boolean", **kind.content}.items()}
    strangers = set(yielded) - set(columns) - {"key"}
    if strangers:
        raise ValueError(f"{kind.name} yields undeclared columns {sorted(strangers)}")
    key = typed.key if not kind.each else typed.key + "#" + typed.ordinal.cast("string")
    mapped = typed.select(
        key=yielded.get("key", key), version=typed.version, event=typed.event, known_at=typed.known_at,
        fact=typed.version * MEMBERS_AT_MOST + typed.ordinal, **columns,
    )  # fmt: skip
    return str(ibis.to_sql(mapped, dialect="duckdb"))


def _column(yielded: Mapping[str, Any], name: str, type_: str) -> Any:
    import ibis

    if name not in yielded:
        return ibis.null(type_)
    return yielded[name].cast(type_)


def _keep_changes(sql: Any, kind: Kind, before: Sequence[Segment]) -> None:
    """Keep a version's fact only where it says something else than the fact before it.

    The fact before is the last one of the same key: in this chunk, or among the facts that stand.
    A fact that no longer holds becomes a withdrawal; what never held leaves no trace. What two facts say is
    compared by a hash of 64 bits of all their columns.
    """
    # A version that does not hold says nothing unless a fact stands before it, and most keys are told of once:
    # only the others are looked at in their order, and of these no more than what the comparison needs.
    sql.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE told AS
        WITH stands AS ({_standing(kind, before)}), concerned AS (
            SELECT key, event, fact, coalesce(holds, false) AS holds, said FROM mapped
            UNION ALL SELECT key, -1, fact, true, said FROM stands
        ), again AS (
            SELECT * FROM concerned WHERE key IN (
                SELECT key FROM concerned GROUP BY key HAVING count(*) > 1 AND bool_or(holds)
            )
        ), compared AS (
            SELECT *, coalesce(lag(holds) OVER own, false) AS held, lag(said) OVER own AS said_before
            FROM again WINDOW own AS (PARTITION BY key ORDER BY event, fact)
        )
        SELECT key, event, fact, NOT holds AS retracted, is_change,
               CASE WHEN is_change THEN lag(CASE WHEN is_change THEN fact END IGNORE NULLS) OVER own END AS supersedes
        FROM (SELECT *, CASE WHEN holds THEN NOT held OR said <> said_before ELSE held END AS is_change FROM compared)
        WINDOW own AS (PARTITION BY key ORDER BY event, fact)
        """
    )
    sql.execute(
        """
        CREATE OR REPLACE TEMP TABLE changes AS
        SELECT mapped.*, told.supersedes, coalesce(told.retracted, false) AS retracted
        FROM mapped LEFT JOIN told ON mapped.fact = told.fact AND told.event >= 0
        WHERE coalesce(told.is_change, mapped.holds)
        """
    )


def _standing(kind: Kind, before: Sequence[Segment]) -> str:
    """A relation (key, fact, said) of the facts that stand by some segments and whose keys occur in this chunk.

    A retracted last fact stands for nothing said, but what follows must still name it: it is left out, and the
    next fact starts anew.
    """
    files = segment_paths(before)
    if not files:
        return "SELECT key, fact, said FROM mapped WHERE false"
    told = f"read_parquet([{', '.join(_text(file) for file in files)}], union_by_name = true)"
    return (
        f"SELECT key, fact, {_said(kind)} AS said FROM {told} WHERE key IN (SELECT key FROM mapped) "
        f"AND NOT retracted AND fact NOT IN (SELECT supersedes FROM {told} WHERE supersedes IS NOT NULL)"
    )


def _said(kind: Kind) -> str:
    """The SQL of a hash of all that a fact says."""
    return f"hash({', '.join(_quote(name) for name in kind.content)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
