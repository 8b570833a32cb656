"""What is overdue and by whom, who operates without a licence, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext

from banyan.base.registry.queries import Organisation, Region
from banyan.kit import clock, terms
from banyan.kit.scope import scoped
from banyan.policy.calendar import add_months
from banyan.records.equipment.models import Equipment, Incident, Instruction, Operator, Rescue

APPLY, JOBS = "equipment.apply_inspection", "equipment.jobs"


def in_use(person: Any) -> Any:
    """The equipment in use that a person may see."""
    return scoped(Equipment, person).filter(state="in_use", withdrawn_on=None)


def overdue(person: Any, *, on: date) -> Any:
    """The equipment in use whose inspection is overdue: after the last day of its month."""
    return in_use(person).filter(due_on__lt=on)


def overdue_by(person: Any, what: str, *, on: date, limit: int = 0) -> list[dict[str, Any]]:
    """Overdue equipment counted by `county` or `user_unit`, beside all in use, most first."""
    late = Count("pk", filter=Q(due_on__lt=on))
    rows = in_use(person).order_by().values(what).annotate(all=Count("pk"), overdue=late)
    rows = rows.filter(overdue__gt=0) if limit else rows
    found = list(rows.order_by("-overdue", "-all", what)[: limit or None])
    model: Any = Region if what == "county" else Organisation
    names = model.objects.in_bulk([one[what] for one in found])
    return [{"of": names[one[what]], "all": one["all"], "overdue": one["overdue"]} for one in found]


def apply_by(due_on: date) -> date:
    """The last day on which an inspection is to be applied for; its due day where no rule says so."""
    found = terms.due(APPLY, start=due_on)
    return found.on if found else due_on


def lapsed(person: Any, *, on: date) -> Any:
    """Operators at work whose licence has ended or who have none."""
    at_work = scoped(Operator, person).filter(left_on=None, withdrawn_on=None)
    return at_work.filter(Q(licence="") | Q(until_on__lt=on))


def is_awaited(rescue: Rescue) -> bool:
    """Whether the term has run out and nobody has come yet."""
    if rescue.arrive_within is None or rescue.arrived_at is not None:
        return False
    return clock.now() > rescue.called_at + timedelta(minutes=rescue.arrive_within)


def licensed(operators: Iterable[Operator], *, on: date) -> set[tuple[str, str]]:
    """(firm, kind) for which somebody with a valid licence is at work."""
    kinds = _kinds_of_jobs(on)
    return {
        (one.employer_id, kind)
        for one in operators
        if one.licence and one.left_on is None and (one.until_on is None or one.until_on >= on)
        for kind in kinds.get(one.job, ())
    }


def gaps_of(organisation: Organisation, *, person: Any, on: date) -> list[str]:
    """The kinds that a firm uses without anybody licensed to operate them, where the packs ask for somebody."""
    asked = {kind for kinds in _kinds_of_jobs(on).values() for kind in kinds}
    used = set(in_use(person).filter(user_unit=organisation).order_by().values_list("kind", flat=True).distinct())
    held = licensed(scoped(Operator, person).filter(employer=organisation, withdrawn_on=None), on=on)
    return sorted(kind for kind in used & asked if (organisation.pk, kind) not in held)


def _kinds_of_jobs(on: date) -> dict[str, tuple[str, ...]]:
    """Which kinds of equipment a job operates."""
    return {str(row["job"]): tuple(str(row["kinds"]).split()) for row in terms.rows(JOBS, on=on)}


def jobs(*, on: date) -> list[str]:
    """The jobs that the packs know on a day."""
    return list(terms.column(JOBS, "job", on=on))


def open_instructions() -> Any:
    """Instructions on which something still follows."""
    return Instruction.objects.exclude(state="closed").filter(withdrawn_on=None)


def late_instructions(*, on: date) -> Any:
    """Instructions whose step is late and has not gone up a level yet."""
    return open_instructions().filter(due_on__lt=on, escalated_on=None).order_by("key")


def next_move(record: Any) -> str:
    """Whose move it is and by when, as the page of a record says it; empty where nothing more follows."""
    if record.withdrawn_on:
        return ""
    if isinstance(record, Instruction) and record.state != "closed":
        who = gettext("the user unit") if record.state == "issued" else gettext("the authority")
        return _by(who, record.due_on)
    if isinstance(record, Equipment) and record.state == "in_use" and record.due_on:
        return f"{record.get_due_what_display()} · {_day(record.due_on)}"
    if isinstance(record, Incident) and record.state == "reported":
        return _by(gettext("the authority"), None)
    if isinstance(record, Rescue) and record.state != "released":
        return _by(gettext("the maintenance unit"), None)
    return ""


def _by(who: str, due_on: date | None) -> str:
    said = gettext("To move: %(mover)s") % {"mover": who}
    return f"{said} · {_day(due_on)}" if due_on else said


def _day(due_on: date) -> str:
    words = gettext("overdue since %(day)s") if due_on < clock.today() else gettext("by %(day)s")
    return words % {"day": due_on}


def arrivals(person: Any, *, on: date) -> dict[str, Any]:
    """Of the rescues of the last twelve months that a person may see: how many, the median minutes, how many late."""
    rows = scoped(Rescue, person).filter(
        called_on__gt=add_months(on, -12), called_on__lte=on, arrival_minutes__isnull=False, withdrawn_on=None
    )  # fmt: skip
    minutes = list(rows.order_by("arrival_minutes").values_list("arrival_minutes", flat=True))
    late = rows.filter(arrival_minutes__gt=F("arrive_within")).count()
    return {"n": len(minutes), "middle": median(minutes) if minutes else None, "late": late}
