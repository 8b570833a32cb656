"""The verb that tells for each day and district how far the goods of its firms can be traced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy

from banyan.kit.rights import System
from banyan.kit.verbs import Deed, verb
from banyan.records.trace.actions.counting import Cell, counted
from banyan.records.trace.models import TraceDay
from banyan.records.trace.queries.building import update

CAPTURE = "traceability.capture"
KEYS = 500  # in one question
NOTHING = dict.fromkeys(TraceDay.COUNTS, 0)


def tell_days(*, on: date, cut: int | None = None, by: Any = None) -> dict[str, Any]:
    """
    The daily step: tell the days of which anything changed since the last time, late events and errors included.

    What the events say is read before anything is locked; a repeat finds nothing left to tell.
    """
    index = update()
    since = TraceDay.objects.aggregate(last=Max("upto"))["last"] or 0
    if since >= index.last:
        return {"days_told": 0}
    cells = list(counted(index, since=since))
    told = _tell(cells=cells, upto=index.last, by=by or System("daily"), on=on)
    return {"days_told": told}


@verb("trace.days.told", right=CAPTURE, title=gettext_lazy("Days of the trace told"))
def _tell(deed: Deed, *, cells: Sequence[Cell], upto: int) -> int:
    standing = _standing({(one.on, one.county) for one in cells})
    fresh, changed = [], []
    for on, county, firms in cells:
        parts: list[TraceDay] = []
        while (key := key_of(on, county, len(parts))) in standing:
            parts.append(standing[key])
        before = [line for part in parts for line in part.firms]
        known = [line["organisation_id"] for line in before]
        known += sorted(firms.keys() - set(known), key=lambda firm: firm or "")
        lines = [{"organisation_id": firm, **firms.get(firm, NOTHING)} for firm in known]
        for number, some in enumerate(_parts(lines, TraceDay.FIRMS)):
            if number == len(parts):
                fresh.append(TraceDay(key=key_of(on, county, number), on=on, county_id=county, firms=some, upto=upto))
            elif parts[number].firms != some:
                parts[number].firms, parts[number].upto = some, upto
                changed.append(parts[number])
    deed.add_many(fresh)
    deed.save_many(changed, "firms", "upto")
    return len(fresh) + len(changed)


def key_of(on: date, county: str | None, part: int) -> str:
    """The key of a part of the firms of a district on a day."""
    return f"td-{on:%Y%m%d}-{county or ''}-{part}"


def _standing(cells: Iterable[tuple[date, str | None]]) -> dict[str, TraceDay]:
    """What was told before of some days and districts, by key: first parts, then the next of those that are full."""
    found: dict[str, TraceDay] = {}
    asked, part = sorted(cells, key=str), 0
    while asked:
        for some in _parts(asked, KEYS):
            found |= TraceDay.objects.in_bulk([key_of(on, county, part) for on, county in some])
        asked = [
            cell for cell in asked
            if (one := found.get(key_of(cell[0], cell[1], part))) and len(one.firms) == TraceDay.FIRMS
        ]  # fmt: skip
        part += 1
    return found


def _parts(some: Sequence[Any], size: int) -> Iterator[Any]:
    for start in range(0, len(some), size):
        yield some[start : start + size]
