"""What is done to findings: the daily look records, renews and closes them; people explain or ignore them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from banyan.insight.checks import queries
from banyan.insight.checks.models import FINDING_FLOW, Finding
from banyan.insight.checks.queries import Seen
from banyan.kit import terms
from banyan.kit.rights import System
from banyan.kit.verbs import Deed, verb

AT_ONCE = 2000


def look(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: ask each check in force, record what is new, close what holds no more.

    What was found before is left as it is, so a repeat, or a new start after a kill, writes nothing. Findings are
    compared with those on record some thousand at a time, and written so; of all others one number each is kept.
    """
    changes, plans = _Changes(on), queries.Plans(on=on)
    seen = array("Q")
    for rule in queries.rules_on(on):
        for part in _batches(queries.seen_by(rule, plans=plans)):
            found = {_key(rule, one): one for one in part}
            seen.extend(map(_number, found))
            changes.compare(rule, found)
    changes.close(seen)
    changes.write()
    return changes.counts


class _Changes:
    """What a look has to write, written whenever it has become many."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.counts = {"found": 0, "new": 0, "mended": 0}
        self._empty()

    def _empty(self) -> None:
        self._new: list[Finding] = []
        self._gone: list[Finding] = []
        self._again: list[Finding] = []
        self._other: list[Finding] = []
        self._told: dict[str, Mapping[str, Any]] = {}

    def compare(self, rule: Any, found: Mapping[str, Seen]) -> None:
        """Tell some of what a rule sees from what is on record of it."""
        present = Finding.objects.in_bulk(list(found))
        for key, seen in found.items():
            if key in self._told:
                continue
            told, one = {**seen.detail, **seen.around, "asks": rule.asks}, present.get(key)
            if one is None:
                self._new.append(_new(key, rule, seen, told, on=self.on))
            elif one.state == "mended" or (one.state == "explained" and seen.differs(one.detail)):
                self._again.append(one)
            elif one.detail != told:
                self._other.append(one)
            else:
                continue
            self._told[key] = told
        self.counts["found"] += len(found)
        self._write_many()

    def close(self, seen: array[int]) -> None:
        """Close the findings that are not among those seen now, by whichever rule they were found."""
        known = np.sort(np.frombuffer(seen, dtype=np.uint64)) if seen else np.zeros(0, np.uint64)
        for part in queries.standing_in_parts(size=AT_ONCE):
            asked = np.array([_number(key) for key in part], dtype=np.uint64)
            gone = [part[place] for place in np.flatnonzero(~np.isin(asked, known))]
            self._gone += Finding.objects.in_bulk(gone).values()
            self._write_many()

    def _write_many(self) -> None:
        if max(map(len, (self._new, self._gone, self._told))) >= AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what has gathered, if anything has."""
        if self._new or self._gone or self._told:
            record_findings(
                new=self._new, gone=self._gone, again=self._again, other=self._other, told=self._told,
                by=System("daily"), on=self.on,
            )  # fmt: skip
        self.counts["new"] += len(self._new) + len(self._again)
        self.counts["mended"] += len(self._gone)
        self._empty()


@verb("checks.looked", right="checks.ignore", title=_("Data checked"))
def record_findings(
    deed: Deed, *, new: list[Finding], gone: list[Finding], again: list[Finding], other: list[Finding],
    told: Mapping[str, Mapping[str, Any]],
) -> None:  # fmt: skip
    """Enter what is found for the first time or again, bring up to date what is seen, close what holds no more."""
    deed.add_many(new)
    for one in gone:
        FINDING_FLOW.move(one, "mend")
        one.mended_on = deed.on
    deed.save_many(gone, "state", "mended_on")
    for one in again:
        FINDING_FLOW.move(one, "find_again")
        one.found_on, one.mended_on, one.detail = deed.on, None, dict(told[one.pk])
        one.due_on = _due(one.rule, deed.on)
        one.reason, one.answered_on, one.answered_by = "", None, ""
    deed.save_many(
        again, "state", "found_on", "mended_on", "detail", "due_on", "reason", "answered_on", "answered_by"
    )  # fmt: skip
    for one in other:
        one.detail = dict(told[one.pk])
    deed.save_many(other, "detail")


@verb("checks.explained", right="checks.explain")
def explain(deed: Deed, *, finding: Finding) -> Finding:
    """Say why the data are right as they are; the reason stands with the finding."""
    return _answer(deed, finding, "explain")


@verb("checks.ignored", right="checks.ignore")
def ignore(deed: Deed, *, finding: Finding) -> Finding:
    """Leave a finding be, with a reason; it is not told again while it lasts."""
    return _answer(deed, finding, "ignore")


def _answer(deed: Deed, finding: Finding, move: str) -> Finding:
    who = getattr(deed.by, "username", "")
    return deed.settle(finding, FINDING_FLOW, move, reason=deed.reason, answered_on=deed.on, answered_by=who)


def _new(key: str, rule: Any, one: Seen, told: dict[str, Any], *, on: date) -> Finding:
    due = terms.due(rule.term, start=on)
    return Finding(
        key=key, rule=rule.key, grade=rule.grade, subject=one.subject, record_noun=one.noun, record_key=one.record,
        county_id=one.county, laboratory_id=one.laboratory if rule.whom == "laboratory" else None,
        detail=told, found_on=on, due_on=due.on if due else None,
    )  # fmt: skip


def _due(rule: str, on: date) -> date | None:
    entry = next((one for one in queries.rules_on(on) if one.key == rule), None)
    due = terms.due(entry.term, start=on) if entry else None
    return due.on if due else None


def _key(rule: Any, one: Seen) -> str:
    named = "|".join((rule.key, one.noun, one.record, one.county or "", one.part))
    return f"f-{hashlib.sha256(named.encode()).hexdigest()[:24]}"


def _number(key: str) -> int:
    """The first 64 bits of the digest in a finding's key."""
    return int(key[2:18], 16)


def _batches(rows: Iterable[Seen]) -> Iterator[list[Seen]]:
    every = iter(rows)
    while part := list(islice(every, AT_ONCE)):
        yield part
