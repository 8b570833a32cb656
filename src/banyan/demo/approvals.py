"""The city's approvals: every quarter is approved level by level a month after its end; the last ones are left open.

The last quarter still runs. The one before it is on its way: the counties have approved, save those whose townships
come first; the city has not.
"""

from __future__ import annotations

from datetime import timedelta

from banyan.demo.city import LAST_DAY, City, at_work
from banyan.insight.approval import actions, queries

A_MONTH = timedelta(days=30)


def approve(city: City) -> None:
    """Approve the quarters before that of the last day, in bulk: one event a quarter and level."""
    by = city.system()
    with at_work(LAST_DAY):
        for entry in queries.entries():
            for first, last in reversed(entry.spans(on=entry.span(LAST_DAY)[0])):
                given = {"data": entry.key, "period": entry.name_of(first), "by": by, "on": last + A_MONTH}
                if last + timedelta(days=1) == entry.span(LAST_DAY)[0]:
                    city.counts["approvals"] += len(actions.approve(units=_before_the_city(city), **given))
                    continue
                for level in entry.levels:
                    city.counts["approvals"] += actions.approve_all(level=level, **given)


def _before_the_city(city: City) -> list[str]:
    """The counties that wait for none of their townships."""
    waiting = {one.parent_id for one in city.townships}
    return [one.pk for one in city.counties if one.pk not in waiting]
