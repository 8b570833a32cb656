"""How grades fall on firms of each size, county and trade, beside how often these are looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.base.registry.queries import Organisation
from banyan.judgement.credit.queries.weighing import scale_on, weighed
from banyan.policy.calendar import add_months
from banyan.science import rates

BY = ("size", "county", "industry")
LOOKED_BACK = 24
"""Months in which samples are counted: how often firms of a group were looked at."""
JUDGED = "inspection.sample_judged"
LEVEL = 0.95


@dataclass
class Group:
    """Firms that share a size, county or trade. `below` is the share without the best grade, with its interval."""

    unit: str
    firms: int = 0
    found: int = 0
    points: int = 0
    samples: int = 0
    grades: Counter[str] = field(default_factory=Counter)
    below: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def score_lost(self) -> Decimal:
        """Points of the average firm."""
        return Decimal(self.points) / 100 / self.firms if self.firms else Decimal(0)

    @property
    def sampled(self) -> float | None:
        """Samples judged for each firm."""
        return self.samples / self.firms if self.firms else None

    @property
    def per_hundred(self) -> Decimal | None:
        """Points for each hundred samples judged: what is left of a difference where some are sampled more often."""
        return Decimal(self.points) / self.samples if self.samples else None  # hundredths: a hundred samples


@dataclass(frozen=True)
class Fairness:
    """The groups of each dimension, all firms together, and the grades of the scale in their order."""

    on: date
    grades: tuple[str, ...]
    all: Group
    groups: Mapping[str, Sequence[Group]]


def fairness(*, on: date, counties: Collection[str] | None = None) -> Fairness | None:
    """How grades fall on the firms of some counties (of all); None where no scale held on the day."""
    scale = scale_on(policy.load(settings.BANYAN_PACKS), on)
    if scale is None:
        return None
    best = scale.bands[0].grade
    costs = {one.firm: one for one in weighed(on=on)}
    samples = _samples(on)
    groups: dict[str, dict[str, Group]] = defaultdict(dict)
    all_firms = Group("")
    rows = Organisation.objects.filter(withdrawn_on=None, closed_on=None).exclude(
        kind__in=("laboratory", "authority")
    )
    if counties is not None:
        rows = rows.filter(county__in=list(counties))
    for firm, size, county, industry in rows.values_list("pk", "size", "county_id", "industry_id").iterator(10_000):
        into = [all_firms]
        for by, unit in zip(BY, (size or "", county or "", industry or ""), strict=True):
            into.append(groups[by].get(unit) or groups[by].setdefault(unit, Group(unit)))
        cost = costs.get(firm)
        for group in into:
            group.firms += 1
            group.samples += samples.get(firm, 0)
            group.grades[cost.grade if cost else best] += 1
            if cost:
                group.found += 1
                group.points += max(0, cost.points)
    for group in [all_firms, *(one for of in groups.values() for one in of.values())]:
        _with_interval(group, best)
    return Fairness(
        on=on, grades=tuple(band.grade for band in scale.bands), all=all_firms,
        groups={by: sorted(groups[by].values(), key=lambda one: (-one.firms, one.unit)) for by in BY},
    )  # fmt: skip


def _with_interval(group: Group, best: str) -> None:
    if group.firms:
        below = group.firms - group.grades[best]
        low, high = rates.binomial_interval([below], [group.firms], method="wilson", level=LEVEL)
        group.below, group.low, group.high = below / group.firms, float(low[0]), float(high[0])


def _samples(on: date) -> dict[str, int]:
    """How many samples of each maker were judged in the months before a day."""
    told: Any = facts.facts([JUDGED])
    since = add_months(on, -LOOKED_BACK)
    told = told.filter(told.happened_on >= since, told.happened_on <= on, told.organisation.notnull())
    table = told.group_by("organisation").agg(n=told.count()).to_pyarrow()
    return dict(zip(table["organisation"].to_pylist(), table["n"].to_pylist(), strict=True))
