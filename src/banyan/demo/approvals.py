"""The city's approvals: every quarter is approved level by level a month after its end; the last one is left open."""

from __future__ import annotations

from datetime import timedelta

from banyan.demo.city import LAST_DAY, City, at_work
from banyan.insight.approval import actions, queries

A_MONTH = timedelta(days=30)


def approve(city: City) -> None:
    """Approve all quarters before that of the last day, in bulk: one event a quarter and level."""
    by = city.system()
    with at_work(LAST_DAY):
        for entry in queries.entries():
            for first, last in reversed(entry.spans(on=entry.span(LAST_DAY)[0])):
                given = {"data": entry.key, "period": entry.name_of(first), "by": by, "on": last + A_MONTH}
                for level in entry.levels:
                    city.counts["approvals"] += actions.approve_all(level=level, **given)
