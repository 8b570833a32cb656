"""Verbs of receivers: enter one, change its address and secret, grant it topics one by one, end them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Region
from banyan.edge.receivers.models import RECEIVER_FLOW, TOPICS, Access, Reached, Receiver
from banyan.kit import events, posting
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.scope import models_of_nouns
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb

MANAGE = "receivers.manage"


@verb("receivers.receiver.entered", right=MANAGE, names=("region",), title=gettext_lazy("Receiver entered"))
def enter_receiver(
    deed: Deed, *, name: str, kind: str, region: Region, endpoint: str, form: str = Receiver.Form.STRUCTURED,
    keeps: Collection[str] = (),
) -> Receiver:  # fmt: skip
    """Enter a receiver, with a secret that is told once. It may receive nothing until a topic is granted to it.

    What changes from now on is told to it; `replay` tells what changed before.
    """
    asked = _("The receiver “%(name)s” was to be entered.") % {"name": name.strip()}
    if not name.strip() or Receiver.objects.filter(name=name.strip()).exists():
        raise Refused(
            asked,
            _("It has no name, or there is one of this name."),
            _("Give it a name of its own."),
            code="name-taken",
        )
    posting.target_of(endpoint, loopback=True)
    if unknown := sorted(set(keeps) - models_of_nouns().keys()):
        raise Refused(
            asked, _("There is no kind of record “%(noun)s”.") % {"noun": unknown[0]},
            _("Name kinds such as inspection.sample."), code="no-such-noun",
        )  # fmt: skip
    receiver = Receiver(
        key=fresh("rc"), name=name.strip(), kind=kind, region=region, endpoint=endpoint.strip(), form=form,
        keeps=sorted(keeps),
    )  # fmt: skip
    told = _give_secret(receiver)
    deed.add(receiver)
    receiver.told_once = told
    Reached.objects.create(receiver=receiver, event=events.last_number())
    return receiver


@verb("receivers.receiver.moved", right=MANAGE, title=gettext_lazy("Address of a receiver changed"))
def move_receiver(deed: Deed, *, receiver: Receiver, endpoint: str, form: str) -> Receiver:
    """Change where the messages of a receiver go, and in which form."""
    posting.target_of(endpoint, loopback=True)
    receiver.endpoint, receiver.form = endpoint.strip(), form
    return deed.save(receiver, "endpoint", "form")


@verb("receivers.receiver.secret_renewed", right=MANAGE, title=gettext_lazy("Secret of a receiver renewed"))
def renew_signing_secret(deed: Deed, *, receiver: Receiver) -> Receiver:
    """Give a receiver a new secret, told once; from the next message on it signs."""
    told = _give_secret(receiver)
    deed.save(receiver, "secret")
    receiver.told_once = told
    return receiver


def _give_secret(receiver: Receiver) -> str:
    receiver.secret = secrets.token_urlsafe(32)
    return _("Told this once, for checking our signature: %(secret)s") % {"secret": receiver.secret}


@verb("receivers.receiver.suspended", right=MANAGE, title=gettext_lazy("Receiver suspended"))
def suspend_receiver(deed: Deed, *, receiver: Receiver) -> Receiver:
    """Tell a receiver nothing for a while, with the reason; what changes meanwhile is told when it is readmitted."""
    return deed.settle(receiver, RECEIVER_FLOW, "suspend_receiver")


@verb("receivers.receiver.readmitted", right=MANAGE, title=gettext_lazy("Receiver readmitted"))
def readmit_receiver(deed: Deed, *, receiver: Receiver) -> Receiver:
    """Tell a receiver again, from where it was suspended."""
    RECEIVER_FLOW.move(receiver, "readmit_receiver")
    return deed.save(receiver, "state")


@verb("receivers.access.granted", right=MANAGE, title=gettext_lazy("Topic granted to a receiver"))
def grant_access(
    deed: Deed, *, receiver: Receiver, topic: str, basis: str, from_on: date, until_on: date | None = None
) -> Access:
    """Let a receiver be told of one topic, on a stated basis, from a day and perhaps until a day."""
    asked = _("%(receiver)s was to be told of “%(topic)s”.") % {
        "receiver": receiver, "topic": TOPICS.get(topic, topic),
    }  # fmt: skip
    demand_reason(basis, asked)
    if topic not in TOPICS:
        raise Refused(
            asked, _("There is no such topic."), _("Choose of: %(known)s.") % {"known": ", ".join(TOPICS)},
            code="no-such-topic",
        )  # fmt: skip
    if until_on is not None and until_on < from_on:
        raise Refused(
            asked, _("It would end before it begins."), _("Choose a later last day, or none."), code="wrong-order"
        )
    rest = Q(until_on=None) | Q(until_on__gte=from_on)
    stands = Access.objects.filter(rest, receiver=receiver, topic=topic, withdrawn_on=None)
    if (stands.filter(from_on__lte=until_on) if until_on else stands).exists():
        raise Refused(
            asked, _("It may be told of that already, for some of these days."),
            _("End that access first, or choose other days."), code="access-stands",
        )  # fmt: skip
    return deed.add(
        Access(
            key=fresh("ra"), receiver=receiver, topic=topic, basis=basis.strip(), from_on=from_on, until_on=until_on
        )
    )


@verb("receivers.access.ended", right=MANAGE, title=gettext_lazy("Topic of a receiver ended"))
def end_access(deed: Deed, *, access: Access) -> Access:
    """Tell a receiver nothing more of a topic from now on, with the reason; what still waits is not sent."""
    demand_reason(deed.reason, _("Ending what a receiver may be told of"))
    return deed.withdraw(access)
