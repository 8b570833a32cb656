"""Reads of lists: what kinds there are and their terms, what is public on a day, the changes that the log proves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.registry.queries import Organisation, absorbed_by_each
from banyan.judgement.lists.models import LISTING_FLOW, PUBLIC_STATES, Listing
from banyan.kit import clock, log, search, terms
from banyan.kit.models import Event, LogEntry
from banyan.kit.prepared import Texts
from banyan.kit.refusals import Refused
from banyan.response.casework.queries import Outcome

__all__ = ["Change", "Listing", "changes_of", "due", "kind_of", "public_listing",
           "public_listings", "public_numbers_of", "title_of", "to_end", "without_ground"]  # fmt: skip

KINDS = "lists.kinds"
STANDS = Q(case=None) | Q(case__outcome=Outcome.PENALTY, case__withdrawn_on=None)
"""That the penalty which a listing rests on is neither quashed nor withdrawn."""


def kind_of(listing: Listing, *, on: date) -> Mapping[str, Any]:
    """The rule of a listing's list on a day: terms, whether it needs a penalty. Raises Refused if none holds."""
    found = next((row for row in terms.rows(KINDS, on=on) if row["list"] == listing.list), None)
    if found is None:
        raise Refused(
            _("A listing in “%(list)s” was asked for.") % {"list": listing.get_list_display()},
            _("No rule of that list was in force on %(day)s.") % {"day": on},
            _("Choose another list."), str(LISTING_FLOW.written), code="no-such-list",
        )  # fmt: skip
    return found


def title_of(listing: Listing, *, on: date) -> str:
    """What the packs call the list of a listing."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return next((str(row[language]) for row in terms.rows(KINDS, on=on) if row["list"] == listing.list),
                str(listing.get_list_display()))  # fmt: skip


def due(key: str, *, start: date, on: date) -> date | None:
    """The last day of a term that began on a day, by its wording of another; None where no such term holds."""
    if not key:
        return None
    try:
        return policy.load(settings.BANYAN_PACKS).deadline(key, on=on).due(start).on
    except policy.NotInForce:
        return None


def public_listings(*, on: date | None = None, text: str = "") -> Any:
    """The listings that are public on a day, the latest first.

    The last day of the term is a public day and the next is none, whether or not the night has been; a listing whose
    penalty was quashed is gone with it.
    """
    day = on or clock.today()
    found = Listing.objects.filter(
        STANDS, Q(public_until=None) | Q(public_until__gte=day), state__in=PUBLIC_STATES, published_on__lte=day,
        withdrawn_on=None,
    )  # fmt: skip
    if text := text.strip():
        of_firms = search.narrowed(found, text=text, found_by={Organisation.noun: "organisation_id"})
        found = of_firms | found.filter(number=text)
    return found.select_related("organisation", "county").order_by("-published_on", "key")


def public_numbers_of(*, organisation: Any, on: date) -> list[str]:
    """The numbers of a firm's listings that are public on a day."""
    return NUMBERS.of(organisation, on=on)


def public_numbers_of_each(firms: Collection[str], *, on: date) -> dict[str, list[str]]:
    """The numbers of the listings, public on a day, of each of many firms and of those that it took up."""
    taken = absorbed_by_each(firms)
    answering = {key: [key] for key in firms}
    for firm, absorbed in taken.items():
        for key in absorbed:
            answering.setdefault(key, []).append(firm)
    found: dict[str, list[str]] = {}
    rows = public_listings(on=on).filter(organisation__in=list(answering)).order_by("number")
    for key, number in rows.values_list("organisation_id", "number"):
        for firm in answering[key]:
            found.setdefault(firm, []).append(number)
    return found


NUMBERS = Texts(
    Organisation, lambda firm, on: public_listings(on=on).filter(organisation=firm).values_list("number", flat=True)
)


def public_listing(number: str, *, on: date | None = None) -> Listing | None:
    """One public listing by its number; None where none is public on the day."""
    found: Listing | None = public_listings(on=on).filter(number=number).first()
    return found


@dataclass(frozen=True)
class Change:
    """A public change of a listing: when, what, its entry in the public log, and whether a signed head holds that."""

    on: date
    event: str
    entry: int | None
    is_proved: bool


def changes_of(listing: Listing) -> list[Change]:
    """What happened to a listing in public, each with its entry in the log: tonight's where it has none yet."""
    names = terms.column(log.PUBLIC, "event", on=clock.today())
    events = list(
        Event.objects.filter(subject=f"{listing.noun}:{listing.pk}", name__in=names).order_by("number")
        .values_list("number", "on", "name")
    )  # fmt: skip
    entries = dict(LogEntry.objects.filter(event__in=[one[0] for one in events]).values_list("event", "number"))
    head = log.head()
    return [
        Change(day, name, entries.get(number), head is not None and entries.get(number, head.size) < head.size)
        for number, day, name in events
    ]


def to_end(*, on: date) -> Sequence[Listing]:
    """Listings whose last public day is over."""
    return list(
        Listing.objects.filter(state__in=PUBLIC_STATES, public_until__lt=on, withdrawn_on=None).order_by("key")
    )


def without_ground() -> Sequence[Listing]:
    """Listings whose penalty was quashed or withdrawn."""
    states = LISTING_FLOW.moves["annul_listing"].start
    return list(Listing.objects.filter(~STANDS, state__in=states, withdrawn_on=None).order_by("key"))
