"""Things by what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from banyan.records.traceability.models import EventThing, Thing
from banyan.records.traceability.queries.words import canonical

MOST, PART = 200, 5000


def known_things(epcs: Iterable[str]) -> dict[str, Thing]:
    """The things of identifiers in any of their forms, by identifier as given; what no event names is left out.

    Raises BadRequest for an identifier that breaks its own rules.
    """
    asked = {epc: canonical(epc) for epc in epcs}
    found = {one.epc: one for one in Thing.objects.filter(epc__in=set(asked.values())).marked()}
    return {epc: found[form] for epc, form in asked.items() if form in found}


def events_naming(*, product: str) -> Any:
    """The numbers of all events that name a thing of a product, for a further question."""
    return EventThing.objects.filter(thing__product_id=product).values("event_id")


def lots_of_events(events: Iterable[int], *, product: str = "") -> list[tuple[int, int, str]]:
    """Event, number and identifier of each lot that some events name, of one product where it is given."""
    rows = EventThing.objects.filter(event_id__in=list(events), thing__kind=Thing.Kind.LOT)
    if product:
        rows = rows.filter(thing__product_id=product)
    return list(rows.order_by("event_id", "thing_id").values_list("event_id", "thing_id", "thing__epc"))


def kinds_of(numbers: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Kind and bar code of things by their numbers."""
    found: dict[int, tuple[int, str]] = {}
    for start in range(0, len(numbers), PART):
        rows = Thing.objects.filter(pk__in=numbers[start : start + PART]).order_by().values_list("pk", "kind", "gtin")
        found |= {number: (kind, gtin) for number, kind, gtin in rows}
    return found


def find_things(text: str) -> Any:
    """Things by identifier, by the beginning of a Digital Link, or by bar code: at most a few hundred."""
    text = text.strip()
    if text.isdecimal() and len(text) in (8, 12, 13, 14):
        return Thing.objects.filter(gtin=text.zfill(14))[:MOST]
    return Thing.objects.filter(epc__startswith=canonical(text))[:MOST]
