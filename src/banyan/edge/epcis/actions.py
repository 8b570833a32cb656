"""What can be done through the interface: keep a query, subscribe to it, end both, send what is due."""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.edge.epcis.models import Delivery, NamedQuery, Subscription
from banyan.edge.epcis.queries import answering, asking, protocol, subscribing
from banyan.kit import Refused, clock, keys, posting, privacy
from banyan.kit.refusals import NotAllowed
from banyan.kit.verbs import verb
from banyan.records.traceability import queries as traceability

VIEW = "traceability.view"
BATCH = 100  # events in one message
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
STREAM_PAUSE = timedelta(seconds=10)
MOST_PAGES = 50  # of one subscription in one run, so that the others have their turn
log = logging.getLogger("banyan.epcis")


class NameTaken(Refused):
    """A query of this name is kept already."""

    code = "name-taken"


@verb("epcis.query.kept", right=VIEW, title=gettext_lazy("Query kept"))
def keep_query(deed: Any, *, name: str, query: dict[str, Any]) -> NamedQuery:
    """Keep a question under a name that is the person's own."""
    mine = NamedQuery.objects.filter(username=deed.by.username, name=name, withdrawn_on=None)
    if mine.exists():
        raise NameTaken(
            _("A query was to be kept as “%(name)s”.") % {"name": name}, _("You keep one of this name."),
            _("Choose another name, or delete that query first."), protocol.WRITTEN,
        )  # fmt: skip
    kept: NamedQuery = deed.add(
        NamedQuery(key=keys.fresh("qry"), name=name, username=deed.by.username, query=query, created_at=clock.now())
    )
    return kept


@verb("epcis.query.deleted", right=VIEW, title=gettext_lazy("Query deleted"))
def delete_query(deed: Any, *, query: NamedQuery) -> None:
    """Withdraw a kept query with its subscriptions."""
    _demand_own(query, deed.by)
    for one in Subscription.objects.filter(query=query, withdrawn_on=None):
        deed.withdraw(one)
    deed.withdraw(query)


@verb("epcis.subscribed", right=VIEW, title=gettext_lazy("Subscribed to a query"))
def subscribe(
    deed: Any, *, query: NamedQuery, dest: str, token: str = "", stream: bool = False,
    schedule: dict[str, Any] | None = None, report_if_empty: bool = False, from_time: datetime | None = None,
) -> Subscription:  # fmt: skip
    """Have the events of a query sent to an address. Raises WrongSubscription where it cannot be."""
    _demand_own(query, deed.by)
    subscribing.demand_one(schedule, stream=stream)
    subscribing.safe_target(dest)
    now = clock.now()
    due = now if stream else subscribing.first_time(schedule or {}, after=now)
    made: Subscription = deed.add(
        Subscription(
            key=keys.fresh("sub"),
            query=query,
            username=deed.by.username,
            dest=dest,
            token=token,
            stream=stream,
            schedule=schedule or {},
            report_if_empty=report_if_empty,
            initial_record_time=from_time or now,
            created_at=now,
        )
    )
    Delivery.objects.create(subscription=made, due_at=due)
    return made


@verb("epcis.unsubscribed", right=VIEW, title=gettext_lazy("Subscription ended"))
def unsubscribe(deed: Any, *, subscription: Subscription) -> None:
    """Send nothing more."""
    _demand_own(subscription, deed.by)
    deed.withdraw(subscription)


@verb("epcis.subscription.paused", right=VIEW, title=gettext_lazy("Subscription paused"))
def pause(deed: Any, *, subscription: Subscription) -> Subscription:
    """Send nothing for a while; what comes meanwhile is sent when it goes on."""
    _demand_of_office(subscription, deed.by)
    subscription.paused_on = deed.on
    saved: Subscription = deed.save(subscription, "paused_on")
    return saved


@verb("epcis.subscription.resumed", right=VIEW, title=gettext_lazy("Subscription resumed"))
def resume(deed: Any, *, subscription: Subscription) -> Subscription:
    """Send again from where it was paused."""
    _demand_of_office(subscription, deed.by)
    subscription.paused_on = None
    saved: Subscription = deed.save(subscription, "paused_on")
    _due_now(subscription)
    return saved


@verb("epcis.subscription.retried", right=VIEW, title=gettext_lazy("Subscription tried again"))
def retry(deed: Any, *, subscription: Subscription) -> Subscription:
    """Send at once what was not taken, also where it was given up."""
    _demand_of_office(subscription, deed.by)
    deed.restate([subscription])
    _due_now(subscription)
    return subscription


