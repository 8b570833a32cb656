"""Keeping segments in order: compaction, rebuilding, sweeping retired files. Readers never miss a fact meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from banyan.base.facts.actions import segments
from banyan.base.facts.actions.collecting import tell_anew
from banyan.base.facts.facts import kinds
from banyan.base.facts.models import Segment
from banyan.base.facts.queries import live_segments, segment_paths, store
from banyan.kit import clock, engine

SEGMENTS_AT_MOST = 8  # of one kind, year and sort; more are compacted into one
RETIRED_FOR = timedelta(hours=1)  # a reader that began before a retirement still finds its files this long


def compact(*, on: date | None = None, cut: int | None = None) -> dict[str, Any]:
    """Merge the segments of each kind and year that have become many, in one transaction each."""
    with segments.one_writer():
        merged = _compact()
        return {"merged": merged, "swept": sweep()}


def _compact() -> int:
    merged = 0
    crowded = (
        Segment.objects.filter(retired_at=None)
        .values_list("kind", "year")
        .annotate(files=Count("id"))
        .filter(files__gt=SEGMENTS_AT_MOST)
    )
    for name, year, _files in list(crowded):
        old = [segment for segment in live_segments([name]) if segment.year == year]
        sql = engine.cursor()
        sql.execute(
            "CREATE OR REPLACE TEMP TABLE merged AS "
            "SELECT * EXCLUDE (source), source AS version FROM read_parquet(?, union_by_name = true)",
            [segment_paths(old)],
        )
        written = segments.write(sql, kinds()[name], "merged")
        sql.execute("DROP TABLE merged")
        segments.replace(old, written)
        merged += len(old)
    return merged


def rebuild(*, kind: str = "") -> dict[str, Any]:
    """Derive the facts of a kind (or of all) anew from the versions, to the same event, in place of the old ones.

    Readers see the old facts until the new ones are there, whole; who has begun to read the old ones finishes.
    """
    chosen = [kind] if kind else list(kinds())
    with segments.one_writer():
        segments.sweep_orphans()
        return {"facts": {name: tell_anew(kinds()[name]) for name in chosen}}


def sweep() -> int:
    """Remove the files of segments that were retired long enough ago."""
    past = Segment.objects.filter(retired_at__lt=clock.now() - RETIRED_FOR)
    gone = list(past.values_list("path", flat=True))
    past.delete()
    for path in gone:
        store().remove(path)
    return len(gone)
