"""Tables as Parquet files and back, with a digest of their rows that no database and no order of rows changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

ROWS = 20_000

NOT_CARRIED = {
    "admin.logentry": "what the library notes of its own forms; ours are events",
    "auth.permission": "the library's, made with the tables",
    "auth.group": "rights are roles of packs",
    "auth.group_permissions": "rights are roles of packs",
    "contenttypes.contenttype": "the library's, made with the tables",
    "django_tasks_database.dbtaskresult": "work that waited on the old machine",
    "kit.person_groups": "rights are roles of packs",
    "kit.person_user_permissions": "rights are roles of packs",
    "kit.tally": "how often something was tried within these minutes",
    "sessions.session": "who was signed in on the old machine",
}
"""Tables that stay behind, and why."""


class Told(NamedTuple):
    """How many rows a table had, and a digest of what they said."""

    rows: int
    digest: str


def carried() -> list[type[models.Model]]:
    """The tables that are carried, in an order that names no table before those it refers to where that can be."""
    return [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in NOT_CARRIED and model._meta.managed and not model._meta.proxy
    ]  # fmt: skip


def write(model: type[models.Model], path: Path, *, each: Callable[[int], object]) -> Told:
    """Write the rows of a table, some thousands at a time. `each` hears how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = list(model._meta.concrete_fields)
    schema = pa.schema([(field.column, _kind(field).arrow()) for field in fields])
    told = _Digest()
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for rows in _batches(model, fields):
            columns = [
                [_kind(field).stored(value) for value in column]
                for field, column in zip(fields, zip(*rows, strict=True), strict=True)
            ]
            told.add(columns)
            file.write_table(pa.table([pa.array(column, type=schema.field(place).type)
                                       for place, column in enumerate(columns)], schema=schema))  # fmt: skip
            each(len(rows))
    return told.told()


def read(model: type[models.Model], path: Path, *, each: Callable[[int], object]) -> Told:
    """Enter the rows of a file into an empty table, in the caller's transaction.

    Raises ValueError for columns other than the table's.
    """
    import pyarrow.parquet as pq

    fields = list(model._meta.concrete_fields)
    told = _Digest()
    with pq.ParquetFile(path) as file:
        if list(file.schema_arrow.names) != [field.column for field in fields]:
            raise ValueError(f"{path.name} has the columns {', '.join(file.schema_arrow.names)}")
        insert = _insert(model, fields)
        for batch in file.iter_batches(batch_size=ROWS):
            columns = [column.to_pylist() for column in batch.columns]
            told.add(columns)
            prepared = [
                [None if value is None else _prepared(field, value) for value in column]
                for field, column in zip(fields, columns, strict=True)
            ]
            with connection.cursor() as cursor:
                cursor.executemany(insert, list(zip(*prepared, strict=True)))
            each(batch.num_rows)
    return told.told()


def settle(entered: Sequence[type[models.Model]]) -> None:
    """Let the next numbers of tables follow the highest that was entered."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(entered)):
            cursor.execute(statement)


def _prepared(field: models.Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(_kind(field).given(value), connection)


def _insert(model: type[models.Model], fields: Sequence[models.Field[Any, Any]]) -> str:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    marks = ", ".join("%s" for _field in fields)
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608


def _batches(model: type[models.Model], fields: Sequence[models.Field[Any, Any]]) -> Iterator[list[tuple[Any, ...]]]:
    """All rows of a table by their keys, never all at once."""
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    batch: list[tuple[Any, ...]] = []
    for row in rows.iterator(chunk_size=ROWS):
        batch.append(row)
        if len(batch) == ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


class _Digest:
    """The sum of the SHA-256 of rows: the same for the same rows, in whatever order."""

    def __init__(self) -> None:
        self.rows, self.sum = 0, 0

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        for row in zip(*columns, strict=True):
            digest = hashlib.sha256(orjson.dumps(row, default=_said)).digest()
            self.sum += int.from_bytes(digest, "big")
            self.rows += 1

    def told(self) -> Told:
        return Told(self.rows, f"{self.sum % 2**256:064x}")


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no place in a carried table")


# ---------------------------------------------------------------- what a field's values are in a file


class _Kind(NamedTuple):
    """The Arrow type of a column, and how its values become what is stored and again what a field is given."""

    type: str
    stored: Callable[[Any], Any]
    given: Callable[[Any], Any]

    def arrow(self) -> Any:
        import pyarrow as pa

        return pa.timestamp("us", tz="UTC") if self.type == "timestamp" else getattr(pa, self.type)()


def _as_it_is(value: Any) -> Any:
    return value


def _in_utc(value: Any) -> Any:
    return None if value is None else value.astimezone(UTC)


def _text(value: Any) -> Any:
    return None if value is None else str(value)


def _json(value: Any) -> Any:
    return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _bytes(value: Any) -> Any:
    return None if value is None else bytes(value)


_PLAIN = partial(_Kind, stored=_as_it_is, given=_as_it_is)
_WHOLE = [f"{size}IntegerField" for size in ("", "Big", "Small", "Positive", "PositiveBig", "PositiveSmall")]
KINDS = {
    "BooleanField": _PLAIN("bool_"),
    "DateField": _PLAIN("date32"),
    "DateTimeField": _Kind("timestamp", _in_utc, _as_it_is),
    "DecimalField": _Kind("string", _text, Decimal),
    "FloatField": _PLAIN("float64"),
    "UUIDField": _Kind("string", _text, UUID),
    "JSONField": _Kind("string", _json, orjson.loads),
    "BinaryField": _Kind("binary", _bytes, _as_it_is),
    **dict.fromkeys(("CharField", "TextField", "SlugField", "FileField", "GenericIPAddressField", "EmailField",
                     "URLField"), _Kind("string", _text, _as_it_is)),
    **dict.fromkeys(("AutoField", "BigAutoField", *_WHOLE), _PLAIN("int64")),
}  # fmt: skip
"""By the sort of field that Django names."""


def _kind(field: models.Field[Any, Any]) -> _Kind:
    while field.remote_field is not None and isinstance(field, models.ForeignKey):
        field = field.target_field
    return KINDS[field.get_internal_type()]
