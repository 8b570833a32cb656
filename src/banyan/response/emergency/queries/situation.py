"""The situation of a response on one page: steps, messages without an answer first, the log, what is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from banyan.response.emergency.models import Activation, Bulletin, Entry, Receipt
from banyan.response.emergency.queries.scoring import sheet_of
from banyan.response.emergency.queries.work import active

ENTRIES, RECEIPTS = 15, 30
LATE = ("late", "missed")


def situation(activation: Activation, *, at: datetime) -> dict[str, Any]:
    """All that whoever commands a response looks at, as it is at a moment."""
    held = activation.reservations.filter(released_at=None, withdrawn_on=None).select_related("resource")
    receipts = receipts_of(activation)
    lines = sheet_of(activation, at=at).lines
    return {
        "activation": activation,
        "lines": [
            {"line": line, "is_late": line.verdict in LATE, "minutes": _minutes(line.measure.due_at, at)}
            for line in lines
        ],
        "silent": [
            {"receipt": one, "is_late": one.due_at < at, "minutes": _minutes(one.due_at, at)}
            for one in receipts.filter(acknowledged_at=None).order_by("due_at", "key")[:RECEIPTS]
        ],
        "silent_count": receipts.filter(acknowledged_at=None).count(),
        "answered": list(receipts.exclude(acknowledged_at=None).order_by("-acknowledged_at", "key")[:RECEIPTS]),
        "answered_count": receipts.exclude(acknowledged_at=None).count(),
        "entries": last_entries(activation),
        "held": list(held.order_by("resource__kind", "resource__name", "key")),
        "bulletins": list(activation.bulletins.filter(state=Bulletin.State.STANDS, withdrawn_on=None)),
    }  # fmt: skip


def overview(person: Any, *, at: datetime) -> list[Any]:
    """The responses under way that a person may see, each with its steps overdue, its silence and its last entry."""
    last = Entry.objects.filter(activation=OuterRef("pk")).order_by("-number")
    late_steps = Q(measures__state="open", measures__due_at__lt=at)
    silence = Q(messages__receipts__acknowledged_at=None)
    rows = active(person).annotate(
        overdue=Count("measures", filter=late_steps, distinct=True),
        silent=Count("messages__receipts", filter=silence, distinct=True),
        last_at=Subquery(last.values("at")[:1]), last_text=Subquery(last.values("text")[:1]),
        last_told=Subquery(last.values("told")[:1]),
    )  # fmt: skip
    found = list(rows)
    for one in found:
        one.last_words = Entry(text=one.last_text or "", told=one.last_told).words
    return found


def receipts_of(activation: Activation) -> Any:
    """What was sent within a response, each at one of those to whom it went."""
    rows = Receipt.objects.filter(message__activation=activation, withdrawn_on=None)
    return rows.select_related("person", "message")


def last_entries(activation: Activation, count: int = ENTRIES) -> list[Entry]:
    """The latest entries of the command log, the last first."""
    rows = activation.entries.select_related("entered_by", "corrects").order_by("-number")
    return list(rows[:count])


def by_role(activation: Activation) -> list[dict[str, Any]]:
    """For each role how many were told, have answered, and did so in time; who has most silence first."""
    rows = receipts_of(activation).order_by().values("role").annotate(
        told=Count("pk"), answered=Count("acknowledged_at"), in_time=Count("pk", filter=Q(in_time=True)),
    )  # fmt: skip
    return list(rows.order_by((F("told") - F("answered")).desc(), "role"))


def _minutes(due_at: datetime, at: datetime) -> int:
    """Minutes that are left until a moment; below zero, since when it has passed."""
    return int((due_at - at).total_seconds() // 60)
