"""Findings: the facts that rules of credit count, each with its points, from which day until which.

They depend on the facts and on the rules alone, on no day: a file of them lies sorted by firm, so that a night weighs
all firms in one pass and a page reads one firm without the others. It is made anew when either has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial, reduce
from pathlib import Path
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.judgement.credit.queries.succession import MERGED, rule_of, with_taken_over
from banyan.kit import engine
from banyan.kit.durable import held, write_durably
from banyan.policy.forms import AllOf, AnyOf, Compare, Fixed, Stepped

SCALE = "credit.scale"
NEVER = date(9000, 1, 1)
"""Stands for the end of what has none, far enough from the last day that can be counted with."""
ROWS_TOGETHER = 16_384
KEPT_FILES = 4

COLUMNS = {
    **dict.fromkeys(("rule", "kind", "key", "organisation", "found_at", "product", "item"), "string"),
    **dict.fromkeys(("fact", "source", "points"), "int64"), "value": "float64", "evenly": "boolean",
    **dict.fromkeys(("begins", "ends", "counts_from", "happened_on", "covered"), "date"),
    **dict.fromkeys(("known_at", "until"), "timestamp"),
}  # fmt: skip

Told = Callable[[str], Any]


def rules_of(book: policy.Book) -> list[Any]:
    """The rules of credit in force, in the order of the packs."""
    return list(book.entries("credit_rule"))


def findings(book: policy.Book | None = None) -> Any:
    """All findings that were ever told, with `known_at` and `until` (when replaced or withdrawn), as a table.

    `found_at` is the firm of the record, another than `organisation` where that one took it over by a merger; it
    counts there from the day `counts_from`.
    """
    book = book or policy.load(settings.BANYAN_PACKS)
    rules = rules_of(book)
    if settings.BANYAN_ENGINE == "spark":
        return with_taken_over(counted_by(rules), book)
    path = _file_of(rules, rule_of(book))
    if not path.exists():
        with held(path.parent / "writing.lock"):
            if not path.exists():
                write_durably(path, partial(_write, with_taken_over(counted_by(rules), book)))
                _sweep(path.parent)
    return engine.read([str(path)])


def counted_by(rules: Sequence[Any], told: Told | None = None) -> Any:
    """What some rules count of the facts that `told` gives for a kind: every fact that was ever told, by default."""
    import ibis
    import pyarrow as pa

    told = told or (lambda kind: facts.history([kind]))
    parts = [
        part
        for rule in rules
        for kind in next(one.any_of for one in rule.filters if one.column == "kind")
        for part in _of_rule(rule, told(kind))
    ]
    if not parts:  # no pack has a rule of credit
        return ibis.memtable(pa.Table.from_pylist([], schema=ibis.schema(COLUMNS).to_pyarrow()))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _of_rule(rule: Any, table: Any) -> list[Any]:
    """A rule's findings of one kind, apart for each of its dated values: the one of the day of the finding counts."""
    for one in rule.filters:
        column = table[one.column]
        among = column.isin(list(one.any_of)) if one.any_of is not None else None
        table = table.filter(column.notnull() == bool(one.known) if among is None else among)
    lapses = rule.dated == "lapsed"
    covered = table.until_on.coalesce(_day(NEVER)) if lapses else _nothing("date")
    begins = _later(covered, days=1) if lapses else table.happened_on
    table = table.filter(table.organisation.notnull()).mutate(begins=begins, covered=covered)
    starts = sorted(rule.values)
    ends: list[date] = [*starts[1:], NEVER + timedelta(days=2)]
    return [
        _points(rule, rule.values[since], table.filter(table.begins >= _day(since), table.begins < _day(until)))
        for since, until in zip(starts, ends, strict=True)
        if rule.values[since] is not None
    ]


