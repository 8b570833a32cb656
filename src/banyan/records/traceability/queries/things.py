"""Things by what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from banyan.records.traceability.models import Thing
from banyan.records.traceability.queries.words import canonical

MOST = 200


def known_things(epcs: Iterable[str]) -> dict[str, Thing]:
    """The things of identifiers in any of their forms, by identifier as given; what no event names is left out.

    Raises BadRequest for an identifier that breaks its own rules.
    """
    asked = {epc: canonical(epc) for epc in epcs}
    found = {one.epc: one for one in Thing.objects.filter(epc__in=set(asked.values())).marked()}
    return {epc: found[form] for epc, form in asked.items() if form in found}


def find_things(text: str) -> Any:
    """Things by identifier, by the beginning of a Digital Link, or by bar code: at most a few hundred."""
    text = text.strip()
    if text.isdecimal() and len(text) in (8, 12, 13, 14):
        return Thing.objects.filter(gtin=text.zfill(14))[:MOST]
    return Thing.objects.filter(epc__startswith=canonical(text))[:MOST]
