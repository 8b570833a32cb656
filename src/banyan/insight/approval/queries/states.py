"""How far the data of units and periods are approved, in rows for a desk and in sentences for other pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from banyan.base.facts import queries as facts
from banyan.base.facts.facts import kinds
from banyan.base.registry import queries as registry
from banyan.insight.approval.models import Approval, LateEntry, level_in_words
from banyan.insight.approval.queries.rules import Places, entries, title_of
from banyan.kit import calls, clock, privacy, recent, rights
from banyan.kit.models import Version

APPROVE = "approval.approve"


@dataclass
class Row:
    """A unit's data of a period on the desk, and what the person may do there."""

    unit: Any
    approval: Approval
    next: str | None
    may_approve: bool = False
    may_open: bool = False
    late: int = 0
    waits_for: str = ""
    first: list[Any] = field(default_factory=list)
    """The units within it that the level below must approve before it is its turn."""
    first_by: str = ""


def next_level(entry: Any, approval: Approval) -> str | None:
    """The level whose turn it is; None where all have approved."""
    return _turn(entry, approval.unit, approval.level)


def _turn(entry: Any, unit: Any, level: str) -> str | None:
    chain = entry.chain(unit.level)
    if not level:
        return chain[0] if chain else None
    place = chain.index(level) + 1 if level in chain else len(chain)
    return chain[place] if place < len(chain) else None


def not_yet_below(
    entry: Any, places: Places, unit: Any, level: str, reached: Mapping[str, str]
) -> tuple[str, list[Any]]:  # fmt: skip
    """The level below a level, and the units within a unit that it has not approved: they come before the unit.

    `reached` is the level that has approved each unit of the period; one that none has approved may be missing.
    """
    place = entry.levels.index(level)
    if not place:
        return "", []
    done = entry.levels[place:]
    below = entry.levels[place - 1]
    return below, [
        one for one in places.within(entry, unit)
        if (stands := reached.get(one.pk, "")) != below and stands not in done
    ]  # fmt: skip


def reached_in(entry: Any, first: date) -> dict[str, str]:
    """The level that has approved each unit in a period, by the unit's key; units not approved are missing."""
    rows = Approval.objects.filter(workflow=entry.key, from_on=first, withdrawn_on=None).exclude(level="")
    return dict(rows.values_list("unit_id", "level"))


def approvals_of(person: Any) -> Any:
    """The approvals that a person may see."""
    return Approval.objects.filter(withdrawn_on=None).within(person).select_related("unit")


def late_entries_of(person: Any) -> Any:
    """The late entries that a person may see."""
    return LateEntry.objects.filter(withdrawn_on=None).within(person).select_related("approval__unit")


def waiting_by_reason(*, reason: str, events: Sequence[str]) -> Any:
    """The late entries that wait for verbs which something asked for with a reason of its own, such as an import."""
    return LateEntry.objects.filter(reason=reason, event__in=events, state="waiting", withdrawn_on=None)


def given_of(late: LateEntry) -> dict[str, Any]:
    """What the verb of a late entry was given; empty where its asker is no longer known here."""
    text = privacy.unseal(subject=privacy.subject_of(late), token=late.payload)
    return calls.given(text) if text is not None else {}


