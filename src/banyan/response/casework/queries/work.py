"""Whose move it is, what is late, what waits for an officer, and what was last done to a case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.models import Event
from banyan.kit.scope import scoped
from banyan.kit.verbs import REGISTRY
from banyan.records.plans.queries.ties import ties_of
from banyan.response.casework.models import Case, Clue, Duty
from banyan.response.casework.queries import terms

LATE_DECISION = "casework.decision.late"
DAYS_SHOWN, MOST_SHOWN = timedelta(days=14), 50
ENDED = ("closed", "transferred")
BEFORE_DECISION = ("filed", "investigated", "reviewed", "announced", "hearing", "heard")


def open_cases() -> Any:
    """The cases on which something still follows."""
    return Case.objects.filter(withdrawn_on=None).exclude(state__in=ENDED)


def cases_for_evidence(person: Any) -> list[Case]:
    """The cases that take evidence from a person, the own ones first, as many as a list on a telephone holds."""
    rows = scoped(Case, person, right="casework.handle").filter(withdrawn_on=None).exclude(state="closed")
    own = list(rows.filter(assignee=person).order_by("-filed_on", "key")[:MOST_SHOWN])
    others = rows.exclude(pk__in=[one.pk for one in own]).order_by("-filed_on", "key")
    return [*own, *others[: 2 * MOST_SHOWN - len(own)]]


def open_clues() -> Any:
    """The clues that nobody has decided on."""
    return Clue.objects.filter(state="waiting", withdrawn_on=None)


def open_duties() -> Any:
    """The duties that have not ended."""
    return Duty.objects.filter(ended_on=None, withdrawn_on=None)


def late_duties(*, on: date) -> Any:
    """Duties whose day is over and that have not gone up a level yet."""
    return open_duties().filter(due_on__lt=on, raised_on=None).order_by("key")


def tied_matters(rows: Any, *, on: date) -> list[Any]:
    """The open matters whose officer has declared an interest in their firm."""
    officers = set(rows.order_by().values_list("assignee__username", flat=True).distinct()) - {None}
    found: list[Any] = []
    for username, firms in ties_of(officers, on=on).items():
        found += rows.filter(assignee__username=username, party__in=firms).select_related("assignee", "county")
    return sorted(found, key=lambda one: one.pk)


def last_done(record: Any) -> str:
    """Who last did what to a record, and when, as one sentence; empty where it was only entered."""
    event = Event.objects.filter(subject=f"{record.noun}:{record.pk}").order_by("-number").first()
    if event is None:
        return ""
    what = str(REGISTRY[event.name].title or event.name) if event.name in REGISTRY else event.name
    at = event.at.astimezone(clock.zone())
    return _("%(who)s did this last: “%(what)s”, on %(at)s.") % {
        "who": event.by, "what": what, "at": f"{at:%Y-%m-%d %H:%M}",
    }  # fmt: skip


def late_decisions(person: Any, *, on: date) -> list[tuple[Case, str, str]]:
    """What others would have decided in the cases that a person decided within the last days: (case, who, what)."""
    own = Case.objects.filter(
        decided_by=person.username, decided_on__gte=on - DAYS_SHOWN, decided_on__lte=on, withdrawn_on=None
    )
    subjects = own.order_by().values_list(Concat(Value(f"{Case.noun}:"), "key"))
    events = Event.objects.filter(name=LATE_DECISION, subject__in=subjects).exclude(by=person.username)
    found = list(events.order_by("-number")[:MOST_SHOWN])
    cases = Case.objects.in_bulk({one.subject.partition(":")[2] for one in found}) if found else {}
    return [(cases[one.subject.partition(":")[2]], one.by, one.reason) for one in found]


def next_move(act: Any) -> str:
    """What is to be done and by when, as the page of a clue or case says it; empty where nothing more follows."""
    if act.withdrawn_on:
        return ""
    task = "verify" if isinstance(act, Clue) and act.state == "waiting" else ""
    task = task or (terms.step_of(act)[0] if isinstance(act, Case) else "")
    if not task:
        return ""
    said = _("To do: %(task)s") % {"task": Duty.Task(task).label}
    if isinstance(act, Case) and act.suspended_on:
        return f"{said} · {_('clock stopped on %(day)s') % {'day': act.suspended_on}}"
    if act.due_on is None:
        return said
    words = _("overdue since %(day)s") if act.due_on < clock.today() else _("by %(day)s")
    return f"{said} · {words % {'day': act.due_on}}"