def _due_now(subscription: Subscription) -> None:
    Delivery.objects.filter(subscription=subscription).update(due_at=clock.now(), tries=0)


def _demand_of_office(subscription: Subscription, person: Any) -> None:
    """Raise NotAllowed for a subscription of another firm or office."""
    rows = Subscription.objects.filter(pk=subscription.pk)
    if not subscribing.of_ones_office(rows, person, to_change=True).exists():
        raise _somebody_elses(subscription)


def _demand_own(record: NamedQuery | Subscription, person: Any) -> None:
    """Raise NotAllowed for what another person keeps."""
    if record.username != person.username:
        raise _somebody_elses(record)


def _somebody_elses(record: NamedQuery | Subscription) -> NotAllowed:
    return NotAllowed(
        _("“%(what)s” was to be changed.") % {"what": record}, _("Somebody else keeps it."),
        _("Keep a query of your own."), protocol.WRITTEN,
    )  # fmt: skip


# ---------------------------------------------------------------- sending


def deliver(*, at: datetime) -> dict[str, int]:
    """Send what is due at an instant; how many messages were taken, and how many were not.

    Each message is sent again until it is taken, ever more seldom. A message may come twice, never not at all: the
    place in the stream moves on only once the receiver has answered.
    """
    counts = {"taken": 0, "refused": 0}
    running = {"subscription__withdrawn_on": None, "subscription__paused_on": None}
    due = Delivery.objects.filter(due_at__lte=at, tries__lt=subscribing.MOST_TRIES, **running)
    for delivery in due.select_related("subscription__query").order_by("due_at", "pk"):
        taken = _deliver(delivery, at)
        counts["taken"] += taken
        counts["refused"] += bool(delivery.fault)
    return counts


def _deliver(delivery: Delivery, at: datetime) -> int:
    """Send one subscription's messages; how many were taken. A fault of one keeps nobody else's message back."""
    subscription, taken, more = delivery.subscription, 0, True
    try:
        person = get_user_model().objects.filter(username=subscription.username).first()
        for _page_number in range(MOST_PAGES):
            page = _page(person, delivery)
            more = bool(page.after)
            if page.events or (subscription.report_if_empty and not (taken or more or subscription.stream)):
                _send(subscription, answering.document(
                    page.events, person=person, language=protocol.JSON, links=True, name=subscription.query.name,
                    subscription=subscription.pk,
                ))  # fmt: skip
                taken += 1
                last = page.events[-1].pk if page.events else delivery.after
                _moved(delivery, after=last, notified_at=clock.now(), tries=0, fault="")
            if not more:
                break
            # Where few events answer, those looked at are not looked at again.
            _moved(delivery, after=int(page.after))
    except Exception as fault:
        expected = isinstance(fault, posting.FAULTS)
        log.warning("subscription %s was not taken: %s", subscription.pk, fault, exc_info=not expected)
        pause = min(FIRST_PAUSE * 2**delivery.tries, LONGEST_PAUSE)
        says = (str(fault) or type(fault).__name__).replace("\0", "")[:200]
        _moved(delivery, tries=delivery.tries + 1, fault=says, due_at=at + pause)
        return taken
    soon = subscription.stream or more
    following = at + STREAM_PAUSE if soon else subscribing.next_time(subscription.schedule, after=at)
    _moved(delivery, due_at=following or at + LONGEST_PAUSE, tries=0, fault="")
    return taken


def _page(person: Any, delivery: Delivery) -> traceability.EventPage:
    """The next events that answer a subscription."""
    one, after = delivery.subscription, str(delivery.after) if delivery.after else ""
    return asking.since(person, one.query.query, since=one.initial_record_time, after=after, limit=BATCH)


def _moved(delivery: Delivery, **changed: Any) -> None:
    for name, value in changed.items():
        setattr(delivery, name, value)
    Delivery.objects.filter(pk=delivery.pk).update(**changed)


def _send(subscription: Subscription, body: bytes) -> None:
    """Post a message. Raises an error of the network, or Refused where it was not taken."""
    target = subscribing.safe_target(subscription.dest)
    told = {"Content-Type": protocol.JSON, "GS1-EPCIS-Version": protocol.VERSION, "User-Agent": "banyan"}
    secret = privacy.unseal(subject=privacy.subject_of(subscription), token=subscription.token)
    if secret:
        told["GS1-Signature"] = signature(secret, body)
    posting.post(target, body, told)


def signature(secret: str, body: bytes) -> str:
    """HMAC with SHA-256 of a message, by which its receiver knows it for ours and whole."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
