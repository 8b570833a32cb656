"""Who was told of a record when, what each did, and whether a removal or correction is in effect everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from banyan.edge.receivers.models import KINDS, TOPICS, UNSETTLED, Access, Delivery, Receipt, Receiver, Replay
from banyan.kit.refusals import NotFound

PROVED = (Receipt.Outcome.EXECUTED, Receipt.Outcome.NOT_APPLICABLE)


@dataclass(frozen=True)
class Line:
    """One receiver of one change: told when, receipt when, and whether it is late."""

    receiver: str
    delivery: Delivery | None
    receipt: Receipt | None
    is_late: bool

    @property
    def is_proved(self) -> bool:
        """Whether its receipt says that the change is in effect there, or does not concern it."""
        return self.receipt is not None and self.receipt.outcome in PROVED


@dataclass(frozen=True)
class Effect:
    """One change of a record with all that were, or are to be, told of it."""

    topic: str
    kind: str
    on: date
    lines: tuple[Line, ...]

    @property
    def kind_said(self) -> str:
        """What happened, in words."""
        return f"{TOPICS[self.topic]} · {KINDS[self.kind]}"

    @property
    def proved(self) -> int:
        """How many receivers proved it."""
        return sum(line.is_proved for line in self.lines)

    @property
    def is_everywhere(self) -> bool:
        """Whether it is in effect at all receivers: each gave a receipt that says so."""
        return bool(self.lines) and all(line.is_proved for line in self.lines)


def effects_of(noun: str, key: str, *, on: date) -> list[Effect]:
    """The changes of a record that were told, the latest first, each with every receiver that is to know.

    Who may receive the topic today and has no delivery yet stands there as not told; who was told stays, whatever
    became of its access.
    """
    rows = Delivery.objects.filter(record_noun=noun, record_key=key).select_related("receiver", "receipt")
    by_change: dict[tuple[int, str], list[Delivery]] = {}
    for one in rows.order_by("-version", "receiver__name", "key"):
        by_change.setdefault((one.version, one.topic), []).append(one)
    allowed = _allowed({topic for _version, topic in by_change}, on=on) if by_change else {}
    found = []
    for (_version, topic), deliveries in by_change.items():
        told = {one.receiver_id for one in deliveries}
        missing = [] if topic == "corrections" else [one for one in allowed.get(topic, ()) if one.pk not in told]
        lines = [_line(one, on=on) for one in deliveries]
        lines += [Line(one.name, None, None, is_late=False) for one in missing]
        first = deliveries[0]
        found.append(Effect(topic, first.kind, first.happened_on, tuple(lines)))
    return found


def _line(delivery: Delivery, *, on: date) -> Line:
    receipt = getattr(delivery, "receipt", None)
    late = receipt is None and delivery.due_on is not None and delivery.due_on < on and delivery.state != "ended"
    return Line(delivery.receiver.name, delivery, receipt, late)


def _allowed(topics: set[str], *, on: date) -> dict[str, list[Receiver]]:
    """The active receivers of each topic on a day, where what they may receive began before it."""
    open_ones = Q(until_on=None) | Q(until_on__gte=on)
    rows = Access.objects.filter(
        open_ones, topic__in=topics, from_on__lte=on, withdrawn_on=None, receiver__state="active",
        receiver__withdrawn_on=None,
    ).select_related("receiver").order_by("receiver__name")  # fmt: skip
    found: dict[str, list[Receiver]] = {}
    for one in rows:
        found.setdefault(one.topic, []).append(one.receiver)
    return found


def receiver_named(text: str) -> Receiver:
    """A receiver by its key or its name. Raises NotFound."""
    found = Receiver.objects.filter(Q(pk=text) | Q(name=text), withdrawn_on=None).first()
    if found is None:
        raise NotFound(
            _("The receiver “%(name)s” was named.") % {"name": text[:80]}, _("There is none of that key or name."),
            _("Take its name or key from the office's list of receivers."),
        )  # fmt: skip
    return found


def replay_of(receiver: Receiver) -> Replay | None:
    """What a receiver is or was last told again, and how far that is; None where nothing ever was."""
    return Replay.objects.filter(receiver=receiver).first()


def without_receipt() -> Any:
    """The deliveries whose receipt is still to come."""
    return Delivery.objects.filter(receipt=None, due_on__isnull=False).exclude(state__in=("ended", "passed"))


def late_receipts(*, on: date) -> Sequence[Delivery]:
    """Deliveries whose receipt is late and that have not gone up a level yet."""
    return list(without_receipt().filter(due_on__lt=on, escalated_on=None).order_by("key"))


def heads(*, at: Any) -> Any:
    """What may be sent at an instant: due, in nobody's hand, and the first of its lane that is not settled.

    While a receiver is told again, what comes after the place that this has reached waits, so that order is kept.
    """
    before = Delivery.objects.filter(
        receiver=OuterRef("receiver"), lane=OuterRef("lane"), state__in=UNSETTLED, version__lt=OuterRef("version")
    )
    beyond = Q(event__lt=OuterRef("event")) | Q(
        event=OuterRef("event"), version__gt=0, version__lt=OuterRef("version")
    )
    replayed = Replay.objects.filter(beyond, receiver=OuterRef("receiver"), ended_at=None)
    free = Q(held_until=None) | Q(held_until__lte=at)
    return Delivery.objects.filter(
        ~Exists(before), ~Exists(replayed), free, state="waiting", next_at__lte=at, receiver__state="active",
        receiver__withdrawn_on=None,
    )  # fmt: skip
