"""Reads of facts: one Ibis table as known on any day, the catalogue, and the versions behind facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils.translation import get_language

from banyan import policy
from banyan.base.facts.facts import HEADER, SHARED, kinds
from banyan.base.facts.models import Segment
from banyan.kit import bulk, charts, clock, engine, memory, recent, runs
from banyan.kit.models import Version
from banyan.kit.stores import Store
from banyan.policy.kinds.indicator import Filter

MOST_WAITING = 10_000
NO_YEAR = 0
"""The year of segments whose facts were taken back and have no day."""


class Cut(NamedTuple):
    """What was known at the end of a day, and of that only what the events up to a number said."""

    day: date
    event: int


def facts(names: Sequence[str], *, known_on: date | Cut | None = None, years: Iterable[int] | None = None) -> Any:
    """The facts of some kinds that stand, as an Ibis table: as known at the end of `known_on`, or today.

    A `Cut` also leaves out what later events of that day said. `years` limits what is read to days of these
    years. Every kind's own columns are there; another kind's rows are null in them.
    """
    segments = live_segments(names)
    day, event = known_on if isinstance(known_on, Cut) else (known_on, None)
    end = None if day is None else clock.end_of_day(day)
    if end is not None:
        segments = [one for one in segments if one.known_from <= end]
    chosen = set(years) if years is not None else None
    of_years = [one for one in segments if chosen is None or one.year in chosen]
    if not of_years:
        return _no_facts(names)
    replacing = [one for one in segments if one.superseding]
    told, later = _Part.of(of_years, end, event), _Part.of(replacing, end, event)
    rows = sum(one.rows for one in of_years)
    return engine.kept((told, later), lambda: _standing(told, later), rows=rows)


class _Part(NamedTuple):
    """Files to read, and the instant and event after which their rows were not yet known (None: all were)."""

    files: tuple[str, ...]
    until: datetime | None
    event: int | None

    @classmethod
    def of(cls, segments: Sequence[Segment], end: datetime | None, event: int | None) -> _Part:
        """The files of segments, as they were known at an instant and by an event."""
        some_later = end is not None and any(one.known_until > end for one in segments)
        return cls(tuple(segment_paths(segments)), end if some_later else None, event)


def _standing(told: _Part, later: _Part) -> Any:
    """The facts that were told, less those that a later one replaces or withdraws."""
    table = _known(told)
    if later.files:
        replaced = _known(later).select("supersedes")
        table = table.anti_join(replaced, table.fact == replaced.supersedes)
        table = table.filter(~table.retracted)
    return table


def _known(part: _Part) -> Any:
    table = engine.read(part.files)
    if part.until is not None:
        table = table.filter(table.known_at <= _utc(part.until))
    return table if part.event is None else table.filter(table.event <= part.event)


def history(names: Sequence[str]) -> Any:
    """Every fact that was ever told, with `until`: when it was replaced or withdrawn, null while it stands.

    A fact was known on K where `known_at` is by the end of K and `until` is not.
    """
    segments = live_segments(names)
    if not segments:
        told = _no_facts(names)
        return told.mutate(until=told.known_at)
    told = engine.read(segment_paths(segments))
    later = told.filter(told.supersedes.notnull()).select(replaced="supersedes", until="known_at")
    return told.filter(~told.retracted).left_join(later, told.fact == later.replaced).drop("replaced")


def live_segments(names: Sequence[str]) -> list[Segment]:
    """The segments of some kinds that are in force."""
    unknown = [name for name in names if name not in kinds()]
    if unknown:
        raise ValueError(f"no room declares the kind {unknown[0]}; there are {', '.join(sorted(kinds()))}")
    rows = Segment.objects.filter(kind__in=names, retired_at=None).order_by("kind", "year", "path")
    found: list[Segment] = recent.once(("segments", *names), lambda: bulk.loaded(rows))
    return found


def first_year(names: Sequence[str] = ()) -> int | None:
    """The first year of which there is any fact (of some kinds, where they are named); None where there is none."""
    if names:
        return min((segment.year for segment in live_segments(names) if segment.year), default=None)
    dated = Segment.objects.filter(retired_at=None).exclude(year=NO_YEAR)
    return dated.aggregate(first=Min("year"))["first"]  # type: ignore[no-any-return]


def state() -> tuple[int, int, str]:
    """What the facts are now, in short: changes whenever a segment is entered, retired or dropped.

    A page that only reads asks once: all of its figures are of one state.
    """
    standing = Segment.objects.filter(retired_at=None)
    found = recent.once("facts", lambda: standing.aggregate(last=Max("id"), count=Count("id"), mark=Max("digest")))
    return found["last"] or 0, found["count"], found["mark"] or ""


def remembered(name: str, parts: Sequence[Any], make: Callable[[], Any], *, in_words: bool = True) -> Any:
    """An answer that depends on facts and packs only: made once for each state of both, then remembered.

    What else it rests on (reference figures) belongs into `parts`. One that holds no words (`in_words=False`) is the
    same in every language.
    """
    said = (state(), policy.load(settings.BANYAN_PACKS).hash[:16], get_language() if in_words else "")
    key = charts.digest({"name": name, "parts": [str(part) for part in parts], "state": [str(one) for one in said]})
    return memory.kept(key, make)


def waiting(after: int) -> int:
    """How many records that facts are made of were entered or changed by events after a number, at most so many."""

    def count() -> int:
        nouns = sorted({kind.noun for kind in kinds().values()})
        rows = Version.objects.filter(event__gt=after, noun__in=nouns)
        return rows.values("noun", "key").distinct()[:MOST_WAITING].count()

    return recent.made(("waiting", after), count)  # type: ignore[no-any-return]


def segment_paths(segments: Iterable[Segment]) -> list[str]:
    """The files of segments."""
    place = store()
    return [place.address(segment.path) for segment in segments]


def store() -> Store:
    """Where the segments of this installation lie."""
    return Store(settings.BANYAN_FACTS or f"{settings.BANYAN_DATA_DIR}/facts")


def faulty_segments() -> list[tuple[Segment, str]]:
    """The segments in force whose file is missing or is not what was written, with what is wrong."""
    found = []
    for segment in Segment.objects.filter(retired_at=None).order_by("path").iterator():
        try:
            if store().digest(segment.path) != segment.digest:
                found.append((segment, "its content is not what was written"))
        except OSError as error:
            found.append((segment, f"it cannot be read: {error.strerror or error}"))
    return found


def records_behind(sources: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Noun and key of the record of each version that facts were derived from, by the facts' `source`."""
    found = Version.objects.filter(id__in=sources).values_list("id", "noun", "key")
    return {version: (noun, key) for version, noun, key in found}


