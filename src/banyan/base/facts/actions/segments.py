"""Segments as files: written whole or not at all, entered in the catalogue, swept when nobody entered them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import transaction

from banyan.base.facts.facts import HEADER, Kind
from banyan.base.facts.models import Segment
from banyan.base.facts.queries import store
from banyan.kit import clock
from banyan.kit.durable import held

ROW_GROUP = 122_880


def one_writer() -> AbstractContextManager[None]:
    """Let one process at a time collect, compact or rebuild: two would tell facts twice, or sweep away new files."""
    return held(Path(settings.BANYAN_DATA_DIR) / "facts.lock")


def write(sql: Any, kind: Kind, table: str) -> list[Segment]:
    """Write the rows of a table of facts as one segment a year. Nothing is in the catalogue yet.

    Rows that replace earlier ones go to segments of their own: a question "as known on K" then reads the
    few files that replace something, and no others, to know what to leave out. A name is never used again:
    the same facts may be written anew while the old file is read.
    """
    written = []
    groups = sql.execute(
        "SELECT year(happened_on), supersedes IS NOT NULL, count(*), "
        "min(known_at), max(known_at), min(fact), max(fact) "
        f"FROM {table} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for year, superseding, rows, known_from, known_until, first, last in groups:
        mark = "b" if superseding else "a"
        name = f"{kind.name}/{year or 0}/{first}-{last}{mark}-{token_hex(4)}.parquet"
        digest = store().write(name, partial(_copy, sql, kind, table, year, superseding))
        written.append(
            Segment(
                kind=kind.name, year=year or 0, path=name, rows=rows,
                superseding=rows if superseding else 0, known_from=known_from.replace(tzinfo=UTC),
                known_until=known_until.replace(tzinfo=UTC), digest=digest,
            )
        )  # fmt: skip
    return written


def enter(segments: Iterable[Segment]) -> None:
    """Put written segments into the catalogue; call it in the transaction that moves the watermark."""
    Segment.objects.bulk_create(segments)


def replace(old: Iterable[Segment], written: Iterable[Segment]) -> None:
    """Retire segments and enter those that replace them, in one transaction. The files stay until they are swept."""
    with transaction.atomic():
        Segment.objects.filter(pk__in=[segment.pk for segment in old]).update(retired_at=clock.now())
        enter(written)


def sweep_orphans() -> int:
    """Remove files that no catalogue row names: what a crash between file and catalogue left behind."""
    known = set(Segment.objects.values_list("path", flat=True))
    orphans = [name for name in store().names() if name not in known]
    for name in orphans:
        store().remove(name)
    return len(orphans)


def _copy(sql: Any, kind: Kind, table: str, year: int | None, superseding: bool, to: Path) -> None:
    columns = ", ".join(
        f"'{kind.name}' AS kind" if name == "kind" else "version AS source" if name == "source" else f'"{name}"'
        for name in (*HEADER, *kind.content)
    )
    which = "year(happened_on) IS NOT DISTINCT FROM ? AND (supersedes IS NOT NULL) = ?"
    target = str(to).replace("'", "''")
    sql.execute(
        f"COPY (SELECT {columns} FROM {table} WHERE {which} ORDER BY happened_on, fact) "
        f"TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})",
        [year, superseding],
    )
