"""Months, quarters and years: what they are called, and their days. Every floor names them by this."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from itertools import pairwise
from typing import Literal

Length = Literal["month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
_NAME = re.compile(r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


def span(day: dt.date, length: Length = "quarter") -> tuple[dt.date, dt.date]:
    """First and last day of the period in which a day lies."""
    months = MONTHS[length]
    first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, _end(first, months)


def name_of(day: dt.date, length: Length = "quarter") -> str:
    """What the period in which a day lies is called: 2025, 2025-Q3 or 2025-09."""
    if length == "year":
        return f"{day.year:04}"
    return f"{day.year:04}-Q{(day.month + 2) // 3}" if length == "quarter" else f"{day.year:04}-{day.month:02}"


def first_last(name: str) -> tuple[dt.date, dt.date]:
    """First and last day of a period by its name. Raises ValueError for what names none."""
    found = _NAME.fullmatch(name)
    if found is None or not int(found["year"]):
        raise ValueError(f"{name!r} is no year (2025), quarter (2025-Q3) or month (2025-09)")
    year, quarter, month = int(found["year"]), int(found["quarter"] or 0), int(found["month"] or 0)
    first = dt.date(year, month or 3 * (quarter or 1) - 2, 1)
    return first, _end(first, 1 if month else 3 if quarter else 12)


def ends_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """The last days of the quarters that end from one day on and before another, and that other day."""
    found = [span(first)[1]]
    while found[-1] < last:
        found.append(span(found[-1] + dt.timedelta(days=1))[1])
    return [*(day for day in found if day < last), last]


def quarters_until(on: dt.date, count: int) -> list[tuple[dt.date, dt.date]]:
    """First and last day of the last quarters, the running one cut at `on`, oldest first."""
    found = [(span(on)[0], on)]
    while len(found) < count:
        found.append(span(found[-1][0] - dt.timedelta(days=1)))
    return found[::-1]


def new_parts(
    spans: Collection[tuple[dt.date, dt.date]], more: tuple[dt.date, dt.date]
) -> list[tuple[dt.date, dt.date]]:
    """The stretches between neighbouring ends of spans that one more span lets readers work out, itself left out.

    Spans that share an end can be added and subtracted; what they tell are the stretches between any two of their
    ends, which are sums of those between neighbours. The cost is that of sorting the ends, once.
    """
    joined = [_reached(spans, end) for end in more]
    if joined[0] == joined[1]:
        return []
    known = {pair for ends in joined for pair in pairwise(sorted(ends))}
    return [pair for pair in pairwise(sorted(joined[0] | joined[1])) if pair not in known | {more}]


def _reached(spans: Collection[tuple[dt.date, dt.date]], end: dt.date) -> set[dt.date]:
    """The ends of spans that hang together with one."""
    of_end: dict[dt.date, list[dt.date]] = {}
    for x, y in spans:
        of_end.setdefault(x, []).append(y)
        of_end.setdefault(y, []).append(x)
    found, waiting = {end}, [end]
    while waiting:
        others = [one for one in of_end.get(waiting.pop(), ()) if one not in found]
        found.update(others)
        waiting += others
    return found


def _end(first: dt.date, months: int) -> dt.date:
    after = first.month + months
    if first.year == dt.MAXYEAR and after > 12:
        return dt.date.max
    return dt.date(first.year + (after > 12), (after - 1) % 12 + 1, 1) - dt.timedelta(days=1)
