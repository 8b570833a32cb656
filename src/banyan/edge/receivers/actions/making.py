"""Making the deliveries of what changed, and of what is to be told again: in parts, each kept with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import policy
from banyan.base.registry.queries import Organisation
from banyan.edge.receivers.models import Delivery, Reached, Receiver, Replay
from banyan.edge.receivers.queries import changes
from banyan.edge.receivers.queries.changes import Change, Place
from banyan.kit import bulk, clock, events, privacy, terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb

HANDLE = "receivers.handle"
PAGE = 500  # records read of the feed at a time
PARTS = 20  # of what is told again, in one look: what changes now does not wait for the rest


def gather() -> int:
    """Make a delivery of each new change for each receiver that may be told of it; how many."""
    today, head = clock.today(), events.last_number()
    receivers = Receiver.objects.filter(state="active", withdrawn_on=None, reached__event__lt=head)
    waiting: dict[Place, list[tuple[Receiver, set[str]]]] = {}
    for one in receivers.select_related("reached").prefetch_related("access"):
        place = Place(one.reached.event, one.reached.version)
        waiting.setdefault(place, []).append((one, changes.topics_of(one, on=today)))
    made = sum(_gather_from(place, group, head) for place, group in waiting.items())
    go_on()
    return made


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


def _due(change: Change) -> policy.Due | None:
    """By when its receipt is due; told after that day, as to a receiver that came later, from the telling on."""
    if not change.term:
        return None
    due = terms.due(change.term, start=change.on)
    if due is None or due.on >= clock.today():
        return due
    return terms.due(change.term, start=clock.today())


def _delivery(receiver: Receiver, change: Change, counties: Mapping[str, str | None]) -> Delivery:
    noun, key = change.about
    due = _due(change)
    firm = change.organisation if change.organisation in counties else None
    return Delivery(
        key=fresh("dl"), receiver=receiver, event=change.event, version=change.version, topic=change.topic,
        kind=change.kind, record_noun=noun, record_key=key, organisation_id=firm, county_id=counties.get(firm or ""),
        lane=change.lane, happened_on=change.on, next_at=clock.now(), due_on=due.on if due else None,
        due_rule=change.term if due else "", is_due_provisional=bool(due and due.provisional),
    )  # fmt: skip


# ---------------------------------------------------------------- telling again


@verb("receivers.receiver.replayed", right=HANDLE, title=gettext_lazy("Changes told to a receiver again"))
def replay(deed: Deed, *, receiver: Receiver, since: int) -> Receiver:
    """Let a receiver be told again what changed after an event, in order, with the same identifiers.

    What it was never told of (an access that came later) is told too, and receipts that were given stand. This only
    says so: `go_on` does it part by part, each in a transaction of its own. What is still to be told again from
    before is not left out.
    """
    demand_reason(deed.reason, _("Telling a receiver again"))
    if not 0 <= since <= events.last_number():
        raise Refused(
            _("Changes after event %(number)s were to be told again.") % {"number": since},
            _("There is no such event."), _("Give a number from 0 to that of the last event."), code="no-such-event",
        )  # fmt: skip
    reached = Reached.objects.get(receiver=receiver)  # an event of which a part was told is left to those who gather
    upto = reached.event - bool(reached.version)
    for row in Replay.objects.filter(receiver=receiver, ended_at=None).select_for_update():
        since = min(since, row.event - bool(row.version))
    asked = {"since": since, "upto": upto, "event": since, "version": 0, "told": 0, "ended_at": None}
    Replay.objects.update_or_create(receiver=receiver, defaults=asked)
    deed.restate([receiver])
    deed.tell(privacy.subject_of(receiver), since=since, upto=upto)
    return receiver


def go_on(*, parts: int | None = None, only: Receiver | None = None) -> int:
    """Tell receivers (or only one) again what is to be told so, at most so many parts in all; how many were made."""
    done, most = 0, PARTS if parts is None else parts
    unended = Replay.objects.filter(ended_at=None, receiver__state="active", receiver__withdrawn_on=None)
    if only is not None:
        unended = unended.filter(receiver=only)
    for row in unended.select_related("receiver").order_by("pk"):
        while done < most and _tell_part(row.receiver):
            done += 1
    return done


def _tell_part(receiver: Receiver) -> bool:
    """Make one part of what a receiver is told again due, and keep how far that is; False where nothing is left.

    Whoever another process was faster with finds its place moved, and goes on from there.
    """
    topics = changes.topics_of(receiver, on=clock.today())
    with transaction.atomic():
        row = Replay.objects.select_for_update().filter(receiver=receiver, ended_at=None).first()
        if row is None:
            return False
        part = changes.read(topics=topics, place=Place(row.event, row.version), limit=PAGE, upto=row.upto)
        row.told += _due_again(receiver, part.changes)
        row.event, row.version = part.after or Place(max(part.upto, row.since))
        if part.after is None and _freed(receiver, row, topics) < PAGE:
            row.ended_at = clock.now()
        row.save()
    return True


def _due_again(receiver: Receiver, told: Sequence[Change]) -> int:
    """Let changes wait for a receiver again, those that it was never told of too; how many."""
    wanted = {(one.version, one.topic) for one in told}
    rows = Delivery.objects.filter(receiver=receiver, version__in={version for version, _topic in wanted})
    known = {(version, topic): key for version, topic, key in rows.values_list("version", "topic", "key")}
    again = [known[pair] for pair in wanted if pair in known]
    Delivery.objects.filter(pk__in=again).update(state="waiting", **_anew())
    fresh_ones = [one for one in told if (one.version, one.topic) not in known]
    firms = {one.organisation for one in fresh_ones if one.organisation}
    counties = dict(Organisation.objects.filter(pk__in=firms).values_list("pk", "county_id"))
    heard = _told_of({one.organisation for one in fresh_ones}, [(receiver, set())])
    made = [_delivery(receiver, one, counties) for one in fresh_ones if _concerns(receiver, one, heard)]
    bulk.insert(made)
    return len(again) + len(made)


def _freed(receiver: Receiver, row: Replay, topics: set[str]) -> int:
    """Let what was given up of topics that are granted no more hold nothing back: it is looked at once more."""
    dead = Delivery.objects.filter(receiver=receiver, state="dead", event__gt=row.since, event__lte=row.upto)
    keys = list(dead.exclude(topic__in=topics).values_list("pk", flat=True)[:PAGE])
    Delivery.objects.filter(pk__in=keys).update(state="waiting", **_anew())
    return len(keys)


def _anew() -> dict[str, object]:
    return {"tries": 0, "first_at": None, "next_at": clock.now(), "held_until": None}
