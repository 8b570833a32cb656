"""What is late or unanswered, and whose move it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from banyan.kit import clock
from banyan.kit.scope import scoped
from banyan.response.emergency.models import Activation, Finding, Measure, Receipt


def late(model: Any, *, on: date) -> Any:
    """Reviews or findings whose step is late and has not gone up a level yet."""
    rows = model.objects.filter(due_on__lt=on, escalated_on=None, withdrawn_on=None)
    return rows.select_related("county").order_by("key")


def lapsed_receipts(*, at: datetime) -> Any:
    """Messages at people who have not acknowledged them although the term is over, and not counted as that yet."""
    rows = Receipt.objects.filter(due_at__lt=at, acknowledged_at=None, in_time=None, withdrawn_on=None)
    return rows.order_by("key")


def active(person: Any) -> Any:
    """The responses under way that a person may see, real ones before exercises, the latest first."""
    rows = scoped(Activation, person).filter(state="active", withdrawn_on=None)
    return rows.select_related("county").order_by("is_drill", "-activated_at", "key")


def own_receipts(person: Any) -> Any:
    """What was sent to a person and is not acknowledged, the most urgent first."""
    rows = scoped(Receipt, person).filter(person=person, acknowledged_at=None, withdrawn_on=None)
    return rows.select_related("message").order_by("due_at", "key")


def open_measures(person: Any) -> Any:
    """Steps of plans that are to be done, the most urgent first."""
    rows = scoped(Measure, person).filter(state="open", activation__state="active", withdrawn_on=None)
    return rows.select_related("activation").order_by("due_at", "key")


def next_move(record: Any) -> str:
    """Whose move it is and by when, as the page of a record says it; empty where nothing more follows."""
    if record.withdrawn_on:
        return ""
    if isinstance(record, Activation) and record.state == "ended":
        return _by(gettext("whoever reviews it"), record.due_on)
    if isinstance(record, Finding) and record.state == "open":
        return _by(str(record.assignee or "—"), record.due_on)
    if isinstance(record, Finding) and record.state == "reported":
        return _by(gettext("somebody else than %(name)s") % {"name": record.assignee or "—"}, None)
    return ""


def _by(who: str, due_on: date | None) -> str:
    said = gettext("To move: %(mover)s") % {"mover": who}
    if due_on is None:
        return said
    words = gettext("overdue since %(day)s") if due_on < clock.today() else gettext("by %(day)s")
    return f"{said} · {words % {'day': due_on}}"