def _points(rule: Any, item: Any, table: Any) -> Any:
    import ibis

    if item.when is not None:
        table = table.filter(_holds(item.when, table))
    return table.select(
        rule=ibis.literal(rule.key), kind=table.kind, key=table.key, fact=table.fact, source=table.source,
        organisation=table.organisation, found_at=table.organisation, product=table["product"], item=table["item"],
        value=table["value"], begins=table.begins, ends=_later(table.begins, months=item.months),
        points=(_amount(item.points, table) * float(item.weight) * 100 + 0.5).floor().cast("int64"),
        evenly=ibis.literal(item.fades == "evenly"), counts_from=table.begins, happened_on=table.happened_on,
        covered=table.covered, known_at=table.known_at, until=table["until"],
    ).cast(COLUMNS)  # fmt: skip


def _amount(form: Any, table: Any) -> Any:
    """The amount of a declared form as a column; a term that is not known is 0."""
    import ibis

    if isinstance(form, Fixed):
        return ibis.literal(float(form.fixed))
    if isinstance(form, Stepped):
        beyond = (_term(table, form.per) - float(form.above)).fill_null(0.0)
        reached = float(form.base) + float(form.step) * ibis.greatest(beyond, 0.0)
        return reached if form.most is None else ibis.least(reached, float(form.most))
    value = _term(table, form.look_up)
    bounded = [(value <= float(band.upto), float(band.value)) for band in form.bands if band.upto is not None]
    return ibis.cases(*bounded, else_=float(form.bands[-1].value)) if bounded else float(form.bands[-1].value)


def _term(table: Any, name: str) -> Any:
    return table[name].cast("float64").fill_null(0.0)


def _holds(condition: Any, table: Any) -> Any:
    """Whether a declared condition holds; of what is not known, only that it is something else."""
    if isinstance(condition, AllOf):
        return reduce(lambda one, other: one & other, [_holds(one, table) for one in condition.all_of])
    if isinstance(condition, AnyOf):
        return reduce(lambda one, other: one | other, [_holds(one, table) for one in condition.any_of])
    return _compared(condition, table)


def _compared(condition: Compare, table: Any) -> Any:
    column, plain = table[condition.term], isinstance(condition.value, bool | str)
    value = condition.value if plain else float(condition.value)
    tests = {
        ">=": column >= value, ">": column > value, "<=": column <= value, "<": column < value,
        "=": column == value, "!=": column != value,
    } if not plain else {"=": column == value, "!=": column != value}  # fmt: skip
    return tests[condition.op].fill_null(condition.op == "!=")


def _day(day: date) -> Any:
    import ibis

    return ibis.literal(day.isoformat()).cast("date")


def _later(day: Any, **term: int) -> Any:
    """A day so much later. DuckDB makes an instant of it, which Ibis takes for a day and would not turn back."""
    import ibis

    return (day + ibis.interval(**term)).cast("timestamp").cast("date")


def _nothing(type_: str) -> Any:
    import ibis

    return ibis.null(type_)


# ---------------------------------------------------------------- the file


def _file_of(rules: Sequence[Any], succession: Any) -> Path:
    """Where the findings of these rules in the facts as they are now lie: by a digest of both."""
    kinds = {kind for rule in rules for one in rule.filters if one.column == "kind" for kind in one.any_of}
    segments = sorted((one.path, one.digest) for one in facts.live_segments(sorted(kinds | {MERGED})))
    written = [*rules, succession] if succession else rules
    said = repr([segments, list(COLUMNS), [(rule.key, rule.model_dump_json(exclude={"origin"})) for rule in written]])
    return Path(settings.BANYAN_DATA_DIR) / "credit" / f"{hashlib.sha256(said.encode()).hexdigest()[:20]}.parquet"


def _write(table: Any, to: Path) -> None:
    table.order_by("organisation", "fact", "rule").to_parquet(to, row_group_size=ROWS_TOGETHER)


def _sweep(folder: Path) -> None:
    """Leave the last few files: who began to read one before goes on reading it."""
    files = sorted(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT_FILES:]:
        path.unlink(missing_ok=True)
