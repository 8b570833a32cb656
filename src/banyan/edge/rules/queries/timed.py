"""Terms: the records that a term ran for, and whether each was in time, by the rule in force and by the draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps

from banyan import policy
from banyan.kit import clock
from banyan.kit.models import Event, Record, Version

BATCH = 500


@dataclass
class Run:
    """One time that a term ran for a record: from which day, until which day, and when it was done."""

    noun: str
    key: str
    state: dict[str, Any]
    begun_on: date
    due_on: date
    done_on: date | None = None


def changes(
    books: tuple[policy.Book, policy.Book], rule: str, first: date, last: date, tell: Callable[[int, int], None]
) -> dict[str, Any]:
    """The records whose last day would have been another one, and those that would have been late, or in time."""
    nouns = [model.noun for model in apps.get_models() if issubclass(model, Record) and "due_rule" in model.cites]
    entries: list[Any] = [book.entry(rule) for book in books]
    keys = _records(nouns, rule, first, last)
    counts = {"runs": 0, "unknown": 0, "another_day": 0, "late_before": 0, "late_after": 0, "turned_late": 0,
              "turned_in_time": 0}  # fmt: skip
    lines: list[dict[str, Any]] = []
    firms = set[str]()
    for start in range(0, len(keys), BATCH):
        tell(start, len(keys))
        for run in _runs(keys[start : start + BATCH], rule, first, last):
            counts["runs"] += 1
            day = _start(run, entries[0])
            if day is None:
                counts["unknown"] += 1
                continue
            due = [_due(entry, day) for entry in entries]
            late = [one is not None and (run.done_on or clock.today()) > one for one in due]
            counts["late_before"] += late[0]
            counts["late_after"] += late[1]
            if due[0] != due[1]:
                counts["another_day"] += 1
            if late[0] != late[1]:
                counts["turned_late" if late[1] else "turned_in_time"] += 1
                firms |= {run.state.get(name) for name in ("organisation_id", "maker_id", "seller_id")} - {None, ""}  # type: ignore[arg-type]
                lines.append(_line(run, day, due, late))
    tell(len(keys), len(keys))
    return {
        "lines": {"terms": lines}, "counts": {"terms": counts},
        "whom": {"county": sorted({line["county"] for line in lines} - {""}), "firms": len(firms)},
    }  # fmt: skip


def _records(nouns: Sequence[str], rule: str, first: date, last: date) -> list[tuple[str, str]]:
    """The records for which the term began to run, or ran on, between two days."""
    mark = f'"due_rule":"{rule}"'
    since, until = clock.end_of_day(first - timedelta(days=1)), clock.end_of_day(last)
    rows = Version.objects.filter(noun__in=nouns, at__gt=since, at__lte=until, state__contains=mark)
    return sorted(set(rows.values_list("noun", "key")))


def _runs(keys: Sequence[tuple[str, str]], rule: str, first: date, last: date) -> Iterator[Run]:
    """Every time that the term ran for some records and began between the two days."""
    by_noun: dict[str, list[str]] = {}
    for noun, key in keys:
        by_noun.setdefault(noun, []).append(key)
    for noun, of_noun in by_noun.items():
        versions = list(Version.objects.filter(noun=noun, key__in=of_noun).order_by("key", "id"))
        days = dict(Event.objects.filter(number__in={one.event for one in versions}).values_list("number", "on"))
        going: Run | None = None
        for version in versions:
            state, on = json.loads(version.state), days[version.event]
            if going is not None and going.key != version.key:
                if first <= going.begun_on <= last:
                    yield going
                going = None
            runs = state.get("due_rule") == rule and state.get("due_on")
            if going is not None and not (runs and date.fromisoformat(state["due_on"]) == going.due_on):
                going.done_on = on
                if first <= going.begun_on <= last:
                    yield going
                going = None
            if runs and going is None and not state.get("withdrawn_on"):
                going = Run(noun, version.key, state, on, date.fromisoformat(state["due_on"]))
        if going is not None and first <= going.begun_on <= last:
            yield going


def _start(run: Run, entry: Any) -> date | None:
    """The day that set the term going: the one from which the rule in force counts to the day that was recorded."""
    days = {date.fromisoformat(value) for name, value in run.state.items()
            if name.endswith("_on") and name != "due_on" and isinstance(value, str)}  # fmt: skip
    found = [day for day in (run.begun_on, *sorted(days, reverse=True)) if _due(entry, day) == run.due_on]
    return found[0] if found else None


def _due(entry: Any, day: date) -> date | None:
    try:
        return entry.on_day(day).due(day).on  # type: ignore[no-any-return]
    except policy.NotInForce:
        return None


def _line(run: Run, day: date, due: Sequence[date | None], late: Sequence[bool]) -> dict[str, Any]:
    told = [one.isoformat() if one else None for one in due]
    return {
        "noun": run.noun, "key": run.key, "county": run.state.get("county_id") or "", "begun_on": day.isoformat(),
        "due_before": told[0], "due_after": told[1], "done_on": run.done_on.isoformat() if run.done_on else None,
        "late_before": late[0], "late_after": late[1],
    }  # fmt: skip
