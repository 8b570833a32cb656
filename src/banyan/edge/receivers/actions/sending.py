"""Sending: send what is due in the order of each firm, again until it is taken.

`deliver()` may run in several processes at once: a change is given to one of them, and a receiver gets it at least
once, by an identifier that stays the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from banyan.edge.receivers.actions.making import HANDLE, gather
from banyan.edge.receivers.models import DELIVERY_FLOW, Access, Delivery, Receiver
from banyan.edge.receivers.queries import changes, effects, speaking, telling
from banyan.kit import clock, posting, privacy, terms
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb

DAYS_TRIED = "receivers.days_tried"
TOGETHER = 50  # deliveries whose content is made at a time
MOST_LOOKS = 400  # of one run: the next one goes on
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
IN_HAND = timedelta(minutes=2)  # longer than a whole exchange may take
log = logging.getLogger("banyan.receivers")

Post = Callable[[posting.Target, bytes, Mapping[str, str]], None]


# ---------------------------------------------------------------- sending


def deliver(*, post: Post = posting.post) -> dict[str, int]:
    """Make what deliveries there are to make, and send what is due; how many were taken, and how many were not.

    What is not taken holds back later changes of the same firm at the same receiver, and nothing else. A receiver
    that cannot be reached at all is asked once a run, so that it delays no other.
    """
    gather()
    counts, silent, known = {"taken": 0, "refused": 0}, set[str](), dict[str, str]()
    for _look in range(MOST_LOOKS):
        rows = effects.heads(at=clock.now()).exclude(receiver__in=silent).select_related("receiver")
        batch = list(rows.order_by("next_at", "version", "key")[:TOGETHER])
        if not batch:
            break
        content = _content(batch)
        for one in batch:
            if one.receiver_id in silent or not _taken_in_hand(one):
                continue
            if one.receiver_id not in known:
                known[one.receiver_id] = _secret(one.receiver)
            fault = _send(one, content.get(one.pk), post, known[one.receiver_id])
            counts["refused" if fault else "taken"] += one.state != "ended"
            if fault is not None and (isinstance(fault, posting.WrongAddress) or not isinstance(fault, Refused)):
                silent.add(one.receiver_id)
    return counts


def _content(batch: Sequence[Delivery]) -> dict[str, dict[str, Any]]:
    """What is said today of the changes of some deliveries; none where the topic is granted no more."""
    today = clock.today()
    rows = Access.objects.filter(receiver__in={one.receiver_id for one in batch})
    may = {(one.receiver_id, one.topic) for one in rows if changes.holds(one, on=today)}
    wanted = {one.pk: (one.version, one.topic) for one in batch if (one.receiver_id, one.topic) in may}
    found = changes.changes_by_version(list(set(wanted.values())))
    said = dict(zip(found, telling.told(list(found.values())), strict=True))
    return {key: said[pair] for key, pair in wanted.items() if pair in said}


def _taken_in_hand(delivery: Delivery) -> bool:
    """Take a delivery in hand, so that no other process sends it meanwhile; False where one has it."""
    now = clock.now()
    free = Q(held_until=None) | Q(held_until__lte=now)  # asked of the row itself: it is looked at again once unlocked
    rows = Delivery.objects.filter(free, pk=delivery.pk, state="waiting", tries=delivery.tries)
    return bool(rows.update(held_until=now + IN_HAND))


def _secret(receiver: Receiver) -> str:
    return privacy.unseal(subject=privacy.subject_of(receiver), token=receiver.secret) or ""


def _send(delivery: Delivery, event: Mapping[str, Any] | None, post: Post, secret: str) -> Exception | None:
    """Send one delivery that is in hand, and note what came of it; the fault, if there was one."""
    if event is None:
        _note(delivery, state="ended", fault="")
        return None
    receiver = delivery.receiver
    first = delivery.first_at or clock.now()
    try:
        headers, body = speaking.message(event, form=receiver.form)
        told = speaking.signed(secret, headers=headers, body=body, seconds=int(clock.now().timestamp()))
        post(posting.target_of(receiver.endpoint, loopback=True), body, {**told, "User-Agent": "banyan"})
    except Exception as fault:
        log.warning("delivery %s was not taken: %s", delivery.pk, fault,
                    exc_info=not isinstance(fault, posting.FAULTS))  # fmt: skip
        says = (str(fault) or type(fault).__name__).replace("\0", "")[:200]
        pause = min(FIRST_PAUSE * 2 ** min(delivery.tries, 16), LONGEST_PAUSE)
        days, _written = terms.value(DAYS_TRIED, on=clock.today())
        over = clock.now() + pause > first + timedelta(days=float(days or 7))
        _note(delivery, state="dead" if over else "waiting", tries=delivery.tries + 1, fault=says, first_at=first,
              next_at=clock.now() + pause)  # fmt: skip
        return fault
    _note(delivery, state="taken", taken_at=delivery.taken_at or clock.now(), tries=0, fault="", first_at=first)
    return None


def _note(delivery: Delivery, **changed: Any) -> None:
    for name, value in changed.items():
        setattr(delivery, name, value)
    # A receipt may have come while the message was on its way: then it stays taken.
    Delivery.objects.filter(pk=delivery.pk, state="waiting").update(held_until=None, **changed)


# ---------------------------------------------------------------- what people do with deliveries


@verb("receivers.delivery.sent_again", right=HANDLE, title=gettext_lazy("Sent to a receiver again"))
def send_again(deed: Deed, *, delivery: Delivery) -> Delivery:
    """Send a change again, also where it was given up; its tries begin anew."""
    DELIVERY_FLOW.move(delivery, "send_again")
    delivery.tries, delivery.first_at, delivery.next_at, delivery.held_until = 0, None, clock.now(), None
    return deed.save(delivery, "state", "tries", "first_at", "next_at", "held_until")


@verb("receivers.delivery.passed_over", right=HANDLE, title=gettext_lazy("Passed over at a receiver"))
def pass_over(deed: Deed, *, delivery: Delivery) -> Delivery:
    """Let later changes of the firm go before one that is not taken, with the reason."""
    return deed.settle(delivery, DELIVERY_FLOW, "pass_over")
