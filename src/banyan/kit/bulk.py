"""Inserts and updates many records by one prepared statement, where the ORM would build SQL for every value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from django.db import connection, models
from django.db.models.base import ModelState

TEXTS = 1000  # in one question to PostgreSQL, so that its planner takes the index


def maker(model: type[models.Model]) -> Callable[..., Any]:
    """
    A function that makes unsaved records of a model from values by the stored names of its fields (`county_id`).

    A record comes out as Django's own constructor would make it, in a fifth of the time; a file of a million rows
    needs a million of them. No signal is sent. Raises TypeError for a name that is no stored field.
    """
    fields: list[Any] = list(model._meta.concrete_fields)
    fixed: dict[str, Any] = {}
    called: list[tuple[str, Callable[[], Any]]] = []
    for field in fields:
        if field.has_default() and callable(field.default):
            called.append((field.attname, field.get_default))
        else:
            fixed[field.attname] = field.get_default()

    known = {field.attname for field in fields}
    most = len(known | {"_state"})

    def make(**values: Any) -> Any:
        record = model.__new__(model)
        stored = record.__dict__
        stored["_state"] = ModelState()
        stored.update(fixed)
        for name, default in called:
            if name not in values:
                stored[name] = default()
        stored.update(values)
        if len(stored) > most:
            raise TypeError(f"{model.__name__} stores no {', '.join(sorted(values.keys() - known))}")
        return record

    return make


def loaded(queryset: models.QuerySet[Any]) -> list[Any]:
    """The records of a plain queryset as Django would load them, without the cost of its constructor for each."""
    model: type[models.Model] = queryset.model
    alias = queryset.db
    names = [field.attname for field in model._meta.concrete_fields]
    records = []
    for row in queryset.values_list(*names):
        record = model.__new__(model)
        state = record.__dict__["_state"] = ModelState()
        state.adding, state.db = False, alias
        record.__dict__.update(zip(names, row, strict=True))
        records.append(record)
    return records


def insert(records: Sequence[models.Model]) -> None:
    """Insert records of one model. A field that the database numbers itself is left to it."""
    if not records:
        return
    model, alias = type(records[0]), connection.alias
    names = _stored_names(model)
    insert_rows(model, names, _rows(records, names))
    for record in records:
        state = record._state
        state.adding, state.db = False, alias


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of a model without building a record for each; values are as the database takes them."""
    statement = _inserting(model, tuple(names), connection.vendor)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    else:
        _run_many(statement, rows)


def rows_in(
    model: type[models.Model], field: str, values: Collection[str], names: Sequence[str]
) -> list[tuple[Any, ...]]:  # fmt: skip
    """The named fields of all rows whose field has one of the texts, in no order; for thousands of texts at once."""
    if not values:
        return []
    statement = _looking_up(model, field, tuple(names), connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(statement, [orjson.dumps(list(values)).decode()])
            return cursor.fetchall()
        found: list[tuple[Any, ...]] = []
        asked = list(values)
        for start in range(0, len(asked), TEXTS):
            found += cursor.execute(statement, [asked[start : start + TEXTS]]).fetchall()
        return found


def instants() -> Callable[[datetime], Any]:
    """A function that turns an instant with its zone into what the database takes, at a fifth of Django's time."""
    if connection.vendor == "sqlite":
        return lambda value: str(value.astimezone(UTC).replace(tzinfo=None))
    return lambda value: value


def update(records: Sequence[models.Model], names: Sequence[str]) -> None:
    """Update the named fields of records of one model, found by primary key."""
    if not records:
        return
    model = type(records[0])
    statement = _updating(model, tuple(names), connection.vendor)
    _run_many(statement, _rows(records, (*names, model._meta.pk.name)))


@cache
def _stored_names(model: type[models.Model]) -> tuple[str, ...]:
    """The fields that an insert fills: all but those that the database numbers itself."""
    fields = model._meta.local_concrete_fields
    return tuple(field.name for field in fields if not isinstance(field, models.AutoField))


@cache
def _inserting(model: type[models.Model], names: tuple[str, ...], vendor: str) -> str:
    meta: Any = model._meta
    columns = ", ".join(_name(meta.get_field(name).column) for name in names)
    table = _name(meta.db_table)
    if vendor == "postgresql":
        return f"COPY {table} ({columns}) FROM STDIN"
    marks = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our models


@cache
def _looking_up(model: type[models.Model], field: str, names: tuple[str, ...], vendor: str) -> str:
    meta: Any = model._meta
    columns = ", ".join(_name(meta.get_field(name).column) for name in names)
    among = "IN (SELECT value FROM json_each(%s))" if vendor == "sqlite" else "= ANY(%s)"
    return f"SELECT {columns} FROM {_name(meta.db_table)} WHERE {_name(meta.get_field(field).column)} {among}"  # noqa: S608


@cache
def _updating(model: type[models.Model], names: tuple[str, ...], vendor: str) -> str:
    meta: Any = model._meta
    settings = ", ".join(f"{_name(meta.get_field(name).column)} = %s" for name in names)
    return f"UPDATE {_name(meta.db_table)} SET {settings} WHERE {_name(meta.pk.column)} = %s"  # noqa: S608


@cache
def _reading(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[Any, list[tuple[int, Any]]]:
    """How the named fields are read from records, and which of them are converted for the database."""
    meta: Any = model._meta
    fields = [meta.get_field(name) for name in names]
    converters = [(place, convert) for place, field in enumerate(fields) if (convert := _converter(field))]
    return values_of([field.attname for field in fields]), converters


def _rows(records: Sequence[models.Model], names: Sequence[str]) -> list[Sequence[Any]]:
    stored, converters = _reading(type(records[0]), tuple(names), connection.vendor)
    rows = list(map(stored, map(vars, records)))
    if not converters:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, convert in converters:
        columns[place] = [None if value is None else convert(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


def values_of(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """A reader of the named fields from the `vars` of a loaded record, without the cost of Django's descriptors."""
    if len(names) == 1:
        return lambda stored: (stored[names[0]],)
    return itemgetter(*names)


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """How a field's value is handed to the database, or None where the value itself will do."""
    target, ops = getattr(field, "target_field", field), connection.ops
    if isinstance(target, models.DateTimeField):
        return ops.adapt_datetimefield_value
    if isinstance(target, models.DateField):
        return ops.adapt_datefield_value
    if isinstance(target, models.JSONField | models.DecimalField | models.FileField):
        return lambda value: target.get_db_prep_save(value, connection)
    if isinstance(target, models.BooleanField) and connection.vendor == "sqlite":
        return int
    return None


def _run_many(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
