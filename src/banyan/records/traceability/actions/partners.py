"""Verbs on who reads what: places named, events shared with a partner, a purpose stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import epcis
from banyan.base.registry.queries import Organisation
from banyan.kit import Refused, bulk, keys, terms
from banyan.kit.verbs import verb
from banyan.records.masterdata import actions as masterdata
from banyan.records.traceability import queries
from banyan.records.traceability.models import EventParty, Location, Purpose, Share, TraceEvent

CAPTURE, PLACES, PURPOSE = "traceability.capture", "traceability.places", "traceability.purpose"
SHORTEST_PURPOSE = 8
PART = 5000


@verb("traceability.locations.entered", right=PLACES, title=gettext_lazy("Places entered"))
def enter_locations(deed: Any, *, records: Iterable[Mapping[str, Any]]) -> list[Location]:
    """Enter places or parties by their number; each says identifier and organisation, and may say name and county."""
    rows = []
    for record in records:
        try:
            identifier = epcis.canonical(record["identifier"])
        except epcis.BadIdentifier as wrong:
            raise Refused(
                _("The place %(id)s was to be entered.") % {"id": record["identifier"]}, str(wrong),
                _("Write the number as its firm was given it."), "GS1 General Specifications 7.9",
            ) from wrong  # fmt: skip
        organisation = record.get("organisation")
        county = record.get("county") or (organisation.county if organisation else None)
        rows.append(
            Location(
                key=keys.fresh("loc"),
                identifier=identifier,
                organisation=organisation,
                county=county,
                name=record.get("name", ""),
            )
        )
    taken = Location.objects.filter(identifier__in=[one.identifier for one in rows]).first()
    if taken is not None:
        raise Refused(
            _("The place %(id)s was to be entered.") % {"id": taken.identifier},
            _("It is there already, as %(name)s.") % {"name": taken},
            _("Leave it out, or amend the one that is there."),
        )
    return list(deed.add_many(rows))


@verb("traceability.events.shared", right=CAPTURE, title=gettext_lazy("Events shared"), names=("partner",))
def share_events(deed: Any, *, organisation: Organisation, partner: Organisation) -> Share:
    """Let a partner read all events that the organisation captured so far and will capture, until it is stopped."""
    if Share.objects.filter(organisation=organisation, partner=partner, until_on=None, withdrawn_on=None).exists():
        raise Refused(
            _("The events of %(firm)s were to be shared with %(partner)s.")
            % {"firm": organisation, "partner": partner},
            _("They are shared already."),
            _("Nothing is left to do."),
        )
    deed.hold()
    share = deed.add(Share(key=keys.fresh("shr"), organisation=organisation, partner=partner, from_on=deed.on))
    readable = EventParty.objects.filter(organisation=partner).values("event_id")
    sent = TraceEvent.objects.filter(captured_by=organisation).exclude(pk__in=readable).order_by("pk")
    rows = [(number, partner.pk) for number in sent.values_list("pk", flat=True)]
    for start in range(0, len(rows), PART):
        bulk.insert_rows(EventParty, ("event", "organisation"), rows[start : start + PART])
    masterdata.share(organisation=organisation, partner=partner)
    return share


@verb("traceability.share.ended", right=CAPTURE, title=gettext_lazy("Sharing stopped"))
def stop_sharing(deed: Any, *, share: Share) -> Share:
    """Share no further events with a partner; what was shared stays readable, as a letter that was sent."""
    if share.until_on is not None:
        raise Refused(
            _("Sharing was to be stopped."), _("It was stopped on %(day)s.") % {"day": share.until_on},
            _("Nothing is left to do."),
        )  # fmt: skip
    share.until_on = deed.on
    return deed.save(share, "until_on")


@verb("traceability.purpose.stated", right=PURPOSE, title=gettext_lazy("Purpose stated"))
def state_purpose(deed: Any, *, says: str, until_on: date | None = None) -> Purpose:
    """
    State why the events of firms are to be read, from today until a day (today where none is named).

    It holds no longer than the packs allow; who needs longer says it again.
    """
    if len(says.strip()) < SHORTEST_PURPOSE:
        raise Refused(
            _("The events of firms were to be read."),
            _("The purpose “%(says)s” says too little.") % {"says": says},
            _("Name the case, report or complaint that it is for."),
        )
    until_on = until_on or deed.on
    if until_on < deed.on:
        raise Refused(
            _("A purpose was to hold until %(day)s.") % {"day": until_on}, _("That day is past."),
            _("Name today or a later day."),
        )  # fmt: skip
    longest, written = terms.value(queries.LONGEST_PURPOSE, on=deed.on)
    if longest is not None and until_on > deed.on + timedelta(days=longest):
        raise Refused(
            _("A purpose was to hold until %(day)s.") % {"day": until_on},
            _("A purpose holds for %(days)d days at most.") % {"days": longest},
            _("Name a day up to %(last)s, and state it again then.") % {"last": deed.on + timedelta(days=longest)},
            written,
            code="purpose-too-long",
        )
    purpose = Purpose(
        key=keys.fresh("pur"), username=deed.by.username, says=says.strip(),
        from_on=deed.on, until_on=until_on,
    )  # fmt: skip
    deed.subject = f"{Purpose.noun}:{purpose.key}"
    return deed.add(purpose)
