"""Weighing all firms at once: what their findings still cost on a day, as known on another, and the grade of that."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from banyan import policy
from banyan.judgement.credit.models import Grade
from banyan.judgement.credit.queries.findings import SCALE, _day, findings
from banyan.kit import bulk, clock


class Weighed(NamedTuple):
    """What a firm's findings make on a day: points (in hundredths), the worst single one, how many, its grade."""

    firm: str
    points: int
    worst: int
    findings: int
    grade: str


def scale_on(book: policy.Book, day: date) -> Any:
    """The scale of a day; None where no pack has one or it did not hold yet."""
    try:
        entry: Any = book.entry(SCALE)
    except policy.UnknownEntry:
        return None
    return entry.on(day) if entry.holds(day) else None


def grades_of(firms: Collection[str], *, on: date) -> dict[str, tuple[str, date | None]]:
    """The grade of each firm and since when: as the last night entered it, or the best where nothing was ever found.

    Nothing where no scale was in force.
    """
    scale = scale_on(policy.load(settings.BANYAN_PACKS), on)
    if scale is None:
        return {}
    stands = {key: (grade, since) for key, grade, since, withdrawn in
              bulk.rows_in(Grade, "key", list(firms), ("key", "grade", "since_on", "withdrawn_on"))
              if withdrawn is None}  # fmt: skip
    return {firm: stands.get(firm, (scale.bands[0].grade, None)) for firm in firms}


def weighed(*, on: date, known_on: date | None = None, book: policy.Book | None = None) -> list[Weighed]:
    """Every firm with a finding that counts on a day, as known at the end of `known_on` (now, by default)."""
    book = book or policy.load(settings.BANYAN_PACKS)
    scale = scale_on(book, on)
    return [] if scale is None else graded(counting(findings(book), on=on, known_on=known_on), scale)


def counting(table: Any, *, on: date, known_on: date | None = None) -> Any:
    """The findings that count on a day, as known then, each with what it costs on that day (`now`, in hundredths)."""
    import ibis

    if known_on is not None:
        end = ibis.literal(clock.end_of_day(known_on).astimezone(UTC).replace(tzinfo=None), type="timestamp")
        table = table.filter(table.known_at <= end, table["until"].isnull() | (table["until"] > end))
    else:
        table = table.filter(table["until"].isnull())
    day = _day(on)
    lapsing = table.filter(table.covered.notnull(), table.happened_on <= day)
    last = lapsing.group_by(["organisation", "rule", "item", "product"]).mutate(
        place=ibis.row_number().over(order_by=[ibis.desc(lapsing.covered), ibis.desc(lapsing.fact)])
    )
    table = ibis.union(table.filter(table.covered.isnull()), last.filter(last.place == 0).drop("place"))
    table = table.filter(table.counts_from <= day, day < table.ends)
    left, term = table.ends.delta(day, unit="day"), table.ends.delta(table.begins, unit="day")
    return table.mutate(now=table.evenly.ifelse((table.points * left) // term, table.points))


def graded(counted: Any, scale: Any) -> list[Weighed]:
    """The firms of findings that count, by their keys, each with its sums and its grade."""
    import ibis

    now = counted.now.cast("int64")
    sums = counted.group_by("organisation").agg(
        points=now.sum(), worst=ibis.greatest(now.max(), 0), findings=counted.count()
    )
    *bounded, last = scale.bands
    cases = [
        ((sums.points <= hundredths(band.points)) if band.worst is None else
         (sums.points <= hundredths(band.points)) & (sums.worst <= hundredths(band.worst)), band.grade)
        for band in bounded
    ]  # fmt: skip
    told = sums.mutate(grade=ibis.cases(*cases, else_=last.grade)).order_by("organisation").to_pyarrow()
    columns = [told[name].to_pylist() for name in ("organisation", "points", "worst", "findings", "grade")]
    return [Weighed(*row) for row in zip(*columns, strict=True)]


def hundredths(number: Any) -> int:
    """A number of a pack in the unit in which points are added up, so that sums are exact in any order."""
    return int(Decimal(str(number)) * 100)
