"""Whose move it is, what is late, and whose time is over."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock
from banyan.policy.calendar import add_months
from banyan.response.complaints.models import OPEN, Complaint, Message
from banyan.response.complaints.models.complaints import ENDED, OVER
from banyan.response.complaints.queries.naming import the_queue

MOVES = {
    "received": "authority", "routed": "authority", "supplement": "sender", "with_firm": "firm", "answered": "sender",
    "mediation": "authority",
}  # fmt: skip
MOVERS = {"authority": _("the authority"), "firm": _("the firm"), "sender": _("the sender")}
BATCH = 1000


def whose_move(complaint: Complaint) -> str:
    """authority, firm or sender; empty where nothing more follows."""
    if complaint.state in ENDED:
        return "authority"
    return MOVES.get(complaint.state, "")


def next_move(complaint: Complaint) -> str:
    """Whose move it is and by when, as the page of a matter says it; empty where nothing more follows."""
    if complaint.withdrawn_on or not (whose := whose_move(complaint)):
        return ""
    said = gettext("To move: %(mover)s") % {"mover": MOVERS[whose]}
    day = complaint.answer_by if complaint.state == "with_firm" else complaint.due_on
    if day is None:
        return said
    words = gettext("overdue since %(day)s") if day < clock.today() else gettext("by %(day)s")
    return f"{said} · {words % {'day': day}}"


def open_complaints() -> Any:
    """The matters on which something still follows."""
    return Complaint.objects.filter(state__in=(*OPEN, *ENDED), withdrawn_on=None)


def open_work_of(person: Any) -> Any:
    """The open matters that somebody is answerable for."""
    return open_complaints().filter(assignee=person)


def late(*, on: date) -> Any:
    """Matters whose step is late and has not gone up a level yet."""
    return open_complaints().filter(due_on__lt=on, escalated_on=None).order_by("key")


def without_office() -> list[Complaint]:
    """Some of the matters that no office has, unseen by all whose reach is a region; none without a queue."""
    if the_queue() is None:
        return []
    return list(Complaint.objects.filter(office=None, withdrawn_on=None).order_by("-received_on", "-key")[:BATCH])


def past_answer(*, on: date) -> Any:
    """Matters that the firm was to answer by a day that is over."""
    return Complaint.objects.filter(state="with_firm", answer_by__lt=on, withdrawn_on=None).order_by("key")


def messages_to_purge(*, on: date, years: int) -> list[Message]:
    """Messages all of whose matters were closed so many years ago, and whose personal data are still kept."""
    day = add_months(on, -12 * years)
    done = Q(state__in=OVER, ended_on__lte=day) | Q(withdrawn_on__lte=day)
    still = Complaint.objects.exclude(done).values("message")
    old = Complaint.objects.filter(done).values("message")
    return list(Message.objects.filter(pk__in=old, purged_on=None).exclude(pk__in=still).order_by("key")[:BATCH])
