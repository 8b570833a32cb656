"""Figures of recalls: by first lead and basis, what was answered in time, how long it took, with intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from banyan.insight.indicators.queries.measuring import confidence_level
from banyan.kit.scope import scoped
from banyan.response.recall.models import Holding, Lead, Recall
from banyan.response.recall.models.leads import Source
from banyan.science import rates


@dataclass(frozen=True)
class Share:
    """How many of how many, with the interval of the share; nothing where there are none."""

    title: str
    count: int
    of: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None


def shares(lines: Iterable[tuple[str, int, int]], *, level: float) -> list[Share]:
    """Shares with Wilson's intervals, all at once."""
    rows = list(lines)
    known: dict[str, tuple[float, float]] = {}
    if some := [row for row in rows if row[2]]:
        low, high = rates.binomial_interval([row[1] for row in some], [row[2] for row in some], level=level)
        known = {row[0]: (float(low[place]), float(high[place])) for place, row in enumerate(some)}
    return [Share(title, count, of, *known.get(title, (None, None))) for title, count, of in rows]


@dataclass(frozen=True)
class Waits:
    """Days from one step to another over the recalls that made both: how many, the middle, the longest."""

    title: str
    n: int
    middle: float | None
    longest: int | None


def figures(person: Any, *, first: date, last: date) -> dict[str, Any]:
    """The figures of the recalls that began in a span and that a person may see."""
    level = confidence_level(last)
    recalls = list(scoped(Recall, person).filter(begun_on__gte=first, begun_on__lte=last, withdrawn_on=None))
    n = len(recalls)
    causes = shares(
        ((str(label), sum(one.cause == name for one in recalls), n) for name, label in Source.choices), level=level
    )
    bases = shares(
        ((str(label), sum(one.basis == name for one in recalls), n) for name, label in Recall.Basis.choices),
        level=level,
    )
    return {
        "n": n, "level": level, "causes": causes, "bases": bases, "answers": _answers(person, recalls, level=level),
        "leads": _leads(person, first=first, last=last, level=level), "waits": _waits(recalls),
    }  # fmt: skip


def _leads(person: Any, *, first: date, last: date, level: float) -> list[Share]:
    """Of the leads received in a span by source, how many led to a recall."""
    rows = scoped(Lead, person).filter(received_on__gte=first, received_on__lte=last, withdrawn_on=None)
    counts = {
        source: (led, n)
        for source, led, n in rows.order_by().values_list("source").annotate(
            led=Count("pk", filter=Q(state="led_to_recall")), n=Count("pk"))
    }  # fmt: skip
    return shares(((str(label), *counts.get(name, (0, 0))) for name, label in Source.choices), level=level)


def _answers(person: Any, recalls: list[Recall], *, level: float) -> list[Share]:
    """How many plans came in time, and how many holders stated their units."""
    planned = [one for one in recalls if one.plan_by and one.plan_filed_on]
    held = scoped(Holding, person).filter(recall__in=[one.pk for one in recalls], withdrawn_on=None)
    stated = held.aggregate(n=Count("pk"), stated=Count("stated_on"), told=Count("told_on"))
    closed = [one for one in recalls if one.recalled and one.state == "closed"]
    lines = [
        (_("plans filed in time, of those filed"),
         sum(one.plan_filed_on <= one.plan_by for one in planned), len(planned)),
        (_("holders told, of all holders"), stated["told"], stated["n"]),
        (_("holders that stated their units, of all holders"), stated["stated"], stated["n"]),
        (_("recalls closed, of those begun"), sum(one.state == "closed" for one in recalls), len(recalls)),
    ]  # fmt: skip
    units = Share(  # all units are counted, and those of a recall fare alike: no interval would be honest
        _("units corrected or destroyed, of those recalled in closed recalls"),
        int(sum(one.settled or 0 for one in closed)), int(sum(one.recalled or 0 for one in closed)),
    )  # fmt: skip
    return [*shares(lines, level=level), units]


def _waits(recalls: list[Recall]) -> list[Waits]:
    spans = (
        (_("from the first lead to the recall"), "lead_on", "begun_on"),
        (_("from the first lead to the public notice"), "lead_on", "published_on"),
        (_("from the public notice to the closure"), "published_on", "closed_on"),
    )
    found = []
    for title, begins, ends in spans:
        days = [(getattr(one, ends) - getattr(one, begins)).days for one in recalls
                if getattr(one, begins) and getattr(one, ends)]  # fmt: skip
        found.append(Waits(title, len(days), median(days) if days else None, max(days, default=None)))
    return found
