"""Verbs of messages: sent to roles, acknowledged by each of those addressed. Bulk verb: `acknowledge(receipts=…)`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.base.registry.queries import Region
from banyan.kit import clock
from banyan.kit.keys import fresh
from banyan.kit.refusals import NotAllowed, Refused
from banyan.kit.rights import System
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.actions.log import COMMAND, demand_active, note
from banyan.response.emergency.models import Activation, Bulletin, Message, Receipt
from banyan.response.emergency.models.words import roles_in_words
from banyan.response.emergency.queries.addressing import addressed
from banyan.response.emergency.queries.plans import acknowledge_within


@verb("emergency.message.sent", right=COMMAND)
def send_message(deed: Deed, *, activation: Activation, roles: Sequence[str], text: str) -> Message:
    """Send a message to all who hold the roles there; each is to acknowledge it within the term of the level."""
    demand_active(activation, _("A message"))
    if not text.strip():
        raise Refused(
            _("A message was to be sent."), _("It says nothing."), _("Write what is to be done."), code="empty"
        )
    message = dispatch(
        deed, region=activation.county, roles=roles, text=text, level=activation.level, activation=activation,
        is_drill=activation.is_drill,
    )  # fmt: skip
    note(deed, activation, gettext_noop("Message to %(roles)s: %(text)s"), roles=list(roles), text=text.strip())
    return message


@verb("emergency.acknowledged", right="emergency.acknowledge", title=gettext_lazy("Message acknowledged"))
def acknowledge(deed: Deed, *, receipts: Sequence[Receipt], answer: str = "") -> Sequence[Receipt]:
    """Acknowledge what was sent to oneself, perhaps with an answer. Late is possible, and counts as late."""
    now = clock.now()
    for one in receipts:
        asked = _("Acknowledging “%(message)s” was asked for.") % {"message": one}
        if not isinstance(deed.by, System) and one.person_id != deed.by.pk:
            raise NotAllowed(asked, _("It was sent to somebody else."), _("Each acknowledges what was sent to them."))
        if one.acknowledged_at is not None:
            raise Refused(asked, _("It was acknowledged already."), _("Nothing more is to be done."), code="not-now")
        one.acknowledged_at, one.in_time, one.answer = now, now <= one.due_at, answer
    deed.save_many(receipts, "acknowledged_at", "in_time", "answer")
    return receipts


def dispatch(
    deed: Deed, *, region: Region, roles: Sequence[str], text: str, level: str, is_drill: bool,
    activation: Activation | None = None, bulletin: Bulletin | None = None,
) -> Message:  # fmt: skip
    """Send a text to the holders of roles within another verb's deed. Refused where nobody holds them there."""
    now = clock.now()
    people = addressed(roles, region=region, on=deed.on)
    minutes = acknowledge_within(level, on=deed.on)
    asked = _("A message to %(roles)s was to be sent.") % {"roles": roles_in_words(roles) or "—"}
    if not people:
        raise Refused(
            asked, _("Nobody at work holds these roles there."), _("Choose other roles."), code="nobody-addressed"
        )
    if minutes is None:
        raise Refused(
            asked, _("No rule in force says by when it is acknowledged."), _("Add it to the packs."), code="no-plan"
        )
    due_at = now + timedelta(minutes=minutes)
    message = Message(
        key=fresh("mg"), activation=activation, bulletin=bulletin, county=region, is_drill=is_drill,
        roles=list(roles), text=text.strip(), sent_at=now, due_at=due_at,
    )  # fmt: skip
    deed.add(message)
    deed.add_many([
        Receipt(
            key=fresh("rc"), message=message, county=region, is_drill=is_drill, person=person, role=role,
            sent_on=deed.on, sent_at=now, due_at=due_at,
        )
        for person, role in people
    ])  # fmt: skip
    return message