def newest_version(noun: str, key: str) -> int:
    """The last version of a record, as `source` of facts counts them; 0 where there is none."""
    found = Version.objects.filter(noun=noun, key=key).aggregate(last=Max("id"))["last"]
    return int(found or 0)


def _utc(instant: Any) -> Any:
    import ibis

    return ibis.literal(instant.astimezone(UTC).replace(tzinfo=None), type="timestamp")


def _no_facts(names: Sequence[str]) -> Any:
    import ibis

    columns = {**HEADER, **SHARED}
    for name in names:
        columns |= kinds()[name].own
    return engine.nothing(ibis.schema(columns))


def standing(told: Any, unit: str, *, on: Any) -> Any:
    """The last fact of each unit that had begun by a day and had not ended before it.

    Kinds with an end have it in `until_on`, so what ends does so by itself: nobody records that a certificate lapsed.
    """
    import ibis

    told = told.filter(told.happened_on <= on, told[unit].notnull())
    if "until_on" in told.columns:
        told = told.filter(told.until_on.isnull() | (told.until_on >= on))
    newest = ibis.window(group_by=told[unit], order_by=[told.happened_on.desc(), told.fact.desc()])
    return told.mutate(_newest=ibis.row_number().over(newest)).filter(lambda rows: rows._newest == 0).drop("_newest")


def conditions(table: Any, filters: Sequence[Filter], where: Mapping[str, Sequence[str]] | None = None) -> Any:
    """A table of facts under the conditions of an indicator and of a question."""
    tests = tests_of(table, filters, where)
    return table.filter(tests) if tests else table


def tests_of(table: Any, filters: Sequence[Filter], where: Mapping[str, Sequence[str]] | None) -> list[Any]:
    """What the conditions of an indicator and of a question ask of each fact."""
    tests = []
    for condition in filters:
        column = table[condition.column]
        if condition.any_of is not None:
            tests.append(column.isin(list(condition.any_of)))
        else:
            tests.append(column.notnull() if condition.known else column.isnull())
    tests += [table[name].isin(list(values)) for name, values in (where or {}).items()]
    return tests


