"""Places and what lies in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from banyan.records.traceability.queries.words import canonical


def within_places(field: str, identifiers: Iterable[str]) -> Q:
    """Events at some places or at a part of them: a GLN's parts are its extensions."""
    condition = Q(pk__in=())
    for one in identifiers:
        place = canonical(one)
        condition |= Q(**{field: place}) | Q(**{f"{field}__startswith": place + "/"})
    return condition
