"""What receivers show on other pages: who was told of a listing and did what, and work to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.edge.receivers import queries
from banyan.edge.receivers.models import Delivery, Receiver
from banyan.kit.office import Panel, Todo, TodoItem, link
from banyan.kit.scope import scoped

HANDLE, SUPERVISE = "receivers.handle", "receivers.supervise"


def told(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The changes of a record, receiver by receiver: told when, receipt when, whether it is in effect everywhere."""
    found = queries.effects_of(record.noun, record.pk, on=on)
    return {"effects": found} if found else None


def of_receiver(record: Receiver, *, person: Any, on: date) -> dict[str, Any]:
    """What a receiver may be told of, and whether its copies agree."""
    access = [one for one in record.access.order_by("topic", "from_on") if one.withdrawn_on is None]
    rows = Delivery.objects.filter(receiver=record)
    return {
        "access": [{"record": one, "url": link(one)} for one in access],
        "agreements": [one for one in queries.agreements() if one.receiver == record.name],
        "waiting": rows.filter(state="waiting").count(), "dead": rows.filter(state="dead").count(),
        "replay": queries.replay_of(record),
        "owing": queries.without_receipt().filter(receiver=record, due_on__lt=on).count(),
    }  # fmt: skip


def given_up(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Changes that were given up: they hold back what came later for the same firm."""
    rows = scoped(Delivery, person, right=HANDLE).filter(state="dead").select_related("receiver")
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=True, note=one.fault)
        for one in rows.order_by("happened_on", "key")[:limit]
    ]


def owing(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Receipts that are late, the latest term last."""
    rows = scoped(Delivery, person, right=HANDLE) & queries.without_receipt().filter(due_on__lt=on)
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=True, note=_("no receipt"))
        for one in rows.select_related("receiver").order_by("due_on", "key")[:limit]
    ]


PANELS = (
    Panel("lists.listing", gettext_lazy("Told to receivers"), "receivers/told.html", told, right="lists.view",
          order=6),
    Panel("casework.case", gettext_lazy("Told to receivers"), "receivers/told.html", told, right="receivers.view",
          order=60),
    Panel("inspection.sample", gettext_lazy("Told to receivers"), "receivers/told.html", told,
          right="receivers.view", order=60),
    Panel("receivers.receiver", gettext_lazy("What it may be told, and what it holds"), "receivers/of_receiver.html",
          of_receiver, right="receivers.view", order=1),
)  # fmt: skip
TODO = (
    Todo(gettext_lazy("Changes that a receiver does not take"), given_up, HANDLE, order=23, is_recorded=False),
    Todo(gettext_lazy("Late receipts of receivers"), owing, HANDLE, order=24),
)