def by_quarter(told: Any) -> Any:
    """Facts with the year and quarter of their day."""
    return told.mutate(_year=told.happened_on.year(), _quarter=told.happened_on.quarter())


def spread(told: Any, bys: Sequence[Sequence[str]]) -> tuple[Any, list[str]]:
    """A table and what to group it by. For several breakdowns each row is there once for each, under its group."""
    if len(bys) == 1:
        return told, list(bys[0])
    import ibis

    told = told.mutate(_breakdown=ibis.range(0, len(bys)).unnest())
    cases = [(place, told[by[0]].cast("string")) for place, by in enumerate(bys) if by]
    return told.mutate(_group=told._breakdown.cases(*cases, else_=ibis.null("string"))), ["_breakdown", "_group"]


def gathered(rows: list[dict[str, Any]], bys: Sequence[Sequence[str]]) -> list[list[dict[str, Any]]]:
    """The rows of a question grouped by `spread`'s columns, for each breakdown under its own names."""
    if len(bys) == 1:
        return [rows]
    rows_of: list[list[dict[str, Any]]] = [[] for _by in bys]
    for row in rows:
        place, group = row.pop("_breakdown"), row.pop("_group")
        rows_of[place].append(row | dict.fromkeys(bys[place], group))
    return rows_of


def passing(told: Any, filters: Sequence[Filter]) -> Any:
    """1 where a fact meets `of`, 0 where it does not (or the column is unknown)."""
    if not filters:
        return told.fact.notnull().cast("int32")
    parts = []
    for condition in filters:
        column = told[condition.column]
        if condition.any_of is None:
            parts.append(column.notnull() if condition.known else column.isnull())
        else:
            parts.append(column.isin(list(condition.any_of)).fill_null(False))
    return reduce(lambda one, other: one & other, parts).cast("int32")


def used_facts(told: Any) -> dict[str, Any]:
    """Sums from which `fingerprint` tells whether the same facts were counted."""
    return {
        "facts": told.count(),
        "fact_sum": told.fact.cast("decimal(38, 0)").sum(),
        "first": told.fact.min(),
        "last": told.fact.max(),
    }


def fingerprint(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many facts were used and a digest of which: the same facts always give the same one, however grouped."""
    counted = [line for line in lines if line["facts"]]
    sums = (
        sum(line["facts"] for line in counted),
        sum(int(line["fact_sum"]) for line in counted),
        min((line["first"] for line in counted), default=None),
        max((line["last"] for line in counted), default=None),
    )
    text = ":".join(str(one) for one in sums)
    return {"count": sums[0], "digest": hashlib.sha256(text.encode()).hexdigest()[:16]}


@dataclass(frozen=True)
class Freshness:
    """`made` is the last finished run, `newer` how many records were entered or changed since its cut.

    `going` is today's run that is not finished, `error` what stopped it.
    """

    made: Any
    newer: int
    going: Any
    error: str

    @property
    def is_going(self) -> bool:
        """Whether a run was begun and nothing stopped it."""
        return self.going is not None and not self.error

    @property
    def is_offered(self) -> bool:
        """Whether a run now would change the figures."""
        return not self.is_going and (self.newer > 0 or self.going is not None)


@dataclass(frozen=True)
class StepDone:
    """A step of a run: `seconds` is empty where it was not reached yet."""

    name: str
    seconds: float | None
    outcome: str
    error: str


def freshness() -> Freshness:
    """How fresh the figures are now: found once for a page."""

    def find() -> Freshness:
        last = runs.latest(name=flow_name())
        made = last if last is None or last.finished_at else runs.last_finished(name=flow_name())
        going = last if last is not made and last.on == clock.today() else None
        failed = going.steps.exclude(error="").first() if going else None
        return Freshness(made, waiting(made.cut if made else 0), going, failed.error if failed else "")

    return recent.once("freshness", find)  # type: ignore[no-any-return]


def flow_name() -> str:
    """The name of the daily flow's runs."""
    return str(import_module(settings.BANYAN_DAILY).NAME)


def steps_of(run: Any) -> list[StepDone]:
    """The steps of a run of the daily flow in order, those that are still to come too."""
    done = {step.name: step for step in run.steps.all()}
    found = []
    for step in import_module(settings.BANYAN_DAILY).STEPS:
        one = done.get(step.name)
        spoken = one.spoken["outcome"](one.outcome) if one else ""
        found.append(StepDone(step.name, one.seconds if one else None, spoken, one.error if one else ""))
    return found
