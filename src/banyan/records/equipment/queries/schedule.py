"""What equipment is due for, and when: by the rules of its kind in force on a day and by what it passed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.kit import terms
from banyan.policy.calendar import add_months
from banyan.records.equipment.models import Equipment, Inspection, Kind, What

EARLY = {What.PERIODIC: "equipment.early_inspection", What.SELF_TEST: "equipment.early_self_test"}
"""How many months before its month each may be done and still count for it (elevators)."""

RESTART = "equipment.stopped_months_before_inspection"
CHUNK = 2000


@dataclass(frozen=True)
class Duty:
    """One thing that is due: what, by which day, by which rule."""

    what: str
    due_on: date
    rule: str


@dataclass(frozen=True)
class Passed:
    """What a piece of equipment passed: the last day of each act, and the day that the last report states."""

    last: Mapping[str, date]
    stated_next_on: date | None = None

    @property
    def latest(self) -> date | None:
        """The last day on which anything was passed."""
        return max(self.last.values(), default=None)


NOTHING = Passed({})


def rule_of(kind: str) -> str:
    """The key of the packs' table that says what a kind is due for."""
    return f"equipment.inspections_{kind}"


def duties(equipment: Equipment, passed: Passed, *, on: date) -> list[Duty]:
    """What is due next, the soonest first; nothing where no rule of the kind was in force on the day.

    A term ends with the last day of its month. Elevators follow the list of years of TSG T7001; the year is counted
    from the month of the supervision inspection at installation, whenever the last inspection was done.
    """
    rows = terms.rows(rule_of(equipment.kind), on=on)
    if not rows:
        return []
    reckon = _by_years if equipment.kind == Kind.ELEVATOR else _by_months
    found = reckon(equipment, rows, passed, on)
    if found and passed.stated_next_on and passed.stated_next_on < min(one.due_on for one in found):
        found.append(Duty(What.PERIODIC, passed.stated_next_on, ""))
    return sorted(found, key=lambda one: (one.due_on, one.what))


def _by_months(equipment: Equipment, rows: Sequence[Any], passed: Passed, on: date) -> list[Duty]:
    own = {row["what"] for row in rows if row["variety"] and row["variety"] == equipment.variety}
    found = []
    for row in rows:
        if row["variety"] != equipment.variety if row["variety"] else row["what"] in own:
            continue
        last = passed.last.get(row["what"])
        months = row["months"] if last else row["first_months"]
        due_on = month_end(add_months(last or equipment.installed_on, months))
        found.append(Duty(row["what"], due_on, rule_of(equipment.kind)))
    return found


def _by_years(equipment: Equipment, rows: Sequence[Any], passed: Passed, on: date) -> list[Duty]:
    base, by_year = equipment.installed_on, {int(row["year"]): str(row["what"]) for row in rows}
    whole = max(
        (passed.last[what] for what in (What.SUPERVISION, What.PERIODIC) if what in passed.last), default=None
    )
    year = {What.PERIODIC: _covered(base, whole, What.PERIODIC, on)}
    tested = _covered(base, passed.last.get(What.SELF_TEST), What.SELF_TEST, on)
    year[What.SELF_TEST] = max(tested, year[What.PERIODIC])
    found = []
    for what, covered in year.items():
        following = _following(by_year, covered, what)
        if following is not None:
            found.append(Duty(what, year_end(base, following), rule_of(equipment.kind)))
    return found


def _covered(base: date, done_on: date | None, what: str, on: date) -> int:
    """The last year for which something done on a day counts: its month, or not too long before it."""
    if done_on is None:
        return 0
    early = int(terms.value(EARLY[what], on=on)[0] or 0)  # type: ignore[index]
    year = max(done_on.year - base.year + 1, 0)
    while year > 0 and add_months(year_end(base, year).replace(day=1), -early) > done_on:
        year -= 1
    return year


def _following(by_year: Mapping[int, str], year: int, what: str) -> int | None:
    """The first year after one in which something is due; the last row of the list holds for all later years."""
    last = max(by_year)
    for one in range(year + 1, max(last, year + 1) + 1):
        if by_year.get(one, by_year[last]) == what:
            return one
    return None


def year_end(base: date, year: int) -> date:
    """The last day of the month in which a year since the base month is full."""
    return month_end(add_months(base, 12 * year))


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return add_months(day.replace(day=1), 1) - timedelta(days=1)


def passed_by(equipment: Sequence[Equipment], *, new: Iterable[Inspection] = ()) -> dict[str, Passed]:
    """What pieces of equipment passed by their records, and by `new` ones that are not stored yet."""
    acts: list[tuple[str, str, date, date | None]] = [
        (one.equipment_id, one.what, one.done_on, one.stated_next_on) for one in new if one.passed
    ]
    keys = [one.pk for one in equipment]
    for start in range(0, len(keys), CHUNK):
        rows = Inspection.objects.filter(
            equipment__in=keys[start : start + CHUNK], passed=True, withdrawn_on=None
        )  # fmt: skip
        acts += rows.values_list("equipment_id", "what", "done_on", "stated_next_on")
    last: dict[str, dict[str, date]] = {}
    stated: dict[str, tuple[date, date | None]] = {}
    for key, what, done_on, next_on in acts:
        mine = last.setdefault(key, {})
        mine[what] = max(done_on, mine.get(what, done_on))
        stated[key] = max(stated.get(key, (done_on, next_on)), (done_on, next_on), key=lambda one: one[0])
    return {key: Passed(mine, stated[key][1]) for key, mine in last.items()}


def changed_rules(*, on: date) -> list[str]:
    """The kinds of equipment whose rule of inspection begins to hold on a day."""
    book = policy.load(settings.BANYAN_PACKS)
    found = []
    for kind in Kind.values:
        try:
            _rows, since, _until = book.entry(rule_of(kind)).at(on)  # type: ignore[attr-defined]
        except policy.PolicyError:
            continue
        if since == on:
            found.append(kind)
    return found


def needs_inspection_to_restart(equipment: Equipment, *, on: date) -> bool:
    """Whether it stood still for so long that it must pass an inspection before it is used again."""
    months, _written = terms.value(RESTART, on=on)
    if months is None or equipment.kind != Kind.ELEVATOR or equipment.stopped_on is None:
        return False
    if on < add_months(equipment.stopped_on, int(months)):
        return False
    return not Inspection.objects.filter(
        equipment=equipment, what=What.PERIODIC, passed=True, done_on__gt=equipment.stopped_on, withdrawn_on=None
    ).exists()
