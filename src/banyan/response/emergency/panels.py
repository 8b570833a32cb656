"""What emergencies show on other pages: the log and score of a response, files of a bulletin, work to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock
from banyan.kit.office import Page, Panel, Todo, TodoItem, link, papers_panel
from banyan.kit.scope import scoped
from banyan.response.emergency import queries
from banyan.response.emergency.models import Activation, Bulletin, Finding, Measure, Receipt
from banyan.response.emergency.queries import papers
from banyan.response.emergency.queries.situation import last_entries

SHOWN = 40


def log_of_activation(activation: Activation, *, person: Any, on: date) -> dict[str, Any]:
    """The latest entries of the command log, and whether any is not as it was entered."""
    return {
        "entries": last_entries(activation, SHOWN), "altered": queries.altered(activation),
        "situation": reverse("emergency:response", args=[activation.pk]),
    }  # fmt: skip


def score_of_activation(activation: Activation, *, person: Any, on: date) -> dict[str, Any] | None:
    """The score sheet of a response as it stands."""
    sheet = queries.sheet_of(activation)
    rows = [{"line": line, "words": papers.verdict_in_words(line.verdict)} for line in sheet.lines]
    return {"sheet": sheet, "rows": rows} if rows else None


def files_of_bulletin(bulletin: Bulletin, *, person: Any, on: date) -> dict[str, Any]:
    """A bulletin as CAP, its photograph, its public page, and what updated or cancelled it."""
    is_open = bulletin.is_public and not bulletin.is_drill
    return {
        "cap": reverse("office:emergency_bulletin_cap_file", args=[bulletin.pk]),
        "photo": reverse("office:emergency_bulletin_photo_file", args=[bulletin.pk]) if bulletin.photo else "",
        "public": reverse("portal:alert", args=[bulletin.number]) if is_open else "",
        "later": list(scoped(Bulletin, person).filter(replaces=bulletin, withdrawn_on=None)),
    }  # fmt: skip


def activations_of_incident(incident: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The responses to an incident with equipment."""
    found = scoped(Activation, person).filter(incident=incident, withdrawn_on=None)
    rows = [{"response": one, "url": link(one)} for one in found]
    return {"rows": rows} if rows else None


# ---------------------------------------------------------------- work to do


def to_acknowledge(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Messages that were sent to a person and are not acknowledged, the most urgent first."""
    now = clock.now()
    return [
        TodoItem(text=str(one), url=link(one), due_on=_day(one.due_at), is_overdue=one.due_at < now)
        for one in queries.own_receipts(person)[:limit]
    ]


def steps_to_do(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Steps of responses under way that are to be done."""
    now = clock.now()
    return [
        TodoItem(text=str(one), url=link(one), due_on=_day(one.due_at), is_overdue=one.due_at < now,
                 note=str(one.activation))
        for one in queries.open_measures(person)[:limit]
    ]  # fmt: skip


def to_review(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Responses that have ended and are to be reviewed within the term."""
    rows = scoped(Activation, person).filter(state="ended", withdrawn_on=None)
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on))
        for one in rows.order_by("due_on", "key")[:limit]
    ]


def findings(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Findings that are to be mended, or looked at again."""
    rows = scoped(Finding, person).exclude(state="closed").filter(withdrawn_on=None)
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on),
                 note=str(one.get_state_display()))
        for one in rows.order_by("due_on", "key")[:limit]
    ]  # fmt: skip


def listed(model: Any, **filters: Any) -> str:
    """The address of a list of emergencies, filtered."""
    meta = model._meta
    address = reverse(f"office:{meta.app_label}_{meta.model_name}_changelist")
    return f"{address}?{urlencode(filters, doseq=True)}"


def _day(at: Any) -> date:
    day: date = at.astimezone(clock.zone()).date()
    return day


PANELS = (
    Panel("emergency.activation", _("Command log"), "emergency/log.html", log_of_activation, right="emergency.view",
          order=5),
    Panel("emergency.activation", _("Score sheet"), "emergency/score.html", score_of_activation,
          right="emergency.view", order=6),
    Panel("emergency.activation", _("Papers"), "office/papers.html", papers_panel(papers), right="emergency.view",
          order=7),
    Panel("emergency.bulletin", _("Files"), "emergency/cap.html", files_of_bulletin, right="emergency.view", order=5),
    Panel("emergency.bulletin", _("Papers"), "office/papers.html", papers_panel(papers), right="emergency.view",
          order=7),
    Panel("equipment.incident", _("Responses"), "emergency/of_incident.html", activations_of_incident,
          right="emergency.view", order=20),
)  # fmt: skip

PAGES = (
    Page(_("Situation"), "emergency:responses", right="emergency.view", icon="emergency_home", group=_("Work"),
         order=58),
    Page(_("Readiness"), "emergency:readiness", right="emergency.view", icon="health_and_safety", group=_("Work"),
         order=59),
)  # fmt: skip

TODO = (
    Todo(_("Messages to acknowledge"), to_acknowledge, "emergency.acknowledge", lambda on: listed(Receipt), order=1),
    Todo(_("Steps of a response"), steps_to_do, "emergency.command",
         lambda on: listed(Measure, state__exact="open"), order=2),
    Todo(_("Responses to review"), to_review, "emergency.review", lambda on: listed(Activation, state__exact="ended"),
         order=54),
    Todo(_("Findings of reviews"), findings, "emergency.review", lambda on: listed(Finding), order=55),
)  # fmt: skip
