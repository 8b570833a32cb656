"""The guard: what is about to be stored must not say otherwise what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import orjson
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from banyan.base.facts import actions as facts
from banyan.base.facts.facts import Kind
from banyan.insight.approval.models import Approval, deed_in_words, level_in_words
from banyan.insight.approval.queries.rules import Places, entries, guarded
from banyan.kit import people, terms
from banyan.kit.locks import Locked, Stored
from banyan.kit.models import Version
from banyan.kit.verbs import REGISTRY

BATCH = 2000
State = dict[str, Any]


def refusal_of(event: str, versions: Sequence[Stored]) -> Locked | None:
    """Why versions may not be stored; None where they change nothing that was approved.

    What counts is what they say as facts: a verb that moves a record on without changing a fact of a locked period
    (a result is served) is free, one that adds, changes, moves or takes away such a fact is not.
    """
    guards = guarded()
    after: dict[str, dict[str, str]] = {}
    for noun, key, state in versions:
        if noun in guards:
            after.setdefault(noun, {})[key] = state
    if not after or not _anything_stands():
        return None
    for noun, stored in after.items():
        before = _standing_states(noun, list(stored))
        old = {key: orjson.loads(text) for key, text in before.items()}
        new = {key: orjson.loads(text) for key, text in stored.items()}
        for entry, kind in guards[noun]:
            changed = [key for key in stored if _said(kind, old.get(key)) != _said(kind, new[key])]
            locks = _Locks(entry, [one for key in changed for one in (old.get(key), new[key])], kind)
            near = [key for key in changed if locks.touch(kind, old.get(key)) or locks.touch(kind, new[key])]
            if near and (approval := _first_changed(locks, kind, near, before, stored)):
                return refused(event, approval, entry)
    return None


def refused(event: str, approval: Approval, entry: Any) -> Locked:
    """The refusal in words: which period of which unit, approved by whom and when, and what can be done."""
    places = Places()
    verb = REGISTRY.get(event)
    said = {
        "unit": approval.unit, "period": approval.period, "level": level_in_words(approval.level),
        "day": approval.approved_on, "since": approval.locked_on,
        "who": people.named(approval.approved_by),
        "office": places.office(approval.unit, approval.level) or approval.unit,
    }  # fmt: skip
    return Locked(
        _("“%(what)s” was asked for.") % {"what": (verb and verb.title) or deed_in_words(event)},
        _("It would change data of %(unit)s in %(period)s, which were approved by %(office)s on %(day)s (%(level)s, "
          "%(who)s) and have been locked since %(since)s.") % said,
        _("Keep it as a late entry: it waits until the period is open. Or ask %(office)s to un-approve %(period)s of "
          "%(unit)s, with a reason.") % said,
        terms.cited(entry.reference),
        place=approval,
    )  # fmt: skip


def locking(entry: Any, cells: Iterable[tuple[date | None, str | None]]) -> dict[tuple[Any, Any], Approval]:
    """Those of (day, place) whose data are locked, each with the approval that locks them."""
    asked = set(cells)
    locks = _Locks(entry, [], None, days=[day for day, _place in asked if day])
    found = {cell: locks.of(*cell) for cell in asked}
    return {cell: approval for cell, approval in found.items() if approval is not None}


def locked(kind: str, cells: Iterable[tuple[date | None, str | None]]) -> dict[tuple[Any, Any], Approval]:
    """Those of (day, place) in which facts of a kind are locked, each with the approval that locks them."""
    asked = set(cells)
    found: dict[tuple[Any, Any], Approval] = {}
    for entry in entries():
        if kind in entry.facts:
            found |= locking(entry, asked)
    return found


class _Locks:
    """The approvals that stand over the days of some states."""

    def __init__(self, entry: Any, states: Sequence[State | None], kind: Kind | None, days: Sequence[date] = ()):
        self._entry, self._places = entry, None
        told = [date.fromisoformat(state[kind.day]) for state in states if state and kind and state.get(kind.day)]
        span = [*told, *days]
        self._rows: dict[str, list[Approval]] = {}
        if span:
            rows = _standing().filter(workflow=entry.key, from_on__lte=max(span), until_on__gte=min(span))
            for one in rows.select_related("unit"):
                self._rows.setdefault(one.unit_id, []).append(one)
        if self._rows:
            self._places = Places()

    def touch(self, kind: Kind, state: State | None) -> bool:
        """Whether a state lies in a locked period of a unit."""
        if not self._rows or not state or not state.get(kind.day):
            return False
        return self.of(date.fromisoformat(state[kind.day]), state.get(kind.place)) is not None

    def of(self, day: date | None, place: str | None) -> Approval | None:
        """The approval that locks data of a day and place."""
        if self._places is None or day is None:
            return None
        unit = self._places.unit_of(self._entry, place)
        return next((one for one in self._rows.get(unit or "", ()) if one.from_on <= day <= one.until_on), None)


def _first_changed(
    locks: _Locks, kind: Kind, keys: Sequence[str], before: Mapping[str, str], after: Mapping[str, str]
) -> Approval | None:  # fmt: skip
    """The approval of the first fact in a locked period that versions would add, change, move or take away."""
    was = facts.stated(kind.name, [(key, before[key]) for key in keys if key in before])
    will = facts.stated(kind.name, [(key, after[key]) for key in keys])
    for key in sorted(was.keys() | will.keys()):
        if was.get(key) == will.get(key):
            continue
        for said in (was.get(key), will.get(key)):
            if said and (approval := locks.of(said.day, said.place)):
                return approval
    return None


def _standing() -> Any:
    return Approval.objects.exclude(level="").filter(withdrawn_on=None)


def _anything_stands() -> bool:
    """Whether anything is approved: every verb asks, so the question is compiled once."""
    with connection.cursor() as cursor:
        cursor.execute(*_any_of_standing(connection.vendor))
        return cursor.fetchone() is not None


@cache
def _any_of_standing(_vendor: str) -> tuple[str, Any]:
    statement: tuple[str, Any] = _standing().order_by().values("pk")[:1].query.sql_with_params()
    return statement


def _standing_states(noun: str, keys: Sequence[str]) -> dict[str, str]:
    """The newest stored version of records, by key."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), BATCH):
        part = Version.objects.filter(noun=noun, key__in=keys[start : start + BATCH])
        newest = part.order_by().values("key").annotate(last=Max("id")).values("last")
        found |= dict(Version.objects.filter(id__in=newest).values_list("key", "state"))
    return found


def _said(kind: Kind, state: State | None) -> Any:
    """What a kind of fact reads of a state."""
    if state is None:
        return None
    own = [state.get(name) for name in kind.reads]
    return own, [[one.get(name) for name in kind.member] for one in state.get(kind.each) or ()] if kind.each else ()