def rows_of(person: Any, *, entry: Any, first: date, last: date, on: date) -> list[Row]:
    """The units of a person's office with their state in a period, the highest level last."""
    places = Places()
    own = rights.reaches(person, "approval.view", on=on)
    doing = rights.reaches(person, APPROVE, on=on)
    known = {
        one.unit_id: one
        for one in Approval.objects.filter(workflow=entry.key, from_on=first, withdrawn_on=None)
        .select_related("unit").annotate(waiting=Count("late", filter=Q(late__state="waiting")))
    }  # fmt: skip
    reached = {unit: one.level for unit, one in known.items()}
    rows = []
    for unit in places.units(entry):
        if not rights.covers(own, unit.path):
            continue
        one = known.get(unit.pk) or Approval(workflow=entry.key, unit=unit, from_on=first, until_on=last)
        turn = next_level(entry, one)
        office = places.office(unit, turn) if turn else None
        stands = places.office(unit, one.level) if one.level else None
        below, first_ones = not_yet_below(entry, places, unit, turn, reached) if turn else ("", [])
        rows.append(
            Row(
                unit, one, turn, first=first_ones, first_by=below,
                may_approve=bool(last < on and office and rights.covers(doing, office.path) and not first_ones
                                 and one.approved_by != getattr(person, "username", "")),
                may_open=bool(stands and rights.covers(doing, stands.path)), late=getattr(one, "waiting", 0),
                waits_for=str(office) if office else "",
            )
        )  # fmt: skip
    return rows


@dataclass(frozen=True)
class Summary:
    """How far a period is as a whole: the lowest level that its units have reached."""

    period: str
    first: date
    last: date
    level: str
    since: date | None
    approved: int
    units: int

    @property
    def sentence(self) -> str:
        """The state in one sentence."""
        said = {
            "period": self.period, "level": level_in_words(self.level), "day": self.since, "approved": self.approved,
            "units": self.units,
        }  # fmt: skip
        if self.level:
            return _("Data of %(period)s approved by %(level)s on %(day)s") % said
        if self.approved:
            return _("Data of %(period)s approved in %(approved)d of %(units)d units") % said
        return _("Data of %(period)s not approved yet") % said


def summary_of(entry: Any, *, first: date, last: date, units: Sequence[str] | None = None) -> Summary:
    """How far a period is, over all units of the city or some of them."""
    found = _summaries(entry)
    period = entry.name_of(first)
    asked = set(units) if units is not None else None
    reached = {unit: one for unit, one in found.get(first, {}).items() if asked is None or unit in asked}
    every = [one.pk for one in Places().units(entry) if asked is None or one.pk in asked]
    lacking = [unit for unit in every if unit not in reached]
    order = ("", *entry.levels)
    lowest = min((order.index(one.level) for one in reached.values()), default=0) if not lacking else 0
    since = max((one.day for one in reached.values() if one.day), default=None)
    return Summary(period, first, last, order[lowest], since, len(reached), len(every))


class _Reached(NamedTuple):
    level: str
    day: date | None
    by: str


def _summaries(entry: Any) -> dict[date, dict[str, _Reached]]:
    """For each period the units that have approved, with the level reached, the day and who."""

    def found() -> dict[date, dict[str, _Reached]]:
        rows = Approval.objects.filter(workflow=entry.key, withdrawn_on=None).exclude(level="")
        by_period: dict[date, dict[str, _Reached]] = {}
        columns = ("from_on", "unit_id", "level", "approved_on", "approved_by")
        for first, unit, level, day, by in rows.values_list(*columns):
            by_period.setdefault(first, {})[unit] = _Reached(level, day, by)
        return by_period

    return recent.made(("approvals", entry.key), found)


def said_of_span(names: Sequence[str], *, first: date, last: date, county: str = "") -> list[Summary]:
    """How far the periods are that a span of days touches, for facts of some kinds; neighbours alike are one.

    Nothing is said of periods that nobody approved and that lie before the first year of the records.
    """
    found: list[Summary] = []
    units = [county, *registry.townships_of(county)] if county else None
    for entry in entries():
        if not set(names) & set(entry.facts):
            continue
        begun = facts.first_year(entry.facts)
        start, _until = entry.span(max(first, entry.since))
        while start <= last:
            start, until = entry.span(start)
            one = summary_of(entry, first=start, last=until, units=units)
            if one.approved or (begun is not None and until.year >= begun):
                found.append(one)
            start = date.fromordinal(until.toordinal() + 1)
        break
    merged: list[Summary] = []
    for one in found:
        before = merged[-1] if merged else None
        if before and (before.level, before.approved) == (one.level, one.approved):
            since = max((day for day in (before.since, one.since) if day), default=None)
            merged[-1] = Summary(
                f"{before.period.split(' – ')[0]} – {one.period}", before.first, one.last, one.level, since,
                one.approved, one.units,
            )  # fmt: skip
        else:
            merged.append(one)
    return merged


