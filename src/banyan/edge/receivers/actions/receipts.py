"""Receipts: what receivers say they did, what they report of their copies, and what is late and goes up a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.edge.receivers.models import Copy, Delivery, Receipt, Receiver
from banyan.edge.receivers.queries import changes, copies, effects
from banyan.kit import clock, events, titles
from banyan.kit.duties import raise_a_level
from banyan.kit.keys import fresh
from banyan.kit.refusals import BadRequest, NotAllowed, Refused
from banyan.kit.verbs import Deed, verb

RECEIVE, SUPERVISE = "receivers.receive", "receivers.supervise"


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Let receipts that are late go up a level, once each."""
    late = effects.late_receipts(on=on)
    if late:
        raise_late(deliveries=late, by=by, on=on, reason=titles.TERM_IS_OVER)
    return {"receipts raised": len(late)}


@verb("receivers.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, deliveries: Sequence[Delivery]) -> int:
    """Give deliveries whose receipt is late to the next superior of the firm's county, once each."""
    raise_a_level(deed, deliveries)
    return len(deliveries)


@verb("receivers.receipts.given", right=RECEIVE, title=gettext_lazy("Execution receipts given"))
def give_receipts(
    deed: Deed, *, deliveries: Sequence[Delivery], said: Mapping[str, Mapping[str, Any]]
) -> list[Receipt]:
    """Enter what a receiver did with some changes: outcome, reference, words, day; by delivery, each once.

    The same said again changes nothing. Whoever gives a receipt knows of the change, so it counts as told.
    """
    known = Receipt.objects.in_bulk([one.pk for one in deliveries])
    made, told = list[Receipt](), list[Delivery]()
    for one in deliveries:
        receipt = _receipt(deed, one, said[one.pk])
        if (before := known.get(one.pk)) is not None:
            _demand_same(before, receipt)
            continue
        made.append(receipt)
        if one.state != "taken":
            one.state, one.taken_at, one.fault, one.held_until = "taken", one.taken_at or clock.now(), "", None
            told.append(one)
    deed.add_many(made)
    deed.save_many(told, "state", "taken_at", "fault", "held_until")
    return made


def _receipt(deed: Deed, delivery: Delivery, said: Mapping[str, Any]) -> Receipt:
    asked = _("A receipt for %(change)s was given.") % {"change": delivery.change}
    if said["outcome"] not in Receipt.Outcome.values:
        raise Refused(
            asked, _("“%(outcome)s” is no outcome.") % {"outcome": said["outcome"]},
            _("Choose of: %(known)s.") % {"known": ", ".join(Receipt.Outcome.values)}, code="no-such-outcome",
        )  # fmt: skip
    if said["outcome"] == Receipt.Outcome.REFUSED and not said.get("words", "").strip():
        raise Refused(
            asked, _("It says that the change was refused, and not why."), _("Say why in `words`."),
            code="reason-missing",
        )  # fmt: skip
    if not delivery.happened_on <= said["on"] <= deed.on:
        raise Refused(
            asked, _("%(day)s lies before the change, or has not come.") % {"day": said["on"]},
            _("Give the day on which it was done."), code="wrong-day",
        )  # fmt: skip
    return Receipt(
        key=delivery.pk, delivery=delivery, outcome=said["outcome"], reference=said.get("reference", "").strip(),
        words=said.get("words", "").strip(), done_on=said["on"], given_on=deed.on,
    )  # fmt: skip


def _demand_same(before: Receipt, now: Receipt) -> None:
    same = ("outcome", "reference", "words", "done_on")
    if any(getattr(before, name) != getattr(now, name) for name in same):
        raise Refused(
            _("A receipt for %(change)s was given.") % {"change": before.delivery.change},
            _("One that says something else was given on %(day)s.") % {"day": before.given_on},
            _("It stands. Write to the office that told you where it is wrong."), code="receipt-given",
        )  # fmt: skip


@verb("receivers.copy.reported", right=RECEIVE, title=gettext_lazy("Copy reported by a receiver"))
def report_copy(deed: Deed, *, receiver: Receiver, topic: str, event: int, count: int, digest: str) -> Copy:
    """Enter what a receiver holds of a topic, and compare it with ours by the changes up to that event."""
    if topic not in changes.topics_of(receiver, on=deed.on):
        raise NotAllowed(
            _("A copy of “%(topic)s” was reported.") % {"topic": topic},
            _("It is not granted to %(receiver)s.") % {"receiver": receiver},
            _("Ask the office to grant the topic, and say on which basis."),
        )
    if event > events.last_number():
        raise BadRequest(
            _("A copy up to event %(number)s was reported.") % {"number": event}, _("There is no such event."),
            _("Give the `event` of the last change that you took in."),
        )  # fmt: skip
    ours, _count = copies.ours(topic, upto=event)
    return deed.add(
        Copy(
            key=fresh("cp"), receiver=receiver, topic=topic, event=event, count=count, digest=digest.lower(),
            ours=ours, reported_on=deed.on,
        )
    )  # fmt: skip
