"""The office's screens of kept queries and subscriptions: how far each was sent, what went wrong, and its verbs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.timezone import template_localtime
from django.utils.translation import gettext_lazy as _

from banyan.edge.epcis import actions
from banyan.edge.epcis.models import NamedQuery, Subscription
from banyan.edge.epcis.queries import subscribing
from banyan.kit.office import Button, Screen, register
from banyan.kit.office.forms import VerbForm


class NeedsReason(VerbForm):
    needs_reason = True


@register(NamedQuery)
class QueryScreen(Screen):
    list_display = ("name", "username", "created_at", "withdrawn_on")
    filters = ("created_at", "withdrawn_on")
    finds_by = ("name", "username")
    icon = "bookmark"
    empty = _("No system of your firm or office keeps a query. They do so by the interface for events.")
    fields = (("name", "username"), ("created_at", "withdrawn_on"), "asks")
    readonly_fields = ("asks",)

    def get_queryset(self, request: Any) -> Any:
        return subscribing.of_ones_office(super().get_queryset(request), request.user)

    def asks(self, query: NamedQuery) -> str:
        """The parameters as they were kept."""
        text = json.dumps(query.query, ensure_ascii=False, indent=1)
        return format_html("<pre class='whitespace-pre-wrap'>{}</pre>", text)

    asks.short_description = _("question")  # type: ignore[attr-defined]


@register(Subscription)
class SubscriptionScreen(Screen):
    list_display = ("query", "dest", "username", "state", "last_taken", "last_fault")
    filters = ("stream", "paused_on", "withdrawn_on", "created_at")
    finds_by = ("username", "query__name")
    icon = "outgoing_mail"
    empty = _("No system of your firm or office has events sent to it. They subscribe by the interface for events.")
    fields = (("query", "username"), "dest", ("stream", "schedule", "report_if_empty"),
              ("created_at", "initial_record_time"), ("state", "paused_on"), ("last_taken", "next_try"),
              ("tries", "last_fault"))  # fmt: skip
    readonly_fields = ("state", "last_taken", "next_try", "tries", "last_fault")
    buttons = (
        Button(actions.retry, _("Try again now"), icon="refresh", variant="primary", bulk="each",
               when=subscribing.is_waiting),
        Button(actions.pause, _("Pause"), NeedsReason, icon="pause", bulk="each", when=lambda one: not one.paused_on),
        Button(actions.resume, _("Go on"), icon="play_arrow", bulk="each", when=lambda one: bool(one.paused_on)),
    )  # fmt: skip

    def get_queryset(self, request: Any) -> Any:
        rows = subscribing.of_ones_office(super().get_queryset(request), request.user)
        return rows.select_related("query", "delivery")

    def _told(self, subscription: Subscription, name: str) -> Any:
        delivery = getattr(subscription, "delivery", None)
        value = getattr(delivery, name, None)
        return localize(template_localtime(value)) if isinstance(value, datetime) else value

    def state(self, subscription: Subscription) -> str:
        """Running, paused, ended, waiting for its next try, or given up."""
        return str(subscribing.STATES[subscribing.state_of(subscription)])

    state.short_description = _("state")  # type: ignore[attr-defined]

    def last_taken(self, subscription: Subscription) -> Any:
        """When a message was taken last."""
        return self._told(subscription, "notified_at")

    last_taken.short_description = _("last taken at")  # type: ignore[attr-defined]

    def next_try(self, subscription: Subscription) -> Any:
        """When the next message is due; none where nothing is sent."""
        running = subscribing.state_of(subscription) in ("running", "waiting")
        return self._told(subscription, "due_at") if running else None

    next_try.short_description = _("next due at")  # type: ignore[attr-defined]

    def tries(self, subscription: Subscription) -> Any:
        """How often the message in hand was sent in vain."""
        return self._told(subscription, "tries") or 0

    tries.short_description = _("vain tries in a row")  # type: ignore[attr-defined]

    def last_fault(self, subscription: Subscription) -> str:
        """Why the last try was in vain."""
        return self._told(subscription, "fault") or "—"

    last_fault.short_description = _("last fault")  # type: ignore[attr-defined]
