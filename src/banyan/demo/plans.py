"""Yearly plans of nation, province, city and counties: which products, how many batches, where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from banyan.base.registry.queries import Region
from banyan.demo.city import City, Kind
from banyan.kit import bulk
from banyan.records.plans import actions
from banyan.records.plans.queries import Plan, PlanLine, Quota

AUTHORITIES = {
    "national": "国家质量监督机关（示例）", "province": "福建省质量监督机关（示例）",
    "city": "福州市质量监督机关（示例）",
    "county": "{county}质量监督机关（示例）",
}  # fmt: skip
TITLES = {
    "product_supervision": "产品质量监督抽查计划", "food_supervision": "食品安全监督抽检计划",
    "food_evaluation": "食品安全评价性抽检计划", "risk_monitoring": "产品质量安全风险监测计划",
    "export_inspection": "出口商品检验计划",
}  # fmt: skip
new_line, new_quota = bulk.maker(PlanLine), bulk.maker(Quota)


@dataclass(frozen=True)
class Programme:
    """One kind of plan: whose, of what, how many batches a year at full scale, whether results come by file."""

    scheme: str
    level: str
    foods: bool | None
    batches: int
    lines: int
    by_file: bool
    random_share: float


PROGRAMMES = (
    Programme("product_supervision", "national", False, 900, 30, True, 1.0),
    Programme("food_supervision", "national", True, 400, 15, True, 0.8),
    Programme("product_supervision", "province", False, 3_300, 60, True, 0.9),
    Programme("food_supervision", "province", True, 2_200, 40, True, 0.6),
    Programme("food_evaluation", "province", True, 1_100, 25, True, 1.0),
    Programme("product_supervision", "city", False, 2_500, 60, False, 0.7),
    Programme("food_supervision", "city", True, 3_000, 50, False, 0.5),
    Programme("risk_monitoring", "city", None, 1_300, 25, True, 0.0),
    Programme("export_inspection", "city", False, 1_400, 25, True, 0.5),
    Programme("product_supervision", "county", False, 2_400, 120, False, 0.6),
    Programme("food_supervision", "county", True, 4_200, 150, False, 0.4),
)
COUNTIES_BY_FILE = ("luoyuan", "minqing", "yongtai", "pingtan", "lianjiang")
"""Counties that still send their results as files; the others work in the system."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a quota asks for: so many batches of a class in a county within the year."""

    line: PlanLine
    programme: Programme
    kind: Kind
    county: Region
    batches: int


def draft_year(city: City, *, year: int, on: date) -> list[Order]:
    """Draft the year's plans, and publish them with their rules; gives what they ask for."""
    orders: dict[str, list[Order]] = {"planner": [], "planner_province": []}
    for number, programme in enumerate(PROGRAMMES):
        shares: list[tuple[Region | None, float]] = [(None, 1.0)]
        if programme.level == "county":
            sellers = [len(city.sellers_of[county.pk]) for county in city.counties]
            shares = [(county, own / sum(sellers)) for county, own in zip(city.counties, sellers, strict=True)]
        planner = "planner_province" if programme.level == "province" else "planner"
        do = {"by": city.system(planner), "on": on}
        for county, share in shares:
            orders[planner] += _plan(city, programme, number, year, county, share, do)
    for planner, own_orders in orders.items():
        do = {"by": city.system(planner), "on": on}
        lines = list({order.line.pk: order.line for order in own_orders}.values())
        actions.publish_rules(lines=lines, rules="", **do)
        actions.publish_plans(plans=list({line.plan_id: line.plan for line in lines}.values()), **do)
    return [order for own_orders in orders.values() for order in own_orders]


def pay(city: City, lives: Iterable[Any], *, on: date) -> None:
    """Record what the checks of the year's lives have cost up to a day: batches sampled, at about the planned price.

    Nation and province pay their own checks, of which the city knows once their files have come.
    """
    taken = Counter(life.line.pk for life in lives if life.sample is not None and life.sampled_on <= on)
    random = city.random(f"cost {on}")
    lines, amounts = [], {}
    for line in PlanLine.objects.in_bulk(sorted(taken)).values():
        price = line.cost_per_batch * Decimal(random.randrange(90, 112)) / 100
        amount = (price * taken[line.pk]).quantize(Decimal("0.01")) - line.cost_spent
        if amount > 0:
            lines.append(line)
            amounts[line.pk] = amount
    if lines:
        actions.record_costs(
            lines=lines, amounts=amounts, what="购样费和检验费（示例）", by=city.system("planner"), on=on
        )


def _plan(
    city: City, programme: Programme, number: int, year: int, county: Region | None, share: float, do: dict[str, Any]
) -> list[Order]:
    random = city.random(f"plan {number} {year} {county.pk if county else ''}")
    batches = max(4, round(programme.batches * share * city.scale))
    lines = max(2, round(programme.lines * share * math.sqrt(min(1.0, city.scale))))
    pool = [kind for kind in city.kinds if programme.foods is None or kind.is_food == programme.foods]
    chosen = _chosen(random, pool, min(lines, len(pool), batches))
    region = county or city.regions[{"national": "nation"}.get(programme.level, programme.level)]
    plan = Plan(
        key=f"plan-{year}-{number:02d}{'-' + county.pk if county else ''}", year=year, scheme=programme.scheme,
        title=f"{year}年{region.name}{TITLES[programme.scheme]}", level=programme.level, region=region,
        authority=AUTHORITIES[programme.level].format(county=county.name if county else ""),
    )  # fmt: skip
    records, quotas, orders = [], [], []
    total = sum(kind.weight for kind in chosen)
    for rank, kind in enumerate(sorted(chosen, key=lambda kind: -kind.risk), start=1):
        wanted = max(1, round(batches * kind.weight / total))
        line = new_line(
            product_class_id=kind.record.pk, batches=wanted, risk_score=round(kind.risk * 100, 1), risk_rank=rank,
            risk_reasons={"failure_rate": round(kind.risk, 3)}, random_share=programme.random_share,
            cost_per_batch=Decimal(random.randrange(600, 3200, 50)), rules=f"{plan.title}抽样检验细则（示例）",
        )  # fmt: skip
        records.append(line)
        for where, part in _quotas(city, random, wanted, county):
            quota = new_quota(county_id=where.pk, batches=part)
            quota.line = line
            quotas.append(quota)
            orders.append(Order(line, programme, kind, where, part))
    actions.draft_plan(plan=plan, lines=records, quotas=quotas, **do)
    city.counts["plans"] += 1
    city.counts["plan lines"] += len(records)
    return orders


def _chosen(random, pool: list[Kind], count: int) -> list[Kind]:  # type: ignore[no-untyped-def]
    """Classes without repetition, the heavier ones sooner."""
    ranked = sorted(pool, key=lambda kind: -(random.random() ** (1 / kind.weight)))
    return ranked[:count]


def _quotas(city: City, random, wanted: int, county: Region | None) -> list[tuple[Region, int]]:  # type: ignore[no-untyped-def]
    """How the batches of a line fall to the counties: in proportion, by chance where they are few."""
    if county is not None:
        return [(county, wanted)]
    weights = [len(city.sellers_of[one.pk]) for one in city.counties]
    parts = dict.fromkeys(range(len(city.counties)), 0)
    for place in random.choices(range(len(city.counties)), weights, k=wanted):
        parts[place] += 1
    return [(city.counties[place], part) for place, part in parts.items() if part]
