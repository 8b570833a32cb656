"""The way of a lot as a shopper may read it: when, where and of what it was made, and in which districts it was."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np

from banyan.kit import clock
from banyan.records.trace.models import PublishedTrace
from banyan.records.trace.queries.findings import gaps
from banyan.records.trace.queries.segments import ADD, Role
from banyan.records.trace.queries.traced import Trace, instant
from banyan.records.trace.queries.tracing import backward, forward
from banyan.records.traceability.queries import Thing

MOST_SOURCES = 50


class Way(NamedTuple):
    """What is told of a lot; counties and products by their keys, partners not at all."""

    made_on: date | None
    county: str
    sources: list[dict[str, Any]]
    districts: list[str]
    gaps: int
    receipt: str


def lot_of(identifier: str) -> Thing | None:
    """The lot or single item of an identifier, with its product and maker; None where no event names it."""
    kinds = (Thing.Kind.LOT, Thing.Kind.INSTANCE)
    return Thing.objects.filter(epc=identifier, kind__in=kinds).select_related("product__maker").first()


def way_of(lot: Thing, *, person: Any, on: date) -> Way:
    """
    What events that a person may read tell of a lot up to the end of a day.

    Sources are the lots that went into it, the nearest first, each with its day, product and district where known.
    Raises NoPurpose and NotAllowed as a trace does.
    """
    before, after = backward([lot.epc], on, person=person), forward([lot.epc], on, person=person)
    made_on, county = _begun(before, lot.pk)
    products = dict(Thing.objects.filter(pk__in=before.numbers.tolist()).values_list("pk", "product_id"))
    rows = sorted(zip(before.depth.tolist(), before.numbers.tolist(), before.carries.tolist(), strict=True))
    sources: list[dict[str, Any]] = []
    for depth, number, carries in rows:
        if depth and not carries and len(sources) < MOST_SOURCES:
            day, where = _begun(before, number)
            sources.append({"on": day and day.isoformat(), "product": products.get(number), "county": where})
    return Way(made_on, county, sources, _districts(after), len(gaps(before)), before.receipt)


def _districts(after: Trace) -> list[str]:
    """Where the lot itself was seen, alone or in a box; not what it went into."""
    own = after.numbers[after.depth == 0]
    codes = {code for thing, _holder, code in after.seen.tolist() if thing in own}
    return sorted({after.index.word("county", code) for code in codes} - {""})


def _begun(trace: Trace, number: int) -> tuple[date | None, str]:
    """The day and district of the event in which a thing begins; nothing where that was never told."""
    lines = trace.index.lines_of_things(trace.numbers[trace.numbers == number])
    begins = (lines.role == Role.OUTPUT.value) | ((lines.role == Role.EPC.value) & (lines.action == ADD))
    lines = lines.take(np.flatnonzero(begins))
    if not lines.at.size:
        return None, ""
    first = int(lines.at.argmin())
    at = instant(int(lines.at[first]))
    return at and at.astimezone(clock.zone()).date(), trace.index.word("county", int(lines.county[first]))


def published_trace(identifier: str) -> PublishedTrace | None:
    """What is public of the way of a lot today; None where nothing is."""
    rows = PublishedTrace.objects.filter(identifier=identifier, withdrawn_on=None, published_on__lte=clock.today())
    return rows.select_related("product", "organisation", "county").first()
