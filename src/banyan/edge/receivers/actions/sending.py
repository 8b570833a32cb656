"""Sending: make the deliveries of what changed, send what is due in the order of each firm, again until it is taken.

`deliver()` may run in several processes at once: a change is given to one of them, and a receiver gets it at least
once, by an identifier that stays the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation
from banyan.edge.receivers.models import DELIVERY_FLOW, Access, Delivery, Reached, Receiver
from banyan.edge.receivers.queries import changes, effects, speaking, telling
from banyan.edge.receivers.queries.changes import Change, Place
from banyan.kit import bulk, clock, events, posting, privacy, terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb

HANDLE = "receivers.handle"
DAYS_TRIED = "receivers.days_tried"
PAGE = 500  # records read of the feed at a time
TOGETHER = 50  # deliveries whose content is made at a time
MOST_LOOKS = 400  # of one run: the next one goes on
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
IN_HAND = timedelta(minutes=2)  # longer than a whole exchange may take
log = logging.getLogger("banyan.receivers")

Post = Callable[[posting.Target, bytes, Mapping[str, str]], None]


# ---------------------------------------------------------------- making deliveries


def gather() -> int:
    """Make a delivery of each new change for each receiver that may be told of it; how many."""
    today, head = clock.today(), events.last_number()
    receivers = Receiver.objects.filter(state="active", withdrawn_on=None, reached__event__lt=head)
    waiting: dict[Place, list[tuple[Receiver, set[str]]]] = {}
    for one in receivers.select_related("reached").prefetch_related("access"):
        place = Place(one.reached.event, one.reached.version)
        waiting.setdefault(place, []).append((one, changes.topics_of(one, on=today)))
    return sum(_gather_from(place, group, head) for place, group in waiting.items())


def _gather_from(place: Place, group: Sequence[tuple[Receiver, set[str]]], head: int) -> int:
    """Make the deliveries of some receivers that have all reached the same place."""
    made, begins = 0, place
    while True:
        part = changes.read(topics={name for _one, names in group for name in names}, place=begins, limit=PAGE,
                            upto=head)  # fmt: skip
        ends = part.after or Place(part.upto)
        about = {one.organisation for one in part.changes if one.organisation}
        counties = dict(Organisation.objects.filter(pk__in=about).values_list("pk", "county_id"))
        known = _told_of({one.organisation for one in part.changes if one.topic == "corrections"}, group)
        rows = {
            receiver.pk: [
                _delivery(receiver, change, counties) for change in part.changes
                if change.topic in topics and _concerns(receiver, change, known)
            ]
            for receiver, topics in group
        }  # fmt: skip
        made += _kept(begins, ends, rows)
        if part.after is None:
            return made
        begins = ends


def _kept(begins: Place, ends: Place, rows: Mapping[str, Sequence[Delivery]]) -> int:
    """Keep the deliveries of receivers and their places together; how many.

    Whoever another process was faster with has moved on already, and nothing is kept for it a second time.
    """
    with transaction.atomic():
        there = Reached.objects.filter(event=begins.event, version=begins.version)
        wanted = there.filter(receiver__in=rows).order_by("pk").select_for_update().values_list("pk", flat=True)
        still = list(wanted)
        there.filter(pk__in=still).update(event=ends.event, version=ends.version)
        kept = [one for key in still for one in rows[key]]
        bulk.insert(kept)
    return len(kept)


def _told_of(firms: set[str | None], group: Sequence[tuple[Receiver, set[str]]]) -> set[tuple[str, str | None]]:
    """Which of these receivers were told anything of which of these firms."""
    rows = Delivery.objects.filter(organisation__in=firms - {None}, receiver__in=[one for one, _names in group])
    told = rows.exclude(topic="corrections").values_list("receiver", "organisation").distinct()
    return {(receiver, firm) for receiver, firm in told}


def _concerns(receiver: Receiver, change: Change, known: set[tuple[str, str | None]]) -> bool:
    """A correction goes to the source of the record, and to whoever was told anything of the firm before."""
    if change.topic != "corrections":
        return True
    return change.about[0] in receiver.keeps or (receiver.pk, change.organisation) in known


def _delivery(receiver: Receiver, change: Change, counties: Mapping[str, str | None]) -> Delivery:
    noun, key = change.about
    due = terms.due(change.term, start=change.on) if change.term else None
    firm = change.organisation if change.organisation in counties else None
    return Delivery(
        key=fresh("dl"), receiver=receiver, event=change.event, version=change.version, topic=change.topic,
        kind=change.kind, record_noun=noun, record_key=key, organisation_id=firm, county_id=counties.get(firm or ""),
        lane=change.lane, happened_on=change.on, next_at=clock.now(), due_on=due.on if due else None,
        due_rule=change.term if due else "", is_due_provisional=bool(due and due.provisional),
    )  # fmt: skip


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


@verb("receivers.receiver.replayed", right=HANDLE, title=gettext_lazy("Changes told to a receiver again"))
def replay(deed: Deed, *, receiver: Receiver, since: int) -> Receiver:
    """Tell a receiver again what changed after an event, in order, with the same identifiers.

    What it was never told of (an access that came later) is told too, and receipts that were given stand.
    """
    demand_reason(deed.reason, _("Telling a receiver again"))
    if not 0 <= since <= events.last_number():
        raise Refused(
            _("Changes after event %(number)s were to be told again.") % {"number": since},
            _("There is no such event."), _("Give a number from 0 to that of the last event."), code="no-such-event",
        )  # fmt: skip
    deed.hold()  # one at a time
    reached = receiver.reached  # an event of which a part was told is left to those who gather
    upto = reached.event - bool(reached.version)
    rows = Delivery.objects.filter(receiver=receiver, event__gt=since)
    rows.update(state="waiting", tries=0, first_at=None, next_at=clock.now(), held_until=None)
    topics, place = changes.topics_of(receiver, on=deed.on), Place(since)
    while place.event < upto:
        part = changes.read(topics=topics, place=place, limit=PAGE, upto=upto)
        stored = rows.filter(version__in=[one.version for one in part.changes]).values_list("version", "topic")
        known = set(stored)
        _add(receiver, [one for one in part.changes if (one.version, one.topic) not in known])
        place = part.after or Place(part.upto)
    deed.restate([receiver])
    return receiver


def _add(receiver: Receiver, told: Sequence[Change]) -> None:
    firms = {one.organisation for one in told if one.organisation}
    counties = dict(Organisation.objects.filter(pk__in=firms).values_list("pk", "county_id"))
    known = _told_of({one.organisation for one in told}, [(receiver, set())])
    bulk.insert([_delivery(receiver, one, counties) for one in told if _concerns(receiver, one, known)])
