"""Subscriptions: when each is due, and that nothing inside the network can be reached through one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import epcis
from banyan.edge.epcis.queries.answering import instant
from banyan.edge.epcis.queries.asking import VIEW
from banyan.edge.epcis.queries.protocol import WRITTEN
from banyan.kit import clock, posting, rights
from banyan.kit.models import Grant
from banyan.kit.refusals import BadRequest

BOUNDS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
ELEMENT = re.compile(r"\[?(\d{1,2})(?:-(\d{1,2}))?\]?(?:/(\d{1,2}))?|\*(?:/(\d{1,2}))?")
FARTHEST = timedelta(days=4 * 366 + 1)


class WrongSubscription(BadRequest):
    """A subscription that cannot be: no schedule and no stream, both, or an address that is not allowed."""

    code = "subscription"


def refused(prevents: str, instead: str) -> WrongSubscription:
    """The refusal of a subscription."""
    return WrongSubscription(_("A subscription was asked for."), prevents, instead, WRITTEN)


def demand_one(schedule: Any, *, stream: bool) -> None:
    """Raise WrongSubscription unless there is a schedule or a stream, and not both."""
    if bool(schedule) == stream:
        raise refused(_("Either a schedule or “stream” is needed, and not both."), _("Give one of them."))


def first_time(schedule: Mapping[str, Any], *, after: datetime) -> datetime:
    """The first instant that a schedule names. Raises WrongSubscription for one that names none."""
    found = next_time(schedule, after=after)
    if found is None:
        raise refused(_("The schedule names no day in four years."), _("Give another one."))
    return found


# ---------------------------------------------------------------- schedules


def schedule_of(raw: Any) -> dict[str, list[int]]:
    """The values that each part of a schedule allows. Raises WrongSubscription for one that cannot be read."""
    if not isinstance(raw, Mapping) or not raw or set(raw) - set(BOUNDS):
        raise refused(
            _("The schedule is no object with parts of %(parts)s.") % {"parts": ", ".join(BOUNDS)},
            _('Write {"hour": "1", "minute": "5"}.'),
        )
    return {part: _values(part, str(text)) for part, text in raw.items()}


def _values(part: str, text: str) -> list[int]:
    low, high = BOUNDS[part]
    found: set[int] = set()
    for element in text.replace(" ", "").split(","):
        matched = ELEMENT.fullmatch(element)
        if not matched:
            raise _wrong_part(part, text)
        start, end, step, all_step = matched.groups()
        first = low if start is None else int(start)
        last = high if start is None or (step and end is None) else int(end or first)
        pace = int(step or all_step or 1)
        if pace < 1 or not low <= first <= last <= high:
            raise _wrong_part(part, text)
        found.update(range(first, last + 1, pace))
    return sorted(found)


def _wrong_part(part: str, text: str) -> WrongSubscription:
    low, high = BOUNDS[part]
    return refused(
        _("%(part)s “%(text)s” is none of %(low)d to %(high)d.")
        % {"part": part, "text": text, "low": low, "high": high},
        _("Write a number, a list 1,15, a range [1-5] or a pace 0/10."),
    )


def next_time(schedule: Mapping[str, Any], *, after: datetime) -> datetime | None:
    """The first instant after another that a schedule names, in the city's clock; None where there is none.

    A part that is left out below the coarsest one given is its lowest value: hour 1 and minute 5 mean second 0.
    """
    allowed = {part: set(values) for part, values in schedule_of(schedule).items()}
    finest = min(list(BOUNDS).index(part) for part in allowed)
    for place, part in enumerate(BOUNDS):
        low, high = BOUNDS[part]
        allowed.setdefault(part, {low} if place < finest else set(range(low, high + 1)))
    moment = after.astimezone(clock.zone()).replace(microsecond=0) + timedelta(seconds=1)
    end = moment + FARTHEST
    while moment < end:
        if (
            moment.month not in allowed["month"]
            or moment.day not in allowed["dayOfMonth"]
            or moment.isoweekday() not in allowed["dayOfWeek"]
        ):
            moment = moment.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        elif moment.hour not in allowed["hour"]:
            moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
        elif moment.minute not in allowed["minute"]:
            moment = moment.replace(second=0) + timedelta(minutes=1)
        elif moment.second not in allowed["second"]:
            moment += timedelta(seconds=1)
        else:
            return moment
    return None


def instant_of(text: Any) -> datetime | None:
    """An instant that was given, or None. Raises WrongSubscription for one without a zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in epcis.YEARS:
        raise refused(
            _("initialRecordTime is no instant with its zone."), _("Write it as 2026-05-01T08:00:00+08:00.")
        )
    return found


# ---------------------------------------------------------------- where to


def safe_target(dest: Any) -> posting.Target:
    """Where a message goes. Raises WrongSubscription where none may go to that address (`posting.target_of`)."""
    try:
        return posting.target_of(dest)
    except posting.WrongAddress as wrong:
        raise refused(wrong.prevents, wrong.instead) from wrong


# ---------------------------------------------------------------- told

MOST_TRIES = 20  # about a week; afterwards somebody tries it again, or its owner subscribes again
STATES = {
    "running": gettext_lazy("running"),
    "waiting": gettext_lazy("not taken; tried again"),
    "given_up": gettext_lazy("given up"),
    "paused": gettext_lazy("paused"),
    "ended": gettext_lazy("ended"),
}


def state_of(subscription: Any) -> str:
    """One of STATES."""
    delivery = getattr(subscription, "delivery", None)
    if subscription.withdrawn_on:
        return "ended"
    if subscription.paused_on:
        return "paused"
    if delivery is None or not delivery.tries:
        return "running"
    return "given_up" if delivery.tries >= MOST_TRIES else "waiting"


def is_waiting(subscription: Any) -> bool:
    """Whether a message of it was not taken, so that it can be tried again."""
    return state_of(subscription) in ("waiting", "given_up")


def of_ones_office(rows: Any, person: Any, *, to_change: bool = False) -> Any:
    """The queries or subscriptions of the person and of others, machines too, with a role in the same firm or office.

    Whoever may read everywhere sees all of them; to change them it takes one's own or those of one's firm.
    """
    held = [reach for reach in rights.reaches(person, VIEW) if not to_change or reach.dimension == "organisation"]
    if any(not reach.dimension for reach in held):
        return rows
    same = Q(username=person.username)
    for reach in held:
        grants = Grant.objects.filter(dimension=reach.dimension, path=reach.path)
        same |= Q(username__in=grants.values("person__username"))
    return rows.filter(same)


def told(subscription: Any) -> dict[str, Any]:
    """A subscription as its owner reads it; the secret is never shown again."""
    delivery = subscription.delivery
    found: dict[str, Any] = {
        "subscriptionID": subscription.pk,
        "queryName": subscription.query.name,
        "dest": subscription.dest,
        "createdAt": instant(subscription.created_at),
        "initialRecordTime": instant(subscription.initial_record_time),
        "reportIfEmpty": subscription.report_if_empty,
    }
    if subscription.stream:
        found["stream"] = True
    else:
        found["schedule"] = subscription.schedule
    if subscription.paused_on:
        found["pausedOn"] = subscription.paused_on.isoformat()
    if delivery.notified_at:
        found["lastNotifiedAt"] = instant(delivery.notified_at)
    if delivery.fault:
        found["fault"] = {"tries": delivery.tries, "says": delivery.fault, "nextTryAt": instant(delivery.due_at)}
    return found