def ahead(approval: Approval, entry: Any) -> list[dict[str, Any]]:
    """The counts of a unit's period as approved and as known now; a later correction by law makes them differ."""
    version = Version.objects.filter(noun=Approval.noun, key=approval.pk).order_by("-id").first()
    if not approval.level or version is None:
        return []
    cut = facts.Cut(version.at.astimezone(clock.zone()).date(), version.event)
    then, now = (_counts(approval, entry, known_on) for known_on in (cut, None))
    return [
        {"kind": kinds()[name].title, "then": then.get(name, (0, 0)), "now": now.get(name, (0, 0)),
         "differs": then.get(name) != now.get(name)}
        for name in entry.facts
    ]  # fmt: skip


def _counts(approval: Approval, entry: Any, known_on: Any) -> dict[str, tuple[int, int]]:
    """Facts and failures of a unit's period by kind."""
    span = {"first": approval.from_on, "last": approval.until_on}
    return counts_by_unit(entry, **span, known_on=known_on).get(approval.unit_id, {})


def counts_by_unit(
    entry: Any, *, first: date, last: date, known_on: Any = None
) -> dict[str, dict[str, tuple[int, int]]]:  # fmt: skip
    """Facts of a period and failures among them, by unit and kind: what is approved there."""
    places = Places()
    table = facts.facts(entry.facts, known_on=known_on, years=range(first.year, last.year + 1))
    table = table.filter(table.happened_on.between(first, last))
    table = table.mutate(place=table.township.fill_null(table.county))
    told = table.group_by(["kind", "place"]).aggregate(
        n=table.count(),
        failed=(table.passed == False).sum(),  # noqa: E712
    )
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in told.to_pyarrow().to_pylist():
        if unit := places.unit_of(entry, row["place"]):
            of_unit = found.setdefault(unit, {})
            n, failed = of_unit.get(row["kind"], (0, 0))
            of_unit[row["kind"]] = (n + row["n"], failed + int(row["failed"] or 0))
    return found


def kinds_of(entry: Any) -> list[tuple[str, str]]:
    """The kinds of facts that are approved, each with its words."""
    return [(name, str(kinds()[name].title)) for name in entry.facts]


def waiting_for(person: Any, *, on: date, limit: int) -> list[tuple[Any, Summary, int]]:
    """Periods in which units wait for a person's approval, the oldest first: (entry, period, how many units).

    None is asked to approve years before the first of its records.
    """
    found = []
    doing, places = rights.reaches(person, APPROVE, on=on), Places()
    for entry in entries():
        units, states, begun = places.units(entry), _summaries(entry), facts.first_year(entry.facts)
        for first, last in reversed(entry.spans(on=on)):
            if begun is None or last.year < begun:
                continue
            waiting = 0
            period = states.get(first, {})
            reached = {unit: state.level for unit, state in period.items()}
            for unit in units:
                state = period.get(unit.pk)
                turn = _turn(entry, unit, state.level if state else "")
                office = places.office(unit, turn) if turn else None
                is_own = state is not None and state.by == getattr(person, "username", "")
                if turn and office and rights.covers(doing, office.path) and not is_own:
                    waiting += not not_yet_below(entry, places, unit, turn, reached)[1]
            if waiting:
                found.append((entry, summary_of(entry, first=first, last=last), waiting))
            if len(found) >= limit:
                return found
    return found


def name_of_data(approval: Approval) -> str:
    """What the data of an approval are called."""
    return next((title_of(one) for one in entries() if one.key == approval.workflow), approval.workflow)
