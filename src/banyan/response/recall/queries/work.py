"""Whose move it is, what is late, and the open work of a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock
from banyan.response.recall.models import Inquiry, Lead, Recall

OPEN = {
    Lead: ("received", "in_inquiry"),
    Inquiry: ("ordered", "reported"),
    Recall: ("notified", "objected", "plan_due", "ordered", "planned", "running", "completed"),
}
"""The states of a noun in which something still follows."""

MOVES: dict[Any, dict[str, str]] = {
    Lead: {"received": "authority"},
    Inquiry: {"ordered": "firm", "reported": "authority"},
    Recall: {
        "notified": "firm", "objected": "authority", "plan_due": "firm", "ordered": "firm", "planned": "authority",
        "running": "firm", "completed": "authority",
    },
}  # fmt: skip
"""Whose move it is in a state; nobody's where nothing more follows."""

MOVERS = {"firm": _("the maker"), "authority": _("the authority")}
LAPSES = ("notified",)
"""States whose term ends by itself: the notice then stands."""


def whose_move(act: Any) -> str:
    """firm or authority; empty where nothing more follows. A completed recall waits first for the summary."""
    if isinstance(act, Recall) and act.state == "completed" and act.summarised_on is None:
        return "firm"
    return MOVES.get(type(act), {}).get(act.state, "")


def mover(act: Any) -> str:
    """Whose move it is, in words."""
    return str(MOVERS.get(whose_move(act), ""))


def states_of(model: Any, whose: str) -> list[str]:
    """The states of a noun in which it is the move of the firm, or of the authority."""
    return [state for state, mover_of in MOVES[model].items() if mover_of == whose]


def open_of(model: Any) -> Any:
    """The records of a noun on which something still follows."""
    return model.objects.filter(state__in=OPEN[model], withdrawn_on=None)


def open_work_of(person: Any) -> dict[Any, Any]:
    """The open records that wait for a person, by noun."""
    return {model: open_of(model).filter(assignee=person) for model in OPEN}


def leads_of(person: Any) -> Any:
    """The leads on which a person may decide."""
    return Lead.objects.all().within(person, right="recall.decide")


def late(model: Any, *, on: date) -> Any:
    """Records of a noun whose step is late and has not gone up a level yet."""
    rows = open_of(model).filter(due_on__lt=on, escalated_on=None)
    return (rows.exclude(state__in=LAPSES) if model is Recall else rows).order_by("key")


def notices_past_objection(*, on: date) -> Any:
    """Notices to recall whose term to object is over."""
    return open_of(Recall).filter(state="notified", object_by__lt=on).order_by("key")


def next_move(act: Any) -> str:
    """Whose move it is and by when, as the page of a record says it; empty where nothing more follows."""
    if act.withdrawn_on or not (moves := mover(act)):
        return ""
    said = gettext("To move: %(mover)s") % {"mover": moves}
    if act.due_on is None:
        return said
    late = act.due_on < clock.today()
    words = gettext("overdue since %(day)s") if late else gettext("by %(day)s")
    return f"{said} · {words % {'day': act.due_on}}"
