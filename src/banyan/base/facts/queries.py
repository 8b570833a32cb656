"""Reads of facts: one Ibis table as known on any day, the catalogue, and the versions behind facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from banyan.base.facts.facts import HEADER, SHARED, kinds
from banyan.base.facts.models import Segment
from banyan.kit import clock, engine
from banyan.kit.durable import digest_of
from banyan.kit.models import Version


def facts(names: Sequence[str], *, known_on: date | None = None, years: Iterable[int] | None = None) -> Any:
    """The facts of some kinds that stand, as an Ibis table: as known at the end of `known_on`, or today.

    `years` limits what is read to days of these years. Every kind's own columns are there; another
    kind's rows are null in them.
    """
    segments = live_segments(names)
    if known_on is not None:
        end = clock.end_of_day(known_on)
        segments = [one for one in segments if one.known_from <= end]
    chosen = set(years) if years is not None else None
    of_years = [one for one in segments if chosen is None or one.year in chosen]
    if not of_years:
        return _no_facts(names)
    told = engine.read(segment_paths(of_years))
    replacing = [one for one in segments if one.superseding]
    if known_on is not None and any(one.known_until > end for one in of_years):
        told = told.filter(told.known_at <= _utc(end))
    if replacing:
        later = engine.read(segment_paths(replacing))
        if known_on is not None and any(one.known_until > end for one in replacing):
            later = later.filter(later.known_at <= _utc(end))
        told = told.anti_join(later.select("supersedes"), told.fact == later.supersedes)
        told = told.filter(~told.retracted)
    return told


def live_segments(names: Sequence[str]) -> list[Segment]:
    """The segments of some kinds that are in force."""
    unknown = [name for name in names if name not in kinds()]
    if unknown:
        raise ValueError(f"no room declares the kind {unknown[0]}; there are {', '.join(sorted(kinds()))}")
    return list(Segment.objects.filter(kind__in=names, retired_at=None).order_by("kind", "year", "path"))


def state() -> tuple[int, int]:
    """What the facts are now, in short: changes whenever a segment is entered, retired or dropped."""
    numbers = Segment.objects.filter(retired_at=None).aggregate(last=Max("id"), count=Count("id"))
    return numbers["last"] or 0, numbers["count"]


def segment_paths(segments: Iterable[Segment]) -> list[str]:
    """The files of segments."""
    return [f"{settings.BANYAN_DATA_DIR}/facts/{segment.path}" for segment in segments]


def faulty_segments() -> list[tuple[Segment, str]]:
    """The segments in force whose file is missing or is not what was written, with what is wrong."""
    found = []
    for segment in Segment.objects.filter(retired_at=None).order_by("path").iterator():
        (path,) = segment_paths([segment])
        try:
            if digest_of(path) != segment.digest:
                found.append((segment, "its content is not what was written"))
        except OSError as error:
            found.append((segment, f"it cannot be read: {error.strerror}"))
    return found


def versions_behind(sources: Sequence[int]) -> list[Version]:
    """The record versions that facts were derived from, by the facts' `source`."""
    return list(Version.objects.filter(id__in=list(sources)).order_by("id"))


def _utc(instant: Any) -> Any:
    import ibis

    return ibis.literal(instant.astimezone(UTC).replace(tzinfo=None), type="timestamp")


def _no_facts(names: Sequence[str]) -> Any:
    import ibis
    import pyarrow as pa

    columns = {**HEADER, **SHARED}
    for name in names:
        columns |= kinds()[name].own
    schema = ibis.schema(columns)
    return ibis.memtable(pa.Table.from_pylist([], schema=schema.to_pyarrow()), schema=schema)
