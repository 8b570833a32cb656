"""What of the resources is free, who is on duty, and where the roster has gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from banyan.base.registry.queries import Region
from banyan.kit import clock, rights, terms
from banyan.kit.scope import scoped
from banyan.policy.calendar import add_months
from banyan.response.emergency.models import Activation, Duty, Reservation, Resource
from banyan.response.emergency.queries.plans import BETWEEN_DRILLS

AHEAD = 7  # days for which the roster must have no gap


def held_of(resources: Iterable[Resource], *, is_drill: bool) -> dict[str, Decimal]:
    """How much of each resource is reserved. What an exercise holds is free for a real emergency."""
    rows = Reservation.objects.filter(
        resource__in=[one.pk for one in resources], released_at=None, withdrawn_on=None
    ).order_by()
    if not is_drill:
        rows = rows.filter(is_drill=False)
    return dict(rows.values_list("resource").annotate(Sum("quantity")))


def resources(person: Any, *, on: date) -> list[dict[str, Any]]:
    """The resources that a person may see, each with what is reserved and free for a real emergency."""
    rows = list(scoped(Resource, person, on=on).filter(withdrawn_on=None).select_related("county"))
    held = held_of(rows, is_drill=False)
    return [
        {"resource": one, "held": held.get(one.pk, Decimal(0)), "free": one.quantity - held.get(one.pk, Decimal(0))}
        for one in rows
    ]


def on_duty(person: Any, *, at: datetime) -> list[Duty]:
    """Who is on duty at a moment, as far as a person may see the roster; the leaders first."""
    rows = scoped(Duty, person).filter(from_at__lte=at, until_at__gt=at, withdrawn_on=None)
    return list(rows.select_related("county", "person").order_by("county__order", "county", "kind", "from_at", "key"))


def watched(person: Any) -> list[Region]:
    """The city and counties within a person's reach, for which somebody is to be on duty."""
    levels = (Region.Level.CITY, Region.Level.COUNTY)
    rows = Region.objects.filter(level__in=levels, withdrawn_on=None).within(person, right="emergency.view")
    return list(rows.order_by("path"))


def gaps(person: Any, *, at: datetime, days: int = AHEAD) -> list[tuple[Region, list[tuple[datetime, datetime]]]]:
    """Where and when nobody is on duty in the days after a moment, by region; a day ends at midnight here."""
    until = datetime.combine(at.astimezone(clock.zone()).date() + timedelta(days=days), time(0), tzinfo=clock.zone())
    regions = watched(person)
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = Duty.objects.filter(
        county__in=[one.pk for one in regions], until_at__gt=at, from_at__lt=until, withdrawn_on=None
    )
    for county, begins, ends in rows.order_by("from_at", "key").values_list("county", "from_at", "until_at"):
        spans[county].append((begins, ends))
    return [(one, found) for one in regions if (found := open_spans(spans[one.pk], at, until))]


def open_spans(
    covered: Iterable[tuple[datetime, datetime]], begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    """What of the time from `begins` to `ends` lies in none of the spans, which are in the order of their starts."""
    found, reached = [], begins
    for start, end in covered:
        if start > reached:
            found.append((reached, min(start, ends)))
        reached = max(reached, end)
        if reached >= ends:
            return found
    return [*found, (reached, ends)]


def last_drills(person: Any, *, on: date) -> list[dict[str, Any]]:
    """For the city and each county, the last drill that ended, and whether another is due by the rule."""
    ended = scoped(Activation, person, on=on).filter(is_drill=True, ended_on__isnull=False, withdrawn_on=None)
    last = dict(ended.order_by().values_list("county").annotate(Max("activated_on")))
    years = years_between_drills(on=on)
    since = add_months(on, -12 * int(years)) if years else None
    return [
        {"region": one, "last_on": last.get(one.pk),
         "is_due": since is not None and (last.get(one.pk) is None or last[one.pk] < since)}
        for one in watched(person)
    ]  # fmt: skip


def years_between_drills(*, on: date) -> int | None:
    """After how many years a region drills again; None where no rule of the packs says so."""
    try:
        return terms.value(BETWEEN_DRILLS, on=on)[0]  # type: ignore[no-any-return]
    except terms.RuleMissing:
        return None


def can_be_on_duty(person: Any, region: Region, *, on: date) -> bool:
    """Whether somebody can see and answer what reaches a region: at work, with the right there."""
    return person.is_active and rights.covers(rights.reaches(person, "emergency.acknowledge", on=on), region.path)
